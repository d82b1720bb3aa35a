package schedule_test

import "testing"

func TestWindow(t *testing.T) {
	tests := []windowTest{
		{"start_boundary_inclusive", saoPaulo, "06:30-11:30", "2026-11-24T06:30:00-03:00", true},
		{"before_start_boundary", saoPaulo, "06:30-11:30", "2026-11-24T06:29:59.999999999-03:00", false},
		{"before_end_boundary", saoPaulo, "06:30-11:30", "2026-11-24T11:29:59.999999999-03:00", true},
		{"end_boundary_exclusive", saoPaulo, "06:30-11:30", "2026-11-24T11:30:00-03:00", false},
		{"over_midnight_before_it", saoPaulo, "tue 22:00-06:00", "2026-11-24T23:59:59-03:00", true},
		{"over_midnight_after_it", saoPaulo, "tue 22:00-06:00", "2026-11-25T05:59:59-03:00", true},
		{"over_midnight_end_boundary_exclusive", saoPaulo, "tue 22:00-06:00", "2026-11-25T06:00:00-03:00", false},
		{"over_midnight_days_are_those_of_the_start", saoPaulo, "tue 22:00-06:00", "2026-11-24T05:00:00-03:00", false},
		{"to_before_from_runs_almost_a_day", saoPaulo, "tue 10:01-10:00", "2026-11-25T09:59:59-03:00", true},
		{"to_midnight_is_the_end_of_the_day", saoPaulo, "tue 22:00-00:00", "2026-11-24T23:59:59-03:00", true},
		{"to_midnight_is_exclusive", saoPaulo, "tue 22:00-00:00", "2026-11-25T00:00:00-03:00", false},
		{"to_24_is_the_end_of_the_day", saoPaulo, "tue 22:00-24:00", "2026-11-24T23:59:59-03:00", true},
		{"to_24_is_exclusive", saoPaulo, "tue 22:00-24:00", "2026-11-25T00:00:00-03:00", false},
		{"whole_day_from_its_midnight", saoPaulo, "tue 00:00-24:00", "2026-11-24T00:00:00-03:00", true},
		{"days_wrap_around_the_week_first", saoPaulo, "sat-mon 08:00-09:00", "2026-11-28T08:00:00-03:00", true},
		{"days_wrap_around_the_week_middle", saoPaulo, "sat-mon 08:00-09:00", "2026-11-29T08:00:00-03:00", true},
		{"days_wrap_around_the_week_last", saoPaulo, "sat-mon 08:00-09:00", "2026-11-30T08:00:00-03:00", true},
		{"days_wrap_around_the_week_not_after", saoPaulo, "sat-mon 08:00-09:00", "2026-12-01T08:00:00-03:00", false},
		{"day_is_that_of_the_zone_not_of_utc", saoPaulo, "tue 22:00-23:00", "2026-11-25T01:30:00Z", true},
		{"several_days_before_start", saoPaulo, "fri@20:00-mon@08:00", "2026-11-27T19:59:59.999999999-03:00", false},
		{"several_days_start_boundary_inclusive", saoPaulo, "fri@20:00-mon@08:00", "2026-11-27T20:00:00-03:00", true},
		{"several_days_in_between", saoPaulo, "fri@20:00-mon@08:00", "2026-11-29T12:00:00-03:00", true},
		{"several_days_before_end", saoPaulo, "fri@20:00-mon@08:00", "2026-11-30T07:59:59.999999999-03:00", true},
		{"several_days_end_boundary_exclusive", saoPaulo, "fri@20:00-mon@08:00", "2026-11-30T08:00:00-03:00", false},
		{"several_days_not_the_days_between", saoPaulo, "fri@20:00-mon@08:00", "2026-11-25T12:00:00-03:00", false},
		{"weekday_in_both_may_be_the_same", saoPaulo, "tue@08:00-tue@10:00", "2026-11-24T09:00:00-03:00", true},
		{"weekday_in_both_the_same_is_that_day_only", saoPaulo, "tue@08:00-tue@10:00", "2026-11-25T09:00:00-03:00", false},
		{"to_before_from_on_one_weekday_lasts_almost_a_week", saoPaulo, "tue@08:00-tue@07:59", "2026-12-01T07:58:59-03:00", true},
		{"to_before_from_on_one_weekday_ends", saoPaulo, "tue@08:00-tue@07:59", "2026-12-01T07:59:00-03:00", false},
		{"several_days_to_24_is_the_end_of_its_day", saoPaulo, "fri@20:00-sun@24:00", "2026-11-29T23:59:59-03:00", true},
		{"several_days_to_24_is_exclusive", saoPaulo, "fri@20:00-sun@24:00", "2026-11-30T00:00:00-03:00", false},
		{"several_days_to_00_is_the_start_of_its_day", saoPaulo, "fri@20:00-sun@00:00", "2026-11-29T00:00:00-03:00", false},
		{"weekdays_may_be_upper_case", saoPaulo, "FRI@20:00-Mon@08:00", "2026-11-28T12:00:00-03:00", true},
		{"days_may_be_upper_case", saoPaulo, "TUE,Thu#LAST", "2026-11-26T12:00:00-03:00", true},

		{"month_is_that_of_the_start", "UTC", "months=nov 22:00-06:00", "2026-12-01T05:59:59Z", true},
		{"month_is_not_that_of_the_end", "UTC", "months=nov 22:00-06:00", "2026-11-01T05:59:59Z", false},
		{"month_day_is_that_of_the_start", "UTC", "monthDays=-1 22:00-06:00", "2026-12-01T05:59:59Z", true},
		{"month_day_is_not_that_of_the_end", "UTC", "monthDays=1 22:00-06:00", "2026-12-01T05:59:59Z", false},
		{"nth_day_is_that_of_the_start", "UTC", "mon#last 22:00-06:00", "2026-12-01T05:59:59Z", true},
		{"date_is_that_of_the_start", "UTC", "dates=2026-12-24 22:00-06:00", "2026-12-25T05:59:59Z", true},
		{"date_is_not_that_of_the_end", "UTC", "dates=2026-12-24 22:00-06:00", "2026-12-24T05:59:59Z", false},
		{"calendar_is_asked_for_the_start", "UTC", "only=holidays 22:00-06:00", "2026-12-26T05:59:59Z", true},
		{"calendar_is_not_asked_for_the_end", "UTC", "only=holidays 22:00-06:00", "2026-12-25T05:59:59Z", false},
		{"exception_is_asked_for_the_start", "UTC", "except=holidays 22:00-06:00", "2026-12-26T05:59:59Z", false},
		{"exception_is_not_asked_for_the_end", "UTC", "except=holidays 22:00-06:00", "2026-12-25T05:59:59Z", true},
		{"month_of_several_days_is_that_of_the_start", "UTC", "months=nov mon@20:00-thu@08:00", "2026-12-03T07:59:59Z", true},
		{"month_of_several_days_is_not_that_of_the_end", "UTC", "months=dec mon@20:00-thu@08:00", "2026-12-03T07:59:59Z", false},
		{"month_day_of_several_days_is_that_of_the_start", "UTC", "monthDays=-7..-1 fri@20:00-mon@08:00", "2026-11-30T07:59:59Z", true},
		{"month_day_of_several_days_is_not_one_between", "UTC", "monthDays=28,29,30 fri@20:00-mon@08:00", "2026-11-29T12:00:00Z", false},
		{"date_of_several_days_is_that_of_the_start", "UTC", "dates=2026-12-25 fri@20:00-mon@08:00", "2026-12-28T07:59:59Z", true},
		{"calendar_of_several_days_is_asked_for_the_start", "UTC", "only=holidays fri@20:00-mon@08:00", "2026-11-22T12:00:00Z", true},
		{"exception_of_several_days_is_not_asked_for_days_between", "UTC", "except=works fri@20:00-mon@08:00", "2026-11-28T12:00:00Z", true},
		{"exception_of_several_days_is_asked_for_the_start", "UTC", "except=holidays fri@20:00-mon@08:00", "2026-11-21T12:00:00Z", false},
	}
	for _, test := range tests {
		t.Run(test.rule, test.run)
	}
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
