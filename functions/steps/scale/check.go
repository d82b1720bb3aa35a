package scale

import (
	"context"
	"strings"
	"time"

	"eks-scaling-automation/functions/step"
	"eks-scaling-automation/shared/aws/awserr"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/pace"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// checkAndCall calls EKS if the decision's assumptions still hold. It reports whether the call may have been made.
func (c *change) checkAndCall(ctx context.Context, before claim.Unit, state nodegroups.State) (called bool, err error) {
	d := c.task.Decision
	if holds, err := c.check(ctx, before, state); err != nil || !holds {
		return false, err
	}
	// An earlier invocation may have made this call and died: only the same call shows how it ended. A failed raise may have left
	// its sizes behind: only a successful update proves them.
	_, unproven := before.Raised[d.Nodegroup]
	repeated := before.Announced(c.intent) || unproven && d.Action == scaling.ScaleUp
	switch {
	case !c.asDecided(state.Sizes, repeated):
		return false, c.giveBack("its desired size has changed to " + state.Sizes.String())
	case d.Goal.Reached(state.Sizes) && !repeated:
		c.unchanged(state)
		return false, nil
	}
	return true, c.call(ctx, before)
}

// check tests the decision's assumptions under the intent, in this order: its configuration, the node groups it relies on, its
// time, the limits. If one fails, the change ends.
func (c *change) check(ctx context.Context, before claim.Unit, state nodegroups.State) (holds bool, err error) {
	d := c.task.Decision
	stored, err := c.Config.Unit(ctx, c.task.Unit)
	if err != nil {
		return false, err
	}
	if stored.Basis() != c.task.Basis {
		return false, c.giveBack("its configuration has changed")
	}
	lowers := d.After.DesiredSize < state.Sizes.DesiredSize && !d.Step // a step never lowers: see asDecided
	if d.Action == scaling.ScaleDown || lowers {
		if holds, err := c.mayLower(ctx, before, stored, state); err != nil || !holds {
			return false, err
		}
	}
	if until := c.task.GoodUntil; !until.IsZero() && !c.Now().Add(run.CallMargin).Before(until) {
		return false, c.giveBack("its time is over at " + until.UTC().Format(time.RFC3339))
	}
	if err := d.Limits.Check(d.After); err != nil {
		return false, run.Errorf(run.ConfigInvalidError, "node group %s: %w", c.name, err)
	}
	return true, nil
}

// mayLower refuses a scale-down that would take down more than was reserved, or that its guards hold back.
func (c *change) mayLower(ctx context.Context, before claim.Unit, stored inventory.Snapshot, state nodegroups.State) (holds bool, err error) {
	if c.exceeds(stored, state) {
		return false, c.giveBack("its desired size has changed to " + state.Sizes.String() + ", and the run has a blast radius")
	}
	return c.guarded(ctx, before)
}

// exceeds reports whether the call would take down more nodes than the decision, although they are counted: decide reserved what it
// saw.
func (c *change) exceeds(stored inventory.Snapshot, state nodegroups.State) bool {
	d := c.task.Decision
	more := int(state.Sizes.DesiredSize-d.After.DesiredSize) > d.Removes()
	if !more || d.KeepsDesired() || c.task.Run.BeyondBlastRadius {
		return false
	}
	settings, _, err := stored.CheckedSettings()
	return err == nil && !settings.BlastRadius.IsZero() // decide refuses invalid ones
}

// asDecided reports whether the decided sizes still fit the current desired size. A goal without a desired size omits it from the
// call, unless the bounds force it. A node group that may only be raised must not have more already. A step fits only the size that
// it was decided from, or its own if the call is repeated: after any other it would add too many nodes, or take some away.
func (c *change) asDecided(now scaling.Sizes, repeated bool) bool {
	d := c.task.Decision
	right := d.Goal.Sizes(now.DesiredSize)
	switch {
	case d.RaiseOnly && d.After.DesiredSize < now.DesiredSize:
		return false
	case d.Step:
		return now.DesiredSize == d.Before.DesiredSize || repeated && now == d.After
	case d.KeepsDesired():
		return right.DesiredSize == now.DesiredSize
	default:
		return right == d.After
	}
}

// guarded refuses a scale-down while a node group it relies on is missing capacity.
func (c *change) guarded(ctx context.Context, record claim.Unit) (holds bool, err error) {
	var held []string
	for _, g := range c.task.Guards {
		if g.Nodegroup == c.task.Decision.Nodegroup {
			continue
		}
		o, err := step.Observed(c.EKS.Describe(ctx, c.place, g.Nodegroup))
		if awserr.Throttled(err) {
			return false, c.throttled(ctx, c.Now(), err)
		}
		if err == nil && o.Condition == scaling.Updating {
			record, err = c.Units.Unit(ctx, c.task.Unit) // its call may have been announced since this one was
		}
		if err != nil {
			return false, err
		}
		if why := c.violation(g, o, record); why != "" {
			held = append(held, why)
		}
	}
	if len(held) > 0 {
		return false, run.Errorf(run.HeldBackError, "node group %s is not scaled down, as it is held back: %s", c.name, strings.Join(held, "; "))
	}
	return true, nil
}

// violation returns why a guard does not hold, or "" if it holds. A node group that is lowered in the same round counts as ACTIVE.
func (c *change) violation(g scaling.Guard, o scaling.Observed, record claim.Unit) string {
	_, raised := record.Raised[g.Nodegroup]
	if o.Condition == scaling.Updating && !raised && c.lowers(record, g.Nodegroup) {
		o.Condition = scaling.Active
	}
	return g.Violation(o, raised && c.task.Decision.MayEmpty())
}

// lowers reports whether this round requested an update of the node group, or may have. Node groups that are lowered together need
// not wait for each other. An earlier round of the run may have lowered it to what is too little now.
func (c *change) lowers(record claim.Unit, nodegroup string) bool {
	if u := record.Updates[nodegroup]; u.Order == c.me && u.Round == c.task.Round {
		return true
	}
	for _, i := range record.Intents {
		if i.Nodegroup == nodegroup && i.Order == c.me && i.Round == c.task.Round {
			return true
		}
	}
	return false
}

// unchanged ends the change because the node group has already reached its goal.
func (c *change) unchanged(state nodegroups.State) {
	c.log.Info("already at the desired sizes", "sizes", state.Sizes.String())
	p := c.task.Progress
	p.Outcome, p.After, p.EndedAt = run.Unchanged, state.Sizes, c.Now()
}

// call calls EKS, records the update and clears the intent.
func (c *change) call(ctx context.Context, before claim.Unit) error {
	d := c.task.Decision
	limited, cancel := context.WithTimeout(ctx, run.CallMargin)
	defer cancel()
	id, err := c.EKS.Scale(limited, c.place, d.Nodegroup, nodegroups.Change{To: d.After, Keeps: d.KeepsDesired()}, token(c))
	now := c.Now()
	switch {
	case err == nil:
	case busyAnswer(err):
		c.withdraw(ctx, before)
		return c.busy(ctx, now, awserr.Plain(err))
	case awserr.Throttled(err):
		c.withdraw(ctx, before)
		return c.throttled(ctx, now, err)
	case d.KeepsDesired() && refusesSizes(err):
		// The bounds fitted the desired size when it was read, so an autoscaler has changed it since.
		c.withdraw(ctx, before)
		return c.giveBack("EKS refuses the sizes: " + awserr.Plain(err))
	default:
		if refused(err) {
			c.withdraw(ctx, before)
		}
		return err
	}
	c.clear(ctx, id)
	c.log.Info("scaling", "before", c.task.Progress.Before.String(), "after", d.After.String(), "updateId", id)
	p := c.task.Progress
	p.StartedAt, p.Deadline = now, now.Add(time.Duration(c.task.Cluster.WaitTimeoutSeconds)*time.Second)
	p.Status, p.UpdateID = run.Pending, id
	// The first check comes after the time that the node group's last update took.
	took := max(time.Duration(before.Took[d.Nodegroup])*time.Second, pace.Look(0))
	p.DelaySeconds = pace.Seconds(min(took, pace.Longest), p.Deadline.Sub(now))
	return nil
}

// refusesSizes reports whether EKS rejected the sizes.
func refusesSizes(err error) bool {
	return awserr.Has(err, "InvalidParameterException")
}

// refused reports whether EKS rejected the call. After any other error the call may still take effect.
func refused(err error) bool {
	switch step.Classify(err) { //nolint:exhaustive // the others do not tell whether the call takes effect
	case run.ThrottledError, run.NodegroupFailedError, run.AccessDeniedError, run.AccountRefusedError, run.TargetNotFoundError:
		return true
	default:
		return false
	}
}
