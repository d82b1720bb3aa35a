package scaling_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"eks-scaling-automation/shared/scaling"

	"github.com/google/go-cmp/cmp"
)

// A node group of its own mind is weighed by what is wanted of it, and its record says so.
func TestDecideByWhatIsWantedOfTheNodegroup(t *testing.T) {
	cluster := scaling.Wanted{Profile: "sleep", Override: "a", Source: scaling.FromOverride, Reason: "the cluster sleeps", Since: on("24 06:45"), Until: until}
	own := scaling.Wanted{Profile: "peak", Period: "tuesday-peak", Source: scaling.FromPeriod, Reason: "it is time", Since: since, Until: until}
	rules := scaling.Rules{At: now, TakenAt: now.Add(time.Second), Enforce: scaling.OnTransition}
	asOwn := &scaling.Application{Profile: "peak", Period: "tuesday-peak", Goal: goal(0, 5, 3), At: since}
	asCluster := &scaling.Application{Profile: "sleep", Goal: goal(0, 5, 3), At: on("24 06:45")}
	tests := []struct {
		rule    string
		wanted  *scaling.Wanted
		applied *scaling.Application
		action  scaling.Action
		reason  string
		apply   *scaling.Application
	}{
		{"its_own_reason", &own, nil, scaling.ScaleUp, "it is time", &scaling.Application{Profile: "peak", Period: "tuesday-peak", Goal: goal(0, 5, 3), At: now, TakenAt: now.Add(time.Second)}},
		{"its_own_record", &own, asOwn, scaling.Keep, "profile peak was applied at Tue 2026-11-24 06:30 -03:00; unchanged until the next transition", nil},
		{"not_the_record_of_what_the_cluster_wants", &own, asCluster, scaling.ScaleUp, "it is time", &scaling.Application{Profile: "peak", Period: "tuesday-peak", Goal: goal(0, 5, 3), At: now, TakenAt: now.Add(time.Second)}},
		{"the_cluster_s_reason_otherwise", nil, asOwn, scaling.ScaleUp, "the cluster sleeps", &scaling.Application{Profile: "sleep", Goal: goal(0, 5, 3), At: now, TakenAt: now.Add(time.Second)}},
		{"the_cluster_s_record_otherwise", nil, asCluster, scaling.Keep, "profile sleep was applied at Tue 2026-11-24 06:45 -03:00; unchanged until the next transition", nil},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			plan := scaling.Decide(cluster, rules, []scaling.Nodegroup{
				{Name: "big", Limits: limits, Target: scaling.Desired(3), Wanted: test.wanted, Observed: active(sizes(0, 5, 1)), Applied: test.applied},
			})
			want := scaling.Decision{
				Nodegroup: "big", Action: test.action, Reason: test.reason, Goal: goal(0, 5, 3), Limits: limits, Wanted: test.wanted,
				Activation: scaling.Nodegroup{Limits: limits, Target: scaling.Desired(3), Wanted: test.wanted}.Activation(cluster), Before: new(sizes(0, 5, 1)), After: sizes(0, 5, 3), Apply: test.apply,
			}
			if test.action == scaling.Keep {
				want.After, want.Drifted = sizes(0, 5, 1), new(goal(0, 5, 3))
			}
			if diff := cmp.Diff([]scaling.Decision{want}, plan.Decisions); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestRunsAroundAnOverride goes through a Tuesday morning run by run. Before some of the runs a person, or an autoscaler,
// has set the size of the node group big. Each run is written as the size that it leaves, behind a "!" if it changed it.
func TestRunsAroundAnOverride(t *testing.T) {
	peak := over("a", "24 08:00", "24 09:00", "peak")
	five := sized("a", "24 08:00", "24 09:00", map[string]int32{"big": 5})
	type run struct {
		at   string
		by   int32 // what others have made of it before; 0 is nothing
		want string
	}
	// All runs are within the period tuesday-peak, which wants 3.
	before := []run{{"24 06:30", 0, "!3"}, {"24 07:00", 0, "3"}}
	tests := []struct {
		rule      string
		enforce   scaling.Enforce
		overrides []scaling.Override
		runs      []run
	}{
		{"sizes_are_applied_once_and_the_period_again_after_them", scaling.OnTransition, []scaling.Override{five}, append(slices.Clip(before),
			run{"24 07:30", 2, "2"}, run{"24 08:00", 0, "!5"}, run{"24 08:30", 4, "4"}, run{"24 09:00", 0, "!3"}, run{"24 09:30", 2, "2"}, run{"24 11:00", 0, "2"})},
		{"sizes_are_put_back_on_every_run", scaling.Always, []scaling.Override{five}, append(slices.Clip(before),
			run{"24 07:30", 2, "!3"}, run{"24 08:00", 0, "!5"}, run{"24 08:30", 4, "!5"}, run{"24 09:00", 0, "!3"}, run{"24 09:30", 2, "!3"}, run{"24 11:00", 0, "3"})},
		{"an_override_by_the_period_s_own_profile_begins_anew_and_so_does_the_period", scaling.OnTransition, []scaling.Override{peak}, append(slices.Clip(before),
			run{"24 07:30", 2, "2"}, run{"24 08:00", 0, "!3"}, run{"24 08:30", 4, "4"}, run{"24 09:00", 0, "!3"}, run{"24 09:30", 2, "2"})},
		{"a_late_run_still_applies_what_is_in_force", scaling.OnTransition, []scaling.Override{five}, append(slices.Clip(before),
			run{"24 08:59", 2, "!5"}, run{"24 10:00", 4, "!3"}, run{"24 10:30", 2, "2"})},
		{"an_override_between_two_runs_is_a_transition", scaling.OnTransition, []scaling.Override{five}, append(slices.Clip(before),
			run{"24 07:59", 2, "2"}, run{"24 09:01", 0, "!3"})},
		{"an_override_of_another_node_group_is_none", scaling.OnTransition, []scaling.Override{sized("a", "24 08:00", "24 09:00", map[string]int32{"small": 1})}, append(slices.Clip(before),
			run{"24 07:30", 2, "2"}, run{"24 08:00", 0, "2"}, run{"24 09:00", 0, "2"})},
		{"each_of_two_back_to_back_is_applied", scaling.OnTransition, []scaling.Override{peak, over("b", "24 09:00", "24 10:00", "peak")}, append(slices.Clip(before),
			run{"24 08:00", 0, "3"}, run{"24 08:30", 4, "4"}, run{"24 09:00", 0, "!3"}, run{"24 09:30", 4, "4"}, run{"24 10:00", 0, "!3"})},
		{"a_later_one_and_then_the_first_again", scaling.OnTransition, []scaling.Override{over("all", "24 07:30", "24 11:00", "normal"), five}, append(slices.Clip(before),
			run{"24 07:30", 0, "!1"}, run{"24 08:00", 0, "!5"}, run{"24 09:00", 0, "!1"}, run{"24 09:30", 2, "2"}, run{"24 11:00", 0, "!3"})},
		{"one_that_leaves_it_out_leaves_it_alone", scaling.Always, []scaling.Override{over("a", "24 08:00", "24 09:00", "small-only")}, append(slices.Clip(before),
			run{"24 08:00", 2, "2"}, run{"24 09:00", 0, "!3"})},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			l := timeline(t, reference, test.overrides...)
			l.Profiles["small-only"] = map[string]scaling.Target{"small": scaling.Desired(1)}
			big := &observed{size: 1}
			for _, run := range test.runs {
				if run.by > 0 {
					big.size = run.by
				}
				if got := big.run(l, on(run.at), test.enforce); got != run.want {
					t.Fatalf("after %s: %s, want %s", run.at, got, run.want)
				}
			}
		})
	}
}

// observed is the node group big between runs.
type observed struct {
	size    int32
	applied *scaling.Application
}

// run decides and carries the decision out.
func (n *observed) run(l scaling.Timeline, at time.Time, enforce scaling.Enforce) string {
	wanted := l.Wanted(at)
	for _, d := range l.Demands(at) {
		if d.Nodegroup != "big" {
			continue
		}
		plan := scaling.Decide(wanted, scaling.Rules{At: at, Enforce: enforce}, []scaling.Nodegroup{
			{Name: "big", Limits: limits, Target: d.Target, Wanted: &d.Wanted, Observed: active(sizes(0, 5, n.size)), Applied: n.applied},
		})
		decision := plan.Decisions[0]
		if decision.Apply != nil {
			n.applied = decision.Apply
		}
		n.size = decision.After.DesiredSize
		if decision.Action != scaling.Keep {
			return fmt.Sprintf("!%d", n.size)
		}
	}
	return fmt.Sprint(n.size)
}

func TestOverrideIsLeftAloneInItsWords(t *testing.T) {
	for rule, test := range map[string]struct {
		override scaling.Override
		want     string
	}{
		"by_profile": {over("a", "24 06:45", "24 09:00", "normal"), "profile normal was applied at Tue 2026-11-24 07:00 -03:00; unchanged until the next transition"},
		"by_sizes":   {sized("a", "24 06:45", "24 09:00", map[string]int32{"big": 1}), "the override was applied at Tue 2026-11-24 07:00 -03:00; unchanged until the next transition"},
	} {
		t.Run(rule, func(t *testing.T) {
			l := timeline(t, reference, test.override)
			applied := &scaling.Application{Profile: test.override.Profile, Goal: goal(0, 5, 1), At: now.UTC()}
			plan := scaling.Decide(l.Wanted(now), rules, []scaling.Nodegroup{{Name: "big", Limits: limits, Target: scaling.Desired(1), Observed: active(sizes(0, 5, 4)), Applied: applied}})
			if got := plan.Decisions[0].Reason; got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
