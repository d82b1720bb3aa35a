package doctor

import (
	"cmp"
	"fmt"
	"strings"

	"eks-scaling-automation/shared/scheduler"
	"eks-scaling-automation/shared/stack"
	"eks-scaling-automation/shared/triggers"
)

// Boundaries are the schedules that follow the configuration.
type Boundaries struct {
	Schedules []scheduler.Inspection
	// Settling says that the configuration has changed so short a time ago that they may not have followed yet.
	Settling bool
}

// Triggers checks the schedules that start runs: those of the stack itself, and those that follow the configuration.
func Triggers(s stack.Stack, stacks Fact[[]scheduler.Inspection], boundaries Fact[Boundaries]) []Check {
	static, following := subject{"triggers", "reconcile"}, subject{"triggers", "boundaries"}
	noGroup := func(c subject, group string) Check {
		return c.failed("there is no group of schedules "+group, deploy)
	}
	return []Check{
		stacks.check(static, noGroup(static, s.ReconcileGroup), func(found []scheduler.Inspection) Check { return ofReconcile(static, s, found) }),
		boundaries.check(following, noGroup(following, s.BoundariesGroup), func(b Boundaries) Check { return ofBoundaries(following, b) }),
	}
}

// ofReconcile judges the group of the stack, which has one schedule and nothing else.
func ofReconcile(c subject, s stack.Stack, found []scheduler.Inspection) Check {
	name := triggers.Reconcile(s.Reconcile).Name
	var strays []string
	for _, i := range found {
		switch {
		case i.Name != name && !i.Standing.AsItShouldBe():
			strays = append(strays, i.Name)
		case i.Name != name || i.Standing.AsItShouldBe():
		case i.Standing == scheduler.Missing:
			return c.failed("there is no such schedule in group "+s.ReconcileGroup, deploy)
		default:
			return c.failed("not as deployed: "+strings.Join(inWords(i.Differences, s), "; "), deploy)
		}
	}
	if len(strays) > 0 {
		return c.warning(fmt.Sprintf("as deployed, but group %s is the stack's own and has others: %s", s.ReconcileGroup, few(strays)),
			fmt.Sprintf("aws scheduler delete-schedule --region %s --group-name %s --name %s", s.Region, s.ReconcileGroup, strays[0]))
	}
	return c.ok("ENABLED, %s, starts the state machine", s.Reconcile)
}

// inWords says how settings differ. The input is too long to be shown.
func inWords(differences []scheduler.Difference, s stack.Stack) []string {
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

func ofBoundaries(c subject, b Boundaries) Check {
	missing, different, unplanned, planned := b.drift()
	var parts []string
	for _, part := range []struct {
		what  string
		names []string
	}{{"missing", missing}, {"different", different}, {"not planned", unplanned}} {
		if len(part.names) > 0 {
			parts = append(parts, fmt.Sprintf("%d %s (%s)", len(part.names), part.what, few(part.names)))
		}
	}
	found := strings.Join(parts, ", ") + fmt.Sprintf(", of %d planned", planned)
	switch {
	case len(parts) == 0:
		return c.ok("%s, as planned", count(planned, "schedule"))
	case b.Settling:
		return c.warning(found+"; the configuration has just changed, and they are being brought in line", "wait some minutes, then: eks-scaling doctor")
	case len(missing)+len(different) == 0:
		return c.warning(found, "eks-scaling schedules sync")
	default:
		return c.failed(found, "eks-scaling schedules sync")
	}
}

// drift are the names of those that are not as planned, and how many there are to be.
func (b Boundaries) drift() (missing, different, unplanned []string, planned int) {
	for _, i := range b.Schedules {
		planned++
		switch i.Standing {
		case scheduler.Missing:
			missing = append(missing, i.Name)
		case scheduler.Differs, scheduler.Disabled:
			different = append(different, i.Name)
		case scheduler.NotPlanned:
			unplanned = append(unplanned, i.Name)
			planned--
		case scheduler.Passing:
			planned--
		case scheduler.AsPlanned, scheduler.Due:
		}
	}
	return missing, different, unplanned, planned
}

// Planned is how many schedules there are to be.
func (b Boundaries) Planned() int {
	_, _, _, planned := b.drift()
	return planned
}
