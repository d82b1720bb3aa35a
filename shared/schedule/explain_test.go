package schedule_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/schedule"
)

func TestExplainReasons(t *testing.T) {
	tests := []struct {
		rule, window, at string
		applies          bool
		reason           string
	}{
		{"in_a_window_of_one_day", "06:30-11:30", "2026-11-24T07:00:00Z", true, "in its window Tue 2026-11-24 06:30 to 11:30"},
		{"in_a_whole_day", "tue", "2026-11-24T07:00:00Z", true, "in its window Tue 2026-11-24 00:00 to 24:00"},
		{"in_a_window_over_midnight", "22:00-06:00", "2026-11-25T05:00:00Z", true, "in its window Tue 2026-11-24 22:00 to Wed 2026-11-25 06:00"},
		{"in_a_window_of_several_days", "fri@20:00-mon@08:00", "2026-11-29T12:00:00Z", true, "in its window Fri 2026-11-27 20:00 to Mon 2026-11-30 08:00"},
		{"in_a_window_of_one_day_with_weekdays", "tue@06:30-tue@11:30", "2026-11-24T07:00:00Z", true, "in its window Tue 2026-11-24 06:30 to 11:30"},
		{"in_a_window_of_almost_a_week", "tue@06:30-tue@05:00", "2026-12-01T04:00:00Z", true, "in its window Tue 2026-11-24 06:30 to Tue 2026-12-01 05:00"},

		{"before_a_window", "06:30-11:30", "2026-11-24T06:29:59Z", false, "Tue 06:29 is outside its window, 06:30 to 11:30"},
		{"after_a_window", "06:30-11:30", "2026-11-24T11:30:00Z", false, "Tue 11:30 is outside its window, 06:30 to 11:30"},
		{"outside_a_window_over_midnight", "22:00-06:00", "2026-11-24T12:00:00Z", false, "Tue 12:00 is outside its window, 22:00 to 06:00"},
		{"outside_a_window_of_several_days", "fri@20:00-mon@08:00", "2026-11-25T12:00:00Z", false, "Wed 12:00 is outside its window, fri 20:00 to mon 08:00"},
		{"outside_the_window_whatever_the_day", "fri 06:30-11:30", "2026-11-24T12:00:00Z", false, "Tue 12:00 is outside its window, 06:30 to 11:30"},

		{"on_another_weekday", "mon,fri 06:30-11:30", "2026-11-24T07:00:00Z", false, "Tue 2026-11-24 is not in days mon, fri"},
		{"on_another_nth_weekday", "tue#2,fri#last 06:30-11:30", "2026-11-24T07:00:00Z", false, "Tue 2026-11-24 is not in days tue#2, fri#last"},
		{"weekday_is_that_of_the_start", "tue 22:00-06:00", "2026-11-24T05:00:00Z", false, "Mon 2026-11-23 is not in days tue"},
		{"in_another_month", "months=dec,jan", "2026-11-24T07:00:00Z", false, "Tue 2026-11-24 is not in months jan, dec"},
		{"on_another_day_of_the_month", "monthDays=15W,-1,1..3", "2026-11-24T07:00:00Z", false, "Tue 2026-11-24 is not in monthDays 15W, -1, 1..3"},
		{"on_another_date", "dates=2026-12-24,2026-12-30..2027-01-02", "2026-11-24T07:00:00Z", false, "Tue 2026-11-24 is not in dates 2026-12-24, 2026-12-30..2027-01-02"},
		{"many_dates_are_cut_short", "dates=2026-12-01,2026-12-02,2026-12-03,2026-12-04,2026-12-05,2026-12-06,2026-12-07", "2026-11-24T07:00:00Z", false, "Tue 2026-11-24 is not in dates 2026-12-01, 2026-12-02, 2026-12-03, 2026-12-04, 2026-12-05, and 2 more"},
		{"five_dates_are_not_cut", "dates=2026-12-01,2026-12-02,2026-12-03,2026-12-04,2026-12-05", "2026-11-24T07:00:00Z", false, "Tue 2026-11-24 is not in dates 2026-12-01, 2026-12-02, 2026-12-03, 2026-12-04, 2026-12-05"},
		{"not_in_a_calendar", "only=holidays", "2026-11-24T07:00:00Z", false, "Tue 2026-11-24 is not in calendar holidays"},
		{"not_in_any_calendar", "only=holidays,works", "2026-11-24T07:00:00Z", false, "Tue 2026-11-24 is not in calendar holidays or works"},
		{"in_a_calendar_that_names_the_day", "only=works,holidays", "2026-11-20T07:00:00Z", true, "in its window Fri 2026-11-20 00:00 to 24:00; in calendar holidays (in holidays)"},
		{"in_a_calendar_to_except", "except=holidays", "2026-11-20T07:00:00Z", false, "Fri 2026-11-20 is in calendar holidays (in holidays)"},
		{"in_one_of_the_calendars_to_except", "except=works,holidays", "2026-11-20T07:00:00Z", false, "Fri 2026-11-20 is in calendar holidays (in holidays)"},
		{"start_of_several_days_in_a_calendar_to_except", "except=holidays fri@20:00-mon@08:00", "2026-11-22T07:00:00Z", false, "Fri 2026-11-20 is in calendar holidays (in holidays)"},
		{"first_filter_that_is_in_the_way", "mon months=dec monthDays=1 dates=2025-12-01 only=holidays", "2026-11-24T07:00:00Z", false, "Tue 2026-11-24 is not in days mon"},
		{"month_before_month_day", "months=dec monthDays=1", "2026-11-24T07:00:00Z", false, "Tue 2026-11-24 is not in months dec"},
		{"dates_before_calendar", "dates=2026-12-25 only=holidays", "2026-11-24T07:00:00Z", false, "Tue 2026-11-24 is not in dates 2026-12-25"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			want := []schedule.Explanation{{Period: "p0", Profile: "in-p0", Applies: test.applies, Wins: test.applies, Reason: test.reason}}
			if diff := cmp.Diff(want, timetable(t, "UTC", test.window).Explain(instant(t, test.at))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestExplainEachPeriodInOrder(t *testing.T) {
	s := timetable(t, saoPaulo, "sat,sun 00:00-01:00", "01:00-12:00", "fri@20:00-wed@08:00")
	want := []schedule.Explanation{
		{Period: "p0", Profile: "in-p0", Reason: "Tue 07:00 is outside its window, 00:00 to 01:00"},
		{Period: "p1", Profile: "in-p1", Applies: true, Wins: true, Reason: "in its window Tue 2026-11-24 01:00 to 12:00"},
		{Period: "p2", Profile: "in-p2", Applies: true, Reason: "superseded by p1"},
	}
	got := s.Explain(instant(t, "2026-11-24T10:00:00Z"))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestExplainShowsLocalTime has an instant whose weekday and time in UTC are others than in the zone.
func TestExplainShowsLocalTime(t *testing.T) {
	got := timetable(t, saoPaulo, "06:30-11:30").Explain(instant(t, "2026-11-25T01:30:00Z"))
	if want := "Tue 22:30 is outside its window, 06:30 to 11:30"; got[0].Reason != want {
		t.Errorf("got  %s\nwant %s", got[0].Reason, want)
	}
}

func TestConsiderNothing(t *testing.T) {
	if got := timetable(t, "UTC").Explain(instant(t, "2026-11-24T10:00:00Z")); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}
