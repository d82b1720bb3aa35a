package config_test

import (
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/shared/config"
)

// TestReview reads periods on 2026-11-24, a Tuesday. The calendar "holidays" has 2026-12-25 and 2027-01-01, "freeze" has
// 2026-12-14..2027-01-03.
func TestReview(t *testing.T) {
	const (
		period = "warning: clusters[0].schedule.periods[0]"

		within = "is not in force within a year from 2026-11-24"
		meant  = "; is it meant so?"
	)
	tests := []struct {
		rule, text string
		want       []string
	}{
		{"every_day_is_fine", "from: 01:00", nil},
		{"today_is_fine", "dates: [2026-11-24]", nil},
		{"window_that_began_yesterday_is_fine", "dates: [2026-11-23], from: 22:00, to: 06:00", nil},
		{"window_that_began_on_friday_is_fine", "dates: [2026-11-20], from: fri 20:00, to: tue 20:00", nil},
		{"coming_holidays_are_fine", "calendars: {only: [holidays]}", nil},
		{"one_calendar_of_two_is_enough", "calendars: {only: [past, holidays]}", nil},
		{"a_year_from_today_is_fine", "dates: [2027-11-24]", nil},
		{"except_an_empty_calendar_is_fine", "calendars: {except: [empty, past]}", nil},

		{"calendar_without_dates", "calendars: {only: ^[empty]}", []string{period + ".calendars.only: no date of empty lies within a year from 2026-11-24, so \"p\" is not in force; add the coming dates, or read the calendar anew"}},
		{"calendar_of_the_past", "calendars: {only: ^[past]}", []string{period + ".calendars.only: no date of past lies within a year from 2026-11-24, so \"p\" is not in force; add the coming dates, or read the calendar anew"}},
		{"calendars_of_the_past", "calendars: {only: ^[past, empty]}", []string{period + ".calendars.only: no date of past or empty lies within a year from 2026-11-24, so \"p\" is not in force; add the coming dates, or read the calendar anew"}},
		{"calendar_beyond_a_year", "calendars: {only: ^[far]}", []string{period + ".calendars.only: no date of far lies within a year from 2026-11-24, so \"p\" is not in force; add the coming dates, or read the calendar anew"}},
		{"except_all_that_only_has", "calendars: {only: ^[holidays], except: [freeze]}", []string{strings.TrimPrefix(period, "warning: ") + ".calendars.only: no date of holidays passes the other filters, so \"p\" can never be in force; change the filters or the calendar"}},
		{"dates_of_the_past", "dates: ^[2026-11-01..2026-11-23]", []string{period + ".dates: all dates are before 2026-11-24, so \"p\" will not be in force again; take it out, or add dates"}},
		{"dates_beyond_a_year", "^dates: [2028-01-01]", []string{period + ": \"p\" " + within + ": no date passes its filters (dates)" + meant}},
		{"leap_day_of_a_later_year", "^monthDays: [29], months: [feb]", []string{period + ": \"p\" " + within + ": no date passes its filters (monthDays, months)" + meant}},
		{"dates_in_the_freeze", "^dates: [2026-12-24], calendars: {except: [freeze]}", []string{period + ": \"p\" " + within + ": no date passes its filters (calendars, dates)" + meant}},
	}
	const calendars = "  past: {dates: [2026-10-01, 2026-11-23]}\n  empty: {dates: []}\n  far: {dates: [2028-01-01]}\n" +
		"  holidays: {dates: [2026-12-25, 2027-01-01]}\n  freeze: {dates: [2026-12-14..2027-01-03]}\n"
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			before, _, _ := strings.Cut(withPeriod(test.text), "calendars: {holidays: {")
			expect(t, today, before+"calendars:\n"+calendars, test.want...)
		})
	}
}

// A period may be covered at the times that are near, though not at all times.
func TestReviewOfCoveredPeriods(t *testing.T) {
	const meanwhile = "warning: clusters[0].schedule.periods[1]"
	for rule, test := range map[string]struct {
		first, second string
		want          []string
	}{
		"covered_by_dates": {
			"dates: [2026-01-01..2028-01-01]", "{name: late, profile: sleep, from: 22:00, to: 06:00, months: [dec]}",
			[]string{meanwhile + `: "late" is not in force within a year from 2026-11-24: all of its time belongs to "p" before it; move it up, or take it out`},
		},
		"covered_by_a_calendar": {
			"calendars: {only: [freeze]}", "{name: late, profile: sleep, dates: [2026-12-24]}",
			[]string{meanwhile + `: "late" is not in force within a year from 2026-11-24: all of its time belongs to "p" before it; move it up, or take it out`},
		},
		"covered_on_the_near_ones_of_its_dates": {
			"calendars: {only: [freeze]}", "{name: late, profile: sleep, dates: [2026-12-24, 2028-12-24]}",
			[]string{meanwhile + `: "late" is not in force within a year from 2026-11-24: all of its time belongs to "p" before it; move it up, or take it out`},
		},
		"not_covered_at_its_end": {"calendars: {only: [freeze]}, to: 12:00", "{name: late, profile: sleep, dates: [2026-12-24]}", nil},
	} {
		t.Run(rule, func(t *testing.T) {
			document := strings.Replace(withPeriod(test.first), "calendars: {holidays", "        - {name: late\ncalendars: {holidays", 1)
			second := test.second
			if len(test.want) > 0 {
				second = "^" + second
			}
			expect(t, today, strings.Replace(document, "{name: late", second, 1), test.want...)
		})
	}
}

// Today is what the cluster's own calendar shows.
func TestReviewIsInTheClustersZone(t *testing.T) {
	for _, test := range []struct {
		zone, now string
		past      bool
	}{
		{"America/Sao_Paulo", "2026-11-25T02:59:59Z", false},
		{"America/Sao_Paulo", "2026-11-25T03:00:00Z", true},
		{"Pacific/Kiritimati", "2026-11-24T09:59:59Z", false},
		{"Pacific/Kiritimati", "2026-11-24T10:00:00Z", true},
	} {
		t.Run(test.zone+"_"+test.now, func(t *testing.T) {
			now, err := time.Parse(time.RFC3339, test.now)
			if err != nil {
				t.Fatal(err)
			}
			dates, want := "[2026-11-24]", []string(nil)
			if test.past {
				dates, want = "^[2026-11-24]", []string{`warning: clusters[0].schedule.periods[0].dates: all dates are before 2026-11-25, so "p" will not be in force again; take it out, or add dates`}
			}
			expect(t, config.Reading{Now: now}, strings.Replace(withPeriod("dates: "+dates), "America/Sao_Paulo", test.zone, 1), want...)
		})
	}
}

// Without a now nothing is said of the day, and a configuration with warnings alone can be used.
func TestReviewNeedsANow(t *testing.T) {
	document := withPeriod("dates: [2020-01-01]")
	expect(t, plain, document)
	_, findings := today.Parse([]byte(document))
	if len(findings) != 1 || config.Usable(findings) != nil {
		t.Errorf("findings %v, so that it cannot be used: %v", findings, config.Usable(findings))
	}
	parse(t, document)
}
