package inventory

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/english"
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

	// Runnable are the units that a run scales, in the order of the snapshot.
	Runnable []config.Unit
	// Unusable are the clusters and units that a run fails, by name.
	Unusable []Unusable

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

// Unusable is what no run scales: a cluster whose item is invalid, or a unit with an invalid override that has not ended.
type Unusable struct {
	Name string // of the cluster, or of one of its units
	Err  error
}

// UnknownCluster stands in [Unusable] for the cluster of an override whose key names none.
const UnknownCluster = "(unknown)"

// ErrUnusableCluster is the error of an override whose cluster is invalid.
var ErrUnusableCluster = errors.New("its cluster is invalid")

// Check reads every item of a snapshot once. An invalid item makes the units that depend on it unusable, and no others. That
// includes overrides: one that cannot be read may be what keeps node groups up. The snapshot of the result, or what is made from
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
	for _, unit := range c.Valid() {
		if unusable[unit.Cluster] == nil && unusable[unit.Name] == nil {
			c.Runnable = append(c.Runnable, unit)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(unusable)) {
		c.Unusable = append(c.Unusable, Unusable{name, unusable[name]})
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
	beside := c.Global.Timezone + " " + c.Global.Accounts.ExternalID + " " + c.Global.Accounts.Role + " " + c.signals() + " " + c.readings.marks(c.Calendars)
	var together config.Together
	for _, i := range c.Clusters {
		cluster, err := read(c.readings, i, beside, func() (config.Cluster, error) {
			cluster, err := config.ParseCluster(i.Spec, c.Global, c.CalendarByName)
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
			if err := together.Add(cluster); err != nil {
				c.reject(i, err)
				unusable[i.Name] = err
				continue
			}
			c.ClusterByName[i.Name] = cluster
		}
	}
}

// signals identifies the signals that clusters may use.
func (c *Checked) signals() string {
	text, err := json.Marshal(c.Global.Signals)
	if err != nil {
		panic(err) // signals have a JSON form
	}
	return string(text)
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

// markUnusable adds the unit of an invalid override to unusable, or else its cluster, unless the override has ended or the name is
// in it already.
func (c *Checked) markUnusable(i Item, err error, unusable map[string]error) {
	name := cmp.Or(i.Cluster, UnknownCluster)
	if unit, ok := c.ClusterByName[name].Unit(textIn(i.Spec, "schedule")); ok {
		name = unit.Name
	}
	if unusable[name] != nil && i.Cluster != "" {
		return
	}
	if !endedBy(i.Spec, c.Location(name), c.now) {
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

// Valid returns the units of all valid clusters, by cluster, also those that an invalid override makes unusable.
func (c Checked) Valid() (units []config.Unit) {
	for _, i := range c.Clusters {
		units = append(units, c.ClusterByName[i.Name].Units()...)
	}
	return units
}

// UnusableErr returns why a unit is unusable, by itself or with its cluster; nil if a run scales it.
func (c Checked) UnusableErr(unit string) error {
	cluster, _ := scaling.SplitUnit(unit)
	for _, u := range c.Unusable {
		if u.Name == unit || u.Name == cluster {
			return u.Err
		}
	}
	return nil
}

// Units returns the units of a cluster, or the one unit of a name such as "production:batch", as a run scales them. The error is a
// [NotFoundError] or an [ElsewhereError], or says why one of them is unusable.
func (c Checked) Units(name string) ([]config.Unit, error) {
	names, err := c.UnitNames(name)
	if err != nil {
		return nil, err
	}
	for _, unit := range names {
		if err := c.UnusableErr(unit); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(slices.Clone(c.Runnable), func(u config.Unit) bool { return !slices.Contains(names, u.Name) }), nil
}

// SeveralUnitsError reports that a name stands for several units where one is required.
type SeveralUnitsError struct {
	Cluster string
	Units   []string
}

// Error says which names to use.
func (e *SeveralUnitsError) Error() string {
	return fmt.Sprintf("cluster %s has %s: name one of %s", e.Cluster, english.Count(len(e.Units), "schedule"), strings.Join(e.Units, ", "))
}

// Unit returns one unit as a run scales it. A cluster's name is enough if it has one unit. The error is a
// [NotFoundError], an [ElsewhereError] or a [SeveralUnitsError], or says why the unit is unusable.
func (c Checked) Unit(name string) (config.Unit, error) {
	units, err := c.Units(name)
	if err == nil && len(units) != 1 {
		names, _ := c.UnitNames(name)
		err = &SeveralUnitsError{Cluster: name, Units: names}
	}
	if err != nil {
		return config.Unit{}, err
	}
	return units[0], nil
}

// Location returns the time zone of a unit, or of a cluster's first unit; UTC if it is unknown.
func (c Checked) Location(name string) *time.Location {
	cluster, named := scaling.SplitUnit(name)
	for _, u := range c.ClusterByName[cluster].Units() {
		if u.Name == name || named == "" {
			return u.Timetable().Location()
		}
	}
	return time.UTC
}

// IsRemoved reports whether a node group is no longer configured. One of an invalid cluster may be configured.
func (c Checked) IsRemoved(cluster, nodegroup string) bool {
	item, err := c.FindCluster(cluster)
	if err != nil {
		return true
	}
	_, configured := c.ClusterByName[cluster].Nodegroups[nodegroup]
	return c.InvalidErr(item) == nil && !configured
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
	return endedBy(i.Spec, c.Location(i.unitName()), c.now)
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
	usable := config.Config{Settings: c.Global, Calendars: c.CalendarByName}
	for _, i := range c.Clusters {
		if cluster, valid := c.ClusterByName[i.Name]; valid && c.UnusableErr(i.Name) == nil {
			usable.Clusters = append(usable.Clusters, cluster)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(c.OverrideByKey)) {
		usable.Overrides = append(usable.Overrides, c.OverrideByKey[key])
	}
	return usable
}

// Around returns the part of the configuration that a change of one cluster meets: the settings, the cluster with its calendars, and its
// overrides. A new cluster meets the overrides of a former one with its name.
func (c Checked) Around(cluster string) Checked {
	part := Snapshot{Settings: c.Settings, readings: c.readings, scope: c.scope}
	if item, err := c.FindCluster(cluster); err == nil {
		part.Clusters = []Item{item}
		used := config.CalendarsOf(item.Spec)
		part.Calendars = slices.DeleteFunc(slices.Clone(c.Calendars), func(i Item) bool { return !slices.Contains(used, i.Name) })
	}
	for _, o := range c.Overrides {
		if o.ClusterName() == cluster {
			part.Overrides = append(part.Overrides, o)
		}
	}
	return Check(part, c.now)
}
