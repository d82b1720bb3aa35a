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

// Triggers checks the schedules that start runs, and what they start: those of the stack itself, and those that follow the
// configuration.
func Triggers(s deployment.Stack, stacks health.Fact[[]triggers.Inspection], boundaries health.Fact[health.Boundaries]) []Check {
	static, following := subject{"triggers", "reconcile"}, subject{"triggers", "boundaries"}
	staticTarget, followingTargets := subject{"triggers", "reconcile target"}, subject{"triggers", "boundary targets"}
	noGroup := func(c subject, group string) Check {
		return c.failed("there is no group of schedules "+group, deploy)
	}
	noTarget := func(c subject) Check { return c.unknown(health.BecauseOf("there is no such group of schedules")) }
	return []Check{
		check(stacks, static, noGroup(static, s.ReconcileGroup), func(found []triggers.Inspection) Check { return ofReconcile(static, s, found) }),
		check(stacks, staticTarget, noTarget(staticTarget), func(found []triggers.Inspection) Check { return ofReconcileTarget(staticTarget, s, found) }),
		check(boundaries, following, noGroup(following, s.BoundariesGroup), func(b health.Boundaries) Check { return ofBoundaries(following, b) }),
		check(boundaries, followingTargets, noTarget(followingTargets), func(b health.Boundaries) Check { return ofBoundaryTargets(followingTargets, s, b) }),
	}
}

// isOfTarget says that a setting is about what a schedule starts, and not about when.
func isOfTarget(d triggers.Difference) bool {
	return strings.HasPrefix(d.Setting, "Target.") || d.Setting == scheduler.OtherTargetSetting
}

// apart are the differences about when a schedule fires, and those about what it starts.
func apart(differences []triggers.Difference) (ofTime, ofTarget []triggers.Difference) {
	for _, d := range differences {
		if isOfTarget(d) {
			ofTarget = append(ofTarget, d)
		} else {
			ofTime = append(ofTime, d)
		}
	}
	return ofTime, ofTarget
}

// startsAnother says that only what a schedule starts is not as planned.
func startsAnother(i triggers.Inspection) bool {
	ofTime, ofTarget := apart(i.Differences)
	return i.State == triggers.Differs && len(ofTime) == 0 && len(ofTarget) > 0
}

// ofReconcile judges the group of the stack, which has one schedule and nothing else.
func ofReconcile(c subject, s deployment.Stack, found []triggers.Inspection) Check {
	name := triggers.Reconcile(s.Reconcile).Name
	var strays []string
	for _, i := range found {
		switch {
		case i.Name != name && !i.State.AsItShouldBe():
			strays = append(strays, i.Name)
		case i.Name != name || i.State.AsItShouldBe() || startsAnother(i):
		case i.State == triggers.Missing:
			return c.failed("there is no such schedule in group "+s.ReconcileGroup, deploy)
		default:
			ofTime, _ := apart(i.Differences)
			return c.failed("not as deployed: "+strings.Join(inWords(ofTime, s), "; "), deploy)
		}
	}
	if len(strays) > 0 {
		return c.warning(fmt.Sprintf("as deployed, but group %s is the stack's own and has others: %s", s.ReconcileGroup, few(strays)),
			fmt.Sprintf("aws scheduler delete-schedule --region %s --group-name %s --name %s", s.Region, s.ReconcileGroup, strays[0]))
	}
	return c.ok("ENABLED, %s", s.Reconcile)
}

func ofReconcileTarget(c subject, s deployment.Stack, found []triggers.Inspection) Check {
	name := triggers.Reconcile(s.Reconcile).Name
	i := slices.IndexFunc(found, func(i triggers.Inspection) bool { return i.Name == name })
	if i < 0 || found[i].State == triggers.Missing {
		return c.unknown(health.BecauseOf("there is no such schedule"))
	}
	if _, ofTarget := apart(found[i].Differences); len(ofTarget) > 0 {
		return c.failed("not as deployed: "+strings.Join(inWords(ofTarget, s), "; "), deploy)
	}
	return c.ok("starts the state machine")
}

// inWords says how settings differ. The input is too long to be shown.
func inWords(differences []triggers.Difference, s deployment.Stack) []string {
	var words []string
	for _, d := range differences {
		text := fmt.Sprintf("%s: found %s; want %s", d.Setting, cmp.Or(d.Found, "none"), d.Wanted)
		if d.Setting == scheduler.InputSetting {
			text = d.Setting + ": it does not start " + s.StateMachineARN + " as this version does"
		}
		words = append(words, text)
	}
	return words
}

func ofBoundaries(c subject, b health.Boundaries) Check {
	drift := b.Drift()
	var different, parts []string
	for _, i := range drift.Changed {
		if !startsAnother(i) {
			different = append(different, i.Name)
		}
	}
	for _, part := range []struct {
		what  string
		names []string
	}{{"missing", drift.Missing}, {"different", different}, {"not planned", drift.Unplanned}} {
		if len(part.names) > 0 {
			parts = append(parts, fmt.Sprintf("%d %s (%s)", len(part.names), part.what, few(part.names)))
		}
	}
	found := strings.Join(parts, ", ") + fmt.Sprintf(", of %d planned", drift.Planned)
	switch {
	case len(parts) == 0 && slices.ContainsFunc(drift.Changed, startsAnother):
		return c.ok("%s, as planned but for what they start", english.Count(drift.Planned, "schedule"))
	case len(parts) == 0:
		return c.ok("%s, as planned", english.Count(drift.Planned, "schedule"))
	case b.Settling:
		return c.warning(found+settling, soon)
	case len(drift.Missing)+len(different) == 0:
		return c.warning(found, "eks-scaling schedules sync")
	default:
		return c.failed(found, "eks-scaling schedules sync")
	}
}

// What is said of schedules that may not have followed a change yet.
const (
	settling = "; the configuration has just changed, and they are being brought in line"
	soon     = "wait some minutes, then: eks-scaling doctor"
)

// ofBoundaryTargets judges what the planned schedules start that are there.
func ofBoundaryTargets(c subject, s deployment.Stack, b health.Boundaries) Check {
	there := 0
	var wrong []string
	for _, i := range b.Schedules {
		switch i.State {
		case triggers.InSync, triggers.Due, triggers.Differs, triggers.Disabled:
			there++
			if _, ofTarget := apart(i.Differences); len(ofTarget) > 0 {
				wrong = append(wrong, i.Name+" ("+strings.Join(inWords(ofTarget, s), "; ")+")")
			}
		case triggers.Missing, triggers.Unplanned, triggers.Transient:
		}
	}
	found := fmt.Sprintf("%d of %s not as planned: %s", len(wrong), english.Count(there, "schedule"), few(wrong))
	switch {
	case there == 0:
		return noBoundaryTargets(c, b)
	case len(wrong) == 0:
		return c.ok("%s, each starts the state machine", english.Count(there, "schedule"))
	case b.Settling:
		return c.warning(found+settling, soon)
	default:
		return c.failed(found, "eks-scaling schedules sync")
	}
}

// noBoundaryTargets judges that there is none of the planned schedules.
func noBoundaryTargets(c subject, b health.Boundaries) Check {
	switch {
	case b.Drift().Planned == 0:
		return c.ok("no schedule is planned, so nothing is started")
	case b.Settling:
		return c.warning("none of the planned schedules is there yet"+settling, soon)
	default:
		return c.unknown(health.BecauseOf("all planned schedules are missing"))
	}
}
