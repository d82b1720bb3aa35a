// Package decide is the step that decides what a unit does next. It reads the unit's current state, takes the claim if there is
// work, and returns one wave of changes or none, with a reason for every node group. The state machine calls it again after every
// wave. It never changes EKS.
package decide

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/blastradius"
	"eks-scaling-automation/shared/budget"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// Configuration reads the unit's configuration.
type Configuration interface {
	Unit(ctx context.Context, unit string) (inventory.Snapshot, error)
}

// Units reads and writes the units' records.
type Units interface {
	Unit(ctx context.Context, name string) (claim.Unit, error)
	Claim(ctx context.Context, u claim.Unit, c claim.Claim, nodegroups []string) (claim.Unit, error)
	Decided(ctx context.Context, u claim.Unit, me claim.Order, now time.Time, r tables.Round) error
}

// Counter counts what each run takes down.
type Counter interface {
	Reserve(ctx context.Context, r blastradius.Reservation) (taken blastradius.Taken, granted bool, err error)
}

// EKS reads node groups and their updates.
type EKS interface {
	Describe(ctx context.Context, p nodegroups.Place, nodegroup string) (nodegroups.State, error)
	Update(ctx context.Context, p nodegroups.Place, nodegroup, id string) (nodegroups.Update, error)
	InProgress(ctx context.Context, p nodegroups.Place, nodegroup string) (id string, err error)
}

// Handler is the step.
type Handler struct {
	Config  Configuration
	Units   Units
	Counter Counter
	EKS     EKS
	// Region limits the step to the clusters of one region; empty is no limit.
	Region string
	Now    func() time.Time
}

// attempts limits how often a decision is repeated because another run took the claim meanwhile.
const attempts = 5

// Handle decides one round of a unit.
func (h Handler) Handle(ctx context.Context, log *slog.Logger, in run.UnitTask) (run.UnitTask, error) {
	ctx, throttled := nodegroups.Throttles(ctx)
	task, err := h.decideUnit(ctx, log, in)
	task.Throttled += throttled()
	return task, err
}

func (h Handler) decideUnit(ctx context.Context, log *slog.Logger, in run.UnitTask) (run.UnitTask, error) {
	r := round{Handler: h, log: log, task: merged(in), now: h.Now().UTC().Truncate(time.Millisecond)}
	r.me = r.task.Run.Order()
	if err := r.configure(ctx); err != nil {
		return r.task, err
	}
	for range attempts {
		err := r.read(ctx)
		if err == nil {
			err = r.decide(ctx)
		}
		if throttled, ok := errors.AsType[throttledRead](err); ok {
			err = r.readLater(ctx, throttled.error)
		}
		if !errors.Is(err, tables.ErrClaimLost) {
			return r.task, err
		}
	}
	return r.task, run.Errorf(run.TransientError, "unit %s: its claim changed hands %d times in a row", r.task.Unit, attempts)
}

// merged returns the task with the last wave's results added to the earlier ones.
func merged(task run.UnitTask) run.UnitTask {
	task.Round++
	task.DelaySeconds, task.Next, task.Basis, task.NextStepAt = 0, "", "", time.Time{}
	if task.Guards == nil {
		task.Guards = []scaling.Guard{}
	}
	if task.Wave == nil {
		return task
	}
	results := task.Wave.Results
	task.Reserved -= notRequested(*task.Wave)
	returned := func(r run.ChangeResult) bool { return r.Outcome == run.Returned }
	for _, result := range slices.DeleteFunc(slices.Clone(results), returned) {
		task.Done = task.Done.Add(result)
	}
	if len(results) > 0 {
		task.Idle++
	}
	if slices.ContainsFunc(results, run.ChangeResult.Arrived) {
		task.Idle = 0
	}
	if called := slices.ContainsFunc(results, func(r run.ChangeResult) bool { return !returned(r) }); isStep(task.Wave.Decisions) && !called {
		task.Steps, task.StepAt = task.Steps-1, time.Time{} // it did not begin, and the one before is older
	}
	task.Wave = nil
	return task
}

// round is one decision in progress.
type round struct {
	Handler
	log  *slog.Logger
	task run.UnitTask
	me   claim.Order
	now  time.Time

	limit  blastradius.Limit
	budget budget.Budget
	view   view       // what the configuration wants
	judged judged     // its conditions
	paused string     // why nothing is scaled; empty when it is
	record claim.Unit // the unit's record
}

// read reads the unit's record. If another unit has claimed one of the node groups last, one of the two has read the configuration
// before the node group moved. So this one reads it again: its configuration is then no older than the other's claim.
func (r *round) read(ctx context.Context) error {
	record, err := r.Units.Unit(ctx, r.task.Unit)
	if broken, ok := errors.AsType[*tables.UnitError](err); ok {
		return run.Errorf(run.UnitInvalidError, "%w", broken)
	}
	if err != nil {
		return err
	}
	r.judge(record)
	if record.Moved(r.view.covers) {
		err = r.configure(ctx)
		r.judge(record)
	}
	r.record = r.own(record)
	return err
}

// own returns a record without the node groups of the cluster's other units.
func (r *round) own(record claim.Unit) claim.Unit {
	return record.Of(slices.Sorted(maps.Keys(r.view.unit.Nodegroups)))
}

// decide checks the node groups, takes the claim and plans the round.
func (r *round) decide(ctx context.Context) error {
	verdict := r.record.Stand(r.me, r.view.covers, r.now)
	switch {
	case r.paused != "":
		r.task.Notice = r.paused
		return r.end(ctx, run.Skipped)
	case r.task.Run.DryRun:
		return r.foresee(ctx)
	case verdict.State == claim.Holds:
		return r.extend(ctx, verdict)
	case verdict.State == claim.Overtaken:
		return r.overtaken(verdict.Other)
	case r.task.Run.Trigger == run.ReconcileTrigger && r.record.HeldByOther(r.me, r.now):
		r.task.Notice = "unchanged: run " + r.record.Claim.Order.Run() + " is still running"
		return r.finish(run.Succeeded)
	}
	return r.claim(ctx, verdict)
}

// claim takes the claim if there is anything to do.
func (r *round) claim(ctx context.Context, verdict claim.Verdict) error {
	found, err := r.observeAll(ctx, verdict)
	if err != nil {
		return err
	}
	if !r.somethingToDo(found, verdict) {
		r.take(found)
		return r.finish(r.outcome(verdict))
	}
	if verdict.State == claim.Waits {
		return r.wait(verdict.Other, claimPoll)
	}
	r.takeOver()
	if err := r.write(ctx, found.unfinished()); err != nil {
		return err
	}
	// The run before may have recorded a round between this one's read of the record and its claim.
	r.judge(r.record)
	return r.extend(ctx, verdict)
}

// somethingToDo reports whether the run needs the claim: to change a node group, or to remember a condition. A memory alone is not
// worth waiting for another run, which judges the conditions too.
func (r *round) somethingToDo(found reading, verdict claim.Verdict) bool {
	remembers := verdict.State != claim.Waits && !r.record.Remembers(r.judged.memories)
	return remembers || found.somethingToDo() || r.record.Opposes(r.me, r.view.goals(), r.now)
}

// extend claims the node groups that the unit has been given since the run claimed it, or that a condition no longer leaves alone.
func (r *round) extend(ctx context.Context, verdict claim.Verdict) error {
	if len(r.unclaimed()) > 0 {
		if err := r.write(ctx, r.record.Claim.Unfinished); err != nil {
			return err
		}
	}
	return r.plan(ctx, verdict)
}

// unclaimed returns the covered node groups that the run has yet to claim.
func (r *round) unclaimed() []string { return r.record.Unclaimed(r.me, r.view.covers) }

// write writes the claim.
func (r *round) write(ctx context.Context, unfinished []string) error {
	record, err := r.Units.Claim(ctx, r.record, claim.Claim{
		Order: r.me, RenewedAt: r.now, Unfinished: unfinished, Goals: r.view.goals(),
	}, r.unclaimed())
	if err != nil {
		return err
	}
	r.record = r.own(record)
	r.log.Info("claimed the unit", "order", string(r.me))
	return nil
}

// plan reads the node groups under the claim and records the round.
func (r *round) plan(ctx context.Context, verdict claim.Verdict) error {
	if until, other := r.record.OpenUntil(r.now); !until.IsZero() {
		return r.waitForIntents(ctx, until, other)
	}
	r.task.Waiting = nil
	found, err := r.observeAll(ctx, verdict)
	if err != nil {
		return err
	}
	r.take(found)
	waves := found.plan.Waves
	tired := r.tired(found)
	refused, err := r.reserve(ctx, found)
	if err != nil {
		return err
	}
	written := r.recorded(found)
	written.Ends = len(waves) == 0 || tired != "" || refused != nil
	if err := r.Units.Decided(ctx, r.record, r.me, r.now, written); err != nil {
		return err
	}
	switch {
	case tired != "":
		return r.fail(run.NoProgressError, tired)
	case refused != nil:
		return r.refuse(*refused, found)
	case len(waves) == 0:
		return r.finish(r.outcome(verdict))
	}
	r.handOut(waves[0])
	return nil
}

// handOut hands out a wave, or waits until it may begin.
func (r *round) handOut(wave []scaling.Decision) {
	switch {
	case r.endsSoon():
		// A call now could go out after the transition. The next round decides for the time after it.
		r.task.Next, r.task.DelaySeconds = run.NextWait, seconds(r.task.GoodUntil.Sub(r.now)+time.Second)
	case r.nextStep(wave).After(r.now):
		r.task.NextStepAt = r.nextStep(wave)
		r.task.Next, r.task.DelaySeconds = run.NextWait, seconds(min(r.task.NextStepAt.Sub(r.now), longestWait))
	default:
		r.task.Next, r.task.Wave = run.NextScale, &run.Wave{Decisions: wave}
		r.begin(wave)
	}
}

// tired returns why the unit gives up; empty if it does not.
func (r *round) tired(found reading) string {
	switch left := joined(found.unfinished()); {
	case len(found.plan.Waves) == 0:
		return ""
	case r.task.Idle >= maxIdle:
		return fmt.Sprintf("unit %s: no node group has arrived in %d waves in a row; still to change: %s", r.task.Unit, r.task.Idle, left)
	case isStep(found.plan.Waves[0]) && r.task.Steps >= r.maxSteps():
		return fmt.Sprintf("unit %s: %d steps have not led to the desired sizes, as something else lowers them in between; still to change: %s",
			r.task.Unit, r.task.Steps, left)
	default:
		return ""
	}
}

// waitForIntents waits while an announced call may still arrive. It gives up after waitTimeout.
func (r *round) waitForIntents(ctx context.Context, until time.Time, other claim.Order) error {
	if err := r.renew(ctx); err != nil {
		return err
	}
	if err := r.wait(other, min(until.Sub(r.now)+time.Second, longestWait)); err != nil || r.task.Next == run.NextWait {
		return err
	}
	return r.end(ctx, run.Failed)
}

// endsSoon reports whether the decision's time is nearly over.
func (r *round) endsSoon() bool {
	return !r.task.GoodUntil.IsZero() && r.task.GoodUntil.Sub(r.now) < run.CallMargin+claimPoll
}

// foresee makes a dry run's decision: the waves if nothing fails.
func (r *round) foresee(ctx context.Context) error {
	found, err := r.observeAll(ctx, claim.Verdict{})
	if err != nil {
		return err
	}
	r.take(found)
	for _, wave := range found.plan.Waves {
		r.task.Expected = append(r.task.Expected, namesOf(wave))
	}
	return r.finish(run.Planned)
}
