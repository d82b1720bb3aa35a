package schedule_test

import (
	"testing"
	"time"

	"eks-scaling-automation/shared/schedule"

	"github.com/google/go-cmp/cmp"
)

// TestYearAgreesWithTimeline walks from change to change through a whole year in which the clocks do something peculiar,
// with a period of every kind.
func TestYearAgreesWithTimeline(t *testing.T) {
	calendars := dateLists{
		"holidays": {"2006-10-30", "2011-12-25..2011-12-30", "2018-11-02", "2026-04-03", "2026-04-06", "2026-12-24..2027-01-01"},
		"works":    {"2006-10-28..2006-10-29", "2011-12-30..2011-12-31", "2018-02-17..2018-02-18", "2018-11-03..2018-11-04", "2026-03-29"},
	}
	all := []written{
		read("works", "only=works 22:00-02:30"),
		read("close", "monthDays=-2..-1 mon-fri 18:00-24:00"),
		read("payday", "monthDays=15W,31W except=holidays 06:00-12:00"),
		read("patch", "tue#2,sun#last 01:15-03:45"),
		read("summer", "months=nov-feb wed 10:00-09:59"),
		read("holiday", "only=holidays"),
		read("weekend", "fri@20:00-mon@06:00"),
		read("night", "20:00-06:00"),
	}
	for zone, year := range map[string]int{saoPaulo: 2018, berlin: 2026, lordHowe: 2026, apia: 2011, stJohns: 2006, "UTC": 2028} {
		t.Run(zone, func(t *testing.T) {
			loc := location(t, zone)
			var periods []schedule.Period
			for _, w := range all {
				periods = append(periods, w.period(t))
			}
			s, err := schedule.New(loc, "otherwise", periods, calendars.calendars(t))
			if err != nil {
				t.Fatal(err)
			}
			l := newTimeline(all, calendars, loc, time.Date(year, 1, 1, 12, 0, 0, 0, time.UTC), 366)
			var want, got []string
			for i := settled; i < len(l.around); i++ {
				if l.changes(i) {
					want = append(want, l.at(i).In(loc).Format("Mon 2006-01-02 15:04 -07:00 ")+l.period(i))
				}
			}
			for next, ok := s.Next(l.at(settled - 1)); ok && next.Since.Before(l.at(len(l.around))); next, ok = s.Next(next.Since) {
				got = append(got, next.Since.In(loc).Format("Mon 2006-01-02 15:04 -07:00 ")+next.Period)
			}
			if len(want) < 590 {
				t.Errorf("only %d changes", len(want))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("the year (-want +got):\n%s", diff)
			}
		})
	}
}
