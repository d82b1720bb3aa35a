package config_test

import (
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/shared/config"
)

// TestReview has a remark of each kind, for its place. What is remarked on is tested in package schedule.
func TestReview(t *testing.T) {
	const (
		period = "warning: clusters[0].schedule.periods[0]"

		within = "does not apply within a year from 2026-11-24"
		meant  = "; is this intended?"
	)
	tests := []struct {
		rule, text string
		want       []string
	}{
		{"today_is_fine", "dates: [2026-11-24]", nil},

		{"calendar_without_dates", "calendars: {only: ^[empty]}", []string{period + ".calendars.only: period \"p\" does not apply: no date of empty is within a year from 2026-11-24; add dates, or import the calendar again"}},
		{"except_all_that_only_has", "calendars: {only: ^[holidays], except: [freeze]}", []string{strings.TrimPrefix(period, "warning: ") + ".calendars.only: period \"p\" never applies: no date of holidays passes its other filters; change the filters or the calendar"}},
		{"dates_of_the_past", "dates: ^[2026-11-01..2026-11-23]", []string{period + ".dates: period \"p\" no longer applies: all of its dates are before 2026-11-24; remove it or add dates"}},
		{"dates_beyond_a_year", "^dates: [2028-01-01]", []string{period + ": period \"p\" " + within + ": no date passes its filters (dates)" + meant}},
	}
	const calendars = "  empty: {dates: []}\n  holidays: {dates: [2026-12-25, 2027-01-01, 2027-12-25]}\n  freeze: {dates: [2026-12-14..2028-01-03]}\n"
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			before, _, _ := strings.Cut(withPeriod(test.text), "calendars: {holidays: {")
			expect(t, today, before+"calendars:\n"+calendars, test.want...)
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
				dates, want = "^[2026-11-24]", []string{`warning: clusters[0].schedule.periods[0].dates: period "p" no longer applies: all of its dates are before 2026-11-25; remove it or add dates`}
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
