package importer

import (
	"cmp"
	"fmt"
	"slices"

	"eks-scaling-automation/shared/scaling"
)

// NewCluster returns a cluster whose node groups follow their actions. Node groups with the same hours share a schedule.
func NewCluster(name, region string, groups []Nodegroup) DocumentCluster {
	c := DocumentCluster{Name: name, Region: region, Timezone: commonZone(groups), Nodegroups: map[string]scaling.Limits{}}
	for _, g := range groups {
		c.Nodegroups[g.Name] = g.Limits
	}
	sets := byHours(groups)
	if len(sets) == 1 {
		w := newWeek(groups)
		c.Profiles, c.Schedule = w.profiles, w.schedule
		return c
	}
	for _, set := range sets {
		s := newSchedule(set)
		if s.Timezone == c.Timezone {
			s.Timezone = ""
		}
		c.Schedules = append(c.Schedules, s)
	}
	return c
}

// newSchedule returns the schedule of node groups with the same hours. Its name is unique in the cluster, because it is the name
// of one of them.
func newSchedule(set []Nodegroup) DocumentSchedule {
	w := newWeek(set)
	first := slices.MinFunc(set, func(a, b Nodegroup) int { return cmp.Compare(a.Name, b.Name) })
	return DocumentSchedule{Name: first.Name, Timezone: first.Zone, Profiles: w.profiles, Schedule: w.schedule}
}

// byHours groups node groups by their hours, in the order of their first node groups.
func byHours(groups []Nodegroup) (sets [][]Nodegroup) {
	known := map[string]int{}
	for _, g := range groups {
		hours := g.hours()
		i, ok := known[hours]
		if !ok {
			i, sets = len(sets), append(sets, nil)
			known[hours] = i
		}
		sets[i] = append(sets[i], g)
	}
	return sets
}

// hours identifies when the sizes of a node group change: the time zone and the minutes of the week. It has no minutes if they
// never change.
func (g Nodegroup) hours() string {
	var starts []int
	if cut := segments([]Nodegroup{g}); len(cut) > 1 {
		for _, s := range cut {
			starts = append(starts, s.start)
		}
	}
	return fmt.Sprint(g.Zone, starts)
}

// commonZone returns the time zone of the most node groups, or the first of several.
func commonZone(groups []Nodegroup) (zone string) {
	count := map[string]int{}
	for _, g := range groups {
		count[g.Zone]++
	}
	for _, g := range groups {
		if count[g.Zone] > count[zone] {
			zone = g.Zone
		}
	}
	return zone
}
