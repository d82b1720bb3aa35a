package scaling_test

import (
	"testing"
	"time"

	"eks-scaling-automation/shared/scaling"

	"github.com/google/go-cmp/cmp"
)

func TestAnActivationEndsWithWhatBeganIt(t *testing.T) {
	g := goal(0, 5, 2)
	begun := wanted.Activation(g)
	later, reworded := wanted, wanted
	later.Since, reworded.Reason = since.Add(1), "in other words"
	reworded.Until = until.Add(1)
	if got := reworded.Activation(g); got != begun {
		t.Errorf("another reason or end makes %s of %s", got, begun)
	}
	override, manual := wanted, wanted
	override.Source, override.Override = scaling.FromOverride, "load test"
	manual.Source, manual.Period = scaling.FromPerson, ""
	for rule, other := range map[string]string{
		"a transition":     later.Activation(g),
		"an override":      override.Activation(g),
		"a manual profile": manual.Activation(g),
		"other sizes":      wanted.Activation(goal(0, 5, 3)),
	} {
		if other == begun {
			t.Errorf("%s begins no activation", rule)
		}
	}
}

// A manual run marks the schedule's own activation, so that no later run undoes it before the next transition.
func TestAManualRunHoldsUntilTheNextTransition(t *testing.T) {
	manual := scaling.Wanted{Profile: "sleep", Source: scaling.FromPerson, Reason: "asked for by root", Since: now}
	asked := rules
	asked.Run = "manual-1"
	scheduled := &scaling.Demand{Nodegroup: "big", Target: scaling.Desired(3), Wanted: wanted}
	n := scaling.Nodegroup{Name: "big", Limits: limits, Target: scaling.Desired(0), Observed: active(sizes(0, 5, 0)), Scheduled: scheduled}
	d := scaling.Decide(manual, asked, []scaling.Nodegroup{n}).Decisions[0]
	want := mark(now, goal(0, 5, 3))
	want.Held = &scaling.Held{Goal: goal(0, 5, 0), Profile: "sleep", Run: "manual-1"}
	if diff := cmp.Diff(want, d.Apply); diff != "" || !d.Arrived {
		t.Fatalf("arrived: %t; the mark (-want +got):\n%s", d.Arrived, diff)
	}

	late := asked
	late.Began = since.Add(-time.Minute)
	if d := scaling.Decide(manual, late, []scaling.Nodegroup{n}).Decisions[0]; d.Apply != nil {
		t.Errorf("a run that began before the transition marks %+v; want nothing: its time was over then", d.Apply)
	}

	n.Applied = d.Apply
	markedOnce(t, manual, asked, n)
	n.Target, n.Scheduled = scaling.Desired(3), nil
	heldUntil(t, n)
}

// markedOnce decides again for what a manual run has marked.
func markedOnce(t *testing.T, manual scaling.Wanted, asked scaling.Rules, n scaling.Nodegroup) {
	t.Helper()
	if again := scaling.Decide(manual, asked, []scaling.Nodegroup{n}).Decisions[0]; again.Apply != nil {
		t.Errorf("the same mark is written again: %+v", again.Apply)
	}
	n.Target = scaling.Desired(1)
	if other := scaling.Decide(manual, asked, []scaling.Nodegroup{n}).Decisions[0]; other.Apply == nil || !other.Apply.Held.Goal.Equal(goal(0, 5, 1)) {
		t.Errorf("other sizes of a person are marked as %+v", other.Apply)
	}
}

// heldUntil decides for the schedule, which wants 3 of what a manual run has taken to 0.
func heldUntil(t *testing.T, n scaling.Nodegroup) {
	t.Helper()
	next := scaling.Decide(wanted, rules, []scaling.Nodegroup{n})
	const left = "profile sleep of run manual-1 was applied at Tue 2026-11-24 07:00 -03:00; unchanged until the next transition"
	if d := next.Decisions[0]; len(next.Waves) > 0 || d.Reason != left {
		t.Errorf("found %d waves and %q; want none and %q", len(next.Waves), d.Reason, left)
	}
	forced := rules
	forced.Force = true
	if d := scaling.Decide(wanted, forced, []scaling.Nodegroup{n}).Decisions[0]; d.Action != scaling.ScaleUp || d.Apply == nil || d.Apply.Held != nil {
		t.Errorf("found %s and the mark %+v; want force to put the schedule's sizes back, and mark them", d.Action, d.Apply)
	}
	after := wanted
	after.Since = until
	if d := scaling.Decide(after, rules, []scaling.Nodegroup{n}).Decisions[0]; d.Action != scaling.ScaleUp {
		t.Errorf("found %s; want the next transition to apply the schedule", d.Action)
	}
}
