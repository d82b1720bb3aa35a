package scheduler

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/triggers"
)

// Sync makes the group match the plan and returns its changes, by the names of the triggers. A trigger
// with other settings than before gets a new schedule, and its earlier one is deleted. A refused schedule does not affect others. It creates
// before it deletes, so that no boundary lacks its trigger meanwhile. It can be interrupted at any point and repeated: what exists by
// then is not made again. When the context's deadline is near, it ends with an error that says how far it came.
func (g *Group) Sync(ctx context.Context, plan []triggers.Trigger, now time.Time) (triggers.Changes, error) {
	changes := triggers.Changes{Create: []string{}, Update: []string{}, Delete: []string{}}
	c, err := g.compare(ctx, plan, now)
	if err != nil {
		return changes, outOfTime(err, "before all schedules were compared with the plan")
	}
	var writes []write
	var earlier []string
	for i, inspected := range c.planned {
		switch inspected.State {
		case triggers.Missing:
			changes.Create = append(changes.Create, inspected.Name)
			writes = append(writes, write{plan[i], g.create})
		case triggers.Differs, triggers.Disabled:
			changes.Update = append(changes.Update, inspected.Name)
			do := g.update
			if c.own[i] == nil {
				do = g.create
			}
			writes = append(writes, write{plan[i], do})
			earlier = append(earlier, c.earlier[i]...)
		case triggers.InSync, triggers.Due, triggers.Unplanned, triggers.Transient:
		}
	}
	obsolete := slices.DeleteFunc(earlier, func(schedule string) bool { return !c.removable(schedule) })
	for _, s := range c.unplanned {
		if c.removable(s.name) {
			changes.Delete = append(changes.Delete, s.shown)
			obsolete = append(obsolete, s.name)
		}
	}
	return changes, g.write(ctx, writes, obsolete)
}

// write creates and updates schedules, and then deletes others. Those are not read, because that may be denied.
func (g *Group) write(ctx context.Context, writes []write, obsolete []string) error {
	slices.SortStableFunc(writes, onceFirst)
	done, err := g.each(ctx, len(writes), func(i int) error { return writes[i].do(ctx, writes[i].trigger) })
	if err != nil {
		return outOfTime(err, fmt.Sprintf("after %d of %d schedules were created or updated", done, len(writes)))
	}
	done, err = g.each(ctx, len(obsolete), func(i int) error { return g.remove(ctx, obsolete[i]) })
	return outOfTime(err, fmt.Sprintf("after %d of %d schedules were deleted", done, len(obsolete)))
}

// write creates or updates the schedule of a trigger.
type write struct {
	trigger triggers.Trigger
	do      func(context.Context, triggers.Trigger) error
}

// onceFirst begins with what fires once, because it may soon be too late for that.
func onceFirst(a, b write) int {
	rank := func(w write) int {
		if w.trigger.Once {
			return 0
		}
		return 1
	}
	return rank(a) - rank(b)
}

// outOfTime says how far the work came, if the time ran out.
func outOfTime(err error, when string) error {
	if !errors.Is(err, errOutOfTime) && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return run.Errorf(run.TransientError, "time ran out %s; the next attempt goes on from there", when)
}
