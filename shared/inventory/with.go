package inventory

import (
	"maps"
	"slices"
)

// with returns the snapshot after some changes, with the items of each kind in the order of their keys.
func (s Snapshot) with(changes []Change) Snapshot {
	items := map[string]Item{}
	for _, i := range s.Items() {
		items[ItemKey(i)] = i
	}
	for _, c := range changes {
		items[ItemKey(c.After)] = c.After
		if c.Gone {
			delete(items, ItemKey(c.After))
		}
	}
	after := Snapshot{readings: s.readings, scope: s.scope}
	for _, key := range slices.Sorted(maps.Keys(items)) {
		switch i := items[key]; i.Kind {
		case KindSettings:
			after.Settings = &i
		case KindCalendar:
			after.Calendars = append(after.Calendars, i)
		case KindCluster:
			after.Clusters = append(after.Clusters, i)
		case KindOverride:
			after.Overrides = append(after.Overrides, i)
		}
	}
	return after
}
