package decide

import (
	"context"
	"fmt"
	"slices"
	"time"

	"eks-scaling-automation/functions/step"
	"eks-scaling-automation/shared/aws/awserr"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/pace"
	"eks-scaling-automation/shared/run"
)

const (
	// How often a waiting run checks again.
	claimPoll = 15 * time.Second
	// A run renews its claim at least this often, so no wait may be longer.
	longestWait = 2 * time.Minute
	// How many waves in a row may end without a node group reaching its goal.
	maxIdle = 3
)

// seconds rounds up to whole seconds.
func seconds(d time.Duration) int {
	return int((d + time.Second - 1) / time.Second)
}

// wait repeats the decision later, unless the unit has waited longer than waitTimeout.
func (r *round) wait(other claim.Order, delay time.Duration) error {
	if r.task.Waiting == nil {
		r.task.Waiting = &run.Waiting{Since: r.now}
	}
	r.task.Waiting.Run = other.Run()
	limit := time.Duration(r.task.Cluster.WaitTimeoutSeconds) * time.Second
	if waited := r.now.Sub(r.task.Waiting.Since); waited >= limit {
		return r.fail(run.UnitBusyError, fmt.Sprintf("unit %s: waited %s for run %s, which is still running",
			r.task.Unit, waited.Round(time.Second), other.Run()))
	}
	r.log.Info("waiting", "run", other.Run())
	r.task.Next, r.task.DelaySeconds = run.NextWait, seconds(delay)
	return nil
}

// readLater repeats the decision after EKS throttled its reads, unless no reading has got further for waitTimeout. It renews
// the claim: many units may share one account and region's quota.
func (r *round) readLater(ctx context.Context, cause error) error {
	if r.task.ThrottledSince.IsZero() {
		r.task.ThrottledSince = r.now
	}
	tried := r.now.Sub(r.task.ThrottledSince)
	left := step.Patience(cause, time.Duration(r.task.Cluster.WaitTimeoutSeconds)*time.Second) - tried
	if left <= 0 {
		if err := r.end(ctx, run.Failed); err != nil {
			return err
		}
		return r.fail(run.ThrottledError, fmt.Sprintf("unit %s: its node groups could not be read for %s: %s",
			r.task.Unit, tried.Round(time.Second), awserr.Plain(cause)))
	}
	if r.holds() {
		if err := r.renew(ctx); err != nil {
			return err
		}
	}
	r.log.Info("throttled", "cause", awserr.Plain(cause))
	r.task.Next, r.task.DelaySeconds = run.NextWait, pace.Seconds(pace.Throttled(tried, r.task.Unit), left)
	return nil
}

// outcome returns how the unit's part of the run ended.
func (r *round) outcome(verdict claim.Verdict) run.Outcome {
	switch {
	case len(verdict.LeftTo) > 0:
		for _, newer := range verdict.LeftTo {
			r.task.OvertakenBy = max(r.task.OvertakenBy, newer.Run())
		}
		return run.Overtaken
	default:
		return run.Succeeded
	}
}

// overtaken ends the unit because newer runs decide for all of its node groups.
func (r *round) overtaken(by claim.Order) error {
	r.task.OvertakenBy, r.task.Notice = by.Run(), "run "+by.Run()+" is newer and decides instead"
	return r.finish(run.Overtaken)
}

// end ends the unit, and the claim if the run has it.
func (r *round) end(ctx context.Context, outcome run.Outcome) error {
	if r.holds() {
		if err := r.Units.Decided(ctx, r.record, r.me, r.now, r.unchanged(true)); err != nil {
			return err
		}
	}
	return r.finish(outcome)
}

// holds reports whether the run has the claim.
func (r *round) holds() bool {
	c := r.record.Claim
	return c != nil && c.Order == r.me && c.EndedAt.IsZero()
}

// renew keeps the claim alive.
func (r *round) renew(ctx context.Context) error {
	if err := r.Units.Decided(ctx, r.record, r.me, r.now, r.unchanged(false)); err != nil {
		return err
	}
	renewed := *r.record.Claim
	renewed.RenewedAt, r.record.Claim = r.now, &renewed
	return nil
}

// unchanged returns a round that leaves the unit's record as it is.
func (r *round) unchanged(ends bool) tables.Round {
	c := r.record.Claim
	relied := r.record.Relied
	if relied == nil {
		relied = map[string]string{}
	}
	return tables.Round{Unfinished: c.Unfinished, Goals: c.Goals, Relied: relied, Conditions: r.record.Conditions, Ends: ends}
}

// finish ends the unit. One failed change fails the unit.
func (r *round) finish(outcome run.Outcome) error {
	if slices.ContainsFunc(r.task.Done, func(c run.ChangeResult) bool { return c.Outcome == run.Failed }) {
		outcome = run.Failed
	}
	r.task.Next, r.task.Outcome, r.task.Waiting = run.NextDone, outcome, nil
	return nil
}

// fail ends the unit with the given error.
func (r *round) fail(name run.ErrorName, cause string) error {
	r.task.Error = &run.StepError{Error: string(name), Cause: cause}
	r.task.Next, r.task.Outcome = run.NextDone, run.Failed
	return nil
}
