package icalendar_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"eks-scaling-automation/cmd/eks-scaling/internal/icalendar"
)

// FuzzParse feeds anything: an answer must keep its promises, and there must be one.
func FuzzParse(f *testing.F) {
	for _, events := range [][]string{
		{"DTSTART;VALUE=DATE:20261225 DTEND;VALUE=DATE:20261227 SUMMARY:Natal\\,~two"},
		{"DTSTART:20260105 RRULE:FREQ=MONTHLY;BYDAY=-1FR;BYSETPOS=1,-1;WKST=SU;INTERVAL=2 EXDATE:20260106T000000Z,20260107"},
		{"DTSTART:20240229 RRULE:FREQ=YEARLY;BYWEEKNO=1,-1,53;BYDAY=MO,53TU;UNTIL=20280101T000000Z RDATE:20270101"},
		{"DTSTART:16040101 DURATION:P1W RRULE:FREQ=WEEKLY;BYMONTH=12;BYYEARDAY=-1,366,1;COUNT=9"},
		{"UID:a DTSTART:20260105 RRULE:FREQ=DAILY", "UID:a RECURRENCE-ID:20260106 STATUS:CANCELLED", "DTSTART:20260105T100000Z"},
	} {
		f.Add(calendar(events...))
	}
	f.Add("<!DOCTYPE html>")
	f.Add("\ufeffBEGIN:VCALENDAR\n\tX\nBEGIN:VEVENT\nDTSTART;A=\"\\\":20260101\nEND:VEVENT\nEND:VCALENDAR")
	f.Fuzz(func(t *testing.T, text string) { check(t, text) })
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
		check(t, "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:"+start.Format("20060102")+"\nRRULE:"+rule+"\nEND:VEVENT\nEND:VCALENDAR\n")
	})
}

func check(t *testing.T, text string) {
	days, err := icalendar.Parse([]byte(text), from, until)
	if err != nil {
		if strings.ContainsFunc(err.Error(), unicode.IsControl) || len(err.Error()) > 1000 {
			t.Errorf("found the error %q; want one line that a terminal can show", err)
		}
		return
	}
	previous := from.AddDate(0, 0, -1)
	for _, day := range days {
		if !day.Date.After(previous) || day.Date.After(until) || !day.Date.Equal(date(day.Date.Date())) {
			t.Errorf("found %v after %v; want midnights in order from %v to %v", day.Date, previous, from, until)
		}
		if previous = day.Date; utf8.RuneCountInString(day.Name) > 100 || strings.ContainsFunc(day.Name, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("found the name %q; want at most 100 printable characters", day.Name)
		}
	}
}
