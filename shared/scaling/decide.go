package scaling

import (
	"fmt"
	"time"
)

// decide decides for one node group.
func (n Nodegroup) decide(w Wanted, rules Rules) Decision {
	goal := n.Target.Goal(n.Limits)
	d := Decision{
		Nodegroup: n.Name, Goal: goal, Limits: n.Limits, Activation: w.Activation(goal), Wanted: n.Wanted, Before: n.Observed.Sizes, Action: Keep,
	}
	d.After = goal.Sizes(goal.MinSize)
	if n.Observed.Sizes != nil {
		d.After = goal.Sizes(n.Observed.Sizes.DesiredSize)
	}
	switch {
	case n.Watched:
		return d
	case n.LeftTo != "":
		d.Reason = "left to the newer run " + n.LeftTo
		return d
	case n.Failed:
		d.Reason = "it failed in this run, which does not try it again"
		return d
	}
	d.Apply, d.Drifted = n.application(w, goal, rules), n.drifted(w, goal)
	settled := n.covered(w, goal) && rules.Enforce == OnTransition && !rules.Force
	switch {
	case n.Arrived:
		d.Reason, d.Arrived = "arrived in this run; "+w.Reason, n.usable()
	case settled && w.Source != FromPerson:
		return n.leaveAlone(d, rules.At.Location())
	default:
		n.compare(&d, w.Reason)
	}
	return n.raiseOnly(d, rules)
}

// raiseOnly puts a scale-down off until the transition, if that is still to come, or leaves it out.
func (n Nodegroup) raiseOnly(d Decision, rules Rules) Decision {
	conditional := n.RaiseOnly || n.keptWithout(rules)
	switch {
	case !conditional && n.Starts.IsZero():
		return d
	case d.Action == ScaleUp:
		d.RaiseOnly = true
		return d
	case d.Action != ScaleDown:
		return d
	}
	d.Action, d.Apply, d.After = Keep, nil, *n.Observed.Sizes
	if conditional {
		d.Reason = "not scaled down, as the period may only raise; " + d.Reason
	} else {
		d.Reason = fmt.Sprintf("not scaled down before %s; %s", n.Starts.In(rules.At.Location()).Format(LocalTime), d.Reason)
	}
	return d
}

// keptWithout reports whether the node group would keep its sizes without the conditional periods that raise it. Somebody may have
// raised it since the schedule was applied.
func (n Nodegroup) keptWithout(rules Rules) bool {
	if rules.Enforce != OnTransition || rules.Force {
		return false
	}
	for w := n.Without; w != nil; w = w.Without {
		if n.covered(w.Wanted, w.Target.Goal(n.Limits)) {
			return true
		}
	}
	return false
}

// application returns the mark for a node group that reaches its goal; nil if it is already recorded. In a run with a manual
// profile, it marks the schedule's own activation, so that no later run applies that.
func (n Nodegroup) application(w Wanted, goal Goal, rules Rules) *Application {
	var held *Held
	if w.Source == FromPerson {
		if n.Scheduled == nil || n.Scheduled.Wanted.Since.After(rules.Began) {
			return nil // the schedule asks nothing of it, or something new since the manual run began
		}
		held = &Held{Goal: goal, Profile: w.Profile, Run: rules.Run}
		w, goal = n.Scheduled.Wanted, n.Scheduled.Target.Goal(n.Limits)
	}
	if n.covered(w, goal) && n.Applied.holds(held) {
		return nil
	}
	return &Application{Profile: w.Profile, Period: w.Period, Goal: goal, At: rules.At, TakenAt: rules.TakenAt, Held: held}
}

// drifted returns the sizes that were applied for this activation if the node group has others now. Sizes that a failed raise left are no
// drift.
func (n Nodegroup) drifted(w Wanted, goal Goal) *Goal {
	if w.Source == FromPerson || n.Arrived || !n.usable() || n.Observed.Sizes == nil || !n.covered(w, goal) {
		return nil
	}
	applied := n.Applied.Goal
	if n.Applied.Held != nil {
		applied = n.Applied.Held.Goal
	}
	if applied.Reached(*n.Observed.Sizes) {
		return nil
	}
	return &applied
}

// usable reports whether the node group's sizes can be relied on.
func (n Nodegroup) usable() bool {
	return (n.Observed.Condition == Active || n.Observed.Condition == Degraded) && !n.Raised
}

// compare chooses the action that takes the node group from its observed sizes to its goal, with a reason.
func (n Nodegroup) compare(d *Decision, reason string) {
	d.Reason = reason
	detail := n.Observed.Detail
	switch n.Observed.Condition {
	case Gone:
		if d.Goal.Wanted() == 0 {
			d.Apply, d.Warning = nil, "the node group does not exist, and its desired size is 0: "+detail
			return
		}
		d.Action, d.Reason = ScaleUp, "the node group does not exist: "+detail
	case Unreadable:
		d.Action, d.Reason = ScaleUp, "the node group could not be read: "+detail
	case Broken:
		d.Action, d.Reason = ScaleUp, "the node group cannot be scaled: "+detail
	case Updating:
		d.Action, d.Reason = Await, "another update is in progress ("+detail+"); "+reason
	case Active, Degraded:
		n.compareSizes(d, reason)
	}
}

func (n Nodegroup) compareSizes(d *Decision, reason string) {
	degraded := n.Observed.Condition == Degraded
	switch {
	case d.Goal.Reached(*n.Observed.Sizes) && n.Raised && d.Goal.Wanted() > 0:
		// Its requested capacity may not have arrived. Scale fails it if it is DEGRADED, and otherwise repeats the request.
		d.Action, d.Reason = ScaleUp, "at the desired sizes, but its last raise did not succeed ("+n.Observed.Detail+"); "+reason
	case d.Goal.Reached(*n.Observed.Sizes):
		d.Arrived, d.Reason = true, "already at the desired sizes; "+reason
		if degraded {
			d.Warning = "at the desired sizes, but DEGRADED: " + n.Observed.Detail
		}
	case d.After.compare(*n.Observed.Sizes) > 0:
		d.Action = ScaleUp
	default:
		d.Action = ScaleDown
	}
}

// leaveAlone keeps the sizes that people or an autoscaler set after the period was applied.
func (n Nodegroup) leaveAlone(d Decision, loc *time.Location) Decision {
	what := "profile " + n.Applied.Profile
	switch {
	case n.Applied.Held != nil:
		what = "profile " + n.Applied.Held.Profile + " of run " + n.Applied.Held.Run
	case n.Applied.Profile == "":
		what = "the override"
	}
	d.Reason = fmt.Sprintf("%s was applied at %s; unchanged until the next transition",
		what, n.Applied.At.In(loc).Format(LocalTime))
	if n.Observed.Sizes != nil {
		d.After = *n.Observed.Sizes
	}
	if n.Observed.Condition != Active && n.Observed.Condition != Updating {
		d.Warning = fmt.Sprintf("the node group is %s: %s", n.Observed.Condition, n.Observed.Detail)
	}
	d.Apply = nil
	return d
}

// KeepsDesired reports whether the change leaves the desired size alone, for example to an autoscaler: the goal has none, and the
// bounds do not force one.
func (d Decision) KeepsDesired() bool {
	return d.Goal.DesiredSize == nil && d.Before != nil && d.After.DesiredSize == d.Before.DesiredSize
}
