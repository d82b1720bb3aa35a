package scheduler

import (
	"context"
	"errors"
	"time"

	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/triggers"
)

// Sync makes the group match the plan and returns what it changed, by the names of the triggers. A trigger with other settings
// than before gets a new schedule, and its earlier one is deleted. A refused schedule does not affect others. It creates before
// it deletes, so that no transition lacks its trigger meanwhile. It can be interrupted at any point and repeated: it does not
// create existing schedules again. Near the context's deadline it ends with an error that reports the progress.
//
// The plan is compared as of now. A pass takes a while, so each call first checks again whether its schedule can still be created
// or deleted.
func (g *Group) Sync(ctx context.Context, plan []triggers.Trigger, now time.Time) (triggers.Changes, error) {
	began := g.limits.Clock.Now()
	w := work{Group: g, now: func() time.Time { return now.Add(g.limits.Clock.Now().Sub(began)) }}
	c, err := g.compare(ctx, plan, now)
	if err != nil {
		return w.changed(), outOfTime(err, "before all schedules were compared with the plan")
	}
	w.removable = c.removable
	writes := map[string]*step{} // by the schedule that they write
	for i, inspected := range c.planned {
		switch inspected.State {
		case triggers.Missing:
			w.write(plan[i], created, g.create)
		case triggers.Differs, triggers.Disabled:
			do := g.update
			if c.own[i] == nil {
				do = g.create
			}
			written := w.write(plan[i], updated, do)
			writes[c.names[i]] = written
			for _, earlier := range c.earlier[i] {
				w.removal(inspected.Name, updated, earlier, written)
			}
		case triggers.InSync, triggers.Due, triggers.Unplanned, triggers.Transient:
		}
	}
	for _, s := range c.unplanned {
		if c.removable(s.name, now) {
			w.removal(s.shown, deleted, s.name, writes[s.successor])
		}
	}
	err = w.carryOut(ctx)
	return w.changed(), err
}

// outOfTime adds the progress to the error if the time ran out.
func outOfTime(err error, when string) error {
	if !errors.Is(err, errOutOfTime) && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return run.Errorf(run.TransientError, "time ran out %s; the next attempt continues from there", when)
}
