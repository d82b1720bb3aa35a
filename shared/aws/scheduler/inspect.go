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

// Inspect compares every existing or planned schedule with the plan, in the order of their names.
func (g *Group) Inspect(ctx context.Context, plan []triggers.Trigger, now time.Time) ([]triggers.Inspection, error) {
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
		i := triggers.Inspection{Name: name, State: triggers.Transient}
		if triggers.Removable(name, now) {
			i.State = triggers.Unplanned
		}
		s := settingsFound(found)
		i.Description, i.Expression, i.Zone = s.description, s.expression, s.zone
		inspections = append(inspections, i)
	}
	slices.SortFunc(inspections, func(a, b triggers.Inspection) int { return strings.Compare(a.Name, b.Name) })
	return inspections, nil
}

// inspectPlanned compares the planned schedules, given the names of the existing ones.
func (g *Group) inspectPlanned(ctx context.Context, existing []string, plan []triggers.Trigger, now time.Time) ([]triggers.Inspection, error) {
	inspections := []triggers.Inspection{}
	for _, t := range plan {
		var found *scheduler.GetScheduleOutput
		if slices.Contains(existing, t.Name) {
			var err error
			if found, err = g.get(ctx, t.Name); err != nil {
				return nil, err
			}
		}
		i := triggers.Inspection{Name: t.Name, Description: t.Description, Expression: t.Expression, Zone: t.Zone}
		i.State, i.Differences = g.weigh(t, found, now)
		inspections = append(inspections, i)
	}
	return inspections, nil
}

// unplanned returns the existing schedules that are not planned.
func unplanned(existing []string, plan []triggers.Trigger) []string {
	return slices.DeleteFunc(slices.Clone(existing), func(name string) bool {
		return slices.ContainsFunc(plan, func(t triggers.Trigger) bool { return t.Name == name })
	})
}

// weigh compares a planned schedule with the existing one, or nil.
func (g *Group) weigh(t triggers.Trigger, found *scheduler.GetScheduleOutput, now time.Time) (triggers.State, []triggers.Difference) {
	var differences []triggers.Difference
	if found != nil {
		differences = differencesBetween(settingsWanted(g.wanted(t)), settingsFound(found))
	}
	switch {
	case found != nil && len(differences) == 0:
		return triggers.InSync, nil
	case t.TooLate(now):
		return triggers.Due, nil
	case found == nil:
		return triggers.Missing, nil
	case found.State == types.ScheduleStateDisabled:
		return triggers.Disabled, differences
	default:
		return triggers.Differs, differences
	}
}
