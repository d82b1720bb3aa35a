package filter

import (
	"fmt"
	"maps"
	"slices"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/scaling"
)

// Select returns the names of the units of the deployed configuration that match. A cluster that belongs to another hub is an
// [inventory.ElsewhereError].
func (f Filter) Select(held inventory.Snapshot, account string) ([]string, error) {
	for _, name := range f.Clusters {
		cluster, _ := scaling.SplitUnit(name)
		if err := held.Here(cluster); err != nil {
			return nil, err
		}
	}
	for _, region := range f.Regions {
		if cluster := clusterIn(held.Elsewhere(), region); cluster != "" {
			return nil, held.Here(cluster)
		}
	}
	return f.Units(Known(held, account), Table)
}

// clusterIn returns the first cluster of a region; empty if it has none.
func clusterIn(regions map[string]string, region string) string {
	for _, cluster := range slices.Sorted(maps.Keys(regions)) {
		if regions[cluster] == region {
			return cluster
		}
	}
	return ""
}

// In narrows the filter to the values that units of a hub have. With --all-regions, one command names units of several hubs. Values that no
// hub has stay, so that they are refused. A hub without any unit that matches is an error about an unknown name, which [frame.AskAll]
// ignores if another hub has one.
func (f Filter) In(hub frame.Hub) (Filter, error) {
	stack := hub.Session.Stack
	own, all := Known(hub.Stored.In(stack.OnlyRegion), stack.Account), Known(hub.Stored, stack.Account)
	narrowed := f
	for _, values := range []*[]string{&narrowed.Clusters, &narrowed.Schedules, &narrowed.Accounts, &narrowed.Regions} {
		*values = slices.Clone(*values)
	}
	for _, c := range narrowed.pointed() {
		given := len(*c.values)
		*c.values = slices.DeleteFunc(*c.values, func(value string) bool { return !c.has(own, value) && c.has(all, value) })
		if given > 0 && len(*c.values) == 0 {
			return f, frame.Elsewhere(fmt.Errorf("no unit of any hub matches all of: %s", f))
		}
	}
	return narrowed, nil
}

// pointer is a criterion whose values can be changed.
type pointer struct {
	criterion
	values *[]string
}

// pointed returns the criteria that are given, with their values in the filter.
func (f *Filter) pointed() (all []pointer) {
	fields := map[string]*[]string{"cluster": &f.Clusters, "schedule": &f.Schedules, "account": &f.Accounts, "in-region": &f.Regions}
	for _, c := range f.criteria() {
		all = append(all, pointer{c, fields[c.flag]})
	}
	return all
}

// has reports whether a unit has a value.
func (c criterion) has(units []Unit, value string) bool {
	return slices.ContainsFunc(units, func(u Unit) bool { return slices.Contains(c.of(u), value) })
}
