package scheduler

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"eks-scaling-automation/shared/triggers"
)

// Changes are the names of the schedules that differ from a plan, each in order.
type Changes struct {
	Create []string `json:"create"`
	Update []string `json:"update"`
	Delete []string `json:"delete"`
}

// None says that the group is as planned.
func (c Changes) None() bool {
	return len(c.Create)+len(c.Update)+len(c.Delete) == 0
}

// Compare says what is to be done so that the group matches the plan.
func (g *Group) Compare(ctx context.Context, plan []triggers.Trigger, now time.Time) (Changes, error) {
	changes := Changes{Create: []string{}, Update: []string{}, Delete: []string{}}
	existing, err := g.names(ctx)
	if err != nil {
		return changes, err
	}
	for _, t := range plan {
		var found *scheduler.GetScheduleOutput
		if slices.Contains(existing, t.Name) {
			if found, err = g.get(ctx, t.Name); err != nil {
				return changes, err
			}
		}
		switch standing, _ := g.weigh(t, found, now); standing {
		case Missing:
			changes.Create = append(changes.Create, t.Name)
		case Differs, Disabled:
			changes.Update = append(changes.Update, t.Name)
		case AsPlanned, Due, NotPlanned, Passing:
		}
	}
	changes.Delete = append(changes.Delete, strays(existing, plan, now)...)
	return changes, nil
}

// strays are the existing schedules that are not planned and may go.
func strays(existing []string, plan []triggers.Trigger, now time.Time) []string {
	return slices.DeleteFunc(slices.Clone(existing), func(name string) bool {
		planned := slices.ContainsFunc(plan, func(t triggers.Trigger) bool { return t.Name == name })
		return planned || !triggers.Removable(name, now)
	})
}

// Sync makes the group match the plan and says what it has done. One schedule that is refused keeps no other from being
// made. What is new comes before what goes, so that no boundary is without its trigger meanwhile. It may be ended at any
// point, and repeated.
func (g *Group) Sync(ctx context.Context, plan []triggers.Trigger, now time.Time) (Changes, error) {
	changes, err := g.Compare(ctx, plan, now)
	if err != nil {
		return changes, err
	}
	var refused []error
	for _, t := range plan {
		var err error
		switch {
		case slices.Contains(changes.Create, t.Name):
			err = g.create(ctx, t)
		case slices.Contains(changes.Update, t.Name):
			err = g.update(ctx, t)
		}
		if _, isRefusal := errors.AsType[*types.ValidationException](err); isRefusal {
			refused = append(refused, err)
		} else if err != nil {
			return changes, err
		}
	}
	if len(refused) > 0 {
		return changes, errors.Join(refused...)
	}
	for _, name := range changes.Delete {
		if err := g.remove(ctx, name); err != nil {
			return changes, err
		}
	}
	return changes, nil
}
