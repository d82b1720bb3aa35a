package config_test

import (
	"strings"
	"testing"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/schedule"
)

// The present day is 2026-11-24.
func TestCalendarsThatRunOut(t *testing.T) {
	const (
		calendar = "warning: calendars.holidays: "
		period   = `; period "p" of production depends on it: add dates`
	)
	for _, test := range []struct {
		rule, dates, filter string
		want                []string
	}{
		{"over", "[2026-10-12, 2026-11-02]", "only: [holidays]", []string{calendar + "ran out on 2026-11-02" + period}},
		{"over_whatever_the_order", "[2026-11-02, 2026-10-12]", "except: [holidays]", []string{calendar + "ran out on 2026-11-02" + period}},
		{"over_since_yesterday", "[2026-11-23]", "except: [holidays]", []string{calendar + "ran out on 2026-11-23" + period}},
		{"the_last_date_is_today", "[2026-11-24]", "only: [holidays]", []string{calendar + "has no date after today" + period}},
		{"a_range_that_ends_soon", "[2026-11-01..2026-12-25]", "except: [holidays]", []string{calendar + "has no date after 2026-12-25, in 31 days" + period}},
		{"tomorrow", "[2026-11-25]", "only: [holidays]", []string{calendar + "has no date after 2026-11-25, in 1 day" + period}},
		{"59_days", "[2027-01-22]", "only: [holidays]", []string{calendar + "has no date after 2027-01-22, in 59 days" + period}},
		{"60_days", "[2027-01-23]", "only: [holidays]", nil},
		{"not_filled_yet", "[]", "except: [holidays]", nil},
		{"named_twice", "[2026-11-23]", "only: [other], except: [holidays, holidays]", []string{calendar + "ran out on 2026-11-23" + period}},
		{"not_used", "[2026-11-23]", "except: [other]", nil},
	} {
		t.Run(test.rule, func(t *testing.T) {
			mark := ""
			if test.want != nil {
				mark = "^"
			}
			before, _, _ := strings.Cut(withPeriod("calendars: {"+test.filter+"}"), "calendars: {holidays: {")
			expect(t, today, before+"calendars:\n  other: {dates: [2027-06-01]}\n  holidays: "+mark+"{dates: "+test.dates+"}\n", test.want...)
		})
	}
}

func TestEveryUserOfAnEndingCalendarCounts(t *testing.T) {
	c, findings := today.Parse([]byte(strings.Replace(withPeriod("calendars: {except: [holidays]}"), "- {name: p,",
		"- {name: q, profile: peak, calendars: {except: [holidays]}, to: \"01:00\"}\n        - {name: p,", 1)))
	if err := config.Usable(findings); err != nil {
		t.Fatal(err)
	}
	c.Calendars["holidays"] = config.Calendar{Dates: schedule.Calendar{{Dates: dates(t, "2026-11-23")}}}
	const want = `ran out on 2026-11-23; period "q" of production and 1 more period depend on it`
	all := config.EndingCalendars(c.Units(), c.Calendars, noon)
	if len(all) != 1 || all[0].String() != want || all[0].Calendar != "holidays" {
		t.Errorf("found %v; want %s", all, want)
	}
}

func TestAFileThatRunsOutNeedsAnother(t *testing.T) {
	c := config.Reading{Now: noon, Calendar: library(t)}
	_, findings := c.Parse([]byte(withCalendars("{holidays: {ics: brazil.ics}}")))
	const want = `calendars.holidays: has no date after 2027-01-01, in 38 days; period "holidays" of production depends on it: use a file with later dates`
	if len(findings) != 1 || findings[0].String() != want {
		t.Errorf("found %v; want %s", findings, want)
	}
}
