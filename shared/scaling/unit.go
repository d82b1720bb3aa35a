package scaling

import (
	"slices"
	"strings"
)

// unitSeparator separates the cluster and the schedule in a unit's name. Neither can contain it.
const unitSeparator = ":"

// UnitName returns the name of a unit: the cluster's name, followed by the schedule's if the cluster has named schedules.
func UnitName(cluster, schedule string) string {
	if schedule == "" {
		return cluster
	}
	return cluster + unitSeparator + schedule
}

// SplitUnit returns the cluster and the schedule in a unit's name. The schedule is empty if the name has none.
func SplitUnit(unit string) (cluster, schedule string) {
	cluster, schedule, _ = strings.Cut(unit, unitSeparator)
	return cluster, schedule
}

// NamesUnit reports whether the names include the unit or its cluster.
func NamesUnit(names []string, unit string) bool {
	cluster, _ := SplitUnit(unit)
	return slices.Contains(names, unit) || slices.Contains(names, cluster)
}
