package triggers

import (
	"maps"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/shared/schedule"
)

// daysWith holds days on which the same units have a transition or the beginning of a lead.
type daysWith struct {
	days  schedule.Days
	units []string
}

// within reports whether one of the units has one of the days among the given ones.
func (d daysWith) within(daysOf map[string]schedule.Days) bool {
	return slices.ContainsFunc(d.units, func(unit string) bool { return daysOf[unit]&d.days != 0 })
}

// either returns the days of each unit in one of the two.
func either(a, b map[string]schedule.Days) map[string]schedule.Days {
	all := maps.Clone(a)
	for unit, days := range b {
		all[unit] |= days
	}
	return all
}

// sharedDays groups the days on which the same units have a transition, so that each day has exactly one trigger.
func sharedDays(daysOf map[string]schedule.Days) []daysWith {
	names := slices.Sorted(maps.Keys(daysOf))
	index := map[string]int{}
	var all []daysWith
	for day := time.Sunday; day <= time.Saturday; day++ {
		var there []string
		for _, name := range names {
			if daysOf[name].Has(day) {
				there = append(there, name)
			}
		}
		if there == nil {
			continue
		}
		key := strings.Join(there, " ")
		i, known := index[key]
		if !known {
			i = len(all)
			index[key] = i
			all = append(all, daysWith{units: there})
		}
		all[i].days |= schedule.On(day)
	}
	return all
}
