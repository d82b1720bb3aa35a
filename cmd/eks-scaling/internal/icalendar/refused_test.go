package icalendar_test

import (
	"fmt"
	"strings"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/icalendar"
)

func TestNotAnICalendarFile(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"HTML", "<!DOCTYPE html>\n<html></html>", `not an iCalendar file: it does not begin with BEGIN:VCALENDAR`},
		{"JSON", `{"events": []}`, `not an iCalendar file: it does not begin with BEGIN:VCALENDAR`},
		{"one long line", strings.Repeat("x", 1000), "not an iCalendar file: it does not begin with BEGIN:VCALENDAR"},
		{"binary", "\xff\xfe\x00B", `not an iCalendar file: it does not begin with BEGIN:VCALENDAR`},
		{"empty", "", "not an iCalendar file: it is empty"},
		{"blank", " \r\n\r\n", "not an iCalendar file: it does not begin with BEGIN:VCALENDAR"},
		{"an event without a calendar", "BEGIN:VEVENT\nEND:VEVENT", "not an iCalendar file: it does not begin with BEGIN:VCALENDAR"},
		{"cut off after an event", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101\nEND:VEVENT\n", `the iCalendar file is cut off after line 4: the last line must be END:VCALENDAR`},
		{"cut off in an event", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101\n", `is cut off after line 3: the last line must be END:VCALENDAR`},
		{"text after the end", "BEGIN:VCALENDAR\nEND:VCALENDAR\n<html>", `line 3: unexpected text after END:VCALENDAR`},
		{"ends that cross", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR", `line 3: END of another component than the open one`},
		{"no event", "BEGIN:VCALENDAR\nEND:VCALENDAR", "has no all-day event (0 timed ones are ignored)"},
		{"timed events only", calendar("DTSTART:20260105T100000Z", "DTSTART;TZID=Etc/UTC:20260105T100000"), "has no all-day event (2 timed ones are ignored): use events with a date alone, for example DTSTART;VALUE=DATE:20261225"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { refused(t, tt.text, tt.want) })
	}
}

func TestEventRefused(t *testing.T) {
	tests := []struct{ name, event, want string }{
		{"a date that does not exist", "DTSTART:20260230 SUMMARY:Carnaval", `line 4: DTSTART: invalid date: use one that exists, for example 20261225`},
		{"a date that does not exist, in an event without a name", "UID:x@y DTSTART:20260230", `line 5: DTSTART`},
		{"a date that does not exist, in an event without anything", "DTSTART:20260230", `line 4: DTSTART`},
		{"a percent sign in the name", "DTSTART:20260230 SUMMARY:100%d", `DTSTART: invalid date`},
		{"a date with dashes", "DTSTART:2026-01-05", `invalid date: use one that exists`},
		{"a date-time with dashes", "DTSTART:2026-01-05T10:00:00", `invalid date: use one that exists`},
		{"a time said to be a date", "DTSTART;VALUE=DATE:20260105T100000", `invalid date: use one that exists`},
		{"a date before the calendar", "DTSTART:00010101", `invalid date: use one that exists`},
		{"no DTSTART", "SUMMARY:Carnaval", `line 3: DTSTART is required, for example DTSTART;VALUE=DATE:20261225`},
		{"a line without a value", "DTSTART;VALUE=DATE", `line 4: invalid property: use DTSTART:value`},
		{"a parameter without a value", "DTSTART;VALUE:20260105", `line 4: invalid property: use DTSTART:value`},
		{"a line of many kilobytes", "DTSTART" + strings.Repeat(";A=B", 3000) + ":20260105", "line 4: DTSTART is 12016 bytes long: use at most 8192"},

		{"DTEND before DTSTART", "DTSTART:20260105 DTEND:20260104", "DTEND is before DTSTART: use the day after the event's last"},
		{"DTEND with a time", "DTSTART:20260105 DTEND:20260106T120000", `DTEND: invalid date: use one that exists`},
		{"DURATION in hours", "DTSTART:20260105 DURATION:PT24H", `DURATION: invalid duration: use days or weeks (at most 9999), for example P2D or P1W`},
		{"DURATION below zero", "DTSTART:20260105 DURATION:-P1D", `DURATION: invalid duration`},
		{"DURATION of an age", "DTSTART:20260105 DURATION:P99999999999999999999W", `DURATION: invalid duration`},
		{"DURATION and DTEND", "DTSTART:20260105 DTEND:20260106 DURATION:P1D", "both DURATION and DTEND: use one"},

		{"an RDATE that does not exist", "DTSTART:20260105 RDATE:20260131,20260230", `line 5: RDATE: invalid date`},
		{"an RDATE that is a period", "DTSTART:20260105 RDATE;VALUE=PERIOD:20260131T000000Z/PT1H", `RDATE: invalid date`},
		{"an EXDATE that does not exist", "DTSTART:20260105 EXDATE:20260230T000000Z", `EXDATE: invalid date`},
		{"an EXRULE", "DTSTART:20260105 EXRULE:FREQ=YEARLY", "EXRULE is not supported: list the dates as EXDATE"},
		{"a RECURRENCE-ID that does not exist", "UID:a RECURRENCE-ID:20260230 DTSTART:20260105", `RECURRENCE-ID: invalid date`},
		{"a RECURRENCE-ID without UID", "RECURRENCE-ID:20260106 DTSTART:20260105", "RECURRENCE-ID needs the UID"},
		{"a RECURRENCE-ID for all that follow", "UID:a RECURRENCE-ID;RANGE=THISANDFUTURE:20260106 DTSTART:20260105", "RECURRENCE-ID with RANGE is not supported"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { refused(t, calendar(tt.event), tt.want) })
	}
}

func TestRuleRefused(t *testing.T) {
	tests := []struct{ rule, want string }{
		{"FREQ=HOURLY", `line 5: RRULE: invalid FREQ=HOURLY for an all-day event: use YEARLY, MONTHLY, WEEKLY or DAILY`},
		{"FREQ=MINUTELY", "invalid FREQ=MINUTELY"},
		{"FREQ=SECONDLY;COUNT=1", "invalid FREQ=SECONDLY"},
		{"FREQ=\x1b[31m", "invalid rule: use"},
		{"FREQ=FORTNIGHTLY", "invalid rule: use for example FREQ=YEARLY;UNTIL=20281231"},
		{"COUNT=2", "invalid rule"},
		{"yearly", "invalid rule: use for example FREQ=YEARLY"},
		{"", "invalid rule: use for example FREQ=YEARLY"},
		{"FREQ=YEARLY;UNTIL=20280230", "invalid rule: use for example"},
		{"FREQ=YEARLY;COUNT=0", "invalid COUNT: use 1 or more"},
		{"FREQ=YEARLY;COUNT=-1", "invalid COUNT: use 1 or more"},
		{"FREQ=YEARLY;INTERVAL=0", "invalid INTERVAL: use 1 to 9999"},
		{"FREQ=DAILY;INTERVAL=9223372036854775807", "invalid INTERVAL: use 1 to 9999"},
		{"FREQ=YEARLY;BYEASTER=-2", "BYEASTER is not part of iCalendar: list the dates as RDATE"},
		{"FREQ=MONTHLY;BYDAY=53MO", "invalid BYDAY: the number before the weekday"},
		{"FREQ=MONTHLY;BYDAY=-6MO", "invalid BYDAY: the number before the weekday"},
		{"FREQ=YEARLY;BYMONTH=12;BYDAY=6MO", "invalid BYDAY: the number before the weekday"},
		{"FREQ=YEARLY;BYDAY=54MO", "invalid BYDAY: the number before the weekday"},
		{"FREQ=WEEKLY;BYDAY=1MO", "invalid BYDAY: the number before the weekday"},
		{"FREQ=YEARLY;BYMONTH=13", "bymonth must be between 1 and 12"},
		{"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "no date matches the rule: fix or remove it"},
		{"FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "no date matches the rule"},
		{"FREQ=DAILY;BYMONTH=" + strings.Repeat("1,", 250) + "1", "520 bytes long: use at most 500"},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%.40s", tt.rule), func(t *testing.T) { refused(t, calendar("DTSTART:20260105 RRULE:"+tt.rule), tt.want) })
	}
}

func refused(t *testing.T, text, want string) {
	t.Helper()
	days, err := icalendar.Parse([]byte(text), from, until)
	if err == nil {
		t.Fatalf("found %v and no error; want %s", days, want)
	}
	if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
		t.Errorf("found  %s\nwant … %s", err, want)
	}
}

// TestNoErrorQuotesTheFile as a path or a URL in a configuration may lead to something secret.
func TestNoErrorQuotesTheFile(t *testing.T) {
	const secret = "hunter2"
	for _, text := range []string{
		secret, "BEGIN:" + secret, "BEGIN:VCALENDAR\nEND:VCALENDAR\n" + secret, "BEGIN:VCALENDAR\nBEGIN:" + secret, "BEGIN:VCALENDAR\nEND:" + secret,
		"BEGIN:VCALENDAR\nBEGIN:" + secret + "\nEND:VCALENDAR", calendar("DTSTART:" + secret), calendar("DTSTART;" + secret), calendar("SUMMARY:" + secret),
		calendar("SUMMARY:" + secret + " DTSTART:20260230"), calendar("UID:" + secret + " DTSTART:20260230"), calendar("DTSTART:20260105 DURATION:" + secret),
		calendar("DTSTART:20260105 DTEND:" + secret), calendar("DTSTART:20260105 RDATE:" + secret), calendar("DTSTART:20260105 EXDATE:" + secret),
		calendar("DTSTART:20260105 RRULE:" + secret), calendar("DTSTART:20260105 RRULE:FREQ=" + secret), calendar("DTSTART:20260105 RRULE:FREQ=YEARLY;" + secret + "=1"),
		calendar("DTSTART:20260105 RRULE:FREQ=YEARLY;BYDAY=" + secret), calendar("UID:" + secret + " RECURRENCE-ID:" + secret + " DTSTART:20260105"),
	} {
		_, err := icalendar.Parse([]byte(text), from, until)
		if err == nil || strings.Contains(strings.ToLower(err.Error()), secret) {
			t.Errorf("%q: %v; want an error without what the file says", text, err)
		}
	}
}
