package inventory

import (
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"time"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
)

// Change is what happens to one item.
type Change struct {
	After  Item            // with the version that was read
	Before json.RawMessage // the spec that was read; nil if there was none
	Lines  []string        // the fields that differ
	Same   bool            // no field differs
	Gone   bool            // the item is in the table and not wanted
	Moved  bool            // gone, because the override is now under the key of another cluster
}

// ChangeTo returns the change of an item that was read to another spec; before is nil if the item is new.
func ChangeTo(before json.RawMessage, after Item) (Change, error) {
	lines, err := Differences(before, after.Spec)
	return Change{After: after, Before: before, Lines: lines, Same: SameJSON(before, after.Spec)}, err
}

// IsLeft reports whether an item that is not wanted stays as it is. The old key of a moved override never stays: the override would
// count twice.
func (c Change) IsLeft(prune bool) bool {
	return c.Gone && !c.Moved && !prune
}

// NotNewer refuses changes to items that a newer version has written: this one does not know what it would lose. The error is
// [config.ErrNewer].
func NotNewer(changes []Change) error {
	for _, c := range changes {
		if err := c.After.CheckFormat(); errors.Is(err, config.ErrNewer) {
			return err
		}
	}
	return nil
}

// Needed reports whether the table has to be written.
func (c Change) Needed() bool {
	return c.Gone || !c.Same
}

// What names the change: new, changed, removed or unchanged.
func (c Change) What() string {
	switch {
	case c.Gone:
		return "removed"
	case c.Same:
		return "unchanged"
	case c.After.Version == 0:
		return "new"
	default:
		return "changed"
	}
}

// Expiry is how long an override stays in the table after its end, so that people can look it up.
const Expiry = 7 * 24 * time.Hour

// OverrideItem returns an override as a new item, which DynamoDB may remove after [Expiry].
func OverrideItem(o scaling.Override) (Item, error) {
	spec, err := json.Marshal(o)
	return Item{Kind: KindOverride, Cluster: o.Cluster, Name: o.Name, Spec: spec, ExpiresAt: o.Until.Add(Expiry).Unix()}, err
}

// wantedItems returns the items of a configuration in the order in which they must be written.
func wantedItems(c config.Config) ([]Item, error) {
	var items []Item
	var failed error
	add := func(kind, name string, spec any) {
		data, err := json.Marshal(spec)
		failed = errors.Join(failed, err)
		items = append(items, Item{Kind: kind, Name: name, Spec: data})
	}
	for _, name := range slices.Sorted(maps.Keys(c.Calendars)) {
		add(KindCalendar, name, c.Calendars[name])
	}
	for _, cluster := range c.Clusters {
		add(KindCluster, cluster.Name, cluster)
	}
	for _, o := range c.Overrides {
		item, err := OverrideItem(o)
		failed = errors.Join(failed, err)
		items = append(items, item)
	}
	add(KindSettings, GlobalSettings, c.Settings)
	return items, failed
}

// Diff lists the change of every item, in the order in which they must be written. An override that has ended and is not wanted is no
// change: DynamoDB removes it.
func (c Checked) Diff(wanted config.Config) ([]Change, error) {
	items, err := wantedItems(wanted)
	if err != nil {
		return nil, err
	}
	current := map[string]Item{}
	for _, e := range c.Items() {
		current[ItemKey(e)] = e
	}
	var changes []Change
	for _, e := range items {
		before := current[ItemKey(e)]
		e = e.Over(before)
		change, err := ChangeTo(before.Spec, e)
		if err != nil {
			return nil, err
		}
		change.Same = change.Same && before.ExpiresAt == e.ExpiresAt && before.Hold == nil && before.CheckFormat() == nil
		changes = append(changes, change)
		delete(current, ItemKey(e))
	}
	return append(changes, c.removals(current, wanted)...), nil
}

// removals lists the items that are not wanted, backwards by kind and name: an override goes before its cluster, and a cluster before its
// calendars.
func (c Checked) removals(unwanted map[string]Item, wanted config.Config) (changes []Change) {
	for _, key := range slices.Backward(slices.Sorted(maps.Keys(unwanted))) {
		if e := unwanted[key]; e.Kind != KindOverride || !c.HasEnded(e) {
			moved := e.Kind == KindOverride && slices.ContainsFunc(wanted.Overrides, func(o scaling.Override) bool { return o.Name == e.Name })
			changes = append(changes, Change{After: e, Before: e.Spec, Gone: true, Moved: moved})
		}
	}
	return changes
}

// SameJSON reports whether two documents hold the same values.
func SameJSON(a, b json.RawMessage) bool {
	left, err := decoded(a)
	right, other := decoded(b)
	return err == nil && other == nil && reflect.DeepEqual(left, right)
}
