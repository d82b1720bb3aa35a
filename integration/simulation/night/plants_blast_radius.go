package night

import (
	"context"
	"log/slog"
	"math"

	decidestep "eks-scaling-automation/functions/steps/decide"
	"eks-scaling-automation/shared/blastradius"
	"eks-scaling-automation/shared/run"
)

// uncounted grants every reservation, and counts it.
type uncounted struct{ decidestep.Counter }

func (u uncounted) Reserve(ctx context.Context, r blastradius.Reservation) (blastradius.Taken, bool, error) {
	r.Limit = blastradius.Limit{Nodes: math.MaxInt32}
	return u.Counter.Reserve(ctx, r)
}

func noCondition(_ *invocation, c decidestep.Counter) decidestep.Counter { return uncounted{c} }

// late counts a reservation after it is granted, if the run has not used up its limits before.
type late struct{ decidestep.Counter }

func (l late) Reserve(ctx context.Context, r blastradius.Reservation) (blastradius.Taken, bool, error) {
	limit := r.Limit
	r.Limit = blastradius.Limit{Nodes: math.MaxInt32}
	taken, _, err := l.Counter.Reserve(ctx, r)
	return taken, limit.Allows(blastradius.Taken{Nodes: taken.Nodes - r.Nodes, Units: taken.Units - 1}), err
}

func countedLate(_ *invocation, c decidestep.Counter) decidestep.Counter { return late{c} }

// asFound lets a call take down what it finds, whatever was reserved.
func asFound(_ *invocation, next scaleStep) scaleStep {
	return func(ctx context.Context, log *slog.Logger, t run.ChangeTask) (run.ChangeTask, error) {
		counted := t.Run.BeyondBlastRadius
		t.Run.BeyondBlastRadius = true
		t, err := next(ctx, log, t)
		t.Run.BeyondBlastRadius = counted
		return t, err
	}
}
