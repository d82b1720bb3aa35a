package scaling_test

import (
	"encoding/json"
	"strings"
	"testing"

	"eks-scaling-automation/shared/scaling"

	"github.com/google/go-cmp/cmp"
)

func TestDecideOneNodegroup(t *testing.T) {
	const (
		leftAlone = "profile peak was applied at Tue 2026-11-24 06:30 -03:00; unchanged until the next transition"
		already   = "already at the desired sizes; it is time"
	)
	manual := scaling.Wanted{Profile: "peak", Source: scaling.FromPerson, Reason: "it is time", Since: since, Until: until}
	always, force := rules, rules
	always.Enforce, force.Force = scaling.Always, true
	peak := mark(since, goal(0, 5, 3))
	otherPeriod, otherProfile := *peak, *peak
	otherPeriod.Period, otherProfile.Profile = "monday-peak", "normal"
	tests := []struct {
		rule    string
		wanted  scaling.Wanted
		rules   scaling.Rules
		target  scaling.Target
		current scaling.Sizes
		applied *scaling.Application
		action  scaling.Action
		after   scaling.Sizes
		reason  string
		apply   bool
	}{
		{"desired_rises", wanted, rules, scaling.Desired(3), sizes(0, 5, 1), nil, scaling.ScaleUp, sizes(0, 5, 3), "it is time", true},
		{"desired_falls", wanted, rules, scaling.Desired(0), sizes(0, 5, 1), nil, scaling.ScaleDown, sizes(0, 5, 0), "it is time", true},
		{"higher_min_alone_is_up", wanted, rules, scaling.Target{MinSize: new(int32(1))}, sizes(0, 5, 2), nil, scaling.ScaleUp, sizes(1, 5, 2), "it is time", true},
		{"lower_min_alone_is_down", wanted, rules, scaling.Target{}, sizes(1, 5, 2), nil, scaling.ScaleDown, sizes(0, 5, 2), "it is time", true},
		{"higher_max_alone_is_up", wanted, rules, scaling.Target{}, sizes(0, 4, 2), nil, scaling.ScaleUp, sizes(0, 5, 2), "it is time", true},
		{"lower_max_alone_is_down", wanted, rules, scaling.Target{MaxSize: new(int32(3))}, sizes(0, 5, 2), nil, scaling.ScaleDown, sizes(0, 3, 2), "it is time", true},
		{"already_right_is_kept_and_recorded", wanted, rules, scaling.Desired(3), sizes(0, 5, 3), nil, scaling.Keep, sizes(0, 5, 3), already, true},
		{"autoscaler_size_is_kept", wanted, rules, scaling.Target{}, sizes(0, 5, 4), nil, scaling.Keep, sizes(0, 5, 4), already, true},
		{"applied_is_left_alone", wanted, rules, scaling.Desired(3), sizes(0, 5, 1), peak, scaling.Keep, sizes(0, 5, 1), leftAlone, false},
		{"applied_is_left_alone_even_outside_limits", wanted, rules, scaling.Desired(3), sizes(0, 9, 9), peak, scaling.Keep, sizes(0, 9, 9), leftAlone, false},
		{"force_applies_again", wanted, force, scaling.Desired(3), sizes(0, 5, 1), peak, scaling.ScaleUp, sizes(0, 5, 3), "it is time", false},
		{"enforce_always_puts_back", wanted, always, scaling.Desired(3), sizes(0, 5, 4), peak, scaling.ScaleDown, sizes(0, 5, 3), "it is time", false},
		{"enforce_always_keeps_what_is_right", wanted, always, scaling.Desired(3), sizes(0, 5, 3), peak, scaling.Keep, sizes(0, 5, 3), already, false},
		{"sizes_changed_in_config", wanted, rules, scaling.Desired(4), sizes(0, 5, 3), peak, scaling.ScaleUp, sizes(0, 5, 4), "it is time", true},
		{"applied_a_week_ago", wanted, rules, scaling.Desired(3), sizes(0, 5, 1), mark(since.AddDate(0, 0, -7), goal(0, 5, 3)), scaling.ScaleUp, sizes(0, 5, 3), "it is time", true},
		{"applied_right_before_it_became_active", wanted, rules, scaling.Desired(3), sizes(0, 5, 1), mark(since.Add(-1), goal(0, 5, 3)), scaling.ScaleUp, sizes(0, 5, 3), "it is time", true},
		{"applied_for_another_period", wanted, rules, scaling.Desired(3), sizes(0, 5, 1), &otherPeriod, scaling.ScaleUp, sizes(0, 5, 3), "it is time", true},
		{"applied_another_profile", wanted, rules, scaling.Desired(3), sizes(0, 5, 1), &otherProfile, scaling.ScaleUp, sizes(0, 5, 3), "it is time", true},
		{"person_marks_nothing_that_the_schedule_does_not_want", manual, rules, scaling.Desired(3), sizes(0, 5, 1), nil, scaling.ScaleUp, sizes(0, 5, 3), "it is time", false},
		{"person_is_not_held_back_by_a_record", manual, rules, scaling.Desired(3), sizes(0, 5, 1), &scaling.Application{Profile: "peak", Goal: goal(0, 5, 3), At: since}, scaling.ScaleUp, sizes(0, 5, 3), "it is time", false},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			plan := scaling.Decide(test.wanted, test.rules, []scaling.Nodegroup{
				{Name: "big", Limits: limits, Target: test.target, Observed: active(test.current), Applied: test.applied},
			})
			want := scaling.Decision{
				Nodegroup: "big", Action: test.action, Reason: test.reason, Goal: test.target.Goal(limits), Limits: limits,
				Activation: test.wanted.Activation(test.target.Goal(limits)), Before: &test.current, After: test.after, Arrived: test.reason == already,
			}
			if test.apply {
				want.Apply = mark(now, want.Goal)
			}
			if test.applied == peak && test.current.DesiredSize != 3 {
				want.Drifted = &peak.Goal
			}
			waves := [][]scaling.Decision{}
			if test.action != scaling.Keep {
				waves = append(waves, []scaling.Decision{want})
			}
			if diff := cmp.Diff([][]scaling.Decision{{want}}, [][]scaling.Decision{plan.Decisions}); diff != "" {
				t.Errorf("the decision (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(waves, plan.Waves); diff != "" {
				t.Errorf("the waves (-want +got):\n%s", diff)
			}
		})
	}
}

// Every status but ACTIVE has not arrived, and belongs to the first wave. DEGRADED that no run has raised is the exception.
func TestDecideByCondition(t *testing.T) {
	at := func(desired int32) *scaling.Sizes { return new(sizes(0, 5, desired)) }
	tests := []struct {
		rule     string
		desired  int32
		observed scaling.Observed
		raised   bool
		action   scaling.Action
		reason   string
		marked   bool
		warning  string
	}{
		{"degraded_at_the_wanted_size_has_arrived", 2, seen(scaling.Degraded, "DEGRADED: no capacity", at(2)), false, scaling.Keep, "already at the desired sizes; it is time", true, "at the desired sizes, but DEGRADED: DEGRADED: no capacity"},
		{"degraded_since_it_was_raised_has_not", 2, seen(scaling.Degraded, "DEGRADED: no capacity", at(2)), true, scaling.ScaleUp, "at the desired sizes, but its last raise did not succeed (DEGRADED: no capacity); it is time", false, ""},
		{"active_since_a_raise_that_failed_is_raised_again", 2, active(*at(2)), true, scaling.ScaleUp, "at the desired sizes, but its last raise did not succeed (ACTIVE); it is time", false, ""},
		{"degraded_without_nodes_has_arrived_though_it_was_raised", 0, seen(scaling.Degraded, "DEGRADED: no capacity", at(0)), true, scaling.Keep, "already at the desired sizes; it is time", true, "at the desired sizes, but DEGRADED: DEGRADED: no capacity"},
		{"degraded_at_another_size_is_raised_like_active", 2, seen(scaling.Degraded, "DEGRADED", at(1)), false, scaling.ScaleUp, "it is time", false, ""},
		{"degraded_at_another_size_is_lowered_like_active", 2, seen(scaling.Degraded, "DEGRADED", at(3)), false, scaling.ScaleDown, "it is time", false, ""},
		{"updating_is_waited_for_at_any_size", 2, seen(scaling.Updating, "UPDATING", at(2)), false, scaling.Await, "another update is in progress (UPDATING); it is time", false, ""},
		{"broken_fails_in_the_first_wave", 0, seen(scaling.Broken, "CREATE_FAILED", nil), false, scaling.ScaleUp, "the node group cannot be scaled: CREATE_FAILED", false, ""},
		{"unreadable_fails_in_the_first_wave", 0, seen(scaling.Unreadable, "access denied", nil), false, scaling.ScaleUp, "the node group could not be read: access denied", false, ""},
		{"gone_and_wanted_fails_in_the_first_wave", 2, seen(scaling.Gone, "DELETING", nil), false, scaling.ScaleUp, "the node group does not exist: DELETING", false, ""},
		{"gone_and_wanted_at_0_is_a_warning", 0, seen(scaling.Gone, "not found", nil), false, scaling.Keep, "it is time", false, "the node group does not exist, and its desired size is 0: not found"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			plan := scaling.Decide(wanted, rules, []scaling.Nodegroup{
				{Name: "big", Limits: limits, Target: scaling.Desired(test.desired), Observed: test.observed, Raised: test.raised},
			})
			d := plan.Decisions[0]
			if d.Action != test.action || d.Reason != test.reason || d.Warning != test.warning {
				t.Errorf("%s, %q, warning %q; want %s, %q, %q", d.Action, d.Reason, d.Warning, test.action, test.reason, test.warning)
			}
			if marked := d.Arrived && d.Apply != nil; marked != test.marked {
				t.Errorf("marked: %t; want %t", marked, test.marked)
			}
			if test.warning != "" && test.desired == 0 && test.observed.Condition == scaling.Gone && d.Apply != nil {
				t.Error("a node group that does not exist is marked once it arrives")
			}
		})
	}
}

func TestLeftAloneSaysWhatIsWrongWithIt(t *testing.T) {
	n := scaling.Nodegroup{
		Name: "big", Limits: limits, Target: scaling.Desired(2), Applied: mark(since, goal(0, 5, 2)),
		Observed: seen(scaling.Degraded, "DEGRADED: no capacity", new(sizes(0, 5, 1))),
	}
	d := scaling.Decide(wanted, rules, []scaling.Nodegroup{n}).Decisions[0]
	if want := "the node group is degraded: DEGRADED: no capacity"; d.Action != scaling.Keep || d.Warning != want || d.Arrived {
		t.Errorf("%s, arrived %t, warning %q; want it kept with the warning %q", d.Action, d.Arrived, d.Warning, want)
	}
}

// What a run has done, and what is not its own, is not done again.
func TestDecideWithinARun(t *testing.T) {
	plain := scaling.Nodegroup{Name: "big", Limits: limits, Target: scaling.Desired(2), Observed: active(sizes(0, 5, 0))}
	for _, test := range []struct {
		rule   string
		change func(n *scaling.Nodegroup)
		reason string
		marked bool
	}{
		{"failed_in_this_run_is_not_tried_again", func(n *scaling.Nodegroup) { n.Failed = true }, "it failed in this run, which does not try it again", false},
		{"a_newer_run_decides", func(n *scaling.Nodegroup) { n.LeftTo = "run-2" }, "left to the newer run run-2", false},
		{"arrived_in_this_run_is_marked", func(n *scaling.Nodegroup) { n.Arrived, n.Observed = true, active(sizes(0, 5, 4)) }, "arrived in this run; it is time", true},
		{"arrived_but_unreadable_now_is_not_marked", func(n *scaling.Nodegroup) { n.Arrived, n.Observed = true, seen(scaling.Unreadable, "no", nil) }, "arrived in this run; it is time", false},
		{"arrived_but_its_raise_is_unproven_is_not_marked", func(n *scaling.Nodegroup) { n.Arrived, n.Raised = true, true }, "arrived in this run; it is time", false},
		{"arrived_but_updating_again_is_not_marked", func(n *scaling.Nodegroup) {
			n.Arrived, n.Observed = true, seen(scaling.Updating, "UPDATING", new(sizes(0, 5, 2)))
		}, "arrived in this run; it is time", false},
	} {
		t.Run(test.rule, func(t *testing.T) {
			n := plain
			test.change(&n)
			plan := scaling.Decide(wanted, rules, []scaling.Nodegroup{n})
			d := plan.Decisions[0]
			if len(plan.Waves) > 0 || d.Reason != test.reason || (d.Arrived && d.Apply != nil) != test.marked {
				t.Errorf("%d waves, %q, arrived %t, apply %v; want none, %q, marked %t", len(plan.Waves), d.Reason, d.Arrived, d.Apply, test.reason, test.marked)
			}
		})
	}
	plain.Watched = true
	if plan := scaling.Decide(wanted, rules, []scaling.Nodegroup{plain}); len(plan.Decisions) > 0 || len(plan.Waves) > 0 || len(plan.Guards) != 1 {
		t.Errorf("a node group that the run only watches is decided: %+v", plan)
	}
}

func TestDecideWaves(t *testing.T) {
	group := func(name string, desired, current int32) scaling.Nodegroup {
		return scaling.Nodegroup{Name: name, Limits: limits, Target: scaling.Desired(desired), Observed: active(sizes(0, 5, current))}
	}
	in := func(c scaling.Condition, n scaling.Nodegroup) scaling.Nodegroup {
		n.Observed.Condition = c
		if c == scaling.Unreadable || c == scaling.Gone || c == scaling.Broken {
			n.Observed.Sizes = nil
		}
		return n
	}
	applied := func(n scaling.Nodegroup) scaling.Nodegroup {
		n.Applied = mark(since, n.Target.Goal(n.Limits))
		return n
	}
	reliedOn := func(n scaling.Nodegroup) scaling.Nodegroup {
		n.Earlier = new(int32(0))
		return n
	}
	down := group("a", 0, 1)
	tests := []struct {
		rule       string
		nodegroups []scaling.Nodegroup
		want       string
	}{
		{"nothing_to_do_has_no_wave", []scaling.Nodegroup{group("a", 1, 1)}, ""},
		{"no_nodegroup_has_no_wave", nil, ""},
		{"ups_before_downs", []scaling.Nodegroup{down, group("b", 1, 0), group("c", 0, 2), group("d", 3, 1)}, "b d | a c"},
		{"ups_alone_are_one_wave", []scaling.Nodegroup{group("a", 2, 1), group("b", 1, 1)}, "a"},
		{"downs_alone_are_one_wave", []scaling.Nodegroup{group("a", 1, 1), group("b", 1, 4)}, "b"},
		{"unreadable_goes_first", []scaling.Nodegroup{down, in(scaling.Unreadable, group("u", 0, 0))}, "u | a"},
		{"unreadable_is_left_alone_when_applied", []scaling.Nodegroup{down, applied(in(scaling.Unreadable, group("u", 0, 0)))}, "a"},
		{"updating_goes_first", []scaling.Nodegroup{down, in(scaling.Updating, group("u", 1, 1))}, "u | a"},
		{"updating_is_left_alone_when_applied", []scaling.Nodegroup{down, applied(in(scaling.Updating, group("u", 1, 1)))}, "a"},
		{"unless_a_scale_down_relies_on_it", []scaling.Nodegroup{down, reliedOn(applied(in(scaling.Updating, group("u", 1, 1))))}, "u | a"},
		{"gone_goes_first", []scaling.Nodegroup{down, in(scaling.Gone, group("g", 1, 1))}, "g | a"},
		{"gone_and_wanted_at_0_holds_nothing_up", []scaling.Nodegroup{down, in(scaling.Gone, group("g", 0, 0))}, "a"},
		{"degraded_at_the_wanted_sizes_is_kept", []scaling.Nodegroup{down, in(scaling.Degraded, group("d", 2, 2))}, "a"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			plan := scaling.Decide(wanted, rules, test.nodegroups)
			if len(plan.Decisions) != len(test.nodegroups) {
				t.Errorf("%d decisions for %d node groups", len(plan.Decisions), len(test.nodegroups))
			}
			var waves []string
			for _, wave := range plan.Waves {
				var names []string
				for _, d := range wave {
					names = append(names, d.Nodegroup)
				}
				waves = append(waves, strings.Join(names, " "))
			}
			if got := strings.Join(waves, " | "); got != test.want {
				t.Errorf("waves %q, want %q", got, test.want)
			}
		})
	}
}

// An empty plan is printed with empty lists, which the workflow can index and count; null it could not.
func TestEmptyPlanHasLists(t *testing.T) {
	text, err := json.Marshal(scaling.Decide(wanted, rules, nil))
	if want := `{"decisions":[],"waves":[],"guards":[]}`; err != nil || string(text) != want {
		t.Errorf("printed as %s (%v), want %s", text, err, want)
	}
}

func TestKeepsDesired(t *testing.T) {
	bounds := func(low, high int32) scaling.Target { return scaling.Target{MinSize: &low, MaxSize: &high} }
	for _, test := range []struct {
		rule    string
		target  scaling.Target
		current int32
		want    bool
	}{
		{"bounds_only_leave_the_desired_size_out", bounds(1, 4), 3, true},
		{"unless_min_forces_it_up", bounds(2, 4), 1, false},
		{"unless_max_forces_it_down", bounds(1, 2), 3, false},
		{"a_desired_size_is_always_sent", scaling.Desired(3), 3, false},
	} {
		t.Run(test.rule, func(t *testing.T) {
			d := scaling.Decide(wanted, rules, []scaling.Nodegroup{
				{Name: "big", Limits: limits, Target: test.target, Observed: active(sizes(0, 3, test.current))},
			}).Decisions[0]
			if d.KeepsDesired() != test.want {
				t.Errorf("%t for %v -> %v; want %t", d.KeepsDesired(), d.Before, d.After, test.want)
			}
		})
	}
	if (scaling.Decision{}).KeepsDesired() {
		t.Error("a node group without sizes has a desired size to keep")
	}
}
