package run

import (
	"slices"

	"eks-scaling-automation/shared/scaling"
)

// Select limits the run to some units. Those with named schedules go into Schedules, the others into Clusters.
func (in *Input) Select(units []string) {
	in.Clusters, in.Schedules = nil, nil
	for _, unit := range units {
		if _, schedule := scaling.SplitUnit(unit); schedule == "" {
			in.Clusters = append(in.Clusters, unit)
		} else {
			in.Schedules = append(in.Schedules, unit)
		}
	}
}

// SelectsAll reports whether the run is for all units.
func (in *Input) SelectsAll() bool { return in.Clusters == nil && in.Schedules == nil }

// Selects reports whether the run includes a unit.
func (in *Input) Selects(unit string) bool {
	cluster, _ := scaling.SplitUnit(unit)
	return in.SelectsAll() || slices.Contains(in.Clusters, cluster) || slices.Contains(in.Schedules, cluster) || slices.Contains(in.Schedules, unit)
}

// Selected returns the names that the run is limited to: of clusters, then of units. None means all if [Input.SelectsAll].
func (in *Input) Selected() []string { return slices.Concat(in.Clusters, in.Schedules) }

// UnitInWords names a unit, such as "cluster production" or "schedule production:batch".
func UnitInWords(unit string) string { return KindOf(unit) + " " + unit }

// KindOf returns "cluster" for units that are whole clusters, and "schedule" if one of them is a named schedule.
func KindOf(units ...string) string {
	for _, unit := range units {
		if _, schedule := scaling.SplitUnit(unit); schedule != "" {
			return "schedule"
		}
	}
	return "cluster"
}
