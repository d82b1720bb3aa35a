package scaling_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
)

// stormy returns the reference timeline with a period storm from 06:00 to 22:00, and the given state of its condition.
func stormy(t testing.TB, profile string, mayReduce bool, state scaling.PeriodCondition, overrides ...scaling.Override) scaling.Timeline {
	t.Helper()
	storm := schedule.Period{
		Name: "storm", Profile: profile, From: at(6 * 60), To: at(22 * 60),
		When: &schedule.Condition{Signal: "rain", Above: new(20.0)}, MayReduce: mayReduce,
	}
	l := timeline(t, []schedule.Period{weekendMidnight, night, storm, tuesdayPeak}, overrides...)
	l.Profiles["storm"] = map[string]scaling.Target{"big": scaling.Desired(2)}
	l.Profiles["flood"] = map[string]scaling.Target{"big": scaling.Desired(4), "small": scaling.Desired(0)}
	l.Conditions = map[string]scaling.PeriodCondition{"storm": state}
	return l
}

// wetSince returns a condition that is on from a local time on, until another one if it is given.
func wetSince(since string, until ...string) scaling.PeriodCondition {
	state := scaling.PeriodCondition{On: true, Since: on(since), Reason: "rain is 25, above 20"}
	if len(until) > 0 {
		state.Until = on(until[0])
	}
	return state
}

// On Tuesdays big has 0 nodes until 06:30, 3 until 11:30 and then 1; small has 1 until 06:30 and then none.
func TestConditionalPeriods(t *testing.T) {
	const (
		peak      = "big 3: period tuesday-peak peak, 24 06:30 to 24 11:30"
		peakSmall = "small 0: period tuesday-peak peak, 24 06:30 to 24 11:30"
		normal    = "big 1: default normal, 24 11:30 to 25 01:00"
		small     = "small 0: default normal, 24 11:30 to 25 01:00"
	)
	dry := scaling.PeriodCondition{Since: on("24 07:00")}
	for _, test := range []struct {
		rule, profile, at string
		mayReduce         bool
		state             scaling.PeriodCondition
		overrides         []scaling.Override
		want              []string
	}{
		{"off_it_changes_nothing", "flood", "24 12:00", false, dry, nil, []string{normal, small}},
		{"on_it_raises_from_then_to_the_end_of_its_window", "flood", "24 12:00", false, wetSince("24 10:00"), nil, []string{"big 4: period storm flood, 24 10:00 to 24 22:00", small}},
		{"before_it_was_on_nothing_is_different", "flood", "24 09:59", false, wetSince("24 10:00"), nil, []string{peak, peakSmall}},
		{"it_is_on_since_before_its_window", "flood", "24 12:00", false, wetSince("24 05:00"), nil, []string{"big 4: period storm flood, 24 06:30 to 24 22:00", small}},
		{"atMost_ends_it_before_its_window", "flood", "24 12:00", false, wetSince("24 10:00", "24 16:00"), nil, []string{"big 4: period storm flood, 24 10:00 to 24 16:00", small}},
		{"after_that_it_is_off", "flood", "24 16:00", false, wetSince("24 10:00", "24 16:00"), nil, []string{normal, small}},
		{"after_its_window_it_is_off", "flood", "24 22:00", false, wetSince("24 10:00"), nil, []string{normal, small}},
		{"an_earlier_period_still_wins", "flood", "24 06:10", false, wetSince("24 05:00"), nil, []string{"big 0: period night sleep, 24 01:00 to 24 06:30", "small 1: period night sleep, 24 01:00 to 24 06:30"}},

		{"nothing_is_lowered", "storm", "24 11:00", false, wetSince("24 10:00"), nil, []string{peak, peakSmall}},
		{"it_raises_once_it_is_more", "storm", "24 12:00", false, wetSince("24 10:00"), nil, []string{"big 2: period storm storm, 24 11:30 to 24 22:00", small}},
		{"as_many_are_not_more", "peak", "24 11:00", false, wetSince("24 10:00"), nil, []string{peak, peakSmall}},
		{"mayReduce_lowers", "storm", "24 11:00", true, wetSince("24 10:00"), nil, []string{"big 2: period storm storm, 24 10:00 to 24 22:00"}},

		{"an_override_wins", "flood", "24 12:00", false, wetSince("24 10:00"), []scaling.Override{over("a", "24 11:45", "24 13:00", "normal", "big")}, []string{"big 1: override a normal, 24 11:45 to 24 13:00", "small 0: default normal, 24 11:30 to 25 01:00"}},
		{"and_splits_it", "flood", "24 14:00", false, wetSince("24 10:00"), []scaling.Override{over("a", "24 11:45", "24 13:00", "normal", "big")}, []string{"big 4: period storm flood, 24 13:00 to 24 22:00", small}},
	} {
		t.Run(test.rule, func(t *testing.T) {
			var got []string
			for _, d := range stormy(t, test.profile, test.mayReduce, test.state, test.overrides...).Demands(on(test.at)) {
				got = append(got, fmt.Sprintf("%s %d: %s", d.Nodegroup, *d.Target.DesiredSize, shown(d.Wanted)))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("at %s (-want +got):\n%s", test.at, diff)
			}
		})
	}
}

// Each conditional period may only raise what would be active without it, and that includes the conditional periods behind it.
func TestConditionalPeriodsCombine(t *testing.T) {
	const (
		all  = "24 06:00 to 24 22:00"
		day  = "24 06:30 to 24 22:00" // until then the period night asks for as much
		none = "24 11:30 to 25 01:00"
	)
	period := func(name, profile string, mayReduce bool) schedule.Period {
		return schedule.Period{
			Name: name, Profile: profile, From: at(6 * 60), To: at(22 * 60), When: &schedule.Condition{Signal: name, Is: "ALARM"}, MayReduce: mayReduce,
		}
	}
	one, two := period("one", "one", false), period("two", "two", false)
	ordinary := schedule.Period{Name: "day", Profile: "two", From: at(10 * 60), To: at(14 * 60)}
	for _, test := range []struct {
		rule    string
		periods []schedule.Period
		want    []string
	}{
		{"the_larger_one_decides_behind_a_smaller_one", []schedule.Period{one, two}, []string{"big 4: period two two, " + all, "small 1: period one one, " + day}},
		{"and_before_it", []schedule.Period{two, one}, []string{"big 4: period two two, " + all, "small 1: period one one, " + day}},
		{"mayReduce_replaces_what_is_behind_it", []schedule.Period{period("one", "one", true), two}, []string{"big 2: period one one, " + all, "small 1: period one one, " + all}},
		{"and_is_what_others_raise", []schedule.Period{one, period("low", "low", true), two}, []string{"big 2: period one one, " + all, "small 1: period one one, " + all}},
		{"what_it_does_not_name_is_left_alone", []schedule.Period{period("two", "two", true), one}, []string{"big 4: period two two, " + all}},
		{"one_behind_an_ordinary_period_does_not_count", []schedule.Period{one, ordinary, period("more", "more", false)}, []string{"big 4: period day two, 24 10:00 to 24 14:00", "small 1: period one one, " + day}},
		{"one_that_asks_for_less_than_the_default", []schedule.Period{period("low", "low", false)}, []string{"big 1: default normal, " + none, "small 0: default normal, " + none}},
	} {
		t.Run(test.rule, func(t *testing.T) {
			l := stormy(t, "flood", false, scaling.PeriodCondition{})
			l.Profiles["one"] = map[string]scaling.Target{"big": scaling.Desired(2), "small": scaling.Desired(1)}
			l.Profiles["two"] = map[string]scaling.Target{"big": scaling.Desired(4)}
			l.Profiles["more"] = map[string]scaling.Target{"big": scaling.Desired(5)}
			l.Profiles["low"] = map[string]scaling.Target{"big": scaling.Desired(0)}
			var err error
			if l.Schedule, err = schedule.New(saoPaulo, "normal", append(test.periods, night, tuesdayPeak), nil); err != nil {
				t.Fatal(err)
			}
			for _, p := range test.periods {
				if p.When != nil {
					l.Conditions[p.Name] = scaling.PeriodCondition{On: true, Since: on("20 00:00")}
				}
			}
			var got []string
			for _, d := range l.Demands(on("24 12:00")) {
				got = append(got, fmt.Sprintf("%s %d: %s", d.Nodegroup, *d.Target.DesiredSize, shown(d.Wanted)))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A node group that the conditional period does not raise keeps its demand to the last byte.
func TestConditionalPeriodsLeaveOtherDemandsAlone(t *testing.T) {
	l := stormy(t, "storm", false, wetSince("24 10:00"))
	with := l.Demands(on("24 11:00"))
	l.Conditions = nil
	if diff := cmp.Diff(l.Demands(on("24 11:00")), with); diff != "" {
		t.Errorf("demands (-without +with a condition):\n%s", diff)
	}
}

// A lead follows the schedule without conditional periods. A conditional period may raise more than it.
func TestConditionalPeriodsBesideLeads(t *testing.T) {
	for profile, want := range map[string]string{
		"storm": "big 3 from 06:30 by tuesday-peak", // of the lead: it begins while storm is on, and is more
		"flood": "big 4 by storm",
	} {
		l := stormy(t, profile, false, wetSince("24 05:00"))
		storm := schedule.Period{Name: "storm", Profile: profile, To: at(22 * 60), When: &schedule.Condition{Signal: "rain", Above: new(20.0)}}
		var err error
		if l.Schedule, err = schedule.New(saoPaulo, "normal", []schedule.Period{storm, tuesdayPeak}, nil); err != nil {
			t.Fatal(err)
		}
		l.Ahead.Otherwise = 10 * time.Minute
		for _, d := range l.Demands(on("24 06:25")) {
			got := fmt.Sprintf("%s %d", d.Nodegroup, *d.Target.DesiredSize)
			if !d.Starts.IsZero() {
				got += " from " + d.Starts.In(saoPaulo).Format("15:04")
			}
			if got += " by " + d.Wanted.Period; d.Nodegroup == "big" && got != want {
				t.Errorf("%s: %s, want %s", profile, got, want)
			}
		}
	}
}

func TestReasonOfConditionalPeriods(t *testing.T) {
	l := stormy(t, "flood", false, wetSince("24 10:00"))
	want := "period storm sets profile flood (on since Tue 2026-11-24 10:00 -03:00: rain is 25, above 20) until Tue 2026-11-24 22:00 -03:00"
	if got := l.Demands(on("24 12:00"))[0].Wanted.Reason; got != want {
		t.Errorf("reason %q, want %q", got, want)
	}
	if got := l.Wanted(on("24 12:00")).Reason; got != want {
		t.Errorf("reason of the cluster %q, want %q", got, want)
	}
}

// Where the schedule leaves the number of nodes to others, a conditional period may raise it, but it never lowers it.
func TestConditionalPeriodsNeverLowerWhatOthersSet(t *testing.T) {
	autoscaled := scaling.Target{MinSize: new(int32(1))}
	for _, test := range []struct {
		rule      string
		base      map[string]scaling.Target
		mayReduce bool
		want      bool
	}{
		{"an_autoscaler", map[string]scaling.Target{"big": autoscaled}, false, true},
		{"people_as_the_schedule_leaves_it_alone", map[string]scaling.Target{}, false, true},
		{"the_schedule_sets_the_number", map[string]scaling.Target{"big": scaling.Desired(1)}, false, false},
		{"mayReduce", map[string]scaling.Target{"big": autoscaled}, true, false},
	} {
		t.Run(test.rule, func(t *testing.T) {
			l := stormy(t, "flood", test.mayReduce, wetSince("24 10:00"))
			l.Profiles["normal"] = test.base
			demands := l.Demands(on("24 12:00"))
			big := demands[slices.IndexFunc(demands, func(d scaling.Demand) bool { return d.Nodegroup == "big" })]
			if big.Wanted.Period != "storm" || big.RaiseOnly != test.want {
				t.Errorf("demand %+v, want one of storm with RaiseOnly %t", big, test.want)
			}
			n := scaling.Nodegroup{Name: "big", Limits: l.Nodegroups["big"], Target: big.Target, RaiseOnly: big.RaiseOnly, Observed: active(sizes(0, 5, 5))}
			plan := scaling.Decide(big.Wanted, scaling.Rules{At: on("24 12:00"), Enforce: scaling.Always}, []scaling.Nodegroup{n})
			if lowers := plan.Decisions[0].Action == scaling.ScaleDown; lowers == test.want {
				t.Errorf("5 nodes: %s (%s)", plan.Decisions[0].Action, plan.Decisions[0].Reason)
			}
			n.Observed = active(sizes(0, 5, 3))
			if d := scaling.Decide(big.Wanted, scaling.Rules{At: on("24 12:00")}, []scaling.Nodegroup{n}).Decisions[0]; d.Action != scaling.ScaleUp {
				t.Errorf("3 nodes: %s (%s), want a scale-up", d.Action, d.Reason)
			}
		})
	}
}

// Somebody may have raised a node group since the schedule was applied. It would keep that without the conditional period, so it keeps
// it with the period, too.
func TestConditionalPeriodsKeepWhatPeopleRaised(t *testing.T) {
	l := stormy(t, "flood", false, wetSince("24 12:00"))
	demands := l.Demands(on("24 12:00"))
	big := demands[slices.IndexFunc(demands, func(d scaling.Demand) bool { return d.Nodegroup == "big" })]
	if big.Without == nil || *big.Without.Target.DesiredSize != 1 || big.Without.Wanted.Source != scaling.FromDefault {
		t.Fatalf("without the period: %+v, want 1 node by default", big.Without)
	}
	applied := func(d scaling.Demand, at string) *scaling.Application {
		return &scaling.Application{Profile: d.Wanted.Profile, Period: d.Wanted.Period, Goal: d.Target.Goal(l.Nodegroups["big"]), At: on(at), TakenAt: on(at)}
	}
	for _, test := range []struct {
		rule    string
		applied *scaling.Application
		current int32
		rules   scaling.Rules
		want    scaling.Action
	}{
		{"more_than_it_asks_for", applied(*big.Without, "24 11:30"), 5, scaling.Rules{}, scaling.Keep},
		{"less_than_it_asks_for", applied(*big.Without, "24 11:30"), 3, scaling.Rules{}, scaling.ScaleUp},
		{"the_schedule_was_not_applied_since_its_transition", applied(*big.Without, "23 11:30"), 5, scaling.Rules{}, scaling.ScaleDown},
		{"nothing_was_applied_yet", nil, 5, scaling.Rules{}, scaling.ScaleDown},
		{"every_run_enforces_the_sizes", applied(*big.Without, "24 11:30"), 5, scaling.Rules{Enforce: scaling.Always}, scaling.ScaleDown},
		{"a_person_enforces_them", applied(*big.Without, "24 11:30"), 5, scaling.Rules{Force: true}, scaling.ScaleDown},
	} {
		t.Run(test.rule, func(t *testing.T) {
			n := big.Input(l.Nodegroups["big"])
			n.Applied, n.Observed = test.applied, active(sizes(0, 5, test.current))
			test.rules.At = on("24 12:00")
			if test.rules.Enforce == "" {
				test.rules.Enforce = scaling.OnTransition
			}
			d := scaling.Decide(big.Wanted, test.rules, []scaling.Nodegroup{n}).Decisions[0]
			if d.Action != test.want {
				t.Errorf("%s (%s), want %s", d.Action, d.Reason, test.want)
			}
			if up := d.Action == scaling.ScaleUp; d.RaiseOnly != up || test.want == scaling.Keep && (d.Apply != nil || d.After.DesiredSize != test.current) {
				t.Errorf("decision %+v", d)
			}
		})
	}
}

func TestNextChangeOfConditionalPeriods(t *testing.T) {
	for _, test := range []struct {
		rule, at, want string
		state          scaling.PeriodCondition
	}{
		{"the_window_opens", "24 05:00", "24 06:00", scaling.PeriodCondition{}},
		{"the_window_closes", "24 12:00", "24 22:00", scaling.PeriodCondition{}},
		{"atMost_ends_it", "24 12:00", "24 16:00", wetSince("24 10:00", "24 16:00")},
		{"a_transition_comes_before", "24 11:00", "24 11:30", wetSince("24 10:00", "24 16:00")},
	} {
		t.Run(test.rule, func(t *testing.T) {
			if got := stormy(t, "flood", false, test.state).NextChange(on(test.at)); !got.Equal(on(test.want)) {
				t.Errorf("next change after %s is at %s, want %s", test.at, got.In(saoPaulo), test.want)
			}
		})
	}
}

// No bound of a node group gets lower because a condition turns on, and a larger maxSize alone is more, too.
func TestConditionalPeriodsRaiseEachSize(t *testing.T) {
	bounds := func(least, most int32) scaling.Target { return scaling.Target{MinSize: &least, MaxSize: &most} }
	sized := func(least, most, desired int32) scaling.Target {
		return scaling.Target{MinSize: &least, MaxSize: &most, DesiredSize: &desired}
	}
	for _, test := range []struct {
		rule          string
		normal, storm scaling.Target // limits are 0 and 20
		want          string
	}{
		{"only_maxSize_is_more", bounds(1, 5), bounds(1, 15), "storm (1..15)"},
		{"more_maxSize_and_less_minSize", bounds(3, 5), bounds(1, 15), "storm (3..15)"},
		{"more_minSize_and_less_maxSize", bounds(1, 12), bounds(2, 3), "storm (2..12)"},
		{"more_nodes_than_bounds", bounds(2, 4), scaling.Desired(6), "storm 6 (2..20)"},
		{"more_nodes_with_a_lower_bound", sized(4, 12, 4), sized(0, 8, 6), "storm 6 (4..12)"},
		{"bounds_above_a_number", scaling.Desired(4), bounds(6, 8), "storm (6..20)"},
		{"more_maxSize_with_fewer_nodes", sized(0, 5, 3), sized(0, 9, 1), "storm 3 (0..9)"},
		{"fewer_nodes_without_maxSize", bounds(2, 5), scaling.Desired(1), "normal (2..5)"},
		{"the_same", bounds(2, 5), bounds(2, 5), "normal (2..5)"},
		{"less_of_all", sized(2, 9, 5), sized(1, 8, 4), "normal 5 (2..9)"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			l := stormy(t, "storm", false, wetSince("24 10:00"))
			l.Nodegroups = map[string]scaling.Limits{"big": {MaxSize: 20}}
			l.Profiles = map[string]map[string]scaling.Target{"normal": {"big": test.normal}, "storm": {"big": test.storm}}
			demands := l.Demands(on("24 12:00"))
			if len(demands) != 1 {
				t.Fatalf("found %v", demands)
			}
			d := demands[0]
			if got := fmt.Sprint(d.Wanted.Profile, " ", d.Target.Goal(l.Nodegroups["big"])); got != test.want {
				t.Errorf("found %s; want %s", got, test.want)
			}
		})
	}
}
