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

// conditions is a drawn schedule. Some of its periods are made conditional.
type conditions struct {
	drawn
	all      []schedule.Period
	on       map[string]bool    // the conditional periods that are on
	with     *schedule.Schedule // has all periods
	without  *schedule.Schedule // has no conditional ones
	ordinary *schedule.Schedule // has those that are on as ordinary ones
}

func drawConditions(t *rapid.T) conditions {
	c := conditions{drawn: drawSchedule(t), on: map[string]bool{}}
	var without []schedule.Period
	for _, w := range c.periods {
		p := w.period(t)
		if rapid.Bool().Draw(t, w.name+" is conditional") {
			c.on[p.Name] = rapid.Bool().Draw(t, w.name+" is on")
			p.When = &schedule.Condition{Signal: "rain", Is: "ALARM"}
		} else {
			without = append(without, p)
		}
		c.all = append(c.all, p)
	}
	c.with, c.without, c.ordinary = c.build(t, c.all), c.build(t, without), c.build(t, c.asOrdinary(c.all))
	return c
}

// A schedule with conditional periods says the same as one without them, and a run looks at all edges.
func TestConditionalPeriodsCountOnlyWhileTheyAreOn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawConditions(t)
		for _, shift := range []time.Duration{-50 * time.Hour, -9 * time.Hour, 0, time.Hour, 26 * time.Hour} {
			at := c.at.Add(shift)
			if diff := cmp.Diff(c.without.Active(at), c.with.Active(at)); diff != "" {
				t.Errorf("active at %s (-without +with conditional periods):\n%s", at, diff)
			}
			c.checkMatches(t, at)
			checkOpen(t, c.with, at, c.all)
		}
		if diff := cmp.Diff(c.without.Successions(), c.with.Successions()); diff != "" {
			t.Errorf("successions (-without +with conditional periods):\n%s", diff)
		}
		if diff := cmp.Diff(c.Weekly(), c.with.Weekly()); diff != "" {
			t.Errorf("weekly transitions (-of ordinary +of conditional periods):\n%s", diff)
		}
		until := c.at.AddDate(0, 0, 9)
		if diff := cmp.Diff(c.Dated(c.at, until), c.with.Dated(c.at, until)); diff != "" {
			t.Errorf("dated transitions (-of ordinary +of conditional periods):\n%s", diff)
		}
	})
}

// checkMatches compares the matches with the active periods of schedules without conditions. Conditional periods that are on are
// ordinary ones there. Each schedule leaves out the match before.
func (c *conditions) checkMatches(t *rapid.T, at time.Time) {
	var want []schedule.Activation
	ordinary, left := c.ordinary, slices.Clone(c.all)
	for {
		active := ordinary.Active(at)
		want = append(want, active)
		i := slices.IndexFunc(left, func(p schedule.Period) bool { return p.Name == active.Period && p.When != nil })
		if i < 0 {
			break
		}
		left = slices.Delete(left, i, i+1)
		ordinary = c.build(t, c.asOrdinary(left))
	}
	got := c.with.Matches(at, func(period string) bool { return c.on[period] })
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("matches at %s (-want +got):\n%s", at, diff)
	}
}

// asOrdinary returns the periods that are on or not conditional, without conditions.
func (c *conditions) asOrdinary(periods []schedule.Period) (ordinary []schedule.Period) {
	for _, p := range periods {
		if p.When == nil || c.on[p.Name] {
			p.When = nil
			ordinary = append(ordinary, p)
		}
	}
	return ordinary
}

func (c *conditions) build(t *rapid.T, periods []schedule.Period) *schedule.Schedule {
	s, err := schedule.New(c.loc, "otherwise", periods, c.calendars.calendars(t))
	if err != nil {
		t.Fatal(err)
	}
	return s
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

// A period that is always open is cheap: its activation has no edge within the horizon, and none is looked for.
func TestAlwaysOpenPeriodsLookAtNoWindow(t *testing.T) {
	when := &schedule.Condition{Signal: "rain", Is: "ALARM"}
	s, err := schedule.New(time.UTC, "normal", []schedule.Period{
		{Name: "backlog", Profile: "busy", To: schedule.Edge{At: schedule.EndOfDay}, When: when},
		{Name: "night", Profile: "sleep", From: schedule.Edge{At: 20 * 60}, To: schedule.Edge{At: 6 * 60}},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	noon := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	on := func(string) bool { return true }
	if first := s.Matches(noon, on)[0]; first.Period != "backlog" || !first.Since.IsZero() || !first.Until.IsZero() {
		t.Errorf("found %+v; want backlog without an end", first)
	}
	if allocated := testing.AllocsPerRun(10, func() { s.Matches(noon, on) }); allocated > 100 {
		t.Errorf("%v allocations; want few", allocated)
	}
}
