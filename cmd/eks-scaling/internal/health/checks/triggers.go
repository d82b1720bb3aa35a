package checks

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/aws/scheduler"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/triggers"
)

// Triggers checks when the schedules of both groups fire, and what they start.
func Triggers(s deployment.Stack, reconcile health.Fact[[]triggers.Inspection], transitions health.Fact[health.Triggers]) []Check {
	static, following := subject{"triggers", "reconcile"}, subject{"triggers", "transitions"}
	staticTarget, followingTargets := subject{"triggers", "reconcile target"}, subject{"triggers", "transition targets"}
	noGroup := func(c subject, group string) Check {
		return c.failed("there is no schedule group "+group, deploy)
	}
	blocked := health.BecauseOf("there is no such schedule group")
	return []Check{
		check(reconcile, static, noGroup(static, s.ReconcileGroup), func(found []triggers.Inspection) Check { return ofReconcile(static, s, found) }),
		check(reconcile, staticTarget, staticTarget.unknown(blocked), func(found []triggers.Inspection) Check { return ofReconcileTarget(staticTarget, s, found) }),
		check(transitions, following, noGroup(following, s.TriggersGroup), func(b health.Triggers) Check { return ofTriggers(following, b) }),
		check(transitions, followingTargets, followingTargets.unknown(blocked), func(b health.Triggers) Check { return ofTargets(followingTargets, s, b) }),
	}
}

// split separates the differences in when a schedule fires from those in what it starts.
func split(differences []triggers.Difference) (ofTime, ofTarget []triggers.Difference) {
	for _, d := range differences {
		if strings.HasPrefix(d.Setting, "Target.") || d.Setting == scheduler.OtherTargetSetting {
			ofTarget = append(ofTarget, d)
		} else {
			ofTime = append(ofTime, d)
		}
	}
	return ofTime, ofTarget
}

// startsAnother reports whether a schedule differs only in what it starts.
func startsAnother(i triggers.Inspection) bool {
	ofTime, ofTarget := split(i.Differences)
	return i.State == triggers.Differs && len(ofTime) == 0 && len(ofTarget) > 0
}

// ofReconcile judges the stack's own group, which has one schedule.
func ofReconcile(c subject, s deployment.Stack, found []triggers.Inspection) Check {
	name := triggers.Reconcile(s.Reconcile).Name
	var strays []string
	for _, i := range found {
		switch {
		case i.Name != name && !i.State.OK():
			strays = append(strays, i.Name)
		case i.Name != name || i.State.OK() || startsAnother(i):
		case i.State == triggers.Missing:
			return c.failed("trigger not found in group "+s.ReconcileGroup, deploy)
		default:
			ofTime, _ := split(i.Differences)
			return c.failed("not as deployed: "+inWords(ofTime, s), deploy)
		}
	}
	if len(strays) > 0 {
		return c.warning(fmt.Sprintf("in sync, but group %s belongs to the stack and has others: %s", s.ReconcileGroup, firstFew(strays)),
			fmt.Sprintf("aws scheduler delete-schedule --region %s --group-name %s --name %s", s.Region, s.ReconcileGroup, strays[0]))
	}
	return c.ok("ENABLED, %s", s.Reconcile)
}

func ofReconcileTarget(c subject, s deployment.Stack, found []triggers.Inspection) Check {
	name := triggers.Reconcile(s.Reconcile).Name
	i := slices.IndexFunc(found, func(i triggers.Inspection) bool { return i.Name == name })
	if i < 0 || found[i].State == triggers.Missing {
		return c.unknown(health.BecauseOf("there is no such trigger"))
	}
	if _, ofTarget := split(found[i].Differences); len(ofTarget) > 0 {
		return c.failed("not as deployed: "+inWords(ofTarget, s), deploy)
	}
	return c.ok("starts the state machine")
}

// inWords lists differences. The input is too long to show.
func inWords(differences []triggers.Difference, s deployment.Stack) string {
	var words []string
	for _, d := range differences {
		text := fmt.Sprintf("%s: current %s, desired %s", d.Setting, cmp.Or(d.Current, "none"), d.Desired)
		if d.Setting == scheduler.InputSetting {
			text = d.Setting + ": it does not start " + s.StateMachineARN + " as this version does"
		}
		words = append(words, text)
	}
	return strings.Join(words, "; ")
}

func ofTriggers(c subject, b health.Triggers) Check {
	drift := b.Drift()
	var different, parts []string
	for _, i := range drift.Changed {
		if !startsAnother(i) {
			different = append(different, i.Name)
		}
	}
	for i, names := range [][]string{drift.Missing, different, drift.Unplanned} {
		if len(names) > 0 {
			parts = append(parts, fmt.Sprintf("%d %s (%s)", len(names), []string{"missing", "different", "not planned"}[i], firstFew(names)))
		}
	}
	found := strings.Join(parts, ", ") + fmt.Sprintf(", of %d planned", drift.Planned)
	switch {
	case len(parts) == 0 && slices.ContainsFunc(drift.Changed, startsAnother):
		return c.ok("%s, in sync except for their targets", english.Count(drift.Planned, "trigger"))
	case len(parts) == 0:
		return c.ok("%s, in sync", english.Count(drift.Planned, "trigger"))
	case b.Settling:
		return c.warning(found+settling, soon)
	case len(drift.Missing)+len(different) == 0:
		return c.warning(found, "eks-scaling triggers sync")
	default:
		return c.failed(found, "eks-scaling triggers sync")
	}
}

// The words for triggers that may still follow a change.
const (
	settling = "; updating after a configuration change"
	soon     = "wait some minutes, then: eks-scaling doctor"
)

// ofTargets judges what the existing planned schedules start.
func ofTargets(c subject, s deployment.Stack, b health.Triggers) Check {
	drift := b.Drift()
	there := drift.Planned - len(drift.Missing)
	var wrong []string
	for _, i := range drift.Changed {
		if _, ofTarget := split(i.Differences); len(ofTarget) > 0 {
			wrong = append(wrong, i.Name+" ("+inWords(ofTarget, s)+")")
		}
	}
	found := fmt.Sprintf("%d of %s not as planned: %s", len(wrong), english.Count(there, "trigger"), firstFew(wrong))
	switch {
	case drift.Planned == 0:
		return c.ok("no triggers are planned")
	case there == 0 && b.Settling:
		return c.warning("none of the planned triggers exists yet"+settling, soon)
	case there == 0:
		return c.unknown(health.BecauseOf("all planned triggers are missing"))
	case len(wrong) == 0:
		return c.ok("%s, each starts the state machine", english.Count(there, "trigger"))
	case b.Settling:
		return c.warning(found+settling, soon)
	default:
		return c.failed(found, "eks-scaling triggers sync")
	}
}
