package writeplan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/scaling"
)

// table is the config table between two steps.
type table struct {
	settings            *inventory.Item
	calendars, clusters map[string]inventory.Item // by [inventory.ItemKey]
	overrides           map[string]map[string]inventory.Item
}

func newTable(s inventory.Snapshot) *table {
	t := &table{
		settings: s.Settings, calendars: map[string]inventory.Item{}, clusters: map[string]inventory.Item{},
		overrides: map[string]map[string]inventory.Item{},
	}
	for _, i := range s.Items() {
		t.write(inventory.Change{After: i})
	}
	return t
}

// write makes a change.
func (t *table) write(c inventory.Change) {
	key := inventory.ItemKey(c.After)
	var items map[string]inventory.Item
	switch c.After.Kind {
	case inventory.KindSettings:
		t.settings = &c.After
		return
	case inventory.KindCalendar:
		items = t.calendars
	case inventory.KindCluster:
		items = t.clusters
	default:
		if t.overrides[c.After.ClusterName()] == nil {
			t.overrides[c.After.ClusterName()] = map[string]inventory.Item{}
		}
		items = t.overrides[c.After.ClusterName()]
	}
	if c.Gone {
		delete(items, key)
	} else {
		items[key] = c.After
	}
}

// part returns what a run reads for a cluster.
func (t *table) part(name string, uses []string) inventory.Snapshot {
	s := inventory.Snapshot{Settings: t.settings}
	if cluster, ok := t.clusters[clusterKey(name)]; ok {
		s.Clusters = []inventory.Item{cluster}
	}
	for _, key := range uses {
		if calendar, ok := t.calendars[key]; ok {
			s.Calendars = append(s.Calendars, calendar)
		}
	}
	for _, o := range t.overrides[name] {
		s.Overrides = append(s.Overrides, o)
	}
	return s
}

// verify checks after each step every cluster that it affects. A cluster that is usable before and after the change must be
// usable in between. Clusters that a step does not affect are as they were, so all of it takes little longer than one check.
func (g *graph) verify(steps []Step, now time.Time) error {
	t, users, written, exempt := newTable(g.before.Snapshot), g.users(), map[string]bool{}, map[string]bool{}
	for _, u := range slices.Concat(g.before.Unusable, g.after.Unusable) {
		cluster, _ := scaling.SplitUnit(u.Name)
		exempt[cluster] = true
	}
	uses := func(name string) []string {
		if written[name] {
			return g.is[name]
		}
		return g.was[name]
	}
	for _, step := range steps {
		affected := step.Clusters()
		for _, name := range affected {
			written[name] = true
		}
		for _, c := range step.Changes {
			t.write(c)
			key := partKey(c)
			for _, name := range users[key] {
				if slices.ContainsFunc(uses(name), func(used string) bool { return partOf(used) == key }) {
					affected = append(affected, name)
				}
			}
		}
		slices.Sort(affected)
		for _, name := range slices.Compact(affected) {
			between := inventory.Check(t.part(name, uses(name)), now)
			if len(between.Unusable) > 0 && !exempt[name] {
				return fmt.Errorf("cluster %s would be unusable between two steps: %w", name, between.Unusable[0].Err)
			}
		}
	}
	return nil
}

// partOf returns the key of the part that a cluster uses: a signal is in the settings.
func partOf(key string) string {
	if strings.HasPrefix(key, signalPrefix) {
		return settingsPart
	}
	return key
}

// users returns the clusters that use a calendar or the settings before or after the change, by its key.
func (g *graph) users() map[string][]string {
	users := map[string][]string{}
	for _, uses := range []map[string][]string{g.was, g.is} {
		for name, keys := range uses {
			for _, key := range keys {
				users[partOf(key)] = append(users[partOf(key)], name)
			}
		}
	}
	return users
}
