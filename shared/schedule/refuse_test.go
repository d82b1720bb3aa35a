package schedule_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"eks-scaling-automation/shared/schedule"
)

const coveredByFirst = `periods[1]: period "p1" never applies: it is covered by "p0"; move it up or remove it`

func TestNewRefuses(t *testing.T) {
	tests := []struct {
		rule    string
		windows []string
		want    string
	}{
		{"zero_length", []string{"08:00-08:00"}, `periods[0].to: from and to are both "08:00": for a whole day, leave out both, or use "00:00" and "24:00"`},
		{"from_end_of_day", []string{"08:00-09:00", "24:00-01:00"}, `periods[1].from: invalid start "24:00": use "00:00" to "23:59"`},
		{"from_end_of_day_of_weekday", []string{"fri@24:00-sun@08:00"}, `periods[0].from: invalid start "24:00": use "00:00" to "23:59"`},
		{"weekday_in_from_only", []string{"fri@20:00-08:00"}, `periods[0].to: "fri 20:00" to "08:00" has one weekday: use a weekday in both, for example "fri 20:00" and "mon 08:00", or in neither`},
		{"weekday_in_to_only", []string{"20:00-mon@08:00"}, `periods[0].to: "20:00" to "mon 08:00" has one weekday: use a weekday in both, for example "fri 20:00" and "mon 08:00", or in neither`},
		{"days_beside_weekday_in_from", []string{"fri fri@20:00-mon@08:00"}, `periods[0].days: remove days: from "fri 20:00" already sets the weekday`},
		{"nth_days_beside_weekday_in_from", []string{"fri#last fri@20:00-mon@08:00"}, `periods[0].days: remove days: from "fri 20:00" already sets the weekday`},
		{"week_by_24", []string{"mon@00:00-sun@24:00"}, `periods[0].to: "mon 00:00" to "sun 24:00" is a week or more: use a window shorter than a week`},
		{"longer_than_a_week", []string{"mon@00:00-wed@00:00", "mon@08:00-mon@08:00"}, `periods[1].to: from and to are both "mon 08:00": use a window shorter than a week, for example "fri 20:00" to "mon 08:00"`},
		{"unknown_calendar", []string{"only=holidays,feasts"}, `periods[0].calendars.only[1]: unknown calendar "feasts"; known: apia, empty, freeze, holidays, past, works`},
		{"unknown_calendar_to_except", []string{"except=feasts"}, `periods[0].calendars.except[0]: unknown calendar "feasts"; known: apia, empty, freeze, holidays, past, works`},

		{"same_window_again", []string{"08:00-09:00", "08:00-09:00"}, coveredByFirst},
		{"covered_by_two", []string{"08:00-10:00", "10:00-12:00", "mon 09:00-11:00"}, `periods[2]: period "p2" never applies: it is covered by "p0" and "p1"; move it up or remove it`},
		{"covered_by_two_of_three", []string{"08:00-10:00", "tue 05:00-06:00", "10:00-12:00", "mon 09:00-11:00"}, `periods[3]: period "p3" never applies: it is covered by "p0" and "p2"; move it up or remove it`},
		{"covered_over_midnight_and_week_end", []string{"20:00-08:00", "sat 22:00-06:00"}, coveredByFirst},
		{"covered_by_several_days", []string{"fri@20:00-mon@08:00", "sat,sun"}, coveredByFirst},
		{"covered_by_windows_in_a_row", []string{"22:00-24:00", "00:00-22:00", "fri@20:00-mon@08:00"}, `periods[2]: period "p2" never applies: it is covered by "p0" and "p1"; move it up or remove it`},
		{"covered_several_days_by_whole_days", []string{"fri-mon", "fri@20:00-mon@08:00"}, coveredByFirst},
		{"covered_by_longer_several_days", []string{"fri@20:00-fri@19:00", "tue@20:00-thu@08:00"}, coveredByFirst},
		{"covered_by_every_nth_day", []string{"tue#1,tue#2,tue#3,tue#4,tue#5", "tue"}, coveredByFirst},
		{"covered_by_both_halves_of_the_year", []string{"months=jul-dec", "months=jan-jun", "monthDays=15W"}, `periods[2]: period "p2" never applies: it is covered by "p0" and "p1"; move it up or remove it`},
		{"covered_last_day_by_a_range_to_it", []string{"monthDays=28..-1", "monthDays=-1"}, coveredByFirst},
		{"covered_last_weekday_by_last_week", []string{"monthDays=-7..-1", "fri#last"}, coveredByFirst},
		{"covered_first_weekday_by_first_week", []string{"monthDays=1..7", "fri#1"}, coveredByFirst},
		{"covered_working_day_by_its_neighbours", []string{"monthDays=14..16", "monthDays=15W"}, coveredByFirst},
		{"covered_first_working_day", []string{"monthDays=1..3", "monthDays=1W"}, coveredByFirst},
		{"covered_dates_by_month", []string{"months=dec", "dates=2026-12-24..2026-12-26"}, coveredByFirst},
		{"covered_dates_by_dates", []string{"dates=2026-12-20..2026-12-31", "dates=2026-12-24..2026-12-26"}, coveredByFirst},
		{"covered_only_by_every_day", []string{"06:00-20:00", "only=holidays 08:00-10:00"}, coveredByFirst},
		{"covered_except_by_every_day", []string{"06:00-20:00", "except=holidays 08:00-10:00"}, coveredByFirst},

		{"month_without_the_day", []string{"months=apr monthDays=31"}, `periods[0]: period "p0" never applies: no date passes all of its filters (monthDays, months)`},
		{"month_without_the_working_day", []string{"months=apr monthDays=31W"}, `periods[0]: period "p0" never applies: no date passes all of its filters (monthDays, months)`},
		{"february_30", []string{"months=feb monthDays=30"}, `periods[0]: period "p0" never applies: no date passes all of its filters (monthDays, months)`},
		{"date_of_another_weekday", []string{"mon dates=2026-11-24"}, `periods[0]: period "p0" never applies: no date passes all of its filters (dates, days)`},
		{"date_of_another_month", []string{"months=jan-oct dates=2026-11-24"}, `periods[0]: period "p0" never applies: no date passes all of its filters (dates, months)`},
		{"date_of_another_month_day", []string{"monthDays=-1 dates=2026-11-24"}, `periods[0]: period "p0" never applies: no date passes all of its filters (dates, monthDays)`},
		{"dates_without_the_start_weekday", []string{"dates=2026-11-28..2026-11-30 fri@20:00-mon@08:00"}, `periods[0]: period "p0" never applies: no date passes all of its filters (dates, from)`},
		{"nth_day_that_is_never_so_early", []string{"tue#2 monthDays=1..7"}, `periods[0]: period "p0" never applies: no date passes all of its filters (days, monthDays)`},
		{"last_day_that_is_never_so_early", []string{"fri#last monthDays=1..21"}, `periods[0]: period "p0" never applies: no date passes all of its filters (days, monthDays)`},
		{"working_day_at_the_weekend", []string{"sat,sun monthDays=15W"}, `periods[0]: period "p0" never applies: no date passes all of its filters (days, monthDays)`},
		{"calendar_beside_what_never_meets", []string{"months=apr monthDays=31 only=holidays"}, `periods[0]: period "p0" never applies: no date passes all of its filters (calendars, monthDays, months)`},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			all := periods(t, test.windows...)
			s, err := schedule.New(time.UTC, "otherwise", all, known.calendars(t))
			if err == nil {
				t.Fatalf("got %v and no error", s)
			}
			if err.Error() != test.want {
				t.Errorf("got  %s\nwant %s", err, test.want)
			}
			if wrong := schedule.PeriodErrors(err); len(wrong) != 1 || wrong[0].Index != len(all)-1 || errors.Unwrap(wrong[0]) == nil {
				t.Errorf("%#v is no PeriodError with the index and the reason", err)
			}
		})
	}
	for _, wrong := range []schedule.Period{
		{From: schedule.Edge{At: -1}, To: schedule.Edge{At: 5}},
		{From: schedule.Edge{At: 5}, To: schedule.Edge{At: -1}},
		{From: schedule.Edge{At: 5}, To: schedule.Edge{At: schedule.EndOfDay + 1}},
	} {
		if _, err := schedule.New(time.UTC, "otherwise", []schedule.Period{wrong}, nil); err == nil {
			t.Errorf("%+v was accepted", wrong)
		}
	}
}

// TestNewNamesEveryPeriodThatIsWrong: those that are wrong by themselves first, and when there are none those without effect.
func TestNewNamesEveryPeriodThatIsWrong(t *testing.T) {
	for _, test := range []struct {
		windows []string
		want    []int
	}{
		{[]string{"08:00-08:00", "mon 01:00-02:00", "09:00-09:00", "months=apr monthDays=31"}, []int{0, 2}},
		{[]string{"mon", "mon 01:00-02:00", "tue", "tue 03:00-04:00"}, []int{1, 3}},
	} {
		_, err := schedule.New(time.UTC, "otherwise", periods(t, test.windows...), nil)
		var got []int
		for _, wrong := range schedule.PeriodErrors(err) {
			got = append(got, wrong.Index)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%q: periods %v are wrong (%v), want %v", test.windows, got, err, test.want)
		}
	}
}

// TestNewAccepts has periods that seem never active, but are or may become active.
func TestNewAccepts(t *testing.T) {
	tests := []struct {
		rule    string
		windows []string
	}{
		{"longest_window", []string{"mon@08:00-mon@07:59"}},
		{"almost_a_week_by_24", []string{"mon@00:01-sun@24:00"}},
		{"leap_day", []string{"months=feb monthDays=29"}},
		{"leap_day_on_a_monday", []string{"mon months=feb monthDays=29"}},
		{"leap_day_as_fifth_sunday", []string{"sun#5 months=feb monthDays=29"}},
		{"working_day_31_of_march_at_its_earliest", []string{"months=mar monthDays=31W", "months=mar monthDays=29"}},
		{"one_minute_left", []string{"08:00-10:00", "08:00-10:01"}},
		{"one_minute_left_in_between", []string{"08:00-09:00", "09:01-10:00", "08:00-10:00"}},
		{"one_minute_left_of_several_days", []string{"fri@20:00-mon@08:00", "fri@19:59-mon@08:00"}},
		{"one_weekday_left", []string{"mon-sat", "monthDays=15"}},
		{"only_the_fifth_is_left", []string{"tue#1,tue#2,tue#3,tue#4", "tue"}},
		{"last_is_now_and_then_the_fifth", []string{"tue#4", "tue#last"}},
		{"one_month_left", []string{"months=feb-dec", "monthDays=-1"}},
		{"day_28_is_not_always_the_last", []string{"monthDays=-1", "months=feb monthDays=28"}},
		{"first_working_day_may_be_the_third", []string{"monthDays=1..2", "monthDays=1W"}},
		{"date_is_not_covered_by_its_weekday", []string{"mon", "dates=2026-11-24"}},
		{"every_day_is_not_covered_by_dates", []string{"dates=2026-01-01..2026-12-31", "mon"}},
		{"every_day_is_not_covered_by_dates_of_decades", []string{"dates=2000-01-01..2039-12-31", "mon"}},
		{"dates_are_not_covered_by_dates_of_decades", []string{"dates=2000-01-01..2039-12-31", "dates=2001-01-01..2040-01-01"}},
		{"dates_are_not_covered_by_dates_of_centuries", []string{"dates=1500-01-01..1999-12-31", "dates=1500-01-01..2026-12-31"}},
		{"calendar_may_come_to_hold_other_dates", []string{"only=holidays", "dates=2026-12-25"}},
		{"calendar_is_not_covered_by_itself", []string{"only=holidays", "only=holidays"}},
		{"calendar_without_dates", []string{"only=empty"}},
		{"calendar_of_the_past", []string{"only=past"}},
		{"calendar_on_other_weekdays", []string{"mon only=past"}},
		{"calendar_within_except", []string{"except=holidays", "mon"}},
		{"dates_within_except", []string{"dates=2026-12-25 except=holidays"}},
		{"dates_of_the_past", []string{"dates=1999-12-31"}},
		{"dates_in_a_far_future", []string{"dates=2199-12-31"}},
		{"dates_that_last_for_ever", []string{"dates=0001-01-01..9999-12-31"}},
		{"start_before_midnight_is_another_date", []string{"mon", "sun 23:00-24:00"}},
		{"later_window_reaches_over_the_earlier_ones_end", []string{"sat,sun", "fri@20:00-mon@08:00"}},
		{"hidden_in_the_week_but_not_in_the_month", []string{"mon months=jan-nov", "mon"}},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			if _, err := schedule.New(time.UTC, "otherwise", periods(t, test.windows...), known.calendars(t)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestNewNamesTheFirstOfTwoUnknownCalendars(t *testing.T) {
	for range 64 {
		_, err := schedule.New(time.UTC, "otherwise", periods(t, "only=feasts except=fasts"), nil)
		if want := `periods[0].calendars.only[0]: unknown calendar "feasts"; known: (none)`; err == nil || err.Error() != want {
			t.Fatalf("got  %v\nwant %s", err, want)
		}
	}
}

func TestNewKeepsItsOwnPeriods(t *testing.T) {
	all := periods(t, "08:00-10:00")
	s, err := schedule.New(time.UTC, "otherwise", all, nil)
	if err != nil {
		t.Fatal(err)
	}
	all[0].Profile = "changed afterwards"
	if got := s.Active(instant(t, "2026-11-24T09:00:00Z")).Profile; got != "in-p0" {
		t.Errorf("profile %q is active", got)
	}
}

func TestLocation(t *testing.T) {
	if got := timetable(t, saoPaulo).Location().String(); got != saoPaulo {
		t.Errorf("got %s, want %s", got, saoPaulo)
	}
}
