package icalendar_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/icalendar"

	"github.com/google/go-cmp/cmp"
)

func date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// The window of the tables.
var (
	from  = date(2026, time.January, 1)
	until = date(2028, time.December, 31)
)

// parse returns the dates of a file.
func parse(text string, from, until time.Time) ([]icalendar.Day, error) {
	feed, err := icalendar.Parse([]byte(text), icalendar.Options{From: from, Until: until})
	return feed.Days, err
}

// calendar puts events, each a list of lines between spaces, into a file. "~" stands for a space within a line.
func calendar(events ...string) string {
	text := []string{"BEGIN:VCALENDAR", "VERSION:2.0"}
	for _, event := range events {
		text = append(text, "BEGIN:VEVENT")
		for line := range strings.FieldsSeq(event) {
			text = append(text, strings.ReplaceAll(line, "~", " "))
		}
		text = append(text, "END:VEVENT")
	}
	return strings.Join(append(text, "END:VCALENDAR", ""), "\r\n")
}

// written lists days one per line, as "20261225 Natal".
func written(days []icalendar.Day) string {
	var lines []string
	for _, day := range days {
		lines = append(lines, strings.TrimSpace(day.Date.Format("20060102")+" "+day.Name))
	}
	return strings.Join(lines, "\n")
}

func TestParse(t *testing.T) {
	tests := []struct {
		name   string
		events []string
		want   []string
	}{
		{"a date is one day", []string{"DTSTART;VALUE=DATE:20261225 SUMMARY:Natal"}, []string{"20261225 Natal"}},
		{"a bare date of eight digits is a date", []string{"DTSTART:20261225"}, []string{"20261225"}},
		{"names of properties and parameters may be in small letters", []string{"dtstart;value=date:20261225 summary:Natal"}, []string{"20261225 Natal"}},
		{"quoted parameters are parameters", []string{`DTSTART;X-A="b:c;d";VALUE=DATE:20261225`}, []string{"20261225"}},
		{"dates outside the window are left out", []string{"DTSTART:20251231", "DTSTART:20290101"}, nil},
		{"both ends of the window belong to it", []string{"DTSTART:20260101", "DTSTART:20281231"}, []string{"20260101", "20281231"}},
		{"dates are in order whatever the order of the events", []string{"DTSTART:20270101", "DTSTART:20260101"}, []string{"20260101", "20270101"}},

		{"DTEND is the day after the last", []string{"DTSTART:20260227 DTEND;VALUE=DATE:20260302"}, []string{"20260227", "20260228", "20260301"}},
		{"a DTEND equal to DTSTART is one day", []string{"DTSTART:20260227 DTEND:20260227"}, []string{"20260227"}},
		{"DURATION in days", []string{"DTSTART:20260227 DURATION:P2D"}, []string{"20260227", "20260228"}},
		{"DURATION in weeks", []string{"DTSTART:20260101 DURATION:P1W"}, []string{
			"20260101", "20260102", "20260103", "20260104", "20260105", "20260106", "20260107",
		}},
		{"a DURATION of nothing is one day", []string{"DTSTART:20260227 DURATION:P0D"}, []string{"20260227"}},
		{"an event that begins before the window reaches into it", []string{"DTSTART:20251230 DTEND:20260102"}, []string{"20260101"}},
		{"an event that ends after the window is cut", []string{"DTSTART:20281230 DTEND:20991231"}, []string{"20281230", "20281231"}},

		{"an endless yearly rule fills the window", []string{"DTSTART:19900907 RRULE:FREQ=YEARLY"}, []string{"20260907", "20270907", "20280907"}},
		{"a rule that began centuries ago still holds", []string{"DTSTART:16040907 RRULE:FREQ=YEARLY"}, []string{"20260907", "20270907", "20280907"}},
		{"a rule may end in a semicolon", []string{"DTSTART:20270907 RRULE:FREQ=YEARLY;"}, []string{"20270907", "20280907"}},
		{"29 February comes in leap years only", []string{"DTSTART:20240229 RRULE:FREQ=YEARLY"}, []string{"20280229"}},
		{"monthly by the last weekday", []string{"DTSTART:20261030 RRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=3"}, []string{"20261030", "20261127", "20261225"}},
		{"yearly by the fourth Thursday of a month", []string{"DTSTART:20261126 RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"}, []string{"20261126", "20271125", "20281123"}},
		{"monthly without BYDAY leaves out months that lack the day", []string{"DTSTART:20260131 RRULE:FREQ=MONTHLY;COUNT=3"}, []string{"20260131", "20260331", "20260531"}},
		{"weekly every other week", []string{"DTSTART:20260105 RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=3"}, []string{"20260105", "20260119", "20260202"}},
		{"daily", []string{"DTSTART:20260105 RRULE:FREQ=DAILY;COUNT=2"}, []string{"20260105", "20260106"}},
		{"COUNT counts occurrences before the window", []string{"DTSTART:20250601 RRULE:FREQ=YEARLY;COUNT=3"}, []string{"20260601", "20270601"}},
		{"UNTIL as a date is included", []string{"DTSTART:20260601 RRULE:FREQ=YEARLY;UNTIL=20270601"}, []string{"20260601", "20270601"}},
		{"UNTIL as a date-time includes its own date", []string{"DTSTART:20260601 RRULE:FREQ=YEARLY;UNTIL=20270601T030000Z"}, []string{"20260601", "20270601"}},
		{"UNTIL as a local date-time", []string{"DTSTART:20260601 RRULE:FREQ=YEARLY;UNTIL=20270531T235959"}, []string{"20260601"}},
		{"UNTIL before DTSTART leaves nothing", []string{"DTSTART:20260601 RRULE:FREQ=YEARLY;UNTIL=20260531"}, nil},
		{"every occurrence is as long as the first", []string{"DTSTART:20260601 DTEND:20260603 RRULE:FREQ=YEARLY;COUNT=2"}, []string{"20260601", "20260602", "20270601", "20270602"}},
		{"an occurrence before the window reaches into it", []string{"DTSTART:20241230 DTEND:20250102 RRULE:FREQ=YEARLY;COUNT=2"}, []string{"20260101"}},
		{"DTSTART is the first occurrence though the rule does not match it", []string{"DTSTART:20260105 RRULE:FREQ=MONTHLY;BYMONTHDAY=20;COUNT=3"}, []string{"20260105", "20260120", "20260220"}},
		{"hours, minutes and seconds of a rule are ignored", []string{"DTSTART:20260105 RRULE:FREQ=DAILY;COUNT=2;BYHOUR=9;BYMINUTE=99"}, []string{"20260105", "20260106"}},

		{"RDATE adds dates", []string{"DTSTART:20260105 RDATE;VALUE=DATE:20260301,20260201 RDATE;VALUE=DATE:20260401"}, []string{"20260105", "20260201", "20260301", "20260401"}},
		{"EXDATE takes dates out", []string{"DTSTART:20260105 RRULE:FREQ=DAILY;COUNT=5 EXDATE;VALUE=DATE:20260106,20260108 EXDATE;VALUE=DATE:20260109"}, []string{"20260105", "20260107"}},
		{"EXDATE takes DTSTART and RDATE out", []string{"DTSTART:20260105 RDATE:20260106,20260107 EXDATE:20260105,20260106"}, []string{"20260107"}},
		{"EXDATE as a date-time counts on its date", []string{"DTSTART:20260105 RRULE:FREQ=DAILY;COUNT=4 EXDATE:20260105T000000Z EXDATE;TZID=America/Sao_Paulo:20260107T000000"}, []string{"20260106", "20260108"}},
		{"EXDATE takes all days of an occurrence", []string{"DTSTART:20260601 DTEND:20260603 RRULE:FREQ=YEARLY;COUNT=2 EXDATE:20260601"}, []string{"20270601", "20270602"}},
		{"an empty EXDATE takes nothing", []string{"DTSTART:20260105 EXDATE:"}, []string{"20260105"}},

		{"an override moves and renames an instance", []string{
			"UID:a DTSTART:20260105 RRULE:FREQ=DAILY;COUNT=3 SUMMARY:Old",
			"UID:a RECURRENCE-ID;VALUE=DATE:20260106 DTSTART:20260110 SUMMARY:New",
		}, []string{"20260105 Old", "20260107 Old", "20260110 New"}},
		{"an override may stand before its event", []string{
			"UID:a RECURRENCE-ID:20260106 DTSTART:20260106 SUMMARY:New",
			"UID:a DTSTART:20260105 RRULE:FREQ=DAILY;COUNT=2 SUMMARY:Old",
		}, []string{"20260105 Old", "20260106 New"}},
		{"an override may name its instance by a date-time", []string{
			"UID:a DTSTART:20260105 RRULE:FREQ=DAILY;COUNT=2",
			"UID:a RECURRENCE-ID:20260106T000000Z DTSTART:20260110",
		}, []string{"20260105", "20260110"}},
		{"an override leaves other events alone", []string{
			"UID:a DTSTART:20260105 RRULE:FREQ=DAILY;COUNT=2", "UID:b RECURRENCE-ID:20260106 DTSTART:20260110",
		}, []string{"20260105", "20260106", "20260110"}},
		{"an instance that got a time is no day any more", []string{
			"UID:a DTSTART:20260105 RRULE:FREQ=DAILY;COUNT=2", "UID:a RECURRENCE-ID;VALUE=DATE:20260106 DTSTART:20260106T100000Z",
		}, []string{"20260105"}},
		{"a cancelled instance goes away", []string{
			"UID:a DTSTART:20260105 RRULE:FREQ=DAILY;COUNT=2", "UID:a RECURRENCE-ID:20260106 DTSTART:20260106 STATUS:CANCELLED",
		}, []string{"20260105"}},
		{"a cancelled instance needs no DTSTART", []string{
			"UID:a DTSTART:20260105 RRULE:FREQ=DAILY;COUNT=2", "UID:a RECURRENCE-ID:20260106 STATUS:CANCELLED",
		}, []string{"20260105"}},
		{"a cancelled event is dropped", []string{"DTSTART:20260105 STATUS:CANCELLED", "DTSTART:20260106 STATUS:CONFIRMED"}, []string{"20260106"}},
		{"nothing but cancelled events is no date", []string{"DTSTART:20260105 STATUS:CANCELLED"}, nil},

		{"timed events are left out", []string{"DTSTART:20260105T100000Z", "DTSTART;TZID=America/Sao_Paulo:20260106T100000 RRULE:FREQ=SECONDLY", "DTSTART:20260107"}, []string{"20260107"}},

		{"names on one date are joined, sorted, each once", []string{
			"DTSTART:20260105 SUMMARY:B", "DTSTART:20260105 SUMMARY:A", "DTSTART:20260105 SUMMARY:B", "DTSTART:20260105",
		}, []string{"20260105 A / B"}},
		{"no SUMMARY is no name", []string{"DTSTART:20260105 SUMMARY:"}, []string{"20260105"}},
		{"escapes in a name", []string{`DTSTART:20260105 SUMMARY:One\,~two\;~three\nfour~\\five`}, []string{`20260105 One, two; three four \five`}},
		{"accents in a name", []string{"DTSTART:20260105 SUMMARY;LANGUAGE=pt:Confraternização~Universal"}, []string{"20260105 Confraternização Universal"}},
		{"characters that do not print are dropped", []string{"DTSTART:20260105 SUMMARY:~a\x07b\u202ec\u200bd~~e"}, []string{"20260105 abcd e"}},
		{"a name is cut to a hundred characters", []string{"DTSTART:20260105 SUMMARY:" + strings.Repeat("ã", 101)}, []string{"20260105 " + strings.Repeat("ã", 100)}},
		{"joined names are cut to a hundred characters", []string{
			"DTSTART:20260105 SUMMARY:" + strings.Repeat("a", 60), "DTSTART:20260105 SUMMARY:" + strings.Repeat("b", 60),
		}, []string{"20260105 " + strings.Repeat("a", 60) + " / " + strings.Repeat("b", 37)}},
		{"an alarm's properties are not the event's", []string{
			"DTSTART:20260105 BEGIN:VALARM SUMMARY:Alarm DURATION:PT5M END:VALARM SUMMARY:Event",
		}, []string{"20260105 Event"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			days, err := parse(calendar(tt.events...), from, until)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Join(tt.want, "\n"), written(days)); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestFileForms(t *testing.T) {
	const plain = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261225\nSUMMARY:Natal\nEND:VEVENT\nEND:VCALENDAR\n"
	tests := []struct{ name, text string }{
		{"LF", plain},
		{"CRLF", strings.ReplaceAll(plain, "\n", "\r\n")},
		{"no line end at the end", strings.TrimSpace(plain)},
		{"byte order mark", "\ufeff" + plain},
		{"blank lines", "\n\n" + strings.ReplaceAll(plain, "\n", "\n\n")},
		{"lines folded by space or tab", "BEGIN:VCAL\r\n ENDAR\r\nBEGIN:VEVENT\r\nDTSTART:2026\r\n\t1225\r\nSUMMARY:Na\r\n t\r\n al\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"},
		{"other components beside the event", strings.Replace(plain, "BEGIN:VEVENT", "BEGIN:VTIMEZONE\nBEGIN:STANDARD\nDTSTART:19700101T000000\nEND:STANDARD\nEND:VTIMEZONE\nBEGIN:VEVENT", 1)},
		{"two calendars in one file", strings.Replace(plain, "20261225", "19000101", 1) + plain},
		{"lines that are no properties, such as parts of a badly folded text", strings.Replace(plain, "SUMMARY", "stray\nSUMMARY", 1)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			days, err := parse(tt.text, from, until)
			if got := written(days); err != nil || got != "20261225 Natal" {
				t.Errorf("found %q, %v", got, err)
			}
		})
	}
}

func TestFoldMaySplitCharacter(t *testing.T) {
	text := "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261225\nSUMMARY:Confraterniza\xc3\n \xa7\xc3\xa3o\nEND:VEVENT\nEND:VCALENDAR\n"
	days, err := parse(text, from, until)
	if got := written(days); err != nil || got != "20261225 Confraternização" {
		t.Errorf("found %q, %v", got, err)
	}
}

func TestOnlyDatesOfTheWindowCount(t *testing.T) {
	saoPaulo := time.FixedZone("-03", -3*60*60)
	day := time.Date(2026, time.December, 25, 23, 59, 0, 0, saoPaulo)
	days, err := parse(calendar("DTSTART:20261224 DURATION:P3D"), day, day)
	if got := written(days); err != nil || got != "20261225" {
		t.Errorf("found %q, %v; want the date that the window's ends show in their own zone", got, err)
	}
}

func TestMaxDays(t *testing.T) {
	data := []byte(calendar("DTSTART:20200101 RRULE:FREQ=DAILY SUMMARY:Every~day"))
	first := date(2020, time.January, 1)
	days, err := parse(string(data), first, first.AddDate(0, 0, icalendar.MaxDays-1))
	if err != nil || len(days) != icalendar.MaxDays {
		t.Errorf("found %d days, %v; want %d", len(days), err, icalendar.MaxDays)
	}
	_, err = parse(string(data), first, first.AddDate(0, 0, icalendar.MaxDays))
	if err == nil || !strings.Contains(err.Error(), "more than 4000 dates") {
		t.Errorf("one day more: found %v; want an error about more than 4000 dates", err)
	}
}

func TestExplosiveFileEnds(t *testing.T) {
	for _, tt := range []struct{ name, event, want string }{
		{"rules from long ago", "DTSTART:15830101 RRULE:FREQ=DAILY", "20261225"},
		{"rules that never apply again", "DTSTART:15830101 RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "20261225"},
		{"long occurrences of a frequent rule", "DTSTART:20200101 DURATION:P9999D RRULE:FREQ=DAILY", "20261225"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			events := slices.Repeat([]string{tt.event}, 20_000)
			feed, err := icalendar.Parse([]byte(calendar(append(events, "DTSTART:20261225 RRULE:FREQ=YEARLY")...)), icalendar.Options{From: from, Until: until})
			if err != nil || !strings.Contains(written(feed.Days), tt.want) {
				t.Errorf("found %v; want the rare event", err)
			}
			if !slices.ContainsFunc(feed.Warnings, func(w icalendar.Warning) bool { return strings.Contains(w.Text, "repeats too often") }) {
				t.Errorf("found %v; want a warning about events that repeat too often", feed.Warnings)
			}
		})
	}
}

func TestDeepNestingEnds(t *testing.T) {
	const depth = 200_000
	text := "BEGIN:VCALENDAR\n" + strings.Repeat("BEGIN:VEVENT\n", depth) + strings.Repeat("END:VEVENT\n", depth) + "END:VCALENDAR\n"
	_, err := parse(text, from, until)
	if err == nil || !strings.Contains(err.Error(), "none of its 200000 events can be read; the first, on line 2: DTSTART is required") {
		t.Errorf("found %v; want an error about the first event", err)
	}
}
