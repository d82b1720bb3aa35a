package icalendar_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/icalendar"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// rule is a repetition with its meaning in the plainest words: a test of single days.
type rule struct {
	text    string
	matches func(start, day time.Time) bool
}

func drawRule(t *rapid.T) rule {
	n := rapid.IntRange(1, 4).Draw(t, "interval")
	interval := fmt.Sprintf(";INTERVAL=%d", n)
	months := func(start, day time.Time) int {
		return 12*(day.Year()-start.Year()) + int(day.Month()-start.Month())
	}
	nth := rapid.IntRange(1, 5).Draw(t, "nth")
	return rapid.SampledFrom([]rule{
		{"FREQ=DAILY" + interval, func(start, day time.Time) bool {
			return int(day.Sub(start)/(24*time.Hour))%n == 0
		}},
		{"FREQ=WEEKLY" + interval, func(start, day time.Time) bool {
			return int(day.Sub(start)/(24*time.Hour))%(7*n) == 0
		}},
		{"FREQ=MONTHLY" + interval, func(start, day time.Time) bool {
			return months(start, day)%n == 0 && day.Day() == start.Day()
		}},
		{"FREQ=MONTHLY;BYDAY=MO,WE" + interval, func(start, day time.Time) bool {
			return months(start, day)%n == 0 && slices.Contains([]time.Weekday{time.Monday, time.Wednesday}, day.Weekday())
		}},
		{fmt.Sprintf("FREQ=MONTHLY;BYDAY=%dTU%s", nth, interval), func(start, day time.Time) bool {
			return months(start, day)%n == 0 && day.Weekday() == time.Tuesday && (day.Day()-1)/7 == nth-1
		}},
		{"FREQ=MONTHLY;BYDAY=-1FR" + interval, func(start, day time.Time) bool {
			return months(start, day)%n == 0 && day.Weekday() == time.Friday && day.AddDate(0, 0, 7).Month() != day.Month()
		}},
		{"FREQ=YEARLY" + interval, func(start, day time.Time) bool {
			return months(start, day)%(12*n) == 0 && day.Day() == start.Day()
		}},
	}).Draw(t, "rule")
}

func TestRulesAgreeWithNaiveCalendar(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := date(2024, time.January, 1).AddDate(0, 0, rapid.IntRange(0, 1500).Draw(t, "start"))
		first := start.AddDate(0, 0, rapid.IntRange(-400, 400).Draw(t, "window"))
		last := first.AddDate(0, 0, rapid.IntRange(0, 800).Draw(t, "window length"))
		r := drawRule(t)
		length := rapid.IntRange(1, 3).Draw(t, "length")
		text := fmt.Sprintf("DTSTART:%s DURATION:P%dD RRULE:%s", start.Format("20060102"), length, r.text)
		count, end := 1<<30, last
		switch rapid.SampledFrom([]string{"endless", "COUNT", "UNTIL"}).Draw(t, "limit") {
		case "COUNT":
			count = rapid.IntRange(1, 40).Draw(t, "count")
			text += fmt.Sprintf(";COUNT=%d", count)
		case "UNTIL":
			end = start.AddDate(0, 0, rapid.IntRange(0, 900).Draw(t, "until"))
			text += ";UNTIL=" + end.Format("20060102")
		}
		got, err := icalendar.Parse([]byte(calendar(text)), first, last)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(naive(r, start, end, count, length, first, last), written(got)); diff != "" {
			t.Errorf("%s\n-want +got\n%s", text, diff)
		}
	})
}

// naive looks at every day from the start on.
func naive(r rule, start, end time.Time, count, length int, first, last time.Time) string {
	var days []icalendar.Day
	covered := start.AddDate(0, 0, -1) // the last day that the latest occurrence reaches
	for day, n := start, 0; !day.After(last); day = day.AddDate(0, 0, 1) {
		if n < count && !day.After(end) && (day.Equal(start) || r.matches(start, day)) {
			n, covered = n+1, day.AddDate(0, 0, length-1)
		}
		if !day.After(covered) && !day.Before(first) {
			days = append(days, icalendar.Day{Date: day})
		}
	}
	return written(days)
}
