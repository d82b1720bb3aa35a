package icalendar_test

import (
	"slices"
	"strings"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/icalendar"
)

func TestNotAnICalendarFile(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"HTML", "<!DOCTYPE html>\n<html></html>", `not an iCalendar file: it has no line BEGIN:VCALENDAR`},
		{"JSON", `{"events": []}`, `not an iCalendar file: it has no line BEGIN:VCALENDAR`},
		{"one long line", strings.Repeat("x", 1000), "not an iCalendar file: it has no line BEGIN:VCALENDAR"},
		{"binary", "\xff\xfe\x00B", `not an iCalendar file: it has no line BEGIN:VCALENDAR`},
		{"empty", "", "not an iCalendar file: it is empty"},
		{"blank", " \r\n\r\n", "not an iCalendar file: it has no line BEGIN:VCALENDAR"},
		{"an event without a calendar", "BEGIN:VEVENT\nEND:VEVENT", "not an iCalendar file: it has no line BEGIN:VCALENDAR"},
		{"cut off in its only event", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101\n", `the only event, on line 2, cannot be read: the file is cut off within it`},
		{"cut off before an event", "BEGIN:VCALENDAR\nVERSION:2.0\n", `the iCalendar file has no event: it is cut off after line 2`},
		{"no event", "BEGIN:VCALENDAR\nEND:VCALENDAR", "the iCalendar file has no event"},
		{"an event behind the end", "BEGIN:VCALENDAR\nEND:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101\nEND:VEVENT", "the iCalendar file has no event"},
		{"no readable event of several", calendar("DTSTART:20260230", "DTSTART:never"), "none of its 2 events can be read; the first, on line 3: line 4: DTSTART: invalid date"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { refused(t, tt.text, tt.want) })
	}
}

// TestOddEventCostsOnlyItself puts each event beside a good one, and alone.
func TestOddEventCostsOnlyItself(t *testing.T) {
	for _, tt := range []struct{ name, event, want string }{
		{"a date that does not exist", "DTSTART:20260230", `line 5: DTSTART: invalid date: use one that exists, for example 20261225`},
		{"a date of another order", "DTSTART:25.12.2026", `line 5: DTSTART: invalid date`},
		{"an hour that does not exist", "DTSTART:20260105T250000", `DTSTART: invalid date`},
		{"a date before the calendar", "DTSTART:00010101", `invalid date: use one that exists`},
		{"no DTSTART", "UID:a", `DTSTART is required, for example DTSTART;VALUE=DATE:20261225`},
		{"an empty DTSTART", "DTSTART;VALUE=DATE:", `DTSTART is required`},
		{"DTEND before DTSTART", "DTSTART:20260105 DTEND:20260104", "line 6: DTEND: is before DTSTART: use the day after the event's last"},
		{"DTEND that does not exist", "DTSTART:20260105 DTEND:20260230", "line 6: DTEND: invalid date"},
		{"DURATION below zero", "DTSTART:20260105 DURATION:-P1D", `line 6: DURATION: invalid duration: use for example P2D, P1W or PT24H`},
		{"DURATION of an age", "DTSTART:20260105 DURATION:P99999999999999999999W", `DURATION: invalid duration`},
		{"an RDATE that does not exist", "DTSTART:20260105 RDATE:20260131,20260230", `line 6: RDATE: invalid date`},
		{"an EXDATE that does not exist", "DTSTART:20260105 EXDATE:20260230T000000Z", `EXDATE: invalid date`},
		{"an EXRULE", "DTSTART:20260105 EXRULE:FREQ=YEARLY", "EXRULE: not supported: list the dates as EXDATE"},
		{"a RECURRENCE-ID that does not exist", "UID:a RECURRENCE-ID:20260230 DTSTART:20260105", `RECURRENCE-ID: invalid date`},
		{"a RECURRENCE-ID without UID", "RECURRENCE-ID:20260106 DTSTART:20260105", "RECURRENCE-ID: needs the UID"},
		{"a RECURRENCE-ID for all that follow", "UID:a RECURRENCE-ID;RANGE=THISANDFUTURE:20260106 DTSTART:20260105", "RECURRENCE-ID: RANGE is not supported"},
		{"every day of many years", "DTSTART:20100101 DURATION:P9999D", "with it the calendar has more than 4000 dates between 2020-01-01 and 2040-12-31"},

		{"a rule in hours", "DTSTART:20260105 RRULE:FREQ=HOURLY", "line 6: RRULE: invalid FREQ=HOURLY: use YEARLY, MONTHLY, WEEKLY or DAILY"},
		{"a rule of an unknown frequency", "DTSTART:20260105 RRULE:FREQ=FORTNIGHTLY", "RRULE: invalid rule: use for example FREQ=YEARLY;UNTIL=20281231"},
		{"a rule that could move the cursor", "DTSTART:20260105 RRULE:FREQ=\x1b[31m", "invalid rule: use"},
		{"a rule without FREQ", "DTSTART:20260105 RRULE:COUNT=2", "RRULE: invalid rule: FREQ is missing"},
		{"a rule that is a word", "DTSTART:20260105 RRULE:yearly", "invalid rule: use for example FREQ=YEARLY"},
		{"an UNTIL that does not exist", "DTSTART:20260105 RRULE:FREQ=YEARLY;UNTIL=20280230", "RRULE: UNTIL: invalid date"},
		{"a COUNT of zero", "DTSTART:20260105 RRULE:FREQ=YEARLY;COUNT=0", "invalid COUNT: use 1 or more"},
		{"a COUNT below zero", "DTSTART:20260105 RRULE:FREQ=YEARLY;COUNT=-1", "invalid COUNT: use 1 or more"},
		{"a COUNT of half a time", "DTSTART:20260105 RRULE:FREQ=YEARLY;COUNT=1.5", "invalid COUNT: use 1 or more"},
		{"an INTERVAL of an age", "DTSTART:20260105 RRULE:FREQ=DAILY;INTERVAL=9223372036854775807", "invalid INTERVAL: use 1 to 9999"},
		{"Easter", "DTSTART:20260105 RRULE:FREQ=YEARLY;BYEASTER=-2", "BYEASTER is not part of iCalendar: list the dates as RDATE"},
		{"the 53rd Monday of a month", "DTSTART:20260105 RRULE:FREQ=MONTHLY;BYDAY=53MO", "invalid BYDAY: the number before the weekday"},
		{"the 6th last Monday of a month", "DTSTART:20260105 RRULE:FREQ=MONTHLY;BYDAY=-6MO", "invalid BYDAY"},
		{"the 6th Monday of December", "DTSTART:20260105 RRULE:FREQ=YEARLY;BYMONTH=12;BYDAY=6MO", "invalid BYDAY"},
		{"the 54th Monday of a year", "DTSTART:20260105 RRULE:FREQ=YEARLY;BYDAY=54MO", "invalid BYDAY"},
		{"the 1st Monday of a week", "DTSTART:20260105 RRULE:FREQ=WEEKLY;BYDAY=1MO", "invalid BYDAY"},
		{"the 13th month", "DTSTART:20260105 RRULE:FREQ=YEARLY;BYMONTH=13", "bymonth must be between 1 and 12"},
		{"a long rule", "DTSTART:20260105 RRULE:FREQ=DAILY;BYMONTH=" + strings.Repeat("1,", 250) + "1", "520 bytes long: use at most 500"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			window := icalendar.Options{From: date(2020, 1, 1), Until: date(2040, 12, 31)}
			feed, err := icalendar.Parse([]byte(calendar("SUMMARY:Odd~one "+tt.event, "DTSTART:20261225 SUMMARY:Natal")), window)
			if got := written(feed.Days); err != nil || got != "20261225 Natal" {
				t.Errorf("found %q, %v; want the good event", got, err)
			}
			const named = `event "Odd one" on line 3 is left out: `
			if len(feed.Warnings) != 1 || !strings.HasPrefix(feed.Warnings[0].Text, named) || !strings.Contains(feed.Warnings[0].Text, tt.want) {
				t.Errorf("found %v\nwant  %s … %s", feed.Warnings, named, tt.want)
			}
			_, err = icalendar.Parse([]byte(calendar("SUMMARY:Odd~one "+tt.event)), window)
			wantRefused(t, err, tt.want)
		})
	}
}

func TestOnlyTheFirstOddEventsAreNamed(t *testing.T) {
	events := slices.Repeat([]string{"DTSTART:20260230"}, 25)
	feed, err := icalendar.Parse([]byte(calendar(append(events, "DTSTART:20261225")...)), icalendar.Options{From: from, Until: until})
	if err != nil || len(feed.Warnings) != 21 {
		t.Fatalf("found %d warnings, %v; want 21", len(feed.Warnings), err)
	}
	for i, want := range map[int]string{0: "the event on line 3 is left out: line 4: DTSTART", 20: "5 more events cannot be read and are left out"} {
		if got := feed.Warnings[i].Text; !strings.HasPrefix(got, want) {
			t.Errorf("found %q; want %q", got, want)
		}
	}
}

func refused(t *testing.T, text, want string) {
	t.Helper()
	_, err := parse(text, from, until)
	wantRefused(t, err, want)
}

func wantRefused(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil {
		t.Fatalf("found no error; want %s", want)
	}
	if !strings.Contains(err.Error(), want) || strings.ContainsAny(err.Error(), "\n\x1b") {
		t.Errorf("found  %s\nwant … %s", err, want)
	}
}

// TestNoErrorQuotesTheFile as a path or a URL in a configuration may lead to something secret.
func TestNoErrorQuotesTheFile(t *testing.T) {
	const secret = "hunter2"
	for _, text := range []string{
		secret, "BEGIN:" + secret, "BEGIN:VCALENDAR\nEND:VCALENDAR\n" + secret, "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:" + secret, "BEGIN:VCALENDAR\nBEGIN:" + secret, "BEGIN:VCALENDAR\nEND:" + secret,
		"BEGIN:VCALENDAR\nBEGIN:" + secret + "\nEND:VCALENDAR", calendar("DTSTART:" + secret), calendar("DTSTART;" + secret), calendar("SUMMARY:" + secret),
		calendar("SUMMARY:" + secret + " DTSTART:20260230"), calendar("UID:" + secret + " DTSTART:20260230"), calendar("DTSTART:20260105 DURATION:" + secret),
		calendar("DTSTART:20260105 DTEND:" + secret), calendar("DTSTART:20260105 RDATE:" + secret), calendar("DTSTART:20260105 EXDATE:" + secret),
		calendar("DTSTART:20260105 RRULE:" + secret), calendar("DTSTART:20260105 RRULE:FREQ=" + secret), calendar("DTSTART:20260105 RRULE:FREQ=YEARLY;" + secret + "=1"),
		calendar("DTSTART:20260105 RRULE:FREQ=YEARLY;BYDAY=" + secret), calendar("UID:" + secret + " RECURRENCE-ID:" + secret + " DTSTART:20260105"),
	} {
		_, err := parse(text, from, until)
		if err == nil || strings.Contains(strings.ToLower(err.Error()), secret) {
			t.Errorf("%q: %v; want an error without what the file says", text, err)
		}
	}
}
