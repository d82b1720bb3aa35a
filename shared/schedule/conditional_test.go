package schedule_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"eks-scaling-automation/shared/schedule"
)

// A schedule with conditional periods says the same as one without them. The first match, while some are on, is that of a schedule
// in which these are ordinary periods and the others are missing. A run looks at all edges.
func TestConditionalPeriodsCountOnlyWhileTheyAreOn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawSchedule(t)
		var all, without, on []schedule.Period
		names := map[string]bool{}
		for _, w := range d.periods {
			p := w.period(t)
			if !rapid.Bool().Draw(t, w.name+" is conditional") {
				all, without, on = append(all, p), append(without, p), append(on, p)
				continue
			}
			if rapid.Bool().Draw(t, w.name+" is on") {
				names[p.Name], on = true, append(on, p)
			}
			p.When = &schedule.Condition{Signal: "rain", Is: "ALARM"}
			all = append(all, p)
		}
		build := func(periods []schedule.Period) *schedule.Schedule {
			s, err := schedule.New(d.loc, "otherwise", periods, d.calendars.calendars(t))
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		s, base, ordinary := build(all), build(without), build(on)
		for _, shift := range []time.Duration{-50 * time.Hour, -9 * time.Hour, 0, time.Hour, 26 * time.Hour} {
			at := d.at.Add(shift)
			if diff := cmp.Diff(base.Active(at), s.Active(at)); diff != "" {
				t.Errorf("active at %s (-without +with conditional periods):\n%s", at, diff)
			}
			want := ordinary.Active(at)
			conditional := slices.ContainsFunc(all, func(p schedule.Period) bool { return p.Name == want.Period && p.When != nil })
			if !conditional {
				want = schedule.Activation{}
			}
			got, found := s.Conditional(at, func(period string) bool { return names[period] })
			if diff := cmp.Diff(want, got); diff != "" || found != conditional {
				t.Errorf("conditional at %s is found: %t (-want +got):\n%s", at, found, diff)
			}
			checkOpen(t, s, at, all)
		}
		if diff := cmp.Diff(base.Successions(), s.Successions()); diff != "" {
			t.Errorf("successions (-without +with conditional periods):\n%s", diff)
		}
		if diff := cmp.Diff(d.Weekly(), s.Weekly()); diff != "" {
			t.Errorf("weekly transitions (-of ordinary +of conditional periods):\n%s", diff)
		}
		if diff := cmp.Diff(d.Dated(d.at, d.at.AddDate(0, 0, 9)), s.Dated(d.at, d.at.AddDate(0, 0, 9))); diff != "" {
			t.Errorf("dated transitions (-of ordinary +of conditional periods):\n%s", diff)
		}
	})
}

// checkOpen compares the open conditional periods with those that Explain finds in their windows, and the next edge with the instants
// around it.
func checkOpen(t *rapid.T, s *schedule.Schedule, at time.Time, all []schedule.Period) {
	open := func(at time.Time) (names []string) {
		for _, p := range s.Open(at) {
			names = append(names, p.Name)
		}
		return names
	}
	var want []string
	for i, e := range s.Explain(at) {
		if e.Applies && all[i].When != nil {
			want = append(want, e.Period)
		}
	}
	if diff := cmp.Diff(want, open(at)); diff != "" {
		t.Errorf("open at %s (-want +got):\n%s", at, diff)
	}
	next := s.NextWindow(at)
	if next.IsZero() {
		next = at.AddDate(0, 0, 30)
	}
	for _, between := range []time.Time{at.Add(next.Sub(at) / 2), next.Add(-1)} {
		if diff := cmp.Diff(want, open(between)); diff != "" {
			t.Errorf("open at %s, before %s (-want +got):\n%s", between, next, diff)
		}
	}
}

func TestExplainConditionalPeriods(t *testing.T) {
	storm := read("storm", "06:00-22:00").period(t)
	storm.When = &schedule.Condition{Signal: "rain", Above: new(20.5)}
	queue := read("queue", "06:00-22:00").period(t)
	queue.When = &schedule.Condition{Signal: "queue", Is: "ALARM"}
	cold := read("cold", "").period(t)
	cold.When = &schedule.Condition{Signal: "degrees", Below: new(-3.0)}
	day, lunch := read("day", "08:00-18:00").period(t), read("lunch", "12:00-13:00").period(t)
	s, err := schedule.New(time.UTC, "normal", []schedule.Period{lunch, storm, day, queue, cold}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		rule, at string
		want     []string
	}{
		{"an_ordinary_period_wins_behind_one", "10:00", []string{
			"lunch: Tue 10:00 is outside its window, 12:00 to 13:00",
			"storm applies: in its window Tue 2026-11-24 06:00 to 22:00, but only while rain > 20.5",
			"day applies and wins: in its window Tue 2026-11-24 08:00 to 18:00",
			"queue applies: superseded by day",
			"cold applies: superseded by day",
		}},
		{"an_earlier_ordinary_period_still_wins", "12:00", []string{
			"lunch applies and wins: in its window Tue 2026-11-24 12:00 to 13:00",
			"storm applies: superseded by lunch",
			"day applies: superseded by lunch",
			"queue applies: superseded by lunch",
			"cold applies: superseded by lunch",
		}},
		{"outside_its_window_a_condition_does_not_matter", "23:00", []string{
			"lunch: Tue 23:00 is outside its window, 12:00 to 13:00",
			"storm: Tue 23:00 is outside its window, 06:00 to 22:00",
			"day: Tue 23:00 is outside its window, 08:00 to 18:00",
			"queue: Tue 23:00 is outside its window, 06:00 to 22:00",
			"cold applies: in its window Tue 2026-11-24 00:00 to 24:00, but only while degrees < -3",
		}},
	} {
		t.Run(test.rule, func(t *testing.T) {
			at, err := time.Parse("2006-01-02 15:04", "2026-11-24 "+test.at)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, e := range s.Explain(at) {
				text := e.Period
				if e.Applies {
					text += " applies"
				}
				if e.Wins {
					text += " and wins"
				}
				got = append(got, text+": "+e.Reason)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("at %s (-want +got):\n%s", test.at, diff)
			}
		})
	}
}

// A conditional period covers no other one, but may be covered itself.
func TestConditionalPeriodsCoverNothing(t *testing.T) {
	always, day := read("always", "").period(t), read("day", "08:00-18:00").period(t)
	always.When = &schedule.Condition{Signal: "rain", Above: new(20.0)}
	s, err := schedule.New(time.UTC, "normal", []schedule.Period{always, day}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if remarks := s.Review(20000); len(remarks) > 0 {
		t.Errorf("remarks %v, want none", remarks)
	}
	always.When, day.When = nil, always.When
	if _, err := schedule.New(time.UTC, "normal", []schedule.Period{always, day}, nil); err == nil || !strings.Contains(err.Error(), `period "day" never applies: it is covered by "always"`) {
		t.Errorf("error %v, want that day is covered", err)
	}
}
