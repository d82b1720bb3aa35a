package schedule_test

import (
	"strings"
	"testing"
)

// TestFilters lists for a month the days on which a period with the given filters, a whole day long, is active.
func TestFilters(t *testing.T) {
	const (
		nov26 = "2026-11" // from a Sunday to Monday the 30th
		dec26 = "2026-12" // from a Tuesday to Thursday the 31st
		aug26 = "2026-08" // from a Saturday to Monday the 31st
		may26 = "2026-05" // from a Friday to Sunday the 31st
		nov25 = "2025-11" // from a Saturday to Sunday the 30th
		oct26 = "2026-10" // from a Thursday to Saturday the 31st
		feb27 = "2027-02" // from a Monday to Sunday the 28th
		feb28 = "2028-02" // from a Tuesday to Tuesday the 29th
		feb00 = "2100-02" // no leap year, though 2100 is divisible by four; from a Monday to Sunday the 28th
		jan27 = "2027-01" // from a Friday to Sunday the 31st
		none  = ""
	)
	tests := []struct{ rule, filters, month, days string }{
		{"no_filter_is_every_day", "", feb27, "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28"},

		{"weekday", "tue", nov26, "3 10 17 24"},
		{"weekdays_in_a_list", "tue,sun", nov26, "1 3 8 10 15 17 22 24 29"},
		{"weekdays_in_a_range", "mon-fri", feb27, "1 2 3 4 5 8 9 10 11 12 15 16 17 18 19 22 23 24 25 26"},
		{"weekdays_in_a_range_over_the_weekend", "sat-mon", feb27, "1 6 7 8 13 14 15 20 21 22 27 28"},
		{"weekdays_from_sunday_to_saturday_are_all", "sun-sat", feb27, "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28"},
		{"nth_first", "tue#1", dec26, "1"},
		{"nth_second", "tue#2", nov26, "10"},
		{"nth_second_counts_weekdays_not_weeks", "sun#2", nov26, "8"},
		{"nth_fourth_is_not_the_last", "mon#4", nov26, "23"},
		{"nth_fifth", "mon#5", nov26, "30"},
		{"nth_fifth_of_four_is_none", "tue#5", nov26, none},
		{"nth_last_of_four", "fri#last", nov26, "27"},
		{"nth_last_of_five", "mon#last", nov26, "30"},
		{"nth_last_of_leap_february", "tue#last", feb28, "29"},
		{"nth_last_of_december_is_in_the_year", "thu#last", dec26, "31"},
		{"nth_beside_a_weekday", "fri,tue#2", nov26, "6 10 13 20 27"},
		{"nth_several", "tue#1,tue#3,sun#last", nov26, "3 17 29"},

		{"month_day", "monthDays=15", nov26, "15"},
		{"month_days_in_a_list", "monthDays=1,15,30", nov26, "1 15 30"},
		{"month_days_in_a_range", "monthDays=15..20", nov26, "15 16 17 18 19 20"},
		{"month_days_of_a_range_are_both_in", "monthDays=1..2", nov26, "1 2"},
		{"month_day_29_of_february", "monthDays=29", feb27, none},
		{"month_day_29_of_leap_february", "monthDays=29", feb28, "29"},
		{"month_day_29_of_february_2100", "monthDays=29", feb00, none},
		{"month_day_31_of_a_month_of_30", "monthDays=31", nov26, none},
		{"month_day_31_of_a_month_of_31", "monthDays=31", dec26, "31"},
		{"month_days_reach_as_far_as_the_month", "monthDays=27..31", feb27, "27 28"},
		{"last_day_of_a_month_of_30", "monthDays=-1", nov26, "30"},
		{"last_day_of_february", "monthDays=-1", feb27, "28"},
		{"last_day_of_leap_february", "monthDays=-1", feb28, "29"},
		{"last_day_but_two", "monthDays=-3", dec26, "29"},
		{"last_days", "monthDays=-7..-1", nov26, "24 25 26 27 28 29 30"},
		{"from_a_day_to_the_last", "monthDays=28..-1", dec26, "28 29 30 31"},
		{"from_a_day_to_one_near_the_last", "monthDays=25..-3", feb27, "25 26"},
		{"from_a_day_after_the_end_of_the_range", "monthDays=29..-3", nov26, none},
		{"from_near_the_last_to_a_day", "monthDays=-3..30", dec26, "29 30"},
		{"31st_from_the_end_is_the_first", "monthDays=-31", dec26, "1"},
		{"31st_from_the_end_of_a_month_of_30", "monthDays=-31", nov26, none},
		{"31st_from_the_end_starts_a_range", "monthDays=-31..-29", nov26, "1 2"},

		{"working_day_itself", "monthDays=16W", nov26, "16"},
		{"working_day_on_friday", "monthDays=27W", nov26, "27"},
		{"working_day_before_saturday", "monthDays=14W", nov26, "13"},
		{"working_day_after_sunday", "monthDays=15W", nov26, "16"},
		{"working_day_15_on_saturday", "monthDays=15W", aug26, "14"},
		{"working_day_1_on_saturday_is_the_monday", "monthDays=1W", aug26, "3"},
		{"working_day_1_on_sunday_is_the_monday", "monthDays=1W", nov26, "2"},
		{"working_day_2_on_sunday_is_the_monday", "monthDays=2W", aug26, "3"},
		{"working_day_31_on_sunday_is_the_friday", "monthDays=31W", may26, "29"},
		{"working_day_31_on_saturday_is_the_friday", "monthDays=31W", oct26, "30"},
		{"working_day_30_on_saturday_is_the_friday", "monthDays=30W", may26, "29"},
		{"working_day_30_on_sunday_is_the_friday", "monthDays=30W", nov25, "28"},
		{"working_day_28_on_sunday_is_the_friday", "monthDays=28W", feb27, "26"},
		{"working_day_29_of_leap_february", "monthDays=29W", feb28, "29"},
		{"working_day_29_of_february", "monthDays=29W", feb27, none},
		{"working_day_30_of_february", "monthDays=30W", feb27, none},
		{"working_day_31_of_a_month_of_30", "monthDays=31W", nov26, none},
		{"working_day_is_no_matter_of_holidays", "monthDays=20W", nov26, "20"},
		{"working_day_in_lower_case", "monthDays=15w", nov26, "16"},

		{"month", "months=nov mon", nov26, "2 9 16 23 30"},
		{"month_other", "months=nov mon", dec26, none},
		{"months_in_a_list", "months=jan,dec sun", dec26, "6 13 20 27"},
		{"months_in_a_range_first", "months=oct-dec sun", oct26, "4 11 18 25"},
		{"months_in_a_range_last", "months=oct-dec sun", dec26, "6 13 20 27"},
		{"months_in_a_range_not_after", "months=oct-dec sun", jan27, none},
		{"months_over_the_year's_end_first", "months=nov-feb sun", nov26, "1 8 15 22 29"},
		{"months_over_the_year's_end_middle", "months=nov-feb sun", jan27, "3 10 17 24 31"},
		{"months_over_the_year's_end_last", "months=nov-feb sun", feb27, "7 14 21 28"},
		{"months_over_the_year's_end_not_before", "months=nov-feb sun", oct26, none},
		{"months_in_upper_case", "months=NOV-Feb mon", feb27, "1 8 15 22"},

		{"date", "dates=2026-12-24", dec26, "24"},
		{"date_is_of_its_year_alone", "dates=2025-11-24", nov26, none},
		{"dates_in_a_range", "dates=2026-12-30..2027-01-02", dec26, "30 31"},
		{"dates_in_a_range_over_the_year's_end", "dates=2026-12-30..2027-01-02", jan27, "1 2"},
		{"dates_in_a_list_in_any_order", "dates=2026-12-24,2026-12-02..2026-12-04,2026-12-03..2026-12-05", dec26, "2 3 4 5 24"},
		{"dates_range_within_another", "dates=2026-12-02..2026-12-06,2026-12-03", dec26, "2 3 4 5 6"},

		{"only_a_calendar", "only=holidays", nov26, "2 15 20"},
		{"only_a_calendar_with_ranges", "only=freeze", dec26, "14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31"},
		{"only_any_of_several_calendars", "only=holidays,works", nov26, "2 15 20 28 29"},
		{"only_an_empty_calendar", "only=empty", nov26, none},
		{"only_an_empty_calendar_and_another", "only=empty,works", nov26, "2 28 29"},
		{"except_a_calendar", "mon except=holidays", nov26, "9 16 23 30"},
		{"except_a_calendar_with_ranges", "fri except=freeze", dec26, "4 11"},
		{"except_each_of_several_calendars", "sat-mon except=holidays,works", nov26, "1 7 8 9 14 16 21 22 23 30"},
		{"except_an_empty_calendar", "mon except=empty", nov26, "2 9 16 23 30"},
		{"only_and_except", "only=holidays except=works", nov26, "15 20"},

		{"days_and_month_days", "fri monthDays=13", nov26, "13"},
		{"days_and_month_days_that_do_not_meet", "fri monthDays=13", dec26, none},
		{"days_and_working_day", "mon monthDays=15W", nov26, "16"},
		{"days_and_dates", "mon dates=2026-11-01..2026-11-15", nov26, "2 9"},
		{"days_and_calendar", "fri only=holidays", nov26, "20"},
		{"month_days_and_dates", "monthDays=-1 dates=2026-11-30..2026-12-31", dec26, "31"},
		{"months_and_calendar", "months=dec only=holidays", dec26, "25"},
		{"months_and_calendar_of_another", "months=dec only=holidays", nov26, none},
		{"dates_and_calendar", "dates=2026-11-10..2026-11-30 only=holidays", nov26, "15 20"},
		{"all_of_them", "mon-fri,sun monthDays=1..15,20W months=nov dates=2026-11-01..2026-11-30 only=holidays except=works", nov26, "15 20"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			s := timetable(t, "UTC", test.filters)
			first := instant(t, test.month+"-01T12:00:00Z")
			var days []string
			for noon := first; noon.Month() == first.Month(); noon = noon.AddDate(0, 0, 1) {
				if s.Active(noon).Period != "" {
					days = append(days, noon.Format("2"))
				}
			}
			if got := strings.Join(days, " "); got != test.days {
				t.Errorf("%q in %s is active on %q, want %q", test.filters, first.Format("January 2006"), got, test.days)
			}
		})
	}
}
