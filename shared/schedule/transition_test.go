package schedule_test

import (
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/shared/schedule"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestWeekly(t *testing.T) {
	tests := []struct {
		rule    string
		windows []string
		want    []string
	}{
		{"none_without_periods", nil, []string{}},
		{"every_day", []string{"08:00-10:00"}, []string{"08:00 mon-sun", "10:00 mon-sun"}},
		{"same_clock_is_merged", []string{"mon 08:00-10:00", "tue 10:00-11:00"}, []string{"08:00 mon", "10:00 mon tue", "11:00 tue"}},
		{"end_after_midnight_is_on_the_next_day", []string{"sat,sun 22:00-06:00"}, []string{"06:00 mon sun", "22:00 sat sun"}},
		{"end_of_day_is_the_next_midnight", []string{"sat 22:00-24:00"}, []string{"00:00 sun", "22:00 sat"}},
		{"end_at_midnight_is_the_next_midnight", []string{"sun 22:00-00:00"}, []string{"00:00 mon", "22:00 sun"}},
		{"whole_day", []string{"wed 00:00-24:00"}, []string{"00:00 wed thu"}},
		{"in_order_of_the_clock", []string{"fri 20:00-21:00", "fri 07:00-08:00"}, []string{"07:00 fri", "08:00 fri", "20:00 fri", "21:00 fri"}},
		{"several_days", []string{"fri@20:00-mon@08:00"}, []string{"08:00 mon", "20:00 fri"}},
		{"several_days_to_the_end_of_one", []string{"fri@20:00-sun@24:00"}, []string{"00:00 mon", "20:00 fri"}},
		{"several_days_back_to_the_same_weekday", []string{"tue@20:00-tue@08:00"}, []string{"08:00 tue", "20:00 tue"}},
		{"several_days_at_one_time", []string{"fri@20:00-mon@20:00"}, []string{"20:00 mon fri"}},
		{"nth_days_may_be_any_of_their_weekday", []string{"tue#2,fri 20:00-06:00"}, []string{"06:00 wed sat", "20:00 tue fri"}},
		{"month_days_may_be_any_day", []string{"monthDays=15 08:00-10:00"}, []string{"08:00 mon-sun", "10:00 mon-sun"}},
		{"working_days_are_not_told_from_others", []string{"monthDays=15W 08:00-10:00"}, []string{"08:00 mon-sun", "10:00 mon-sun"}},
		{"months_leave_the_weekdays_as_they_are", []string{"mon months=nov-feb 08:00-10:00"}, []string{"08:00 mon", "10:00 mon"}},
		{"exceptions_leave_the_weekdays_as_they_are", []string{"mon except=holidays 08:00-10:00"}, []string{"08:00 mon", "10:00 mon"}},
		{"dates_are_not_weekly", []string{"mon dates=2026-11-02..2026-11-30 08:00-10:00", "only=holidays 09:00-11:00"}, []string{}},
		{"dates_beside_weeks", []string{"dates=2026-11-02 08:00-10:00", "mon 09:00-11:00"}, []string{"09:00 mon", "11:00 mon"}},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			got := []string{}
			for _, b := range timetable(t, "UTC", test.windows...).Weekly() {
				days := strings.Join(b.Days.Names(), " ")
				if b.Days == schedule.EveryDay {
					days = "mon-sun"
				}
				got = append(got, b.At.String()+" "+days)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWeeklyIsACopy(t *testing.T) {
	s := timetable(t, "UTC", "08:00-10:00")
	s.Weekly()[0].At = 0
	if got := s.Weekly()[0].At; got != clock(t, "08:00") {
		t.Errorf("the schedule's own transition is now at %s", got)
	}
}

func TestDated(t *testing.T) {
	tests := []struct {
		rule, zone, windows, from, until string
		want                             []string
	}{
		{
			"none_by_the_week", "UTC", "mon monthDays=1..7 months=nov except=holidays", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z", nil,
		},
		{
			"calendar", "UTC", "only=holidays 22:00-06:00", "2026-11-01T00:00:00Z", "2026-11-20T00:00:00Z",
			[]string{"2026-11-02T22:00:00Z", "2026-11-03T06:00:00Z", "2026-11-15T22:00:00Z", "2026-11-16T06:00:00Z"},
		},
		{
			"from_is_in_and_until_is_not", "UTC", "dates=2026-11-10..2026-11-12 08:00-10:00", "2026-11-10T10:00:00Z", "2026-11-12T08:00:00Z",
			[]string{"2026-11-10T10:00:00Z", "2026-11-11T08:00:00Z", "2026-11-11T10:00:00Z"},
		},
		{
			"each_instant_once_and_in_order", "UTC", "dates=2026-11-10..2026-11-11;dates=2026-11-11..2026-11-12 00:00-12:00;dates=2026-11-09 06:00-07:00", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z",
			[]string{"2026-11-09T06:00:00Z", "2026-11-09T07:00:00Z", "2026-11-10T00:00:00Z", "2026-11-11T00:00:00Z", "2026-11-11T12:00:00Z", "2026-11-12T00:00:00Z", "2026-11-12T12:00:00Z"},
		},
		{
			"end_of_window_that_started_days_before", "UTC", "dates=2026-11-06 fri@20:00-thu@08:00", "2026-11-12T00:00:00Z", "2026-11-13T00:00:00Z",
			[]string{"2026-11-12T08:00:00Z"},
		},
		{
			"gap_moves_the_start", saoPaulo, "dates=2018-11-04", "2018-11-01T00:00:00Z", "2018-11-30T00:00:00Z",
			[]string{"2018-11-04T01:00:00-02:00", "2018-11-05T00:00:00-02:00"},
		},
		{
			"missing_day_at_from", apia, "dates=2011-12-30 20:00-08:00", "2011-12-31T00:00:00+14:00", "2011-12-31T00:00:01+14:00",
			[]string{"2011-12-31T00:00:00+14:00"},
		},
		{
			"midnight_before_a_repeated_hour", stJohns, "dates=2006-10-29", "2006-10-28T12:00:00-02:30", "2006-10-28T23:30:00-03:30",
			[]string{"2006-10-29T00:00:00-02:30"},
		},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			s := timetable(t, test.zone, listed(test.windows)...)
			got := s.Dated(instant(t, test.from), instant(t, test.until))
			checkInstants(t, got, test.want)
		})
	}
}

func checkInstants(t *testing.T, got []time.Time, want []string) {
	t.Helper()
	var instants []time.Time
	for _, text := range want {
		instants = append(instants, instant(t, text))
	}
	if diff := cmp.Diff(instants, got, cmpopts.EquateEmpty()); diff != "" { // cmp compares instants by their Equal method
		t.Error(diff)
	}
}

func TestSkipped(t *testing.T) {
	const (
		spring18, autumn18 = "2018-08-01T00:00:00Z", "2018-12-01T00:00:00Z" // in the south
		jan26, jan27       = "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"
		jan28              = "2028-01-01T00:00:00Z"
	)
	tests := []struct {
		rule, zone, at, days, from, until string
		want                              []string
	}{
		{"never_without_clock_changes", "UTC", "02:30", "mon-sun", jan26, jan27, nil},
		{"never_outside_a_gap", berlin, "03:30", "mon-sun", jan26, jan27, nil},
		{"never_in_an_overlap", newYork, "01:30", "mon-sun", jan26, jan27, nil},
		{"in_a_gap", berlin, "02:30", "mon-sun", jan26, jan27, []string{"2026-03-29T03:00:00+02:00"}},
		{"at_the_begin_of_a_gap", berlin, "02:00", "sun", jan26, jan27, []string{"2026-03-29T03:00:00+02:00"}},
		{"last_minute_of_a_gap", berlin, "02:59", "sun", jan26, jan27, []string{"2026-03-29T03:00:00+02:00"}},
		{"right_before_a_gap_is_shown", berlin, "01:59", "sun", jan26, jan27, nil},
		{"end_of_a_gap_is_shown", berlin, "03:00", "sun", jan26, jan27, nil},
		{"on_another_day", berlin, "02:30", "mon-sat", jan26, jan27, nil},
		{"every_year", berlin, "02:30", "sun", jan26, jan28, []string{"2026-03-29T03:00:00+02:00", "2027-03-28T03:00:00+02:00"}},
		{"from_is_in", berlin, "02:30", "sun", "2026-03-29T03:00:00+02:00", jan27, []string{"2026-03-29T03:00:00+02:00"}},
		{"after_from_is_not_in", berlin, "02:30", "sun", "2026-03-29T03:00:01+02:00", jan27, nil},
		{"until_is_not_in", berlin, "02:30", "sun", jan26, "2026-03-29T03:00:00+02:00", nil},
		{"half_hour_gap", lordHowe, "02:15", "sun", jan26, jan27, []string{"2026-10-04T02:30:00+11:00"}},
		{"gap_at_midnight", saoPaulo, "00:00", "sun", spring18, autumn18, []string{"2018-11-04T01:00:00-02:00"}},
		{"gap_at_midnight_is_not_of_the_day_before", saoPaulo, "00:00", "sat", spring18, autumn18, nil},
		{"missing_day", apia, "12:00", "fri", "2011-12-01T00:00:00Z", "2012-01-01T12:00:00Z", []string{"2011-12-31T00:00:00+14:00"}},
		{"missing_day_from_its_midnight", apia, "00:00", "fri", "2011-12-01T00:00:00Z", "2012-01-01T12:00:00Z", []string{"2011-12-31T00:00:00+14:00"}},
		{"midnight_after_missing_day_is_shown", apia, "00:00", "sat", "2011-12-01T00:00:00Z", "2012-01-01T12:00:00Z", nil},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			var days schedule.Weekdays
			if err := days.Add(test.days); err != nil {
				t.Fatal(err)
			}
			b := schedule.Transition{At: clock(t, test.at), Days: days.Each}
			checkInstants(t, b.Skipped(location(t, test.zone), instant(t, test.from), instant(t, test.until)), test.want)
		})
	}
}
