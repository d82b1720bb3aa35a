package scheduler

import (
	"context"
	"errors"
	"slices"
	"time"

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
		if !slices.Contains(existing, t.Name) {
			if !t.TooLate(now) {
				changes.Create = append(changes.Create, t.Name)
			}
			continue
		}
		found, err := g.get(ctx, t.Name)
		switch {
		case err != nil:
			return changes, err
		case found == nil:
			changes.Create = append(changes.Create, t.Name)
		case settingsFound(found) != settingsWanted(g.wanted(t)):
			changes.Update = append(changes.Update, t.Name)
		}
	}
	for _, name := range existing {
		planned := slices.ContainsFunc(plan, func(t triggers.Trigger) bool { return t.Name == name })
		if !planned && triggers.Removable(name, now) {
			changes.Delete = append(changes.Delete, name)
		}
	}
	return changes, nil
}

// Sync makes the group match the plan and says what it has done. One schedule that is refused keeps no other from being
// made. What is new comes before what goes, so that no boundary is without its trigger meanwhile. It may be ended at any
// point, and repeated.
func (g *Group) Sync(ctx context.Context, plan []triggers.Trigger, now time.Time) (Changes, error) {
	changes, err := g.Compare(ctx, plan, now)
	if err != nil {
		return changes, err
	}
	var failed []error
	for _, t := range plan {
		switch {
		case slices.Contains(changes.Create, t.Name):
			failed = append(failed, g.create(ctx, t))
		case slices.Contains(changes.Update, t.Name):
			failed = append(failed, g.update(ctx, t))
		}
	}
	if err := errors.Join(failed...); err != nil {
		return changes, err
	}
	for _, name := range changes.Delete {
		failed = append(failed, g.remove(ctx, name))
	}
	return changes, errors.Join(failed...)
}
