package scaling_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
)

// ahead is the reference timeline with scale-ups that begin so long ahead of each transition.
func ahead(t testing.TB, otherwise time.Duration, overrides ...scaling.Override) scaling.Timeline {
	l := timeline(t, reference, overrides...)
	l.Ahead.Otherwise = otherwise
	return l
}

// TestAhead asks what is wanted of the node groups around Tuesday 06:30, when big goes from 0 to 3 and small from 1 to 0.
func TestAhead(t *testing.T) {
	const (
		night     = "big 0: period night sleep, 24 01:00 to 24 06:20"
		small     = "small 1: period night sleep, 24 00:50 to 24 06:30"
		peak      = "big 3: period tuesday-peak peak, 24 06:20 to 24 11:30"
		peakSmall = "small 0: period tuesday-peak peak, 24 06:30 to 24 11:30"
		led       = ", from 24 06:30"
	)
	tests := []struct {
		rule, at  string
		overrides []scaling.Override
		want      []string
	}{
		{"before_the_lead_all_is_as_it_was", "24 06:19", nil, []string{night, small}},
		{"the_lead_begins_with_what_is_raised", "24 06:20", nil, []string{peak + led, small}},
		{"what_is_lowered_waits_for_the_transition", "24 06:29", nil, []string{peak + led, small}},
		{"the_transition_changes_nothing_for_what_was_raised", "24 06:30", nil, []string{peak, peakSmall}},
		{"an_activation_without_a_raise_has_no_lead", "24 11:25", nil, []string{peak, peakSmall}},

		{"an_override_is_never_shortened", "24 06:25", []scaling.Override{over("a", "24 06:00", "24 06:30", "normal", "big")}, []string{"big 1: override a normal, 24 06:00 to 24 06:30", small}},
		{"after_an_override_that_ends_then_no_lead_was", "24 06:30", []scaling.Override{over("a", "24 06:00", "24 06:30", "normal", "big")}, []string{"big 3: period tuesday-peak peak, 24 06:30 to 24 11:30", peakSmall}},
		{"a_lead_begins_with_the_end_of_an_override", "24 06:25", []scaling.Override{over("a", "24 06:00", "24 06:25", "normal", "big")}, []string{"big 3: period tuesday-peak peak, 24 06:25 to 24 11:30" + led, small}},
		{"an_override_within_the_lead_puts_it_off", "24 06:21", []scaling.Override{over("a", "24 06:22", "24 06:28", "normal", "big")}, []string{"big 0: period night sleep, 24 01:00 to 24 06:22", small}},
		{"and_it_begins_after_that", "24 06:28", []scaling.Override{over("a", "24 06:22", "24 06:28", "normal", "big")}, []string{"big 3: period tuesday-peak peak, 24 06:28 to 24 11:30" + led, small}},
		{"an_override_over_the_transition_leaves_no_lead", "24 06:21", []scaling.Override{over("a", "24 06:30", "24 07:00", "normal", "big")}, []string{"big 0: period night sleep, 24 01:00 to 24 06:30", small}},
		{"nor_has_its_own_beginning_one", "24 12:25", []scaling.Override{over("a", "24 12:30", "24 13:00", "peak")}, []string{"big 1: default normal, 24 11:30 to 24 12:30", "small 0: default normal, 24 11:30 to 24 12:30"}},
		{"nor_has_its_end", "24 12:55", []scaling.Override{over("a", "24 12:30", "24 13:00", "sleep")}, []string{"big 0: override a sleep, 24 12:30 to 24 13:00", "small 1: override a sleep, 24 12:30 to 24 13:00"}},
		{"an_override_of_another_node_group_does_not_count", "24 06:25", []scaling.Override{over("a", "24 06:22", "24 06:40", "normal", "small")}, []string{peak + led, "small 0: override a normal, 24 06:22 to 24 06:40"}},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			var got []string
			for _, d := range ahead(t, 10*time.Minute, test.overrides...).Demands(on(test.at)) {
				text := fmt.Sprintf("%s %d: %s", d.Nodegroup, *d.Target.DesiredSize, shown(d.Wanted))
				if !d.Starts.IsZero() {
					text += ", from " + d.Starts.In(saoPaulo).Format("02 15:04")
				}
				got = append(got, text)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("at %s (-want +got):\n%s", test.at, diff)
			}
		})
	}
}

// The cluster's profile is the present one until the transition.
func TestAheadLeavesTheClustersProfile(t *testing.T) {
	plain, led := timeline(t, reference), ahead(t, 10*time.Minute)
	for _, at := range []string{"24 06:19", "24 06:20", "24 06:30"} {
		if diff := cmp.Diff(plain.Wanted(on(at)), led.Wanted(on(at))); diff != "" {
			t.Errorf("at %s (-without +with ahead):\n%s", at, diff)
		}
	}
}

// An activation has one identity before and after the transition, so that its marks and guards hold for both.
func TestAnActivationIsTheSameOverItsTransition(t *testing.T) {
	l := ahead(t, 10*time.Minute)
	goal := goal(0, 5, 3)
	before, after := l.Demands(on("24 06:20"))[0].Wanted, l.Demands(on("24 08:00"))[0].Wanted
	if before.Activation(goal) != after.Activation(goal) {
		t.Errorf("found %s before and %s after", before.Activation(goal), after.Activation(goal))
	}
}

func TestTheMostSpecificAheadWins(t *testing.T) {
	minutes := func(n int) map[string]time.Duration {
		return map[string]time.Duration{"peak": time.Duration(n) * time.Minute, "tuesday-peak": time.Duration(n) * time.Minute}
	}
	for _, test := range []struct {
		rule  string
		ahead scaling.Ahead
		want  string
	}{
		{"none", scaling.Ahead{}, ""},
		{"the_schedules", scaling.Ahead{Otherwise: time.Hour}, "24 05:30"},
		{"the_profiles", scaling.Ahead{Profiles: minutes(20), Otherwise: time.Hour}, "24 06:10"},
		{"the_periods", scaling.Ahead{Periods: minutes(5), Profiles: minutes(20), Otherwise: time.Hour}, "24 06:25"},
		{"of_another_profile", scaling.Ahead{Profiles: map[string]time.Duration{"normal": time.Hour}}, ""},
		{"longer_than_the_period_before", scaling.Ahead{Otherwise: 12 * time.Hour}, "24 01:00"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			l := timeline(t, reference)
			l.Ahead = test.ahead
			got := ""
			for _, lead := range l.Leads(on("24 01:00"), on("24 06:30")) {
				if lead.Transition.Equal(on("24 06:30")) {
					got = lead.From.In(saoPaulo).Format("02 15:04")
				}
			}
			if got != test.want {
				t.Errorf("the lead begins at %q, want %q", got, test.want)
			}
		})
	}
}

// TestRaised compares goals of one node group with the limits 0 and 9.
func TestRaised(t *testing.T) {
	size := func(text string) map[string]scaling.Target {
		var low, high, desired int32
		switch n, _ := fmt.Sscanf(text, "%d..%d", &low, &high); {
		case text == "":
			return nil
		case n == 2 && strings.Contains(text, "="):
			_, _ = fmt.Sscanf(text, "%d..%d=%d", &low, &high, &desired)
			return map[string]scaling.Target{"a": {MinSize: &low, MaxSize: &high, DesiredSize: &desired}}
		case n == 2:
			return map[string]scaling.Target{"a": {MinSize: &low, MaxSize: &high}}
		default:
			_, _ = fmt.Sscanf(text, "%d", &desired)
			return map[string]scaling.Target{"a": scaling.Desired(desired)}
		}
	}
	for _, test := range []struct {
		rule, before, after string
		want                bool
	}{
		{"more_nodes", "1", "2", true},
		{"as_many_nodes", "2", "2", false},
		{"fewer_nodes", "3", "2", false},
		{"a_higher_minimum_alone", "1..5", "2..5", true},
		{"a_lower_minimum_alone", "2..5", "1..5", false},
		{"a_higher_maximum_alone", "1..5", "1..6", false},
		{"as_many_with_a_higher_minimum", "0..5=3", "2..5=3", true},
		{"fewer_with_a_higher_minimum", "0..5=3", "2..5=2", false},
		{"desired_over_a_minimum", "1..5", "3", true},
		{"a_minimum_over_desired", "1", "3..5", true},
		{"any_where_it_is_left_alone_before", "", "1", true},
		{"none_where_it_is_left_alone_before", "", "0", false},
		{"left_alone_afterwards", "1", "", false},
	} {
		t.Run(test.rule, func(t *testing.T) {
			l := timeline(t, []schedule.Period{tuesdayPeak})
			l.Nodegroups = map[string]scaling.Limits{"a": {MaxSize: 9}}
			l.Profiles = map[string]map[string]scaling.Target{"normal": size(test.before), "peak": size(test.after)}
			l.Ahead.Otherwise = 10 * time.Minute
			raised := slices.ContainsFunc(l.Demands(on("24 06:25")), func(d scaling.Demand) bool { return d.Wanted.Period == "tuesday-peak" })
			if raised != test.want {
				t.Errorf("from %q to %q it is raised ahead: %t, want %t", test.before, test.after, raised, test.want)
			}
		})
	}
}

func TestReasonsOfLeads(t *testing.T) {
	for _, test := range []struct {
		rule  string
		ahead time.Duration
		at    string
		want  string // of big
	}{
		{"before_the_lead", 10 * time.Minute, "24 06:00", "period night sets profile sleep until Tue 2026-11-24 06:20 -03:00"},
		{"of_a_period", 10 * time.Minute, "24 06:25", "period tuesday-peak sets profile peak from Tue 2026-11-24 06:30 -03:00, 10 minutes ahead"},
		{"of_the_default", time.Hour, "23 06:00", "default profile normal from Mon 2026-11-23 06:30 -03:00, 1 hour ahead"},
		{"one_minute", time.Minute, "24 06:29", "period tuesday-peak sets profile peak from Tue 2026-11-24 06:30 -03:00, 1 minute ahead"},
		{"more_than_an_hour", 90 * time.Minute, "24 06:29", "period tuesday-peak sets profile peak from Tue 2026-11-24 06:30 -03:00, 90 minutes ahead"},
		{"after_the_transition", 10 * time.Minute, "24 06:30", "period tuesday-peak sets profile peak until Tue 2026-11-24 11:30 -03:00"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			if got := ahead(t, test.ahead).Demands(on(test.at))[0].Wanted.Reason; got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestNextChangeWithLeads(t *testing.T) {
	l := ahead(t, 10*time.Minute)
	for at, want := range map[string]string{
		"23 12:00": "24 00:50", "24 00:50": "24 01:00", "24 01:00": "24 06:20", "24 06:20": "24 06:30", "24 06:30": "24 11:30", "24 11:30": "25 00:50",
	} {
		if got := l.NextChange(on(at)); !got.Equal(on(want)) {
			t.Errorf("after %s it is %s, want %s", at, got, want)
		}
	}
}

// A lead is listed once, with all of its node groups, if a part of it is in the time.
func TestLeads(t *testing.T) {
	l := ahead(t, 10*time.Minute, over("a", "24 00:45", "24 00:55", "normal", "small"))
	l.Profiles["sleep"]["third"], l.Profiles["normal"]["third"], l.Profiles["peak"]["third"] = scaling.Desired(0), scaling.Desired(1), scaling.Desired(1)
	l.Nodegroups["third"] = scaling.Limits{MaxSize: 1}
	shown := func(from, until string) (all []string) {
		for _, lead := range l.Leads(on(from), on(until)) {
			all = append(all, fmt.Sprintf("%s to %s: %s %s %s", lead.From.In(saoPaulo).Format("02 15:04"), lead.Transition.In(saoPaulo).Format("02 15:04"),
				lead.Period, lead.Profile, strings.Join(lead.Nodegroups, ", ")))
		}
		return all
	}
	night := "24 00:55 to 24 01:00: night sleep small"
	peak := "24 06:20 to 24 06:30: tuesday-peak peak big, third"
	for _, test := range []struct {
		from, until string
		want        []string
	}{
		{"24 00:00", "24 12:00", []string{night, peak}},
		{"24 06:29", "24 12:00", []string{peak}},
		{"24 06:30", "24 12:00", nil},
		{"24 01:00", "24 06:21", []string{peak}},
		{"24 01:00", "24 06:20", nil},
	} {
		if diff := cmp.Diff(test.want, shown(test.from, test.until)); diff != "" {
			t.Errorf("from %s until %s (-want +got):\n%s", test.from, test.until, diff)
		}
	}
	if got := timeline(t, reference).Leads(on("24 00:00"), on("25 00:00")); got != nil {
		t.Errorf("without ahead it has the leads %v", got)
	}
}

// Until the transition, a node group that is ahead of it is only raised.
func TestNothingIsScaledDownAhead(t *testing.T) {
	coming := wanted
	coming.Reason = "period peak sets profile peak from then"
	decide := func(observed int32, starts time.Time, force bool) scaling.Decision {
		n := scaling.Nodegroup{Name: "big", Limits: limits, Target: scaling.Desired(2), Observed: active(sizes(0, 5, observed)), Starts: starts}
		r := rules
		r.Force = force
		return scaling.Decide(coming, r, []scaling.Nodegroup{n}).Decisions[0]
	}
	if d := decide(1, until, false); d.Action != scaling.ScaleUp || d.Apply == nil {
		t.Errorf("found %+v; want a raise, and its mark", d)
	}
	for _, force := range []bool{false, true} {
		const reason = "not scaled down before Tue 2026-11-24 11:30 -03:00; period peak sets profile peak from then"
		d := decide(3, until, force)
		if d.Action != scaling.Keep || d.Apply != nil || d.Arrived || d.Reason != reason || d.After != sizes(0, 5, 3) {
			t.Errorf("with force %t found %+v; want it kept without a mark, as %q", force, d, reason)
		}
	}
	if d := decide(3, time.Time{}, false); d.Action != scaling.ScaleDown {
		t.Errorf("found %s; want it scaled down at the transition", d.Action)
	}
}
