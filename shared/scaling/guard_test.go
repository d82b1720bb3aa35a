package scaling_test

import (
	"slices"
	"testing"

	"eks-scaling-automation/shared/scaling"

	"github.com/google/go-cmp/cmp"
)

func TestReliedOn(t *testing.T) {
	const want = 2
	g := goal(0, 5, want)
	activation := wanted.Activation(g)
	lastWeek := mark(since.AddDate(0, 0, -7), g)
	less, held := *lastWeek, *mark(since, g)
	less.Goal, held.Held = goal(0, 5, 1), &scaling.Held{Goal: goal(0, 5, 0), Profile: "sleep", Run: "run-1"}
	for _, test := range []struct {
		rule string
		n    scaling.Nodegroup
		want bool
	}{
		{"wanted_at_0_never_is", scaling.Nodegroup{Target: scaling.Desired(0), Observed: active(sizes(0, 5, 0))}, false},
		{"the_schedule_wanted_less_before", scaling.Nodegroup{Earlier: new(int32(1)), Applied: mark(since, g), Observed: active(sizes(0, 5, want))}, true},
		{"the_schedule_wanted_as_many_before", scaling.Nodegroup{Earlier: new(int32(want)), Applied: lastWeek, Observed: active(sizes(0, 5, want))}, false},
		{"never_marked", scaling.Nodegroup{Earlier: new(int32(want)), Observed: active(sizes(0, 5, want))}, true},
		{"last_mark_says_less", scaling.Nodegroup{Earlier: new(int32(want)), Applied: &less, Observed: active(sizes(0, 5, want))}, true},
		{"last_mark_is_of_a_manual_run_with_less", scaling.Nodegroup{Earlier: new(int32(want)), Applied: &held, Observed: active(sizes(0, 5, want))}, true},
		{"the_first_look_finds_less", scaling.Nodegroup{Earlier: new(int32(want)), Applied: lastWeek, Observed: active(sizes(0, 5, 1))}, true},
		{"the_first_look_finds_nothing", scaling.Nodegroup{Earlier: new(int32(want)), Applied: lastWeek, Observed: seen(scaling.Gone, "", nil)}, true},
		{"the_first_look_cannot_read_it", scaling.Nodegroup{Earlier: new(int32(want)), Applied: lastWeek, Observed: seen(scaling.Unreadable, "", nil)}, false},
		{"lost_after_it_was_confirmed", scaling.Nodegroup{Earlier: new(int32(want)), Applied: mark(since, g), Observed: active(sizes(0, 5, 0))}, true},
		{"a_run_has_noted_it_for_this_activation", scaling.Nodegroup{Earlier: new(int32(want)), Relied: activation, Applied: mark(since, g), Observed: active(sizes(0, 5, want))}, true},
		{"a_run_has_noted_it_for_another_activation", scaling.Nodegroup{Earlier: new(int32(want)), Relied: "another", Applied: mark(since, g), Observed: active(sizes(0, 5, want))}, false},
		{"bounds_only_is_wanted_at_min", scaling.Nodegroup{Target: scaling.Target{MinSize: new(int32(1))}, Observed: active(sizes(0, 5, 1))}, true},
		{"bounds_only_from_0_never_is", scaling.Nodegroup{Target: scaling.Target{MaxSize: new(int32(3))}, Observed: active(sizes(0, 5, 1))}, false},
	} {
		t.Run(test.rule, func(t *testing.T) {
			n := test.n
			n.Name, n.Limits = "small", limits
			if n.Target == (scaling.Target{}) {
				n.Target = scaling.Desired(want)
			}
			var guards []scaling.Guard
			if g := n.Target.Goal(limits); test.want {
				guards = append(guards, scaling.Guard{Nodegroup: "small", AtLeast: g.Wanted(), Activation: wanted.Activation(g)})
			}
			got := scaling.Decide(wanted, rules, []scaling.Nodegroup{n}).Guards
			if diff := cmp.Diff(guards, slices.Concat(got)); diff != "" {
				t.Errorf("guards (-want +got):\n%s", diff)
			}
		})
	}
}

func TestGuardViolation(t *testing.T) {
	guard := scaling.Guard{Nodegroup: "small", AtLeast: 2}
	at := func(desired int32) *scaling.Sizes { return new(sizes(0, 5, desired)) }
	for _, test := range []struct {
		rule     string
		observed scaling.Observed
		raised   bool
		want     string
	}{
		{"active_with_as_many_holds", active(*at(2)), false, ""},
		{"active_with_more_holds", active(*at(3)), false, ""},
		{"active_with_fewer", active(*at(1)), false, "small has 1 of 2 nodes"},
		{"active_with_fewer_since_it_was_raised", active(*at(1)), true, "small has 1 of 2 nodes"},
		{"active_with_as_many_but_its_raise_is_unproven", active(*at(2)), true, "small was raised, and the update is not known to have succeeded"},
		{"degraded_at_any_size", seen(scaling.Degraded, "DEGRADED: no capacity", at(5)), false, "small is degraded: DEGRADED: no capacity (2 needed)"},
		{"updating_at_any_size", seen(scaling.Updating, "UPDATING", at(5)), false, "small is updating: UPDATING (2 needed)"},
		{"broken", seen(scaling.Broken, "CREATE_FAILED", nil), false, "small is broken: CREATE_FAILED (2 needed)"},
		{"unreadable", seen(scaling.Unreadable, "access denied", nil), false, "small is unreadable: access denied (2 needed)"},
		{"gone", seen(scaling.Gone, "not found", nil), false, "small does not exist (2 needed)"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			if got := guard.Violation(test.observed, test.raised); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// A newer run decides for small and relies on it. What this run wants of it does not matter.
func TestWhatANewerRunReliesOnHoldsBack(t *testing.T) {
	small := scaling.Nodegroup{
		Name: "small", Limits: limits, Target: scaling.Desired(0), Observed: active(sizes(0, 5, 0)), LeftTo: "run-2", Relied: "the newer run's",
	}
	big := scaling.Nodegroup{Name: "big", Limits: limits, Target: scaling.Desired(0), Observed: active(sizes(0, 5, 1))}
	plan := scaling.Decide(wanted, rules, []scaling.Nodegroup{big, small})
	want := []scaling.Guard{{Nodegroup: "small", AtLeast: 1, Activation: "the newer run's"}}
	if diff := cmp.Diff(want, plan.Guards); diff != "" {
		t.Errorf("guards (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"small has 0 of 1 nodes"}, plan.Waves[0][0].HeldBack); diff != "" {
		t.Errorf("held back by (-want +got):\n%s", diff)
	}
}

// big is to go down while small, wanted at 2 and before at 0, is relied on.
func TestHeldBack(t *testing.T) {
	at := func(desired int32) *scaling.Sizes { return new(sizes(0, 5, desired)) }
	for _, test := range []struct {
		rule  string
		small scaling.Nodegroup
		want  []string
	}{
		{"by_nothing_when_it_is_there", scaling.Nodegroup{Observed: active(*at(2))}, nil},
		{"by_nothing_while_this_run_raises_it", scaling.Nodegroup{Observed: active(*at(0))}, nil},
		{"by_nothing_while_this_run_waits_for_it", scaling.Nodegroup{Observed: seen(scaling.Updating, "UPDATING", at(2))}, nil},
		{"by_nothing_while_this_run_waits_for_one_that_is_marked", scaling.Nodegroup{Applied: mark(since, goal(0, 5, 2)), Observed: seen(scaling.Updating, "UPDATING", at(2))}, nil},
		{"when_it_was_marked_and_lost", scaling.Nodegroup{Applied: mark(since, goal(0, 5, 2)), Observed: active(*at(0))}, []string{"small has 0 of 2 nodes"}},
		{"when_its_last_raise_failed_in_this_run_at_the_wanted_sizes", scaling.Nodegroup{Failed: true, Raised: true, Observed: active(*at(2))}, []string{"small was raised, and the update is not known to have succeeded"}},
		{"when_it_failed_in_this_run", scaling.Nodegroup{Failed: true, Observed: active(*at(0))}, []string{"small has 0 of 2 nodes"}},
		{"when_a_newer_run_decides_for_it", scaling.Nodegroup{LeftTo: "run-2", Observed: seen(scaling.Updating, "UPDATING", at(0))}, []string{"small is updating: UPDATING (2 needed)"}},
		{"when_it_is_only_watched", scaling.Nodegroup{Watched: true, Observed: active(*at(1))}, []string{"small has 1 of 2 nodes"}},
		{"when_it_is_degraded_though_it_has_arrived", scaling.Nodegroup{Observed: seen(scaling.Degraded, "DEGRADED", at(2))}, []string{"small is degraded: DEGRADED (2 needed)"}},
		{"when_it_does_not_exist", scaling.Nodegroup{Observed: seen(scaling.Gone, "not found", nil)}, []string{"small does not exist (2 needed)"}},
		{"when_it_cannot_be_read", scaling.Nodegroup{Observed: seen(scaling.Unreadable, "denied", nil)}, []string{"small is unreadable: denied (2 needed)"}},
	} {
		t.Run(test.rule, func(t *testing.T) {
			small := test.small
			small.Name, small.Limits, small.Target, small.Earlier = "small", limits, scaling.Desired(2), new(int32(0))
			plan := scaling.Decide(wanted, rules, []scaling.Nodegroup{
				{Name: "big", Limits: limits, Target: scaling.Desired(0), Observed: active(sizes(0, 5, 1))}, small,
			})
			down := plan.Waves[len(plan.Waves)-1][0]
			if down.Nodegroup != "big" || down.Action != scaling.ScaleDown {
				t.Fatalf("the last wave is %+v; want the scale-down", down)
			}
			if diff := cmp.Diff(test.want, down.HeldBack); diff != "" {
				t.Errorf("held back by (-want +got):\n%s", diff)
			}
		})
	}
}

func TestANodegroupIsNotItsOwnGuard(t *testing.T) {
	n := scaling.Nodegroup{Name: "big", Limits: limits, Target: scaling.Desired(2), Observed: seen(scaling.Degraded, "DEGRADED", new(sizes(0, 5, 4)))}
	plan := scaling.Decide(wanted, rules, []scaling.Nodegroup{n})
	if len(plan.Guards) != 1 || len(plan.Waves) != 1 || plan.Waves[0][0].HeldBack != nil {
		t.Errorf("found %+v; want it relied on, scaled down, and held back by nothing", plan)
	}
}
