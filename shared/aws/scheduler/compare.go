package scheduler

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"eks-scaling-automation/shared/triggers"
)

// comparison compares a plan with the existing schedules.
type comparison struct {
	match
	planned   []triggers.Inspection // in the order of the plan
	removable func(schedule string, now time.Time) bool
}

// compare compares the group with the plan. A schedule's name tells its settings, so compare reads only schedules that may have
// been changed since they were created, and schedules with a fixed name.
func (g *Group) compare(ctx context.Context, plan []triggers.Trigger, now time.Time) (comparison, error) {
	c := comparison{planned: make([]triggers.Inspection, len(plan)), removable: triggers.Removals(plan)}
	listed, err := g.list(ctx)
	if err != nil {
		return c, err
	}
	c.match = g.match(listed, plan)
	var unsure []int // the triggers whose schedules to read
	for i, t := range plan {
		c.planned[i] = triggers.Inspection{Name: t.Name, Description: t.Description, Expression: t.Expression, Zone: t.Zone, State: triggers.InSync}
		switch own := c.own[i]; {
		case own == nil && len(c.earlier[i]) > 0 && !t.TooLate(now):
			c.planned[i].State = triggers.Differs
		case own == nil:
			c.planned[i].State, _ = g.weigh(t, nil, now)
		case t.Fixed || g.mayBeChanged(own):
			unsure = append(unsure, i)
		}
	}
	_, err = g.each(ctx, len(unsure), func(n int) error {
		i := unsure[n]
		found, err := g.get(ctx, c.names[i])
		c.planned[i].State, c.planned[i].Differences = g.weigh(plan[i], found, now)
		return err
	})
	return c, err
}

// tolerance is the largest difference between the two dates of an unchanged schedule.
const tolerance = time.Second

// mayBeChanged reports whether a schedule was changed since it was created, perhaps back to its original settings.
func (g *Group) mayBeChanged(s *types.ScheduleSummary) bool {
	return s.State != types.ScheduleStateEnabled ||
		s.Target == nil || aws.ToString(s.Target.Arn) != triggers.TargetARN(g.target.Partition) ||
		s.CreationDate == nil || s.LastModificationDate == nil || s.LastModificationDate.Sub(*s.CreationDate).Abs() > tolerance
}

// weigh compares a planned schedule with the existing one; nil if there is none.
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
