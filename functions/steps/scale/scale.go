// Package scale is the step that requests a node group's sizes from EKS. It announces the call under the run's claim, checks the
// decision's assumptions again, and calls. An outdated decision goes back to decide.
package scale

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"eks-scaling-automation/functions/step"
	"eks-scaling-automation/shared/aws/awserr"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/pace"
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
	Renew(ctx context.Context, unit, nodegroup string, me claim.Order, now time.Time) error
	Announce(ctx context.Context, unit, id string, i claim.Intent, now time.Time, e tables.Effect) (claim.Unit, error)
	Clear(ctx context.Context, unit, id string, i claim.Intent, updateID string) error
	Withdraw(ctx context.Context, before claim.Unit, id string, i claim.Intent) error
}

// EKS reads and scales node groups.
type EKS interface {
	Describe(ctx context.Context, p nodegroups.Place, nodegroup string) (nodegroups.State, error)
	Scale(ctx context.Context, p nodegroups.Place, nodegroup string, c nodegroups.Change, token string) (string, error)
}

// Handler is the step.
type Handler struct {
	Config Configuration
	Units  Units
	EKS    EKS
	Now    func() time.Time
	// Left returns how long the invocation may still run.
	Left func(context.Context) time.Duration
}

// grace is how long an intent counts after its invocation's deadline: a call that was sent late may arrive late.
const grace = 30 * time.Second

// Handle makes one attempt at a change.
func (h Handler) Handle(ctx context.Context, log *slog.Logger, task run.ChangeTask) (run.ChangeTask, error) {
	c := change{Handler: h, log: log, task: task, place: nodegroups.PlaceOf(task.Cluster, task.Run), me: task.Run.Order()}
	c.name = task.Name()
	ctx, throttled := nodegroups.Throttles(ctx)
	err := c.attempt(ctx)
	if errors.Is(err, tables.ErrClaimLost) {
		c.overtaken(ctx)
		err = nil
	}
	if err == nil {
		c.task.Progress.Throttled += throttled()
	}
	return c.task, err
}

// change is one attempt in progress.
type change struct {
	Handler
	log   *slog.Logger
	task  run.ChangeTask
	place nodegroups.Place
	me    claim.Order
	name  string // unit and node group, for messages

	id     string // of the intent
	intent claim.Intent
}

// attempt reads the node group and makes the call if it is ready.
func (c *change) attempt(ctx context.Context) error {
	now := c.Now()
	first := c.task.Progress == nil || c.task.Progress.Before == scaling.Sizes{}
	state, err := c.EKS.Describe(ctx, c.place, c.task.Decision.Nodegroup)
	if awserr.Throttled(err) {
		if c.task.Progress == nil {
			c.begin(now, nodegroups.State{})
		}
		return c.throttled(ctx, now, err)
	}
	if err != nil {
		return err
	}
	c.begin(now, state)
	ready, err := c.ready(ctx, now, state, first)
	if err != nil || !ready {
		return err
	}
	before, err := c.announce(ctx, now)
	if err != nil {
		return err
	}
	c.task.Progress.Attempted = c.lowers(before, c.task.Decision.Nodegroup)
	called, err := c.checkAndCall(ctx, before, state)
	if !called {
		c.withdraw(ctx, before)
	}
	return err
}

// begin records the state before the change. A busy node group is checked again until the same deadline.
func (c *change) begin(now time.Time, state nodegroups.State) {
	p := run.Progress{StartedAt: now, Deadline: now.Add(time.Duration(c.task.Cluster.WaitTimeoutSeconds) * time.Second)}
	if earlier := c.task.Progress; earlier != nil {
		p.StartedAt, p.Deadline, p.Throttled = earlier.StartedAt, earlier.Deadline, earlier.Throttled
	}
	o := state.Observed()
	p.Before, p.After, p.Health = state.Sizes, c.task.Decision.After, state.Health
	p.WasDegraded, p.Status = o.Condition == scaling.Degraded, run.Ended
	c.task.Progress = &p
}

// ready reports whether the node group can be changed now. A busy one is checked again later. Right after a call EKS may still
// report ACTIVE, so one that was busy at the decision is checked a second time.
func (c *change) ready(ctx context.Context, now time.Time, state nodegroups.State, first bool) (bool, error) {
	d, o := c.task.Decision, state.Observed()
	usable := o.Condition == scaling.Active || o.Condition == scaling.Degraded
	switch {
	case d.Action == scaling.Await && first && usable:
		return false, c.busy(ctx, now, "an update is in progress, and EKS says "+o.Detail)
	case d.Action == scaling.Await && o.Condition != scaling.Updating:
		return false, c.giveBack("it is no longer busy")
	case d.Before == nil && usable:
		return false, c.giveBack("its sizes were unknown at the decision, and are now " + state.Sizes.String())
	case o.Condition == scaling.Updating:
		return false, c.busy(ctx, now, o.Detail)
	}
	err := c.scalable(state)
	return err == nil, err
}

// scalable refuses a node group that EKS cannot scale, or whose missing capacity another request would not bring.
func (c *change) scalable(state nodegroups.State) error {
	d, o := c.task.Decision, state.Observed()
	switch o.Condition {
	case scaling.Degraded:
		health := strings.Join(state.Health, "; ")
		switch {
		case d.Action != scaling.ScaleUp:
		case d.Goal.Reached(state.Sizes):
			return run.Errorf(run.NodegroupDegradedError, "node group %s is at the desired sizes %s, but DEGRADED: %s", c.name, state.Sizes, health)
		case d.After == state.Sizes:
			return run.Errorf(run.NodegroupDegradedError, "node group %s is at %s on the way to %s, but DEGRADED: %s", c.name, state.Sizes, d.Goal, health)
		}
	case scaling.Broken, scaling.Gone, scaling.Unreadable:
		return run.Errorf(run.NodegroupFailedError, "node group %s cannot be scaled: %s", c.name, o.Detail)
	case scaling.Active, scaling.Updating:
	}
	return nil
}

// busy repeats the attempt later, unless the time is up.
func (c *change) busy(ctx context.Context, now time.Time, why string) error {
	if !now.Before(c.task.Progress.Deadline) {
		return run.Errorf(run.NodegroupBusyError, "node group %s was busy for %s: %s",
			c.name, now.Sub(c.task.Progress.StartedAt).Round(time.Second), why)
	}
	p := c.task.Progress
	return c.later(ctx, now, why, pace.Busy(now.Sub(p.StartedAt)), p.Deadline.Sub(now))
}

// throttled repeats the attempt later, unless the time is up. A throttled call has no effect. The last error is final: Step
// Functions would retry a ThrottledError without renewing the claim.
func (c *change) throttled(ctx context.Context, now time.Time, err error) error {
	p := c.task.Progress
	tried := now.Sub(p.StartedAt)
	left := step.Patience(err, p.Deadline.Sub(p.StartedAt)) - tried
	if left <= 0 {
		return run.Errorf(run.NodegroupBusyError, "node group %s could not be scaled for %s, as EKS throttled the calls: %s",
			c.name, tried.Round(time.Second), awserr.Plain(err))
	}
	return c.later(ctx, now, awserr.Plain(err), pace.Throttled(tried, c.name), left)
}

// later repeats the attempt after a wait, which ends with the time that is left, and renews the claim.
func (c *change) later(ctx context.Context, now time.Time, why string, wait, left time.Duration) error {
	if err := c.Units.Renew(ctx, c.task.Unit, c.task.Decision.Nodegroup, c.me, now); err != nil {
		return err
	}
	c.log.Info("busy", "why", why)
	p := c.task.Progress
	p.Status, p.Note, p.DelaySeconds = run.Busy, why, pace.Seconds(wait, left)
	return nil
}

// announce writes the intent. It returns the unit's record from before.
func (c *change) announce(ctx context.Context, now time.Time) (claim.Unit, error) {
	d := c.task.Decision
	c.intent = claim.Intent{Nodegroup: d.Nodegroup, Order: c.me, Round: c.task.Round, Sizes: d.After, Expires: now.Add(c.Left(ctx) + grace)}
	c.id = intentID(ctx, c.intent)
	e := tables.Effect{Raises: d.Action == scaling.ScaleUp, Unmarks: d.Apply != nil}
	if e.Raises && d.Goal.Wanted() > 0 {
		e.Relied = d.Activation
	}
	return c.Units.Announce(ctx, c.task.Unit, c.id, c.intent, now, e)
}

// intentID distinguishes two invocations for the same change, so that neither clears the other's intent.
func intentID(ctx context.Context, i claim.Intent) string {
	id := fmt.Sprintf("%s-%d", i.Nodegroup, i.Round)
	if invocation, ok := lambdacontext.FromContext(ctx); ok {
		id += "-" + invocation.AwsRequestID
	}
	return id
}

// giveBack ends the change without a call: decide reads the node group again.
func (c *change) giveBack(why string) error {
	c.log.Info("back to decide", "why", why)
	p := c.task.Progress
	p.Status, p.Outcome, p.Note, p.EndedAt = run.Ended, run.Returned, why, c.Now()
	return nil
}

// overtaken ends the change because another run has the claim.
func (c *change) overtaken(ctx context.Context) {
	u, err := c.Units.Unit(ctx, c.task.Unit)
	if err != nil {
		c.log.Warn("the claim's holder is unknown", "cause", err.Error())
	}
	by := u.Holder(c.task.Decision.Nodegroup, c.me)
	c.log.Info("overtaken", "run", by)
	c.task.Progress.Overtake(by, c.Now())
}

// clear ends the intent of a call that EKS accepted, and records the update.
func (c *change) clear(ctx context.Context, updateID string) {
	c.endIntent(func() error { return c.Units.Clear(ctx, c.task.Unit, c.id, c.intent, updateID) })
}

// withdraw ends the intent of a call that was not made, or that EKS rejected.
func (c *change) withdraw(ctx context.Context, before claim.Unit) {
	c.endIntent(func() error { return c.Units.Withdraw(ctx, before, c.id, c.intent) })
}

// endIntent tries twice and then gives up: a remaining intent expires, and newer runs wait for that.
func (c *change) endIntent(end func() error) {
	err := end()
	if err != nil {
		err = end()
	}
	if err != nil {
		c.log.Warn("the intent could not be cleared; it expires", "expires", c.intent.Expires, "cause", err.Error())
	}
}

// token returns the client request token. It makes repeated calls idempotent; a later or different call has another token.
func token(c *change) string {
	d := c.task.Decision
	text := fmt.Sprintf("%s/%s/%d/%s/%s/%t", c.me, c.task.Unit, c.task.Round, d.Nodegroup, d.After, d.KeepsDesired())
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// busyAnswer reports whether EKS refused a call because another update is running.
func busyAnswer(err error) bool {
	return step.Classify(err) == run.NodegroupBusyError
}
