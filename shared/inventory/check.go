package inventory

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
)

// Checked is a snapshot with a verdict on every item, as of one instant.
type Checked struct {
	Snapshot
	// Global holds the settings; not paused and without a time zone if they are missing or invalid.
	Global config.Settings
	// SettingsErr is why no run can start; nil if the settings are valid, and where nothing is configured.
	SettingsErr error
	// Configured is false if there are neither settings nor clusters. Then runs are skipped.
	Configured bool

	CalendarByName map[string]config.Calendar
	ClusterByName  map[string]config.Cluster   // valid clusters, each with its valid overrides
	OverrideByKey  map[string]scaling.Override // valid overrides by [Item.Key]
	// Orphans are overrides that cannot be checked without their cluster, by [Item.Key], with the fields that can be read. The
	// cluster is invalid, or the override has ended and the cluster is gone. They are not invalid themselves.
	Orphans map[string]scaling.Override
	// Invalid lists the items that cannot be used.
	Invalid []InvalidItem

	// Runnable are the clusters that a run scales, in the order of the snapshot.
	Runnable []config.Cluster
	// Unusable are the clusters that a run fails, by name.
	Unusable []UnusableCluster

	now time.Time
}

// InvalidItem is an item that cannot be used.
type InvalidItem struct {
	Item string // see [ItemKey]
	Key  string // see [DisplayKey]
	Err  error
}

// String returns the item and the error in one line.
func (b InvalidItem) String() string {
	return b.Key + ": " + config.OneLine(b.Err)
}

// UnusableCluster is a cluster that no run scales, because its own item is invalid, or an override of it that has not ended.
type UnusableCluster struct {
	Cluster string
	Err     error
}

// UnknownCluster stands in [UnusableCluster] for the cluster of an override whose key names none.
const UnknownCluster = "(unknown)"

// ErrUnusableCluster is the error of an override whose cluster is invalid.
var ErrUnusableCluster = errors.New("its cluster is invalid")

// Check reads every item of a snapshot once. An invalid item makes the clusters that depend on it unusable, and no others. That
// includes overrides: one that cannot be read may be what keeps a cluster up. The snapshot of the result, or what is made from
// it, can be checked once more without parsing the items again.
func Check(snapshot Snapshot, now time.Time) Checked {
	snapshot.readings = snapshot.readings.next()
	c := Checked{
		Snapshot: snapshot, Global: config.Settings{Paused: false},
		CalendarByName: map[string]config.Calendar{}, ClusterByName: map[string]config.Cluster{},
		OverrideByKey: map[string]scaling.Override{}, Orphans: map[string]scaling.Override{},
		now: now,
	}
	unusable := map[string]error{}
	c.checkSettings()
	c.checkClusters(c.checkCalendars(), unusable)
	c.checkOverrides(unusable)
	for _, i := range c.Clusters {
		if unusable[i.Name] == nil {
			c.Runnable = append(c.Runnable, c.ClusterByName[i.Name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(unusable)) {
		c.Unusable = append(c.Unusable, UnusableCluster{name, unusable[name]})
	}
	return c
}

// With returns the configuration after some changes. It parses only items whose spec changed, or that depend on one.
func (c Checked) With(changes []Change) Checked {
	return Check(c.with(changes), c.now)
}

func (c *Checked) checkSettings() {
	parse := func(i Item) (config.Settings, error) {
		return read(c.readings, i, "", func() (config.Settings, error) { return config.ParseSettings(i.Spec) })
	}
	settings, configured, err := c.checkedSettings(parse)
	c.Configured, c.SettingsErr = configured, err
	switch {
	case configured && err == nil:
		c.Global = settings
	case c.Settings != nil:
		_, err := parse(*c.Settings)
		c.reject(*c.Settings, err)
	case configured:
		missing := errors.New("missing; write them with: eks-scaling config apply FILE")
		c.reject(Item{Kind: KindSettings, Name: GlobalSettings}, missing)
	}
}

// checkCalendars returns the errors of invalid calendars.
func (c *Checked) checkCalendars() (unusable map[string]error) {
	unusable = map[string]error{}
	for _, i := range c.Calendars {
		calendar, err := read(c.readings, i, "", func() (config.Calendar, error) { return config.ParseCalendar(i.Spec) })
		if err != nil {
			c.reject(i, err)
			unusable[i.Name] = err
			continue
		}
		c.CalendarByName[i.Name] = calendar
	}
	return unusable
}

func (c *Checked) checkClusters(calendars, unusable map[string]error) {
	beside := c.Global.Timezone + " " + c.readings.marks(c.Calendars)
	for _, i := range c.Clusters {
		cluster, err := read(c.readings, i, beside, func() (config.Cluster, error) {
			cluster, err := config.ParseCluster(i.Spec, c.Global.Timezone, c.CalendarByName)
			return cluster, explainMissingCalendars(err, calendars)
		})
		switch {
		case err != nil:
			c.reject(i, err)
			unusable[i.Name] = err
		case cluster.Name != i.Name:
			c.reject(i, otherName(cluster.Name))
			unusable[i.Name] = fmt.Errorf("name: %q differs from the name in the key, cluster/%s", cluster.Name, i.Name)
		default:
			c.ClusterByName[i.Name] = cluster
		}
	}
}

func (c *Checked) checkOverrides(unusable map[string]error) {
	beside := c.readings.marks(c.Clusters)
	var valid []scaling.Override
	for _, i := range c.Overrides {
		isOrphan := c.isOrphan(i)
		if isOrphan {
			c.Orphans[i.Key()] = withoutCluster(i)
			if i.Cluster != "" {
				continue
			}
		}
		o, err := read(c.readings, i, beside, func() (scaling.Override, error) { return readOverride(i, c.ClusterByName) })
		if err == nil {
			c.OverrideByKey[i.Key()] = o
			valid = append(valid, o)
			continue
		}
		if !isOrphan {
			c.reject(i, err)
		}
		c.markUnusable(i, err, unusable)
	}
	for name, cluster := range c.ClusterByName {
		c.ClusterByName[name] = cluster.WithOverrides(valid)
	}
}

// markUnusable adds the cluster of an invalid override to unusable, unless the override has ended or the cluster is in it
// already.
func (c *Checked) markUnusable(i Item, err error, unusable map[string]error) {
	name := cmp.Or(i.Cluster, UnknownCluster)
	if unusable[name] != nil && i.Cluster != "" {
		return
	}
	if !endedBy(i.Spec, c.Location(i.Cluster), c.now) {
		unusable[name] = errors.Join(unusable[name], fmt.Errorf("override/%s: %w", i.Name, err))
	}
}

func (c *Checked) reject(i Item, err error) {
	c.Invalid = append(c.Invalid, InvalidItem{ItemKey(i), DisplayKey(i), err})
}

// isOrphan reports whether the cluster of an override is invalid, or gone after the override has ended.
func (c *Checked) isOrphan(i Item) bool {
	name := i.ClusterName()
	if _, err := c.FindCluster(name); err != nil {
		return endedBy(i.Spec, time.UTC, c.now)
	}
	_, valid := c.ClusterByName[name]
	return !valid
}

// Cluster returns a cluster as a run scales it. The error is a [NotFoundError], or says why the cluster is unusable.
func (c Checked) Cluster(name string) (config.Cluster, error) {
	if _, err := c.FindCluster(name); err != nil {
		return config.Cluster{}, err
	}
	for _, u := range c.Unusable {
		if u.Cluster == name {
			return config.Cluster{}, u.Err
		}
	}
	return c.ClusterByName[name], nil
}

// Location returns the time zone of a cluster; UTC if it is unknown.
func (c Checked) Location(cluster string) *time.Location {
	if known, ok := c.ClusterByName[cluster]; ok {
		return known.Timetable().Location()
	}
	return time.UTC
}

// InvalidErr returns why an item is invalid; nil if it is valid.
func (c Checked) InvalidErr(i Item) error {
	for _, invalid := range c.Invalid {
		if invalid.Item == ItemKey(i) {
			return invalid.Err
		}
	}
	return nil
}

// HasEnded reports whether an override has ended; false if its end is unreadable.
func (c Checked) HasEnded(i Item) bool {
	if o, ok := c.OverrideByKey[i.Key()]; ok {
		return !o.Until.After(c.now)
	}
	return endedBy(i.Spec, c.Location(i.ClusterName()), c.now)
}

// Canonical returns the spec of an item as a document has it, in its own order and with every default. The spec of an invalid item
// stays as it is.
func (c Checked) Canonical(i Item) json.RawMessage {
	var value any
	var valid bool
	switch i.Kind {
	case KindCalendar:
		value, valid = c.CalendarByName[i.Name]
	case KindCluster:
		value, valid = c.ClusterByName[i.Name]
	case KindOverride:
		value, valid = c.OverrideByKey[i.Key()]
	}
	if text, err := json.Marshal(value); valid && err == nil {
		return text
	}
	return i.Spec
}

// Config returns what can be used of the configuration.
func (c Checked) Config() config.Config {
	usable := config.Config{Settings: c.Global, Calendars: c.CalendarByName, Clusters: c.Runnable}
	for _, key := range slices.Sorted(maps.Keys(c.OverrideByKey)) {
		usable.Overrides = append(usable.Overrides, c.OverrideByKey[key])
	}
	return usable
}

// Around returns the part of the configuration that a new cluster meets: the settings, and overrides for a former cluster of its name.
func (c Checked) Around(cluster string) Checked {
	part := Snapshot{Settings: c.Settings, readings: c.readings}
	for _, o := range c.Overrides {
		if o.ClusterName() == cluster {
			part.Overrides = append(part.Overrides, o)
		}
	}
	return Check(part, c.now)
}
