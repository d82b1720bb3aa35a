package agenda

import (
	"slices"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/weekgrid"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
)

// Conditional is what a period with when changes while its condition, and no other one, is on.
type Conditional struct {
	Condition  string           `json:"condition"` // such as "rain > 20"
	Period     string           `json:"period"`
	Profile    string           `json:"profile"`
	Nodegroups []NodegroupSizes `json:"nodegroups"` // of all node groups, as they are then

	changes []string // the sizes that differ, for people
	weight  int
}

// conditionals returns what the open conditional periods would change at t. It omits those that change nothing.
func conditionals(u config.Unit, timeline scaling.Timeline, t time.Time, base []NodegroupSizes) (all []Conditional) {
	for _, p := range timeline.Schedule.Open(t) {
		timeline.Conditions = map[string]scaling.PeriodCondition{p.Name: {On: true, Since: t}}
		sizes := SizesOf(u, timeline.Demands(t))
		changes := changedSizes(base, sizes)
		if len(changes) == 0 {
			continue
		}
		all = append(all, Conditional{
			Condition: p.When.String(), Period: p.Name, Profile: p.Profile, Nodegroups: sizes, changes: changes, weight: weight(sizes),
		})
	}
	return all
}

// changedSizes lists the sizes that differ.
func changedSizes(before, after []NodegroupSizes) (texts []string) {
	was, left := map[string]string{}, map[string]bool{}
	for _, s := range before {
		was[s.Nodegroup], left[s.Nodegroup] = s.String(), true
	}
	for _, s := range after {
		if was[s.Nodegroup] != s.String() {
			texts = append(texts, s.String())
		}
		delete(left, s.Nodegroup)
	}
	for _, s := range before {
		if left[s.Nodegroup] {
			texts = append(texts, s.Nodegroup+" not scaled")
		}
	}
	return texts
}

func (c Conditional) equal(other Conditional) bool {
	return c.Condition == other.Condition && c.Period == other.Period && c.Profile == other.Profile && slices.Equal(c.changes, other.changes) &&
		slices.EqualFunc(c.Nodegroups, other.Nodegroups, sameSizes)
}

// drawn returns it as a part of the drawing.
func (c Conditional) drawn() weekgrid.Conditional {
	return weekgrid.Conditional{Condition: c.Condition, Profile: c.Profile, Sizes: c.changes, Weight: c.weight}
}
