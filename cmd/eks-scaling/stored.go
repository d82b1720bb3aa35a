package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
)

// stored is the configuration in the table, each item checked by itself.
type stored struct {
	tables.Snapshot
	settings  config.Settings
	calendars map[string]config.Calendar
	clusters  map[string]config.Cluster   // each under the overrides that can be read
	overrides map[string]scaling.Override // by the key of the item, as orphans
	// orphans are the overrides whose cluster is in the table but cannot be used, and those that have ended and whose cluster is
	// gone, as far as they can be read without it. They are not broken by themselves.
	orphans map[string]scaling.Override
	broken  []brokenItem
}

// brokenItem is one that cannot be used, and why.
type brokenItem struct {
	item string // see [itemKey]
	key  string // such as "cluster/production"
	err  error
}

func (b brokenItem) String() string {
	return b.key + ": " + strings.ReplaceAll(b.err.Error(), "\n", "; ")
}

// checked looks at each item of a snapshot, as of now.
func checked(snapshot tables.Snapshot, now time.Time) stored {
	s := stored{
		Snapshot: snapshot, settings: config.Settings{Enabled: true},
		calendars: map[string]config.Calendar{}, clusters: map[string]config.Cluster{}, overrides: map[string]scaling.Override{}, orphans: map[string]scaling.Override{},
	}
	s.checkSettings()
	unusable := map[string]error{}
	for _, e := range snapshot.Calendars {
		calendar, err := config.ParseCalendar(e.Spec)
		if s.fine(e, e.Name, err) {
			s.calendars[e.Name] = calendar
		} else {
			unusable[e.Name] = s.broken[len(s.broken)-1].err
		}
	}
	for _, e := range snapshot.Clusters {
		cluster, err := config.ParseCluster(e.Spec, s.settings.Timezone, s.calendars)
		if err != nil {
			err = config.Blame(err, unusable)
		}
		if s.fine(e, cluster.Name, err) {
			s.clusters[e.Name] = cluster
		}
	}
	s.checkOverrides(now)
	return s
}

func (s *stored) checkOverrides(now time.Time) {
	var overrides []scaling.Override
	for _, e := range s.Overrides {
		if s.isOrphan(e) || s.isLeftBehind(e, now) {
			var o scaling.Override
			_ = json.Unmarshal(e.Spec, &o) // what cannot be read so is not known
			o.Name = e.Name
			s.orphans[e.Key()] = o
			continue
		}
		o, err := e.Part().Override(s.clusters)
		if s.fine(e, e.Name, err) {
			s.overrides[e.Key()] = o
			overrides = append(overrides, o)
		}
	}
	for name, cluster := range s.clusters {
		s.clusters[name] = cluster.Under(overrides)
	}
}

// isOrphan says whether an override is for a cluster that is in the table and cannot be used.
func (s *stored) isOrphan(e tables.Entity) bool {
	cluster := clusterOf(e)
	_, err := findCluster(s.Snapshot, cluster)
	_, usable := s.clusters[cluster]
	return err == nil && !usable
}

// isLeftBehind says whether an override has ended whose cluster is not in the table any more. Runs take no notice of it.
func (s *stored) isLeftBehind(e tables.Entity, now time.Time) bool {
	_, err := findCluster(s.Snapshot, clusterOf(e))
	until, unreadable := schedule.ParseInstant(textIn(e.Spec, "until"), time.UTC) // as runs do it without a cluster
	return err != nil && unreadable == nil && !until.After(now)
}

// errUnusableCluster is what is wrong with an override for such a cluster.
var errUnusableCluster = errors.New("its cluster cannot be used")

func (s *stored) checkSettings() {
	if s.Settings == nil {
		if len(s.Clusters) > 0 {
			s.broken = append(s.broken, brokenItem{"settings/global", "settings/global", errors.New("missing; write them with: eks-scaling config apply FILE")})
		}
		return
	}
	settings, err := config.ParseSettings(s.Settings.Spec)
	if s.fine(*s.Settings, s.Settings.Name, err) {
		s.settings = settings
	}
}

// fine says whether an item can be used, and keeps why if not.
func (s *stored) fine(e tables.Entity, nameInSpec string, err error) bool {
	err = cmp.Or(config.CheckFormat(e.Format), err)
	if err == nil && nameInSpec != e.Name {
		err = fmt.Errorf("spec.name: found %q; want the same name as in the key", nameInSpec)
	}
	if err != nil {
		s.broken = append(s.broken, brokenItem{itemKey(e), entityKey(e), err})
	}
	return err == nil
}

// mendFirst says how to mend what cannot be used, after what is wrong with it. What a newer version has written is to be read by
// that one, as its error says.
func mendFirst(err error) string {
	if errors.Is(err, config.ErrNewer) {
		return ""
	}
	return "; mend that first, with: eks-scaling config edit"
}

// usableClusters are the clusters that can be used, in no order.
func (s stored) usableClusters() []config.Cluster {
	return slices.Collect(maps.Values(s.clusters))
}

// isEmpty says that nobody has written a configuration yet.
func (s *stored) isEmpty() bool {
	return s.Settings == nil && len(s.Calendars)+len(s.Clusters)+len(s.Overrides) == 0
}

// cluster is one that a run would scale now. One that is not there is not found, and one that cannot be used is an error
// that says why.
func (s *stored) cluster(name string, now time.Time) (config.Cluster, error) {
	if _, err := findCluster(s.Snapshot, name); err != nil {
		return config.Cluster{}, err
	}
	clusters, broken := s.settings.Assemble(s.Parts(), now)
	for _, b := range broken {
		if b.Cluster == name {
			return config.Cluster{}, b.Err
		}
	}
	i := slices.IndexFunc(clusters, func(c config.Cluster) bool { return c.Name == name })
	return clusters[i], nil
}

// canonical is the spec of an item as a document has it: in its own order and with every default, or as it is in the table
// if it cannot be used.
func (s *stored) canonical(e tables.Entity) json.RawMessage {
	var value any
	var usable bool
	switch e.Kind {
	case tables.KindCalendar:
		value, usable = s.calendars[e.Name]
	case tables.KindCluster:
		value, usable = s.clusters[e.Name]
	case tables.KindOverride:
		value, usable = s.overrides[e.Key()]
	}
	if text, err := json.Marshal(value); usable && err == nil {
		return text
	}
	return e.Spec
}

func (s *stored) isBroken(e tables.Entity) bool {
	return slices.ContainsFunc(s.broken, func(b brokenItem) bool { return b.item == itemKey(e) })
}
