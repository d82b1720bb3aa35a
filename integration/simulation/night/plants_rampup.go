package night

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"eks-scaling-automation/integration/simulation/planted"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// wholeTransition decides for the whole transition as soon as one of its leads begins.
func wholeTransition(i *invocation, next decideStep) decideStep {
	return func(ctx context.Context, log *slog.Logger, t run.UnitTask) (run.UnitTask, error) {
		for _, one := range i.place.transitions {
			if begins := i.place.leadOf(one); !begins.IsZero() && !i.now().Before(begins) && i.now().Before(one.at()) {
				t.Run.Due = one.at().UTC()
			}
		}
		return next(ctx, log, t)
	}
}

// marksFromTransition hides the marks that were set in a lead, as if the activation began at the transition.
func marksFromTransition(i *invocation, units planted.Units) planted.Units {
	return planted.ChangedUnits{Units: units, Change: func(u *claim.Unit) {
		marks := map[string]scaling.Application{}
		for nodegroup, mark := range u.Marks {
			if !i.place.scheduled(nodegroup, mark.At).lead {
				marks[nodegroup] = mark
			}
		}
		u.Marks = marks
	}}
}

// nodesForEach lets each node group take a whole step.
func nodesForEach(i *invocation, next decideStep) decideStep {
	return func(ctx context.Context, log *slog.Logger, t run.UnitTask) (run.UnitTask, error) {
		t, err := next(ctx, log, t)
		if err != nil || t.Next != run.NextScale {
			return t, err
		}
		for _, d := range t.Decisions {
			if !d.Step || d.Before == nil || !slices.ContainsFunc(t.Wave.Decisions, func(o scaling.Decision) bool { return o.Step }) {
				continue
			}
			d.After.DesiredSize = min(d.Before.DesiredSize+int32(i.place.rampUpOf(d.Nodegroup).nodes), d.Goal.Wanted())
			d.After.MinSize = min(d.After.MinSize, d.After.DesiredSize)
			wave := slices.DeleteFunc(t.Wave.Decisions, func(o scaling.Decision) bool { return o.Nodegroup == d.Nodegroup })
			t.Wave.Decisions = append(wave, d)
		}
		return t, err
	}
}

// stepsAtOnce forgets when the last step began.
func stepsAtOnce(_ *invocation, next decideStep) decideStep {
	return func(ctx context.Context, log *slog.Logger, t run.UnitTask) (run.UnitTask, error) {
		t.StepAt = time.Time{}
		return next(ctx, log, t)
	}
}

// stepsArrive takes the end of a step for the goal.
func stepsArrive(_ *invocation, next decideStep) decideStep {
	return func(ctx context.Context, log *slog.Logger, t run.UnitTask) (run.UnitTask, error) {
		if t.Wave != nil {
			for i, result := range t.Wave.Results {
				at := slices.IndexFunc(t.Wave.Decisions, func(d scaling.Decision) bool { return d.Nodegroup == result.Nodegroup && d.Step })
				if at >= 0 && result.After != nil {
					goal := t.Wave.Decisions[at].Goal
					sizes := goal.Sizes(goal.Wanted())
					t.Wave.Results[i].After = &sizes
				}
			}
		}
		return next(ctx, log, t)
	}
}
