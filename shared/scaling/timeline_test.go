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

func at(clock schedule.Clock) schedule.Edge { return schedule.Edge{At: clock} }

// The reference schedule: sleep at night, peak on Tuesday mornings, and else normal.
var (
	weekendMidnight = schedule.Period{Name: "weekend-midnight", Profile: "sleep", Days: schedule.Weekdays{Each: schedule.On(time.Saturday) | schedule.On(time.Sunday)}, To: at(60)}
	night           = schedule.Period{Name: "night", Profile: "sleep", From: at(60), To: at(390)}
	tuesdayPeak     = schedule.Period{Name: "tuesday-peak", Profile: "peak", Days: schedule.Weekdays{Each: schedule.On(time.Tuesday)}, From: at(390), To: at(690)}
)

// timeline returns the timeline of a cluster in São Paulo with the given periods and overrides, and node groups big and small.
func timeline(t testing.TB, periods []schedule.Period, overrides ...scaling.Override) scaling.Timeline {
	t.Helper()
	s, err := schedule.New(saoPaulo, "normal", periods, nil)
	if err != nil {
		t.Fatal(err)
	}
	return scaling.Timeline{
		Schedule:   s,
		Nodegroups: map[string]scaling.Limits{"big": {MaxSize: 5}, "small": {MaxSize: 1}},
		Profiles: map[string]map[string]scaling.Target{
			"sleep":    {"small": scaling.Desired(1), "big": scaling.Desired(0)},
			"normal":   {"small": scaling.Desired(0), "big": scaling.Desired(1)},
			"peak":     {"small": scaling.Desired(0), "big": scaling.Desired(3)},
			"big-only": {"big": scaling.Desired(2)},
		},
		Overrides: overrides,
	}
}

var reference = []schedule.Period{weekendMidnight, night, tuesdayPeak}

// on is a local time of November 2026, in São Paulo, such as "24 08:00"; the 24th is a Tuesday. Or of another month, as
// "2026-12-24 08:00".
func on(text string) time.Time {
	if len(text) == len("24 08:00") {
		text = "2026-11-" + text
	}
	t, err := schedule.ParseInstant(text, saoPaulo)
	if err != nil {
		panic(err)
	}
	return t
}

// over is an override by a profile, of the given node groups or of all.
func over(name, from, until, profile string, nodegroups ...string) scaling.Override {
	return scaling.Override{Name: name, From: on(from).UTC(), Until: on(until).UTC(), Profile: profile, Nodegroups: nodegroups, Reason: "because"}
}

// sized is an override by sizes.
func sized(name, from, until string, sizes map[string]int32) scaling.Override {
	o := over(name, from, until, "")
	o.Sizes = map[string]scaling.Target{}
	for nodegroup, size := range sizes {
		o.Sizes[nodegroup] = scaling.Desired(size)
	}
	return o
}

// created is the override with the time at which it was created.
func created(at string, o scaling.Override) scaling.Override {
	o.CreatedAt = on(at)
	return o
}

// shown formats what is wanted on one line, without its reason: the source, and from when until when.
func shown(w scaling.Wanted) string {
	local := func(t time.Time) string {
		switch {
		case t.IsZero():
			return "ever"
		case t.In(saoPaulo).Year() == 2026 && t.In(saoPaulo).Month() == time.November:
			return t.In(saoPaulo).Format("02 15:04")
		default:
			return t.In(saoPaulo).Format("2006-01-02 15:04")
		}
	}
	what := []string{string(w.Source), w.Period, w.Override, w.Profile}
	return strings.Join(slices.DeleteFunc(what, func(s string) bool { return s == "" }), " ") + ", " + local(w.Since) + " to " + local(w.Until)
}

// TestTimeline asks for one instant what is wanted of the cluster and of each node group, and since and until when. An
// override is shown with its name, and with its profile if it has one.
func TestTimeline(t *testing.T) {
	const (
		normal     = "default normal, 24 11:30 to 25 01:00"
		bigNormal  = "big 1: " + normal
		smallEmpty = "small 0: " + normal
	)
	tests := []struct {
		rule      string
		at        string
		overrides []scaling.Override
		want      []string // of the cluster, and then of the node groups
	}{
		{"schedule_alone", "24 07:00", nil, []string{"period tuesday-peak peak, 24 06:30 to 24 11:30", "big 3: period tuesday-peak peak, 24 06:30 to 24 11:30", "small 0: period tuesday-peak peak, 24 06:30 to 24 11:30"}},

		{"outranks_a_period", "24 07:00", []scaling.Override{over("a", "24 06:45", "24 08:00", "sleep")}, []string{"override a sleep, 24 06:45 to 24 08:00", "big 0: override a sleep, 24 06:45 to 24 08:00", "small 1: override a sleep, 24 06:45 to 24 08:00"}},
		{"is_not_in_force_right_before_its_start", "24 12:00", []scaling.Override{over("a", "24 12:01", "24 13:00", "sleep")}, []string{"default normal, 24 11:30 to 24 12:01", "big 1: default normal, 24 11:30 to 24 12:01", "small 0: default normal, 24 11:30 to 24 12:01"}},
		{"is_in_force_at_its_start", "24 12:01", []scaling.Override{over("a", "24 12:01", "24 13:00", "sleep", "big")}, []string{"override a sleep, 24 12:01 to 24 13:00", "big 0: override a sleep, 24 12:01 to 24 13:00", smallEmpty}},
		{"ends_by_itself", "24 13:00", []scaling.Override{over("a", "24 12:01", "24 13:00", "sleep", "big")}, []string{"default normal, 24 13:00 to 25 01:00", "big 1: default normal, 24 13:00 to 25 01:00", smallEmpty}},
		{"ends_within_the_same_period", "24 10:00", []scaling.Override{over("a", "24 08:00", "24 09:00", "peak")}, []string{"period tuesday-peak peak, 24 09:00 to 24 11:30", "big 3: period tuesday-peak peak, 24 09:00 to 24 11:30", "small 0: period tuesday-peak peak, 24 09:00 to 24 11:30"}},
		{"ends_as_a_period_starts", "24 06:30", []scaling.Override{over("a", "24 05:00", "24 06:30", "peak")}, []string{"period tuesday-peak peak, 24 06:30 to 24 11:30", "big 3: period tuesday-peak peak, 24 06:30 to 24 11:30", "small 0: period tuesday-peak peak, 24 06:30 to 24 11:30"}},

		{"of_some_node_groups_leaves_the_others_to_the_schedule", "24 12:30", []scaling.Override{over("a", "24 12:00", "24 13:00", "peak", "big")}, []string{"override a peak, 24 12:00 to 24 13:00", "big 3: override a peak, 24 12:00 to 24 13:00", smallEmpty}},
		{"profile_that_leaves_a_node_group_out_leaves_it_alone", "24 12:30", []scaling.Override{over("a", "24 12:00", "24 13:00", "big-only")}, []string{"override a big-only, 24 12:00 to 24 13:00", "big 2: override a big-only, 24 12:00 to 24 13:00"}},
		{"by_sizes_leaves_the_others_to_the_schedule", "24 12:30", []scaling.Override{sized("a", "24 12:00", "24 13:00", map[string]int32{"big": 4})}, []string{"override a, 24 12:00 to 24 13:00", "big 4: override a, 24 12:00 to 24 13:00", smallEmpty}},

		{"created_last_wins", "24 12:30", []scaling.Override{created("20 09:00", over("a", "24 12:00", "24 14:00", "peak")), created("19 09:00", over("b", "24 12:00", "24 13:00", "sleep"))}, []string{"override a peak, 24 12:00 to 24 14:00", "big 3: override a peak, 24 12:00 to 24 14:00", "small 0: override a peak, 24 12:00 to 24 14:00"}},
		{"created_at_the_same_time_the_later_in_the_list_wins", "24 12:30", []scaling.Override{created("19 09:00", over("a", "24 12:00", "24 14:00", "peak")), created("19 09:00", over("b", "24 12:00", "24 13:00", "sleep"))}, []string{"override b sleep, 24 12:00 to 24 13:00", "big 0: override b sleep, 24 12:00 to 24 13:00", "small 1: override b sleep, 24 12:00 to 24 13:00"}},
		{"without_a_creation_the_later_in_the_list_wins", "24 12:30", []scaling.Override{over("a", "24 12:00", "24 14:00", "peak"), over("b", "24 12:00", "24 13:00", "sleep")}, []string{"override b sleep, 24 12:00 to 24 13:00", "big 0: override b sleep, 24 12:00 to 24 13:00", "small 1: override b sleep, 24 12:00 to 24 13:00"}},
		// config apply gives it the time of the apply: a document must mean the same before and after.
		{"without_a_creation_it_counts_as_created_last", "24 12:30", []scaling.Override{over("a", "24 12:00", "24 14:00", "peak"), created("19 09:00", over("b", "24 12:00", "24 13:00", "sleep"))}, []string{"override a peak, 24 12:00 to 24 14:00", "big 3: override a peak, 24 12:00 to 24 14:00", "small 0: override a peak, 24 12:00 to 24 14:00"}},
		{"created_after_it_has_ended_does_not_matter", "24 12:30", []scaling.Override{over("a", "24 12:00", "24 14:00", "peak"), created("25 09:00", over("b", "24 11:00", "24 12:00", "sleep"))}, []string{"override a peak, 24 12:00 to 24 14:00", "big 3: override a peak, 24 12:00 to 24 14:00", "small 0: override a peak, 24 12:00 to 24 14:00"}},

		{"comes_back_after_a_later_one", "24 10:30", []scaling.Override{over("a", "24 08:00", "24 14:00", "sleep"), over("b", "24 09:00", "24 10:00", "peak")}, []string{"override a sleep, 24 10:00 to 24 14:00", "big 0: override a sleep, 24 10:00 to 24 14:00", "small 1: override a sleep, 24 10:00 to 24 14:00"}},
		{"of_some_node_groups_over_one_of_all", "24 12:30", []scaling.Override{over("all", "24 12:00", "24 14:00", "sleep"), over("big", "24 12:15", "24 13:00", "peak", "big")}, []string{"override big peak, 24 12:15 to 24 13:00", "big 3: override big peak, 24 12:15 to 24 13:00", "small 1: override all sleep, 24 12:00 to 24 14:00"}},
		{"of_all_over_one_of_some_node_groups", "24 12:30", []scaling.Override{over("big", "24 12:15", "24 13:00", "peak", "big"), over("all", "24 12:00", "24 14:00", "sleep")}, []string{"override all sleep, 24 12:00 to 24 14:00", "big 0: override all sleep, 24 12:00 to 24 14:00", "small 1: override all sleep, 24 12:00 to 24 14:00"}},
		{"of_another_node_group_is_no_change_to_this_one", "24 08:30", []scaling.Override{over("a", "24 08:00", "24 12:00", "sleep", "big"), sized("b", "24 09:00", "24 11:00", map[string]int32{"small": 1})}, []string{"override a sleep, 24 08:00 to 24 09:00", "big 0: override a sleep, 24 08:00 to 24 12:00", "small 0: period tuesday-peak peak, 24 06:30 to 24 09:00"}},

		{"back_to_back_with_the_same_profile_is_no_change_to_the_cluster", "24 12:30", []scaling.Override{over("a", "24 12:00", "24 13:00", "peak"), over("b", "24 13:00", "24 14:00", "peak")}, []string{"override a peak, 24 12:00 to 24 14:00", "big 3: override a peak, 24 12:00 to 24 13:00", "small 0: override a peak, 24 12:00 to 24 13:00"}},
		{"three_in_a_row_with_the_same_profile", "24 13:30", []scaling.Override{over("c", "24 14:00", "24 15:00", "peak"), over("b", "24 13:00", "24 14:00", "peak"), over("a", "24 12:00", "24 13:00", "peak")}, []string{"override b peak, 24 12:00 to 24 15:00", "big 3: override b peak, 24 13:00 to 24 14:00", "small 0: override b peak, 24 13:00 to 24 14:00"}},
		{"back_to_back_by_sizes_is_no_change_to_the_cluster", "24 12:30", []scaling.Override{sized("a", "24 12:00", "24 13:00", map[string]int32{"big": 4}), sized("b", "24 13:00", "24 14:00", map[string]int32{"big": 2})}, []string{"override a, 24 12:00 to 24 14:00", "big 4: override a, 24 12:00 to 24 13:00", "small 0: default normal, 24 11:30 to 25 01:00"}},

		{"of_two_years_has_no_begin_and_no_end_in_sight", "24 12:30", []scaling.Override{over("a", "2025-10-01 00:00", "2028-02-01 00:00", "peak", "big")}, []string{"override a peak, ever to ever", "big 3: override a peak, ever to ever", smallEmpty}},
		{"begin_and_end_just_in_sight", "24 12:30", []scaling.Override{over("a", "2025-10-21 00:00", "2027-12-29 00:00", "peak", "big")}, []string{"override a peak, 2025-10-21 00:00 to 2027-12-29 00:00", "big 3: override a peak, 2025-10-21 00:00 to 2027-12-29 00:00", smallEmpty}},
		{"that_ended_years_ago", "24 12:30", []scaling.Override{over("a", "2020-01-01 00:00", "2021-01-01 00:00", "peak")}, []string{normal, bigNormal, smallEmpty}},
		{"that_begins_in_years", "24 12:30", []scaling.Override{over("a", "2030-01-01 00:00", "2031-01-01 00:00", "peak")}, []string{normal, bigNormal, smallEmpty}},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			l := timeline(t, reference, test.overrides...)
			got := []string{shown(l.Wanted(on(test.at).UTC()))}
			for _, d := range l.Demands(on(test.at).UTC()) {
				got = append(got, fmt.Sprintf("%s %d: %s", d.Nodegroup, *d.Target.DesiredSize, shown(d.Wanted)))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("at %s (-want +got):\n%s", test.at, diff)
			}
		})
	}
}

// A cluster without periods changes with its overrides alone.
func TestTimelineWithoutPeriods(t *testing.T) {
	spring := over("spring", "2026-09-23 00:00", "2026-12-21 00:00", "peak")
	for at, want := range map[string]string{
		"2026-09-22 23:59": "default normal, ever to 2026-09-23 00:00",
		"2026-09-23 00:00": "override spring peak, 2026-09-23 00:00 to 2026-12-21 00:00",
		"2026-12-21 00:00": "default normal, 2026-12-21 00:00 to ever",
		"2025-08-18 00:00": "default normal, ever to ever",
		"2025-08-20 00:00": "default normal, ever to 2026-09-23 00:00",
		"2028-01-24 00:00": "default normal, 2026-12-21 00:00 to ever",
		"2028-01-26 00:00": "default normal, ever to ever",
	} {
		if got := shown(timeline(t, nil, spring).Wanted(on(at))); got != want {
			t.Errorf("at %s: %s; want %s", at, got, want)
		}
	}
}

func TestNextChange(t *testing.T) {
	a := over("a", "24 12:00", "24 13:00", "peak", "big")
	tests := []struct {
		rule      string
		periods   []schedule.Period
		overrides []scaling.Override
		at, want  string // an empty one is never
	}{
		{"of_the_schedule", reference, nil, "24 07:00", "24 11:30"},
		{"of_nothing", nil, nil, "24 07:00", ""},
		{"start_of_an_override", reference, []scaling.Override{a}, "24 11:30", "24 12:00"},
		{"of_the_schedule_before_an_override", reference, []scaling.Override{a}, "24 07:00", "24 11:30"},
		{"end_of_an_override", reference, []scaling.Override{a}, "24 12:00", "24 13:00"},
		{"after_an_override", reference, []scaling.Override{a}, "24 13:00", "25 01:00"},
		{"of_overrides_alone", nil, []scaling.Override{a}, "24 07:00", "24 12:00"},
		{"after_overrides_alone", nil, []scaling.Override{a}, "24 13:00", ""},
		{"first_of_several", reference, []scaling.Override{over("b", "24 12:30", "24 14:00", "peak"), a}, "24 12:00", "24 12:30"},
		{"from_one_to_the_next_with_the_same_profile", reference, []scaling.Override{a, over("b", "24 13:00", "24 14:00", "peak")}, "24 12:00", "24 13:00"},
		{"far_away", reference, []scaling.Override{over("b", "2030-01-01 00:00", "2030-01-02 00:00", "peak")}, "24 07:00", "24 11:30"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			got := timeline(t, test.periods, test.overrides...).NextChange(on(test.at))
			if test.want == "" && !got.IsZero() || test.want != "" && !got.Equal(on(test.want)) {
				t.Errorf("after %s it is %s, want %s", test.at, got, test.want)
			}
		})
	}
}

// Where nothing is wanted of any node group, the demands are an empty list.
func TestNoDemands(t *testing.T) {
	l := timeline(t, reference, over("a", "24 12:00", "24 13:00", "big-only", "small"))
	delete(l.Profiles, "normal")
	for _, at := range []string{"24 12:00", "24 14:00"} {
		if got := l.Demands(on(at)); got == nil || len(got) != 0 {
			t.Errorf("at %s the demands are %#v, want an empty list", at, got)
		}
	}
}
