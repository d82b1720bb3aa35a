package scheduler

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"eks-scaling-automation/shared/triggers"
)

// Standing is how a schedule stands to the plan.
type Standing string

// The standings.
const (
	AsPlanned  Standing = "ok"
	Missing    Standing = "missing"
	Differs    Standing = "differs"
	Disabled   Standing = "disabled" // it differs, and above all it never fires
	NotPlanned Standing = "notPlanned"
	Passing    Standing = "passing" // in no plan, but it has just come due or follows a change, and goes by itself
	Due        Standing = "due"     // planned, but it fires too soon to be made or changed
)

// AsItShouldBe says whether there is nothing to mend.
func (s Standing) AsItShouldBe() bool {
	return s == AsPlanned || s == Passing || s == Due
}

// Difference is a setting that is not as planned.
type Difference struct {
	Setting string `json:"setting"`
	Wanted  string `json:"wanted"`
	Found   string `json:"found"`
}

// Inspection is what came of looking at one schedule.
type Inspection struct {
	Name        string
	Standing    Standing
	Description string // as planned, or as it is when it is not planned; so are the next two
	Expression  string
	Zone        string
	Differences []Difference // only of one that differs or is disabled
}

// Inspect looks at every schedule that exists or is planned, in the order of their names.
func (g *Group) Inspect(ctx context.Context, plan []triggers.Trigger, now time.Time) ([]Inspection, error) {
	existing, err := g.names(ctx)
	if err != nil {
		return nil, err
	}
	inspections, err := g.inspectPlanned(ctx, existing, plan, now)
	if err != nil {
		return nil, err
	}
	for _, name := range unplanned(existing, plan) {
		found, err := g.get(ctx, name)
		if err != nil {
			return nil, err
		}
		if found == nil {
			continue // it has gone meanwhile
		}
		i := Inspection{Name: name, Standing: Passing}
		if triggers.Removable(name, now) {
			i.Standing = NotPlanned
		}
		s := settingsFound(found)
		i.Description, i.Expression, i.Zone = s.description, s.expression, s.zone
		inspections = append(inspections, i)
	}
	slices.SortFunc(inspections, func(a, b Inspection) int { return strings.Compare(a.Name, b.Name) })
	return inspections, nil
}

// inspectPlanned looks at what is planned, given the names of what exists.
func (g *Group) inspectPlanned(ctx context.Context, existing []string, plan []triggers.Trigger, now time.Time) ([]Inspection, error) {
	inspections := []Inspection{}
	for _, t := range plan {
		var found *scheduler.GetScheduleOutput
		if slices.Contains(existing, t.Name) {
			var err error
			if found, err = g.get(ctx, t.Name); err != nil {
				return nil, err
			}
		}
		i := Inspection{Name: t.Name, Description: t.Description, Expression: t.Expression, Zone: t.Zone}
		i.Standing, i.Differences = g.weigh(t, found, now)
		inspections = append(inspections, i)
	}
	return inspections, nil
}

// unplanned are the existing schedules that are in no plan.
func unplanned(existing []string, plan []triggers.Trigger) []string {
	return slices.DeleteFunc(slices.Clone(existing), func(name string) bool {
		return slices.ContainsFunc(plan, func(t triggers.Trigger) bool { return t.Name == name })
	})
}

// weigh holds a planned schedule against what was found; nil is nothing.
func (g *Group) weigh(t triggers.Trigger, found *scheduler.GetScheduleOutput, now time.Time) (Standing, []Difference) {
	var differences []Difference
	if found != nil {
		differences = differencesBetween(settingsWanted(g.wanted(t)), settingsFound(found))
	}
	switch {
	case found != nil && len(differences) == 0:
		return AsPlanned, nil
	case t.TooLate(now):
		return Due, nil
	case found == nil:
		return Missing, nil
	case found.State == types.ScheduleStateDisabled:
		return Disabled, differences
	default:
		return Differs, differences
	}
}
