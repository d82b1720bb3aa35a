package icalendar_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"eks-scaling-automation/cmd/eks-scaling/internal/icalendar"
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
		got, err := parse(calendar(text), first, last)
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

// FuzzParse feeds anything: an answer must keep its promises, and there must be one.
func FuzzParse(f *testing.F) {
	for _, events := range [][]string{
		{"DTSTART;VALUE=DATE:20261225 DTEND;VALUE=DATE:20261227 SUMMARY:Natal\\,~two"},
		{"DTSTART:20260105 RRULE:FREQ=MONTHLY;BYDAY=-1FR;BYSETPOS=1,-1;WKST=SU;INTERVAL=2 EXDATE:20260106T000000Z,20260107"},
		{"DTSTART:20240229 RRULE:FREQ=YEARLY;BYWEEKNO=1,-1,53;BYDAY=MO,53TU;UNTIL=20280101T000000Z RDATE:20270101"},
		{"DTSTART:16040101 DURATION:P1W RRULE:FREQ=WEEKLY;BYMONTH=12;BYYEARDAY=-1,366,1;COUNT=9"},
		{"DTSTART;TZID=W.~Europe~Standard~Time:2026-12-26T000000 DTEND:20261226T235959Z RRULE:;COUNT=+02.0;UNTIL=2027-1-1", "DTSTART:20261301 SUMMARY:Odd"},
		{"DTSTART:20261225T230000Z X-MICROSOFT-CDO-ALLDAYEVENT:TRUE DURATION:PT24H DTEND: RDATE;VALUE=PERIOD:20270101T000000/PT1H SUMMARY:Half~day"},
		{"UID:a DTSTART:20260105 RRULE:FREQ=DAILY", "UID:a RECURRENCE-ID:20260106 STATUS:CANCELLED", "DTSTART:20260105T100000Z"},
	} {
		f.Add(calendar(events...), "*", "half day*")
	}
	f.Add("<!DOCTYPE html>", "", "")
	f.Add("\xff\xfeB\x00E\x00", "é*", "")
	f.Add("\ufeffBEGIN:VCALENDAR\n\tX\nBEGIN:VEVENT\nDTSTART;A=\"\\\":20260101\nEND:VEVENT\nEND:VCALENDAR", "a", "*")
	f.Fuzz(func(t *testing.T, text, match, exclude string) {
		check(t, text, icalendar.Options{})
		check(t, text, icalendar.Options{Timed: true, Match: []string{match}, Exclude: []string{exclude}, Zone: time.FixedZone("", -3*60*60)})
	})
}

// FuzzRule feeds anything as the rule of an event.
func FuzzRule(f *testing.F) {
	for _, rule := range []string{
		"FREQ=YEARLY;BYWEEKNO=1,20,-1,53,-53;BYDAY=MO;WKST=SU", "FREQ=YEARLY;BYDAY=53MO,-53SU;BYSETPOS=-1",
		"FREQ=YEARLY;BYMONTH=1,2,12;BYDAY=5SU,-5MO", "FREQ=MONTHLY;BYDAY=5MO,-5SU;BYMONTHDAY=31,-31;INTERVAL=5",
		"FREQ=WEEKLY;BYWEEKNO=53,-1;BYDAY=MO,SU;WKST=TH;INTERVAL=9999", "FREQ=DAILY;BYYEARDAY=366,-366;INTERVAL=7;COUNT=3",
	} {
		f.Add(uint16(2026), uint16(365), rule)
	}
	f.Fuzz(func(t *testing.T, year, day uint16, rule string) {
		start := date(1583+int(year)%8000, 1, 1).AddDate(0, 0, int(day)%366)
		check(t, "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:"+start.Format("20060102")+"\nRRULE:"+rule+"\nEND:VEVENT\nEND:VCALENDAR\n", icalendar.Options{})
	})
}

// check checks the dates and that all texts are lines that a terminal can show.
func check(t *testing.T, text string, o icalendar.Options) {
	o.From, o.Until = from, until
	feed, err := icalendar.Parse([]byte(text), o)
	if err != nil {
		feed.Warnings = []icalendar.Warning{{Text: err.Error()}}
	}
	if len(feed.Days) == 0 && len(feed.Warnings) == 0 {
		t.Error("found neither a date nor a word about that")
	}
	checkTexts(t, feed)
	checkDays(t, feed)
}

func checkTexts(t *testing.T, feed icalendar.Feed) {
	for _, w := range feed.Warnings {
		if strings.ContainsFunc(w.Text, unicode.IsControl) || len(w.Text) > 1000 {
			t.Errorf("found the text %q; want one line that a terminal can show", w.Text)
		}
	}
}

func checkDays(t *testing.T, feed icalendar.Feed) {
	previous := from.AddDate(0, 0, -1)
	for _, day := range feed.Days {
		if !day.Date.After(previous) || day.Date.After(until) || !day.Date.Equal(date(day.Date.Date())) {
			t.Errorf("found %v after %v; want midnights in order from %v to %v", day.Date, previous, from, until)
		}
		if previous = day.Date; utf8.RuneCountInString(day.Name) > 100 || strings.ContainsFunc(day.Name, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("found the name %q; want at most 100 printable characters", day.Name)
		}
	}
}
