package scheduler

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/scheduler"

	"eks-scaling-automation/shared/triggers"
)

// nameSetting is the only difference of a schedule that was created before names had fingerprints.
const nameSetting = "Name"

// Inspect compares every existing or planned schedule with the plan, in the order of the triggers' names.
func (g *Group) Inspect(ctx context.Context, plan []triggers.Trigger, now time.Time) ([]triggers.Inspection, error) {
	c, err := g.compare(ctx, plan, now)
	if err != nil {
		return nil, err
	}
	if err := g.inspectEarlier(ctx, c, plan, now); err != nil {
		return nil, err
	}
	read := make([]*scheduler.GetScheduleOutput, len(c.unplanned))
	_, err = g.each(ctx, len(read), func(i int) (err error) {
		read[i], err = g.get(ctx, c.unplanned[i].name)
		return err
	})
	if err != nil {
		return nil, err
	}
	inspections := c.planned
	for i, found := range read {
		if found == nil {
			continue // it has gone meanwhile
		}
		s := settingsFound(found)
		inspection := triggers.Inspection{Name: c.unplanned[i].shown, State: triggers.Transient, Description: s.description, Expression: s.expression, Zone: s.zone}
		if c.removable(c.unplanned[i].name, now) {
			inspection.State = triggers.Unplanned
		}
		inspections = append(inspections, inspection)
	}
	slices.SortFunc(inspections, func(a, b triggers.Inspection) int { return strings.Compare(a.Name, b.Name) })
	return inspections, nil
}

// inspectEarlier finds the differences of schedules that are to be replaced.
func (g *Group) inspectEarlier(ctx context.Context, c comparison, plan []triggers.Trigger, now time.Time) error {
	var replaced []int
	for i := range plan {
		if len(c.earlier[i]) > 0 && c.planned[i].State == triggers.Differs {
			replaced = append(replaced, i)
		}
	}
	_, err := g.each(ctx, len(replaced), func(n int) error {
		i := replaced[n]
		found, err := g.get(ctx, c.earlier[i][0])
		if err != nil {
			return err
		}
		inspected := &c.planned[i]
		if inspected.State, inspected.Differences = g.weigh(plan[i], found, now); inspected.State == triggers.InSync {
			inspected.State = triggers.Differs
			inspected.Differences = []triggers.Difference{{Setting: nameSetting, Desired: c.names[i], Current: c.earlier[i][0]}}
		}
		return nil
	})
	return err
}
