// Package look is the step that checks an update once: has EKS finished it, and does the node group have the requested sizes? The
// loop is in the state machine, where waiting costs nothing.
package look

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"eks-scaling-automation/functions/step"
	"eks-scaling-automation/shared/aws/awserr"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/pace"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// Units reads and writes the units' records.
type Units interface {
	Unit(ctx context.Context, name string) (claim.Unit, error)
	Renew(ctx context.Context, unit, nodegroup string, me claim.Order, now time.Time) error
	Arrived(ctx context.Context, unit string, me claim.Order, now time.Time, a tables.Arrival) error
}

// EKS reads node groups and their updates.
type EKS interface {
	Describe(ctx context.Context, p nodegroups.Place, nodegroup string) (nodegroups.State, error)
	Update(ctx context.Context, p nodegroups.Place, nodegroup, id string) (nodegroups.Update, error)
}

// Handler is the step.
type Handler struct {
	Units Units
	EKS   EKS
	Now   func() time.Time
}

// secondLook is how long a node group may keep other sizes than requested before the change fails.
const secondLook = 30 * time.Second

// Handle checks once. It renews the claim first, so that any later failure belongs to a run that still had it.
func (h Handler) Handle(ctx context.Context, log *slog.Logger, task run.ChangeTask) (run.ChangeTask, error) {
	progress := *task.Progress
	task.Progress = &progress
	ctx, throttled := nodegroups.Throttles(ctx)
	defer func() { progress.Throttled += throttled() }()
	l := look{Handler: h, log: log, task: task, now: h.Now(), name: task.Name()}
	err := h.Units.Renew(ctx, task.Unit, task.Decision.Nodegroup, task.Run.Order(), l.now)
	if err == nil {
		err = l.once(ctx)
	}
	if errors.Is(err, tables.ErrClaimLost) {
		return l.overtaken(ctx)
	}
	return l.task, err
}

// look is one check in progress.
type look struct {
	Handler
	log  *slog.Logger
	task run.ChangeTask
	now  time.Time
	name string // unit and node group, for messages
}

func (l *look) once(ctx context.Context) error {
	place := nodegroups.PlaceOf(l.task.Cluster, l.task.Run)
	// The update is read first: right after it was accepted, the node group may still be ACTIVE.
	update, err := l.EKS.Update(ctx, place, l.task.Decision.Nodegroup, l.task.Progress.UpdateID)
	if err != nil {
		return l.unread(err)
	}
	switch update.Status {
	case nodegroups.InProgress:
		return l.pending("its update is in progress")
	case nodegroups.Failed, nodegroups.Cancelled:
		return run.Errorf(run.NodegroupFailedError, "EKS ended the update as %s: %s", update.Status, strings.Join(update.Errors, "; "))
	case nodegroups.Successful:
	}
	state, err := l.EKS.Describe(ctx, place, l.task.Decision.Nodegroup)
	if err != nil {
		return l.unread(err)
	}
	l.task.Progress.Health = state.Health
	observed := state.Observed()
	switch observed.Condition {
	case scaling.Active:
	case scaling.Degraded:
		if l.task.Decision.Action != scaling.ScaleDown {
			return l.degraded(state)
		}
		// EKS has removed the nodes as requested: the degradation is unrelated to this change.
	case scaling.Updating:
		return l.pending("it is " + observed.Detail)
	case scaling.Broken, scaling.Gone, scaling.Unreadable:
		return run.Errorf(run.NodegroupFailedError, "node group %s is %s", l.name, observed.Detail)
	}
	return l.compare(ctx, state, observed.Condition == scaling.Active)
}

// compare compares a node group with the requested sizes after its update has ended.
func (l *look) compare(ctx context.Context, state nodegroups.State, active bool) error {
	p := l.task.Progress
	switch more := state.Sizes.DesiredSize > p.After.DesiredSize; {
	case l.asAsked(state.Sizes):
	case more && l.bounds(state.Sizes) && l.task.Decision.Action == scaling.ScaleUp:
		p.Note = fmt.Sprintf("asked for %s, and it has more", p.After)
	case more && l.bounds(state.Sizes):
		p.Note = fmt.Sprintf("scaled down to %s, and raised again since", p.After)
	default:
		return l.short(state)
	}
	var took time.Duration
	if l.task.Decision.Action == scaling.ScaleUp {
		took = l.now.Sub(p.StartedAt)
	}
	if err := l.Units.Arrived(ctx, l.task.Unit, l.task.Run.Order(), l.now, tables.Arrival{
		Nodegroup: l.task.Decision.Nodegroup, UpdateID: p.UpdateID, Took: took, Active: active,
	}); err != nil {
		return err
	}
	p.Status, p.Outcome, p.DelaySeconds, p.EndedAt, p.After = run.Ended, run.Succeeded, 0, l.now, state.Sizes
	l.log.Info("the node group has arrived", "status", string(state.Status), "sizes", state.Sizes.String())
	return nil
}

// asAsked reports whether sizes are as requested. A goal without a desired size requests only its bounds.
func (l *look) asAsked(s scaling.Sizes) bool {
	return s == l.task.Progress.After || l.task.Decision.Goal.DesiredSize == nil && l.bounds(s)
}

func (l *look) bounds(s scaling.Sizes) bool {
	return s.MinSize == l.task.Progress.After.MinSize && s.MaxSize == l.task.Progress.After.MaxSize
}

// short checks a node group with other sizes than requested again half a minute later.
func (l *look) short(state nodegroups.State) error {
	p := l.task.Progress
	if p.ShortSince.IsZero() {
		p.ShortSince = l.now
	}
	if l.now.Sub(p.ShortSince) < secondLook {
		p.Status, p.DelaySeconds = run.Pending, int(secondLook.Seconds())
		return nil
	}
	return run.Errorf(run.NodegroupNotAsAskedError,
		"node group %s was asked to be %s; EKS says the update %s went well, but it is %s", l.name, p.After, p.UpdateID, state.Sizes)
}

// degraded ends a scale-up whose capacity did not arrive. A node group that was DEGRADED before has until the deadline to
// recover.
func (l *look) degraded(state nodegroups.State) error {
	if l.task.Progress.WasDegraded && l.now.Before(l.task.Progress.Deadline) {
		return l.pending("it is still DEGRADED")
	}
	return run.Errorf(run.NodegroupDegradedError,
		"node group %s took the sizes %s, but is DEGRADED: %s", l.name, state.Sizes, strings.Join(state.Health, "; "))
}

// pending repeats the check later, unless the time is up.
func (l *look) pending(why string) error {
	p := l.task.Progress
	if !l.now.Before(p.Deadline) {
		return run.Errorf(run.NodegroupTimeoutError, "node group %s did not become active within %s: %s",
			l.name, p.Deadline.Sub(p.StartedAt), why)
	}
	p.Status, p.DelaySeconds = run.Pending, pace.Seconds(pace.Look(l.now.Sub(p.StartedAt)), p.Deadline.Sub(l.now))
	return nil
}

// unread repeats the check later if EKS throttled it: many runs may check at once. After any other error the check fails. When
// the time is up, the error is final: Step Functions would retry a ThrottledError without renewing the claim.
func (l *look) unread(err error) error {
	p := l.task.Progress
	if !awserr.Throttled(err) {
		return err
	}
	tried, limit := l.now.Sub(p.StartedAt), step.Patience(err, p.Deadline.Sub(p.StartedAt))
	if tried >= limit {
		return run.Errorf(run.NodegroupTimeoutError, "node group %s was not seen to become active within %s, as EKS throttled the reads: %s",
			l.name, limit, awserr.Plain(err))
	}
	l.log.Info("throttled", "cause", awserr.Plain(err))
	p.Status, p.DelaySeconds = run.Pending, pace.Seconds(pace.Throttled(tried, l.name), limit-tried)
	return nil
}

// overtaken ends the change because another run has the claim. That run follows the update.
func (l *look) overtaken(ctx context.Context) (run.ChangeTask, error) {
	u, err := l.Units.Unit(ctx, l.task.Unit)
	if err != nil {
		l.log.Warn("the claim's holder is unknown", "cause", err.Error())
	}
	by := u.Holder(l.task.Decision.Nodegroup, l.task.Run.Order())
	l.log.Info("overtaken", "run", by)
	l.task.Progress.Overtake(by, l.now)
	return l.task, nil
}
