package schedule_test

import (
	"testing"
	"time"
)

// stretch is a time in which a period, the only one of its schedule, is active, or in which it is not. An end that is beyond
// the horizon is left out.
type stretch struct {
	rule, zone, window string
	active             bool
	since, until       string
}

func runStretches(t *testing.T, tests []stretch) {
	t.Helper()
	for _, test := range tests {
		t.Run(test.rule, test.run)
	}
}

// run looks at both ends from inside, and from outside.
func (test stretch) run(t *testing.T) {
	s := timetable(t, test.zone, test.window)
	inside := func(at time.Time, active bool) {
		t.Helper()
		if got := s.Active(at); (got.Period == "p0") != active || (got.Profile == "in-p0") != active {
			t.Errorf("%s in %s at %s: %+v; want it active: %t", test.window, test.zone, at, got, active)
		}
	}
	for _, end := range []struct {
		text          string
		first, beyond time.Duration
	}{{test.since, 0, -1}, {test.until, -1, 0}} {
		if end.text == "" {
			continue
		}
		at := instant(t, end.text)
		inside(at.Add(end.first), test.active)
		inside(at.Add(end.beyond), !test.active)
		a := s.Active(at.Add(end.first))
		checkInstant(t, "Since", a.Since, test.since)
		checkInstant(t, "Until", a.Until, test.until)
	}
}

func TestWindow(t *testing.T) {
	runStretches(t, []stretch{
		{"start_is_in_and_end_is_not", saoPaulo, "06:30-11:30", true, "2026-11-24T06:30:00-03:00", "2026-11-24T11:30:00-03:00"},
		{"over_midnight_until_the_next_day", saoPaulo, "tue 22:00-06:00", true, "2026-11-24T22:00:00-03:00", "2026-11-25T06:00:00-03:00"},
		{"to_before_from_runs_almost_a_day", saoPaulo, "tue 10:01-10:00", true, "2026-11-24T10:01:00-03:00", "2026-11-25T10:00:00-03:00"},
		{"to_midnight_is_the_end_of_the_day", saoPaulo, "tue 22:00-00:00", true, "2026-11-24T22:00:00-03:00", "2026-11-25T00:00:00-03:00"},
		{"to_24_is_the_end_of_the_day", saoPaulo, "tue 22:00-24:00", true, "2026-11-24T22:00:00-03:00", "2026-11-25T00:00:00-03:00"},
		{"whole_day", saoPaulo, "tue 00:00-24:00", true, "2026-11-24T00:00:00-03:00", "2026-11-25T00:00:00-03:00"},
		{"day_is_that_of_the_zone_not_of_utc", saoPaulo, "tue 22:00-23:00", true, "2026-11-25T01:00:00Z", "2026-11-25T02:00:00Z"},
		{"several_days", saoPaulo, "fri@20:00-mon@08:00", true, "2026-11-27T20:00:00-03:00", "2026-11-30T08:00:00-03:00"},
		{"weekday_in_both_may_be_the_same", saoPaulo, "tue@08:00-tue@10:00", true, "2026-11-24T08:00:00-03:00", "2026-11-24T10:00:00-03:00"},
		{"to_before_from_on_one_weekday_lasts_almost_a_week", saoPaulo, "tue@08:00-tue@07:59", true, "2026-11-24T08:00:00-03:00", "2026-12-01T07:59:00-03:00"},
		{"several_days_to_24_is_the_end_of_its_day", saoPaulo, "fri@20:00-sun@24:00", true, "2026-11-27T20:00:00-03:00", "2026-11-30T00:00:00-03:00"},
		{"several_days_to_00_is_the_start_of_its_day", saoPaulo, "fri@20:00-sun@00:00", false, "2026-11-29T00:00:00-03:00", "2026-12-04T20:00:00-03:00"},

		{"month_is_that_of_the_start", "UTC", "months=nov 22:00-06:00", true, "2026-11-30T22:00:00Z", "2026-12-01T06:00:00Z"},
		{"month_is_not_that_of_the_end", "UTC", "months=nov 22:00-06:00", false, "2025-12-01T06:00:00Z", "2026-11-01T22:00:00Z"},
		{"month_day_is_that_of_the_start", "UTC", "monthDays=-1 22:00-06:00", true, "2026-11-30T22:00:00Z", "2026-12-01T06:00:00Z"},
		{"month_day_is_not_that_of_the_end", "UTC", "monthDays=1 22:00-06:00", false, "2026-11-02T06:00:00Z", "2026-12-01T22:00:00Z"},
		{"nth_day_is_that_of_the_start", "UTC", "mon#last 22:00-06:00", true, "2026-11-30T22:00:00Z", "2026-12-01T06:00:00Z"},
		{"date_is_that_of_the_start", "UTC", "dates=2026-12-24 22:00-06:00", true, "2026-12-24T22:00:00Z", "2026-12-25T06:00:00Z"},
		{"calendar_is_asked_for_the_start", "UTC", "only=holidays 22:00-06:00", true, "2026-12-25T22:00:00Z", "2026-12-26T06:00:00Z"},
		{"exception_is_not_asked_for_the_end", "UTC", "except=holidays 22:00-06:00", true, "2026-12-24T22:00:00Z", "2026-12-25T06:00:00Z"},
		{"month_of_several_days_is_that_of_the_start", "UTC", "months=nov mon@20:00-thu@08:00", true, "2026-11-30T20:00:00Z", "2026-12-03T08:00:00Z"},
		{"month_of_several_days_is_not_that_of_the_end", "UTC", "months=dec mon@20:00-thu@08:00", false, "2026-01-01T08:00:00Z", "2026-12-07T20:00:00Z"},
		{"month_day_of_several_days_is_that_of_the_start", "UTC", "monthDays=-7..-1 fri@20:00-mon@08:00", true, "2026-11-27T20:00:00Z", "2026-11-30T08:00:00Z"},
		{"month_day_of_several_days_is_not_one_between", "UTC", "monthDays=28,29,30 fri@20:00-mon@08:00", false, "2026-11-02T08:00:00Z", "2027-01-29T20:00:00Z"},
		{"date_of_several_days_is_that_of_the_start", "UTC", "dates=2026-12-25 fri@20:00-mon@08:00", true, "2026-12-25T20:00:00Z", "2026-12-28T08:00:00Z"},
		{"calendar_of_several_days_is_asked_for_the_start", "UTC", "only=holidays fri@20:00-mon@08:00", true, "2026-11-20T20:00:00Z", "2026-11-23T08:00:00Z"},
		{"exception_of_several_days_is_not_asked_for_days_between", "UTC", "except=works fri@20:00-mon@08:00", true, "2026-11-27T20:00:00Z", "2026-11-30T08:00:00Z"},
		{"exception_of_several_days_is_asked_for_the_start", "UTC", "except=holidays fri@20:00-mon@08:00", false, "2026-11-16T08:00:00Z", "2026-11-27T20:00:00Z"},
	})
}

func TestFirstMatchWins(t *testing.T) {
	s := timetable(t, "UTC", "tue 08:00-10:00", "07:00-09:00", "00:00-12:00", "dates=2026-11-24..2026-11-25 11:00-14:00")
	for at, want := range map[string]string{
		"2026-11-24T06:59:00Z": "p2", "2026-11-24T07:00:00Z": "p1", "2026-11-24T08:00:00Z": "p0",
		"2026-11-24T09:00:00Z": "p0", "2026-11-24T10:00:00Z": "p2", "2026-11-24T11:00:00Z": "p2",
		"2026-11-24T12:00:00Z": "p3", "2026-11-24T14:00:00Z": "",
		"2026-11-25T08:00:00Z": "p1", "2026-11-25T09:00:00Z": "p2", "2026-11-26T12:00:00Z": "",
	} {
		if got := s.Active(instant(t, at)).Period; got != want {
			t.Errorf("at %s: period %q, want %q", at, got, want)
		}
	}
}
