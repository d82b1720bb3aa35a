package scaling_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"eks-scaling-automation/shared/scaling"

	"github.com/google/go-cmp/cmp"
)

// The tests live on a Tuesday morning in São Paulo, half an hour into the peak.
var (
	saoPaulo = location("America/Sao_Paulo")
	now      = time.Date(2026, 11, 24, 7, 0, 0, 0, saoPaulo)
	since    = time.Date(2026, 11, 24, 6, 30, 0, 0, saoPaulo)
	until    = time.Date(2026, 11, 24, 11, 30, 0, 0, saoPaulo)
	wanted   = scaling.Wanted{Profile: "peak", Period: "tuesday-peak", Source: scaling.FromPeriod, Reason: "it is time", Since: since, Until: until}
	rules    = scaling.Rules{At: now, Enforce: scaling.OnTransition}
	limits   = scaling.Limits{MinSize: 0, MaxSize: 5}
)

func location(zone string) *time.Location {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		panic(err)
	}
	return loc
}

func sizes(low, high, desired int32) scaling.Sizes {
	return scaling.Sizes{MinSize: low, MaxSize: high, DesiredSize: desired}
}

func goal(low, high, desired int32) scaling.Goal {
	return scaling.Goal{MinSize: low, MaxSize: high, DesiredSize: new(desired)}
}

func TestTarget(t *testing.T) {
	tests := []struct {
		rule    string
		target  scaling.Target
		limits  scaling.Limits
		current int32
		want    scaling.Sizes
		text    string
	}{
		{"number_is_desired_with_the_limits_as_bounds", scaling.Desired(3), scaling.Limits{MinSize: 1, MaxSize: 5}, 2, sizes(1, 5, 3), `3`},
		{"number_may_be_zero", scaling.Desired(0), limits, 2, sizes(0, 5, 0), `0`},
		{"all_three", scaling.Target{MinSize: new(int32(1)), MaxSize: new(int32(4)), DesiredSize: new(int32(2))}, limits, 5, sizes(1, 4, 2), `{"minSize":1,"maxSize":4,"desiredSize":2}`},
		{"bounds_only_keep_the_current_size", scaling.Target{MinSize: new(int32(1)), MaxSize: new(int32(4))}, limits, 3, sizes(1, 4, 3), `{"minSize":1,"maxSize":4}`},
		{"bounds_only_raise_to_min", scaling.Target{MinSize: new(int32(2))}, limits, 0, sizes(2, 5, 2), `{"minSize":2}`},
		{"bounds_only_lower_to_max", scaling.Target{MaxSize: new(int32(2))}, limits, 4, sizes(0, 2, 2), `{"maxSize":2}`},
		{"empty_target_clamps_to_the_limits", scaling.Target{}, scaling.Limits{MinSize: 1, MaxSize: 2}, 9, sizes(1, 2, 2), `{}`},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			g := test.target.Goal(test.limits)
			if got := g.Sizes(test.current); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
			if !g.Equal(test.target.Goal(test.limits)) {
				t.Error("the goal does not equal itself")
			}
			if text, err := json.Marshal(test.target); err != nil || string(text) != test.text {
				t.Errorf("printed as %s (%v), want %s", text, err, test.text)
			}
		})
	}
}

func TestGoalEqual(t *testing.T) {
	a := goal(0, 5, 3)
	for _, other := range []scaling.Goal{goal(1, 5, 3), goal(0, 4, 3), goal(0, 5, 2), {MinSize: 0, MaxSize: 5}} {
		if a.Equal(other) || other.Equal(a) {
			t.Errorf("%+v equals %+v", a, other)
		}
	}
}

func TestLimitsCheck(t *testing.T) {
	tests := []struct {
		rule  string
		sizes scaling.Sizes
		want  string
	}{
		{"at_the_limits", sizes(1, 5, 5), ""},
		{"inside_the_limits", sizes(2, 3, 2), ""},
		{"min_below_limit", sizes(0, 5, 3), "found minSize 0; want it within the node group's limits, 1 to 5"},
		{"max_above_limit", sizes(1, 6, 3), "found maxSize 6; want it within the node group's limits, 1 to 5"},
		{"desired_below_min", sizes(2, 5, 1), "found minSize 2, desiredSize 1, maxSize 5; want minSize <= desiredSize <= maxSize"},
		{"desired_above_limit", sizes(1, 5, 6), "found desiredSize 6; want it within the node group's limits, 1 to 5"},
		{"desired_above_max", sizes(1, 4, 5), "found minSize 1, desiredSize 5, maxSize 4; want minSize <= desiredSize <= maxSize"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			got := ""
			if err := (scaling.Limits{MinSize: 1, MaxSize: 5}).Check(test.sizes); err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestDecideOneNodegroup(t *testing.T) {
	const (
		leftAlone = "profile peak was applied at Tue 2026-11-24 06:30 -03:00 and is left alone until the next transition"
		already   = "already at the wanted sizes; it is time"
	)
	applied := func(at time.Time, profile, period string, g scaling.Goal) *scaling.Application {
		return &scaling.Application{Profile: profile, Period: period, Goal: g, At: at}
	}
	manual := scaling.Wanted{Profile: "peak", Source: scaling.FromPerson, Reason: "it is time", Since: since, Until: until}
	always, force := rules, rules
	always.Enforce, force.Force = scaling.Always, true
	peak := applied(since, "peak", "tuesday-peak", goal(0, 5, 3))
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
		{"applied_a_week_ago", wanted, rules, scaling.Desired(3), sizes(0, 5, 1), applied(since.AddDate(0, 0, -7), "peak", "tuesday-peak", goal(0, 5, 3)), scaling.ScaleUp, sizes(0, 5, 3), "it is time", true},
		{"applied_right_before_it_became_active", wanted, rules, scaling.Desired(3), sizes(0, 5, 1), applied(since.Add(-1), "peak", "tuesday-peak", goal(0, 5, 3)), scaling.ScaleUp, sizes(0, 5, 3), "it is time", true},
		{"applied_for_another_period", wanted, rules, scaling.Desired(3), sizes(0, 5, 1), applied(since, "peak", "monday-peak", goal(0, 5, 3)), scaling.ScaleUp, sizes(0, 5, 3), "it is time", true},
		{"applied_another_profile", wanted, rules, scaling.Desired(3), sizes(0, 5, 1), applied(since, "normal", "tuesday-peak", goal(0, 5, 3)), scaling.ScaleUp, sizes(0, 5, 3), "it is time", true},
		{"person_leaves_no_record", manual, rules, scaling.Desired(3), sizes(0, 5, 1), nil, scaling.ScaleUp, sizes(0, 5, 3), "it is time", false},
		{"person_is_not_held_back_by_a_record", manual, rules, scaling.Desired(3), sizes(0, 5, 1), applied(since, "peak", "", goal(0, 5, 3)), scaling.ScaleUp, sizes(0, 5, 3), "it is time", false},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			plan := scaling.Decide(test.wanted, test.rules, []scaling.Nodegroup{
				{Name: "big", Limits: limits, Target: test.target, Current: &test.current, Applied: test.applied},
			})
			want := scaling.Decision{
				Nodegroup: "big", Action: test.action, Reason: test.reason, Goal: test.target.Goal(limits), Limits: limits,
				Before: &test.current, After: test.after,
			}
			if test.apply {
				want.Apply = applied(now, "peak", "tuesday-peak", want.Goal)
			}
			waves := [][]scaling.Decision{}
			if test.action != scaling.Keep {
				waves = append(waves, []scaling.Decision{want})
			}
			if diff := cmp.Diff(scaling.Plan{Decisions: []scaling.Decision{want}, Waves: waves}, plan); diff != "" {
				t.Errorf("the plan (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDecideWaves(t *testing.T) {
	group := func(name string, desired, current int32) scaling.Nodegroup {
		return scaling.Nodegroup{Name: name, Limits: limits, Target: scaling.Desired(desired), Current: new(sizes(0, 5, current))}
	}
	unreadable := scaling.Nodegroup{Name: "unreadable", Limits: limits, Target: scaling.Desired(0), Unreadable: "access denied"}
	degraded := group("degraded", 2, 2)
	degraded.Degraded = "AsgInstanceLaunchFailures"
	degradedAtZero := degraded
	degradedAtZero.Target, degradedAtZero.Current = scaling.Desired(0), new(sizes(0, 5, 0))
	degradedButApplied := degraded
	degradedButApplied.Applied = &scaling.Application{Profile: "peak", Period: "tuesday-peak", Goal: goal(0, 5, 2), At: since}
	unreadableButApplied := unreadable
	unreadableButApplied.Applied = &scaling.Application{Profile: "peak", Period: "tuesday-peak", Goal: goal(0, 5, 0), At: since}
	tests := []struct {
		rule       string
		nodegroups []scaling.Nodegroup
		want       string
	}{
		{"nothing_to_do_has_no_wave", []scaling.Nodegroup{group("a", 1, 1)}, ""},
		{"no_nodegroup_has_no_wave", nil, ""},
		{"ups_before_downs", []scaling.Nodegroup{group("a", 0, 1), group("b", 1, 0), group("c", 0, 2), group("d", 3, 1)}, "b d | a c"},
		{"ups_alone_are_one_wave", []scaling.Nodegroup{group("a", 2, 1), group("b", 1, 1)}, "a"},
		{"downs_alone_are_one_wave", []scaling.Nodegroup{group("a", 1, 1), group("b", 1, 4)}, "b"},
		{"unreadable_goes_first", []scaling.Nodegroup{group("a", 0, 1), unreadable}, "unreadable | a"},
		{"unreadable_is_left_alone_when_applied", []scaling.Nodegroup{group("a", 0, 1), unreadableButApplied}, "a"},
		{"degraded_at_the_wanted_sizes_goes_first", []scaling.Nodegroup{group("a", 0, 1), degraded}, "degraded | a"},
		{"degraded_without_nodes_is_kept", []scaling.Nodegroup{group("a", 0, 1), degradedAtZero}, "a"},
		{"degraded_is_left_alone_when_applied", []scaling.Nodegroup{group("a", 0, 1), degradedButApplied}, "a"},
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

func TestDecideSaysWhyItFailsInTheFirstWave(t *testing.T) {
	plan := scaling.Decide(wanted, rules, []scaling.Nodegroup{
		{Name: "unreadable", Limits: limits, Target: scaling.Desired(2), Unreadable: "access denied"},
		{Name: "degraded", Limits: limits, Target: scaling.Desired(2), Current: new(sizes(0, 5, 2)), Degraded: "no capacity"},
	})
	want := []string{"the node group could not be read: access denied", "at the wanted sizes, but DEGRADED: no capacity"}
	for i, d := range plan.Waves[0] {
		if d.Reason != want[i] || d.After != sizes(0, 5, 2) {
			t.Errorf("%s: %q, after %v", d.Nodegroup, d.Reason, d.After)
		}
	}
}

// An empty plan is printed with empty lists, which the workflow can index and count; null it could not.
func TestEmptyPlanHasLists(t *testing.T) {
	text, err := json.Marshal(scaling.Decide(wanted, rules, nil))
	if want := `{"decisions":[],"waves":[]}`; err != nil || string(text) != want {
		t.Errorf("printed as %s (%v), want %s", text, err, want)
	}
}
