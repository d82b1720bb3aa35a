package schedule_test

import (
	"testing"

	"eks-scaling-automation/shared/schedule"

	"github.com/google/go-cmp/cmp"
)

func TestReview(t *testing.T) {
	const today = "2026-11-24" // a Tuesday
	never := []string{"never"}
	tests := []struct {
		rule    string
		windows []string
		today   string
		want    []string // the remarks; after "never", such as say so of themselves
	}{
		{"nothing_about_the_week", []string{"tue 08:00-10:00"}, today, nil},
		{"nothing_about_what_comes_once_a_year", []string{"months=nov monthDays=23"}, today, nil},
		{"nothing_about_a_date_to_come", []string{"dates=2027-11-24"}, today, nil},
		{"nothing_about_the_date_of_today", []string{"dates=2026-11-24"}, today, nil},
		{"nothing_about_a_window_from_yesterday", []string{"dates=2026-11-23 22:00-06:00"}, today, nil},
		{"nothing_about_several_days_that_have_begun", []string{"dates=2026-11-20 fri@20:00-wed@08:00"}, today, nil},
		{"nothing_about_a_calendar_with_dates_to_come", []string{"only=holidays"}, today, nil},
		{"nothing_about_a_calendar_with_one_more_date", []string{"only=holidays"}, "2027-01-01", nil},
		{"nothing_when_an_exception_uncovers_it", []string{"except=holidays", "mon-fri"}, today, nil},
		{"nothing_without_periods", nil, today, nil},

		{"only_a_calendar_of_the_past", []string{"only=past"}, today, []string{
			`periods[0].calendars.only: period "p0" does not apply: no date of past is within a year from 2026-11-24; add dates, or import the calendar again`,
		}},
		{"only_an_empty_calendar", []string{"only=empty"}, today, []string{
			`periods[0].calendars.only: period "p0" does not apply: no date of empty is within a year from 2026-11-24; add dates, or import the calendar again`,
		}},
		{"only_calendars_that_are_over", []string{"only=holidays,past"}, "2027-01-02", []string{
			`periods[0].calendars.only: period "p0" does not apply: no date of holidays or past is within a year from 2027-01-02; add dates, or import the calendar again`,
		}},
		{"calendar_on_no_such_weekday", []string{"tue only=holidays"}, today, append(never,
			`periods[0].calendars.only: period "p0" never applies: no date of holidays passes its other filters; change the filters or the calendar`,
		)},
		{"calendar_within_except", []string{"only=works except=works"}, today, append(never,
			`periods[0].calendars.only: period "p0" never applies: no date of works passes its other filters; change the filters or the calendar`,
		)},
		{"calendar_of_the_past_on_no_such_weekday", []string{"mon only=past"}, today, append(never,
			`periods[0].calendars.only: period "p0" never applies: no date of past passes its other filters; change the filters or the calendar`,
		)},
		{"calendar_on_such_a_weekday_no_more", []string{"sun only=holidays"}, today, []string{
			`periods[0]: period "p0" does not apply within a year from 2026-11-24: no date passes its filters (calendars, days); is this intended?`,
		}},
		{"date_of_yesterday", []string{"dates=2026-11-23"}, today, []string{
			`periods[0].dates: period "p0" no longer applies: all of its dates are before 2026-11-24; remove it or add dates`,
		}},
		{"dates_of_the_past_in_any_order", []string{"dates=2026-10-05..2026-10-08,2025-01-01"}, today, []string{
			`periods[0].dates: period "p0" no longer applies: all of its dates are before 2026-11-24; remove it or add dates`,
		}},
		{"date_in_more_than_a_year", []string{"dates=2028-01-01"}, today, []string{
			`periods[0]: period "p0" does not apply within a year from 2026-11-24: no date passes its filters (dates); is this intended?`,
		}},
		{"leap_day", []string{"months=feb monthDays=29"}, today, []string{
			`periods[0]: period "p0" does not apply within a year from 2026-11-24: no date passes its filters (monthDays, months); is this intended?`,
		}},
		{"date_within_except", []string{"dates=2026-12-25 except=holidays"}, today, []string{
			`periods[0]: period "p0" does not apply within a year from 2026-11-24: no date passes its filters (calendars, dates); is this intended?`,
		}},
		{"covered_by_a_calendar", []string{"only=freeze", "dates=2026-12-24"}, today, []string{
			`periods[1]: period "p1" does not apply within a year from 2026-11-24: it is covered by "p0"; move it up or remove it`,
		}},
		{"covered_by_two_calendars", []string{"only=freeze 00:00-12:00", "only=holidays 12:00-24:00", "dates=2026-12-25"}, today, []string{
			`periods[2]: period "p2" does not apply within a year from 2026-11-24: it is covered by "p0" and "p1"; move it up or remove it`,
		}},
		{"covered_by_dates_until_next_year", []string{"dates=2026-01-01..2027-12-31", "mon"}, today, []string{
			`periods[1]: period "p1" does not apply within a year from 2026-11-24: it is covered by "p0"; move it up or remove it`,
		}},
		{"one_remark_on_each_period", []string{"only=empty", "tue", "dates=2026-11-01", "months=feb monthDays=29 only=past"}, today, []string{
			`periods[0].calendars.only: period "p0" does not apply: no date of empty is within a year from 2026-11-24; add dates, or import the calendar again`,
			`periods[2].dates: period "p2" no longer applies: all of its dates are before 2026-11-24; remove it or add dates`,
			"never",
			`periods[3].calendars.only: period "p3" never applies: no date of past passes its other filters; change the filters or the calendar`,
		}},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			var got []string
			for _, remark := range timetable(t, "UTC", test.windows...).Review(date(t, test.today)) {
				if remark.Never {
					got = append(got, "never")
				}
				got = append(got, remark.Error())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestReviewLooksAYearAhead has dates right before and after the end of that year.
func TestReviewLooksAYearAhead(t *testing.T) {
	today := date(t, "2026-11-24")
	for days, remarks := range map[schedule.Date]int{365: 0, 366: 0, 367: 1} {
		s := timetable(t, "UTC", "dates="+(today+days).String())
		if got := len(s.Review(today)); got != remarks {
			t.Errorf("%d remarks on a date %d days ahead, want %d", got, days, remarks)
		}
	}
}

// The second Sunday of March is when New York's clock jumps from 02:00 to 03:00.
func TestReviewOfAWindowThatTheClockAlwaysJumpsOver(t *testing.T) {
	s := timetable(t, "America/New_York", "sun#2 months=mar 02:15-02:45")
	const want = `periods[0]: period "p0" does not apply within a year from 2026-11-24: the clock change in America/New_York always skips its window`
	remarks := s.Review(date(t, "2026-11-24"))
	if len(remarks) != 1 || remarks[0].Error() != want || remarks[0].Never {
		t.Errorf("got %v, want a warning: %s", remarks, want)
	}
}
