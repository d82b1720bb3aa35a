package icalendar_test

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/icalendar"
)

func TestReadAsItsWriterMeantIt(t *testing.T) {
	const (
		yearly   = "20260601 20270601"
		boxing   = "20261226"
		berlin   = "DTSTART;TZID=Europe/Berlin:20261226T000000"
		outlook  = "DTSTART;TZID=W.~Europe~Standard~Time:20261226T000000"
		twoTimes = "DTSTART:20260601 RRULE:FREQ=YEARLY;"
	)
	for _, tt := range []struct{ name, event, want string }{
		{"an empty rule", "DTSTART:20261225 RRULE:", "20261225"},
		{"a rule of nothing but separators", "DTSTART:20261225 RRULE:;~;", "20261225"},
		{"an empty end", "DTSTART:20261225 DTEND:", "20261225"},
		{"an empty duration", "DTSTART:20261225 DURATION:", "20261225"},
		{"other empty properties", "DTSTART:20261225 EXRULE: RDATE: RECURRENCE-ID: STATUS:", "20261225"},

		{"a date and an end with a time", "DTSTART;VALUE=DATE:20261225 DTEND:20261227T000000Z", "20261225 20261226"},
		{"an end within its last day", "DTSTART:20261225 DTEND:20261226T120000", "20261225 20261226"},
		{"an end in the last second", "DTSTART:20261225 DTEND:20261225T235959", "20261225"},
		{"an end at 24:00", "DTSTART:20261225 DTEND:20261225T240000", "20261225"},
		{"a duration of a day in hours", "DTSTART:20261225 DURATION:PT24H", "20261225"},
		{"a duration of two days in hours", "DTSTART:20261225 DURATION:PT48H", "20261225 20261226"},
		{"a duration of a day and some hours", "DTSTART:20261225 DURATION:P1DT2H", "20261225 20261226"},
		{"a duration of some hours", "DTSTART:20261225 DURATION:PT9H30M", "20261225"},
		{"a duration with days behind the T", "DTSTART:20261225 DURATION:PT2D", "20261225 20261226"},
		{"a duration in small letters", "DTSTART:20261225 DURATION:p2d", "20261225 20261226"},
		{"an end and a duration", "DTSTART:20261225 DTEND:20261226 DURATION:P9D", "20261225"},

		{"a date with dashes", "DTSTART:2026-12-25 DTEND:2026-12-27", "20261225 20261226"},
		{"a date with slashes", "DTSTART:2026/12/25", "20261225"},
		{"a date with short numbers", "DTSTART:2026-1-5", "20260105"},
		{"a date in quotes", `DTSTART:"20261225"`, "20261225"},
		{"a date with a Z", "DTSTART:20261225Z", "20261225"},
		{"a date with a T", "DTSTART:20261225T", "20261225"},
		{"a date with a semicolon", "DTSTART:20261225;", "20261225"},
		{"a time that is said to be a date", "DTSTART;VALUE=DATE:20261225T090000", "20261225"},
		{"a date that is said to be a time", "DTSTART;VALUE=DATE-TIME:20261225", "20261225"},
		{"midnight without seconds", "DTSTART:20261225T0000 DTEND:20261226T0000", "20261225"},
		{"midnight in ISO 8601", "DTSTART:2026-12-25T00:00:00Z DTEND:2026-12-26T00:00:00Z", "20261225"},
		{"midnight with fractions", "DTSTART:20261225T000000.000Z DTEND:20261226T000000.000Z", "20261225"},
		{"midnight with an offset", "DTSTART:2026-12-25T00:00:00-03:00 DTEND:2026-12-26T00:00:00-03:00", "20261225"},
		{"a parameter without a value", "DTSTART;VALUE:20261225", "20261225"},
		{"a quotation mark without the other", `DTSTART;X-A="b:20261225`, "20261225"},
		{"many parameters", "DTSTART" + strings.Repeat(";A=B", 3000) + ":20261225", "20261225"},
		{"a space around the name", "DTSTART~:~20261225", "20261225"},

		{"midnight to midnight in a zone", berlin + " DTEND;TZID=Europe/Berlin:20261227T000000", boxing},
		{"midnight to midnight in a zone of Windows", outlook + " DTEND;TZID=W.~Europe~Standard~Time:20261228T000000", "20261226 20261227"},
		{"midnight to midnight in a zone with a prefix", "DTSTART;TZID=/mozilla.org/20070129_1/Europe/Berlin:20261226T000000 DTEND:20261226T230000Z", boxing},
		{"midnight to midnight across zones", berlin + " DTEND:20261226T230000Z", boxing},
		{"midnight to midnight when the clocks change", "DTSTART;TZID=Europe/Berlin:20260329T000000 DTEND:20260329T220000Z", "20260329"},
		{"midnight to midnight in UTC", "DTSTART:20261226T000000Z DTEND:20261227T000000Z", boxing},
		{"midnight to midnight without a zone", "DTSTART:20261226T000000 DTEND:20261227T000000", boxing},
		{"midnight to the last minute", "DTSTART:20261226T000000 DTEND:20261226T2359", boxing},
		{"midnight for 24 hours", berlin + " DURATION:PT24H", boxing},
		{"midnight for a day", berlin + " DURATION:P1D", boxing},
		{"midnight alone", berlin, boxing},
		{"midnight to a date", berlin + " DTEND;VALUE=DATE:20261227", boxing},
		{"the writer says that it lasts all day", "DTSTART:20261225T230000Z DTEND:20261226T230000Z X-MICROSOFT-CDO-ALLDAYEVENT:TRUE", boxing},
		{"the writer says so in the west", "DTSTART:20261226T050000Z DTEND:20261228T050000Z X-FUNAMBOL-ALLDAY:1", "20261226 20261227"},

		{"a rule in small letters", "DTSTART:20260601 RRULE:freq=yearly;count=2", yearly},
		{"a rule that names itself", "DTSTART:20260601 RRULE:RRULE:FREQ=YEARLY;COUNT=2", yearly},
		{"a rule with spaces and empty parts", "DTSTART:20260601 RRULE:FREQ=YEARLY;~~COUNT~=~2;;WKST=;BYMONTH=06,", yearly},
		{"a rule with a part of the writer's own", twoTimes + "COUNT=2;X-END=NEVER", yearly},
		{"a count with a sign, zeros and a fraction", twoTimes + "COUNT=+02.0", yearly},
		{"a count in quotes", twoTimes + `COUNT="2"`, yearly},
		{"a count and an end", twoTimes + "COUNT=2;UNTIL=20990101", yearly},
		{"an interval of zero", twoTimes + "COUNT=2;INTERVAL=0", yearly},
		{"an empty interval", twoTimes + "COUNT=2;INTERVAL=", yearly},
		{"an end with dashes", twoTimes + "UNTIL=2027-12-31", yearly},
		{"an end with a dashed time", twoTimes + "UNTIL=2027-06-01T00:00:00Z", yearly},
		{"a rule that matches no date but the first", "DTSTART:20260601 RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "20260601"},
		{"an end in UTC of an event in a zone", "DTSTART;TZID=Europe/Berlin:20260601T000000 RRULE:FREQ=YEARLY;UNTIL=20270531T220000Z", yearly},
		{"an end in UTC of an event in a zone of Windows", "DTSTART;TZID=W.~Europe~Standard~Time:20260601T000000 RRULE:FREQ=YEARLY;UNTIL=20270531T220000Z", yearly},
		{"an end in the last second of the day before", "DTSTART;TZID=W.~Europe~Standard~Time:20260601T000000 RRULE:FREQ=YEARLY;UNTIL=20280531T215959Z", yearly},
		{"an exception in UTC", "DTSTART;TZID=Europe/Berlin:20260601T000000 RRULE:FREQ=YEARLY EXDATE:20280531T220000Z", yearly},
		{"a date of a period", "DTSTART:20260601 RDATE;VALUE=PERIOD:20270601T000000Z/PT1H", yearly},
		{"a long list", "DTSTART:20260601 RDATE:20270601" + strings.Repeat(",20270601", 2000), yearly},
	} {
		t.Run(tt.name, func(t *testing.T) {
			feed, err := icalendar.Parse([]byte(calendar(tt.event)), icalendar.Options{From: from, Until: until})
			if got := strings.ReplaceAll(written(feed.Days), "\n", " "); err != nil || got != tt.want || len(feed.Warnings) > 0 {
				t.Errorf("found %q, %v, %v; want %q", got, feed.Warnings, err, tt.want)
			}
		})
	}
}

func TestFilesAsTheyAre(t *testing.T) {
	const plain = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261225\nSUMMARY:Natal\nEND:VEVENT\nEND:VCALENDAR\n"
	wide := func(mark string, low, high int) string {
		text := []byte(mark)
		for _, b := range []byte(plain) {
			pair := make([]byte, 2)
			pair[low], pair[high] = b, 0
			text = append(text, pair...)
		}
		return string(text)
	}
	for _, tt := range []struct{ name, text, warning string }{
		{"text behind the end", plain + "X-COMMENT:cached at 10:00\n<!-- served by a proxy -->\n", ""},
		{"text before the begin", "Warning: deprecated in line 7\n\n" + plain, ""},
		{"spaces before the begin", "   \n" + plain, ""},
		{"line ends of old", strings.ReplaceAll(plain, "\n", "\r"), ""},
		{"doubled returns", strings.ReplaceAll(plain, "\n", "\r\r\n"), ""},
		{"UTF-16", wide("\xff\xfe", 0, 1), ""},
		{"UTF-16 of the other order", wide("\xfe\xff", 1, 0), ""},
		{"an event without its end", strings.Replace(plain, "END:VEVENT\n", "", 1), ""},
		{"an event in another", strings.Replace(plain, "END:VEVENT", "BEGIN:VEVENT\nDTSTART:19990101\nEND:VEVENT", 1), ""},
		{"an end of nothing", strings.Replace(plain, "BEGIN:VEVENT", "END:VTIMEZONE\nBEGIN:VEVENT", 1), ""},
		{"an alarm without its end", strings.Replace(plain, "END:VEVENT", "BEGIN:VALARM\nEND:VEVENT", 1), ""},
		{"no end of the calendar", strings.Replace(plain, "END:VCALENDAR\n", "", 1), "the file is cut off after line 5"},
		{"cut off in a later event", strings.Replace(plain, "END:VCALENDAR\n", "BEGIN:VEVENT\nSUMMARY:Ano Novo\nDTSTART:2027", 1), `event "Ano Novo" on line 6 is left out: the file is cut off within it`},
		{"a second calendar without an end before it", strings.Replace(plain, "END:VCALENDAR\n", plain, 1), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			feed, err := icalendar.Parse([]byte(tt.text), icalendar.Options{From: from, Until: until})
			if got := written(feed.Days); err != nil || got != "20261225 Natal" {
				t.Errorf("found %q, %v", got, err)
			}
			if (tt.warning == "") != (len(feed.Warnings) == 0) || tt.warning != "" && !strings.HasPrefix(feed.Warnings[0].Text, tt.warning) {
				t.Errorf("found %v; want %q", feed.Warnings, tt.warning)
			}
		})
	}
}

func TestLatinNames(t *testing.T) {
	days, err := parse(calendar("DTSTART:20261225 SUMMARY:Confraterniza\xe7\xe3o"), from, until)
	if got := written(days); err != nil || got != "20261225 Confraternização" {
		t.Errorf("found %q, %v", got, err)
	}
}

func TestTimedEvents(t *testing.T) {
	text := calendar(
		"DTSTART;TZID=Asia/Shanghai:20260104T090000 DTEND;TZID=Asia/Shanghai:20260104T180000 SUMMARY:Make-up~workday",
		"DTSTART:20260214T010000 DURATION:PT8H RRULE:FREQ=WEEKLY;COUNT=2 SUMMARY:Make-up~workday",
		"DTSTART:20260301T220000 DTEND:20260302T060000 SUMMARY:Night",
		"DTSTART:20261225 SUMMARY:Natal",
	)
	feed, err := icalendar.Parse([]byte(text), icalendar.Options{From: from, Until: until})
	want := []icalendar.Warning{{Text: "3 events with a time of day left out: set timed: true to take the dates"}}
	if diff := cmp.Diff(want, feed.Warnings); err != nil || diff != "" || len(feed.Days) != 1 {
		t.Errorf("found %v, %v (-want +got):\n%s", feed.Days, err, diff)
	}
	feed, err = icalendar.Parse([]byte(text), icalendar.Options{From: from, Until: until, Timed: true})
	const all = "20260104 Make-up workday\n20260214 Make-up workday\n20260221 Make-up workday\n20260301 Night\n20260302 Night\n20261225 Natal"
	if diff := cmp.Diff(all, written(feed.Days)); err != nil || diff != "" || len(feed.Warnings) > 0 {
		t.Errorf("found %v, %v (-want +got):\n%s", feed.Warnings, err, diff)
	}
}

func TestFileOfTimedEventsIsReadable(t *testing.T) {
	feed, err := icalendar.Parse([]byte(calendar("DTSTART:20260105T100000Z")), icalendar.Options{From: from, Until: until})
	if err != nil || len(feed.Days) != 0 || len(feed.Warnings) != 1 {
		t.Errorf("found %v, %v; want a warning", feed, err)
	}
}

// Times in UTC count by the file's own zone, or else by the document's.
func TestTimesInUTC(t *testing.T) {
	const event = "BEGIN:VEVENT\nDTSTART:20260103T230000Z\nDTEND:20260104T%s0000Z\nEND:VEVENT\nEND:VCALENDAR\n"
	shanghai, saoPaulo := place(t, "Asia/Shanghai"), place(t, "America/Sao_Paulo")
	for _, tt := range []struct {
		name, zone, end string
		document        *time.Location
		want            string
	}{
		{"no zone at all", "", "01", nil, "20260103 20260104"},
		{"the document's zone", "", "01", shanghai, "20260104"},
		{"the file's zone first", "X-WR-TIMEZONE:Asia/Shanghai\n", "01", saoPaulo, "20260104"},
		{"the file's zone by its other name", "TIMEZONE-ID:Asia/Shanghai\n", "01", saoPaulo, "20260104"},
		{"an unknown zone of the file is none", "X-WR-TIMEZONE:China Standard Time\n", "01", shanghai, "20260104"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := "BEGIN:VCALENDAR\n" + tt.zone + strings.Replace(event, "%s", tt.end, 1)
			feed, err := icalendar.Parse([]byte(text), icalendar.Options{From: from, Until: until, Zone: tt.document, Timed: true})
			if got := strings.ReplaceAll(written(feed.Days), "\n", " "); err != nil || got != tt.want {
				t.Errorf("found %q, %v; want %q", got, err, tt.want)
			}
		})
	}
}

func TestMidnightOfTheFilesZone(t *testing.T) {
	text := strings.Replace(calendar("DTSTART:20260329T030000Z DTEND:20260330T030000Z", "DTSTART:20261225 DTEND:20261226T030000Z"),
		"VERSION:2.0", "X-WR-TIMEZONE:America/Sao_Paulo", 1)
	feed, err := icalendar.Parse([]byte(text), icalendar.Options{From: from, Until: until})
	if got := written(feed.Days); err != nil || got != "20260329\n20261225" || len(feed.Warnings) > 0 {
		t.Errorf("found %q, %v, %v", got, feed.Warnings, err)
	}
}

func place(t *testing.T, name string) *time.Location {
	t.Helper()
	at, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestChoiceByName(t *testing.T) {
	events := []string{
		"DTSTART:20260101 SUMMARY:New~Year's~Day", "DTSTART:20261224 SUMMARY:Christmas~Eve~(half~day)",
		"DTSTART:20261225 SUMMARY:CHRISTMAS~DAY", "DTSTART:20261231 SUMMARY:Año~nuevo~(observance)", "DTSTART:20260601",
		"DTSTART:20260230 SUMMARY:Broken~half~day",
	}
	for _, tt := range []struct {
		name           string
		match, exclude []string
		want           string
		warnings       []string
	}{
		{"a whole name in any case", []string{"christmas day"}, nil, "20261225 CHRISTMAS DAY", nil},
		{"a star is any text", []string{"*christ*"}, nil, "20261224 Christmas Eve (half day)\n20261225 CHRISTMAS DAY", nil},
		{"several", []string{"new year*", "AÑO NUEVO*"}, nil, "20260101 New Year's Day\n20261231 Año nuevo (observance)", nil},
		{"a part is no match", []string{"Christmas"}, nil, "", []string{"match[0]"}},
		{"other signs stand for themselves", []string{"*(half day)"}, nil, "20261224 Christmas Eve (half day)", nil},
		{"exclude", nil, []string{"*half day*", "*OBSERVANCE*"}, "20260101 New Year's Day\n20260601\n20261225 CHRISTMAS DAY", nil},
		{"exclude wins", []string{"christmas*"}, []string{"*eve*"}, "20261225 CHRISTMAS DAY", nil},
		{"patterns without an event", []string{"christmas day", "easter"}, []string{"whit*"}, "20261225 CHRISTMAS DAY", []string{"match[1]", "exclude[0]"}},
		{"nothing is left", []string{"christmas day"}, []string{"christmas*"}, "", []string{""}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			feed, err := icalendar.Parse([]byte(calendar(events...)), icalendar.Options{From: from, Until: until, Match: tt.match, Exclude: tt.exclude})
			if diff := cmp.Diff(tt.want, written(feed.Days)); err != nil || diff != "" {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
			var fields []string
			for _, w := range feed.Warnings {
				fields = append(fields, w.Field)
			}
			if diff := cmp.Diff(tt.warnings, fields); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestChoiceCountsOnlyChosenTimes(t *testing.T) {
	feed, err := icalendar.Parse([]byte(calendar("DTSTART:20260105T100000Z SUMMARY:Lunch", "DTSTART:20261225 SUMMARY:Natal")),
		icalendar.Options{From: from, Until: until, Exclude: []string{"lunch"}})
	if err != nil || len(feed.Warnings) > 0 || written(feed.Days) != "20261225 Natal" {
		t.Errorf("found %v, %v", feed, err)
	}
}

func TestFileOfThePast(t *testing.T) {
	feed, err := icalendar.Parse([]byte(calendar("DTSTART:20001225")), icalendar.Options{From: from, Until: until})
	want := []icalendar.Warning{{Text: "the calendar has no date between 2026-01-01 and 2028-12-31"}}
	if diff := cmp.Diff(want, feed.Warnings); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}
