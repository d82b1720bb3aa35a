package scheduler

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"eks-scaling-automation/shared/triggers"
)

// due returns the changes that make the group match the plan. It does not read schedules to delete, because reading them may be
// denied.
func (g *Group) due(ctx context.Context, plan []triggers.Trigger, now time.Time) (triggers.Changes, error) {
	changes := triggers.Changes{Create: []string{}, Update: []string{}, Delete: []string{}}
	existing, err := g.names(ctx)
	if err != nil {
		return changes, err
	}
	inspections, err := g.inspectPlanned(ctx, existing, plan, now)
	if err != nil {
		return changes, err
	}
	for _, i := range inspections {
		switch i.State {
		case triggers.Missing:
			changes.Create = append(changes.Create, i.Name)
		case triggers.Differs, triggers.Disabled:
			changes.Update = append(changes.Update, i.Name)
		case triggers.InSync, triggers.Due, triggers.Unplanned, triggers.Transient:
		}
	}
	for _, name := range unplanned(existing, plan) {
		if triggers.Removable(name, now) {
			changes.Delete = append(changes.Delete, name)
		}
	}
	return changes, nil
}

// Sync makes the group match the plan and returns its changes. A refused schedule does not affect others. It creates before it
// deletes, so that no boundary lacks its trigger meanwhile. It can be interrupted at any point and repeated.
func (g *Group) Sync(ctx context.Context, plan []triggers.Trigger, now time.Time) (triggers.Changes, error) {
	changes, err := g.due(ctx, plan, now)
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
