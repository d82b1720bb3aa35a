package schedule_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/schedule"
)

func TestParseClock(t *testing.T) {
	for text, want := range map[string]schedule.Clock{"00:00": 0, "00:01": 1, "06:30": 390, "23:59": 1439, "24:00": schedule.EndOfDay} {
		got, err := schedule.ParseClock(text)
		if err != nil || got != want || got.String() != text {
			t.Errorf("%q: got %d %q, %v; want %d", text, got, got, err, want)
		}
	}
	for text, want := range map[string]string{"6:30": "06:30", "0:05": "00:05", "9:59": "09:59"} {
		if got, err := schedule.ParseClock(text); err != nil || got.String() != want {
			t.Errorf("%q: got %s, %v; want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "06:3", "006:30", ":30", "0630", "24:01", "25:00", "12:60", "-1:00", "+6:30", " 06:30", "06:30 ", "06:30:00", "6:30 ", "06.30", "٠٦:٣٠", "noon"} {
		_, err := schedule.ParseClock(text)
		if want := fmt.Sprintf(`invalid time %q: use HH:MM, for example "08:00"`, text); err == nil || err.Error() != want {
			t.Errorf("%q: got %v; want %s", text, err, want)
		}
	}
}

func TestParseInstant(t *testing.T) {
	tests := []struct{ rule, zone, text, want string }{
		{"rfc_3339", saoPaulo, "2026-12-24T20:00:00-03:00", "2026-12-24T20:00:00-03:00"},
		{"rfc_3339_of_another_zone", saoPaulo, "2026-12-24T20:00:00Z", "2026-12-24T20:00:00Z"},
		{"rfc_3339_with_fraction", saoPaulo, "2026-12-24T20:00:00.5Z", "2026-12-24T20:00:00.5Z"},
		{"local_clock", saoPaulo, "2026-12-24 20:00", "2026-12-24T20:00:00-03:00"},
		{"local_clock_in_summer", berlin, "2026-07-01 20:00", "2026-07-01T20:00:00+02:00"},
		{"local_clock_with_a_short_hour", saoPaulo, "2026-12-24 8:00", "2026-12-24T08:00:00-03:00"},
		{"end_of_day", saoPaulo, "2026-12-24 24:00", "2026-12-25T00:00:00-03:00"},
		{"in_a_gap_is_its_end", saoPaulo, "2018-11-04 00:30", "2018-11-04T01:00:00-02:00"},
		{"in_an_overlap_is_the_first", saoPaulo, "2018-02-17 23:30", "2018-02-17T23:30:00-02:00"},
		{"on_a_missing_day_is_its_end", apia, "2011-12-30 12:00", "2011-12-31T00:00:00+14:00"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			got, err := schedule.ParseInstant(test.text, location(t, test.zone))
			if err != nil {
				t.Fatal(err)
			}
			checkInstant(t, test.text, got, test.want)
		})
	}
	const wrong = `invalid time %q: use RFC 3339 ("2026-12-24T20:00:00-03:00") or local time ("2026-12-24 20:00")`
	const missing = `date "2026-02-29" does not exist: use 2026-02-01 to 2026-02-28`
	for text, want := range map[string]string{
		"": wrong, "2026-12-24": wrong, "20:00": wrong, "2026-12-24 25:00": wrong, "2026-12-24  20:00": wrong,
		"2026-12-24 20:00:00": wrong, "24.12.2026 20:00": wrong, "tomorrow 20:00": wrong, "2026-02-29 20:00 Z": wrong,
		"2026-12-24T20:00": wrong, "2026-12-24T20:00:00": wrong, "2026-12-24T8:00:00Z": wrong, "2026-12-24T20:00:00,5Z": wrong,
		"2026-12-24T24:00:00Z": wrong, "2026-12-24T20:60:00Z": wrong, "2026-12-24T20:00:00+24:00": wrong, "2026-12-24t20:00:00z": wrong,
		"0000-12-24T20:00:00Z": wrong, "0001-01-01T00:30:00+01:00": wrong, "9999-12-31T23:30:00-01:00": wrong, "9999-12-31 24:00": wrong,
		"2026-02-29 20:00": missing, "2026-02-29T20:00:00Z": missing,
		"0000-12-24 20:00": `invalid date "0000-12-24": use YYYY-MM-DD, for example "2026-12-24"`,
	} {
		if want == wrong {
			want = fmt.Sprintf(wrong, text)
		}
		if _, err := schedule.ParseInstant(text, time.UTC); err == nil || err.Error() != want {
			t.Errorf("%q: got %v; want %s", text, err, want)
		}
	}
}

func TestParseEdge(t *testing.T) {
	const (
		wrong        = `invalid time %q: use HH:MM, for example "08:00"`
		wrongOnDay   = `invalid time %q: use HH:MM, for example "fri 20:00"`
		wrongWeekday = `invalid weekday in %q: use one day and a time, for example "fri 20:00"`
	)
	friday := schedule.On(time.Friday)
	for text, want := range map[string]schedule.Edge{
		"20:00": {At: 1200}, "24:00": {At: schedule.EndOfDay}, "fri 20:00": {Day: friday, At: 1200}, "Fri 00:00": {Day: friday}, "8:00": {At: 480}, "Friday 8:00": {Day: friday, At: 480},
		"SUN 24:00": {Day: schedule.On(time.Sunday), At: schedule.EndOfDay}, "fri  20:00": {Day: friday, At: 1200},
	} {
		got, err := schedule.ParseEdge(text)
		if err != nil || got != want {
			t.Errorf("%q: got %+v, %v; want %+v", text, got, err, want)
		}
	}
	for text, format := range map[string]string{
		"": wrong, "8:0": wrong, "fri": wrong, "fri 8:000": wrongOnDay, "fri 24:01": wrongOnDay, "fri,20:00": wrong, "fri20:00": wrong,
		"fri 20:00 UTC": wrong, "fri sat 20:00": wrong, "fridays 20:00": wrongWeekday, "20:00 fri": wrongWeekday, "tue#2 20:00": wrongWeekday,
		"mon-fri 20:00": wrongWeekday, "2026-12-24 20:00": wrongWeekday,
	} {
		_, err := schedule.ParseEdge(text)
		if want := fmt.Sprintf(format, text); err == nil || err.Error() != want {
			t.Errorf("%q: got %v; want %s", text, err, want)
		}
	}
}

func TestWeekdaysAdd(t *testing.T) {
	for text, want := range map[string]string{
		"tue": "tue", "Tue": "tue", "monday": "mon", "Monday": "mon", "monday-FRIDAY": "mon tue wed thu fri", "sat-sunday": "sat sun", "tuesday#2": "tue#2", "SUN": "sun", "mon-fri": "mon tue wed thu fri", "sat-mon": "mon sat sun",
		"sun-sat": "mon tue wed thu fri sat sun", "mon-sun": "mon tue wed thu fri sat sun", "wed-wed": "wed", "sun-mon": "mon sun",
		"Mon-FRI": "mon tue wed thu fri", "tue#1": "tue#1", "TUE#5": "tue#5", "fri#last": "fri#last", "Fri#Last": "fri#last",
	} {
		var got schedule.Weekdays
		if err := got.Add(text); err != nil || strings.Join(got.Names(), " ") != want {
			t.Errorf("%q: got %v, %v; want %s", text, got.Names(), err, want)
		}
	}
	const (
		wrong    = "invalid day %q: use mon to sun, a range such as mon-fri, tue#2 (the second Tuesday of the month) or fri#last"
		wrongNth = "invalid day %q: use a weekday with #1 to #5 or #last, for example tue#2"
	)
	for text, format := range map[string]string{
		"": wrong, "-": wrong, "mond": wrong, "mondays": wrong, "weekdays": wrong, "mon-": wrong, "-fri": wrong, "mon-fri-sat": wrong, "mon,tue": wrong,
		"mon - fri": wrong, "mon..fri": wrong, "1": wrong, " mon": wrong, "ſun": wrong,
		"#": wrongNth, "tue#": wrongNth, "#2": wrongNth, "tue#0": wrongNth, "tue#6": wrongNth, "tue#-1": wrongNth, "tue#+2": wrongNth,
		"tue#02": wrongNth, "tue#2#3": wrongNth, "tue#1-2": wrongNth, "mon-fri#2": wrongNth, "tue#first": wrongNth, "tue #2": wrongNth, "fri#laſt": wrongNth,
	} {
		got := schedule.Weekdays{Each: schedule.On(time.Sunday)}
		err := got.Add(text)
		if want := fmt.Sprintf(format, text); err == nil || err.Error() != want {
			t.Errorf("%q: got %v; want %s", text, err, want)
		}
		if names := got.Names(); !slices.Equal(names, []string{"sun"}) {
			t.Errorf("%q left %v", text, names)
		}
	}
}

func TestWeekdaysAddJoins(t *testing.T) {
	var got schedule.Weekdays
	for _, text := range []string{"fri", "sat-sun", "tue#2", "fri#last", "tue#2", "TUE#2", "mon-fri"} {
		if err := got.Add(text); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun", "tue#2", "fri#last"}
	if diff := cmp.Diff(want, got.Names()); diff != "" {
		t.Error(diff)
	}
}

func TestDaysShift(t *testing.T) {
	weekend := schedule.On(time.Saturday) | schedule.On(time.Sunday)
	for n, want := range map[int]schedule.Days{
		0: weekend, 1: schedule.On(time.Sunday) | schedule.On(time.Monday), -1: schedule.On(time.Friday) | schedule.On(time.Saturday),
		7: weekend, -7: weekend, 8: weekend.Shift(1), -15: weekend.Shift(-1),
	} {
		if got := weekend.Shift(n); got != want {
			t.Errorf("weekend shifted by %d: %v, want %v", n, got.Names(), want.Names())
		}
	}
	if got := schedule.EveryDay.Shift(3); got != schedule.EveryDay {
		t.Errorf("every day, shifted, is %v", got.Names())
	}
}

func TestMonthsAdd(t *testing.T) {
	for text, want := range map[string]string{
		"jan": "jan", "Dec": "dec", "January": "jan", "nov-february": "jan feb nov dec", "jan-mar": "jan feb mar", "nov-feb": "jan feb nov dec", "dec-jan": "jan dec", "jun-jun": "jun",
		"jan-dec": "jan feb mar apr may jun jul aug sep oct nov dec", "feb-jan": "jan feb mar apr may jun jul aug sep oct nov dec",
	} {
		var got schedule.Months
		if err := got.Add(text); err != nil || strings.Join(got.Names(), " ") != want {
			t.Errorf("%q: got %v, %v; want %s", text, got.Names(), err, want)
		}
	}
	for _, text := range []string{"", "-", "janu", "jan-", "-mar", "jan-mar-may", "jan,mar", "jan..mar", "1", "1-3", " jan", "ſep"} {
		got := schedule.Months(1 << time.June)
		err := got.Add(text)
		want := fmt.Sprintf("invalid month %q: use jan to dec, or a range such as nov-feb", text)
		if err == nil || err.Error() != want {
			t.Errorf("%q: got %v; want %s", text, err, want)
		}
		if names := got.Names(); !slices.Equal(names, []string{"jun"}) {
			t.Errorf("%q left %v", text, names)
		}
	}
}

func TestParseMonthDays(t *testing.T) {
	for text, want := range map[string]schedule.MonthDays{
		"1": {First: 1, Last: 1}, "31": {First: 31, Last: 31}, "-1": {First: -1, Last: -1}, "-31": {First: -31, Last: -31}, "07": {First: 7, Last: 7},
		"15..20": {First: 15, Last: 20}, "-7..-1": {First: -7, Last: -1}, "15..-1": {First: 15, Last: -1}, "31..-1": {First: 31, Last: -1},
		"-3..31": {First: -3, Last: 31}, "15..15": {First: 15, Last: 15}, "-31..1": {First: -31, Last: 1},
		"15W": {First: 15, Last: 15, Nearest: true}, "31w": {First: 31, Last: 31, Nearest: true},
	} {
		if got, err := schedule.ParseMonthDays(text); err != nil || got != want {
			t.Errorf("%q: got %+v, %v; want %+v", text, got, err, want)
		}
	}
	const (
		wrong = "invalid day of the month %q: use 1 to 31, -1 (the last) to -31, a range such as 15..20 or -7..-1, " +
			"or 15W (the working day nearest to the 15th)"
		wrongOrder = "no month has the days %q: use a range from an earlier to a later day, such as 15..20 or -7..-1"
	)
	for text, format := range map[string]string{
		"": wrong, "0": wrong, "-0": wrong, "32": wrong, "-32": wrong, "100": wrong, "+1": wrong, "1st": wrong, "last": wrong, "W": wrong, "0W": wrong,
		"32W": wrong, "-1W": wrong, "15W..20": wrong, "15..20W": wrong, "15-20": wrong, "15...20": wrong, "15..": wrong, "..20": wrong,
		"1..2..3": wrong, "0..5": wrong, "5..32": wrong, " 15": wrong, "15 ": wrong, "15\n": wrong, "1,2": wrong, "١": wrong,
		"20..15": wrongOrder, "-1..-7": wrongOrder, "-1..15": wrongOrder, "31..-2": wrongOrder, "29..-4": wrongOrder,
	} {
		_, err := schedule.ParseMonthDays(text)
		if want := fmt.Sprintf(format, text); err == nil || err.Error() != want {
			t.Errorf("%q: got %v; want %s", text, err, want)
		}
	}
}

// FuzzParsers checks that what is read prints as something that is read as the same.
func FuzzParsers(f *testing.F) {
	for _, text := range []string{
		"", "06:30", "24:00", "fri 20:00", "FRI  24:00", "tue", "sat-mon", "tue#2", "fri#last", "nov-feb", "15", "-7..-1", "15..-1", "31w",
		"2026-12-24", "2026-12-30..2027-01-02", "0001-01-01..9999-12-31", "2026-02-29", "20..15", "mon-fri#2", "fri#laſt", "out of range",
		"2026-12-24 20:00", "2018-11-04 00:30", "2026-12-24T20:00:00.5-03:00", "0001-01-01 00:00", "9999-12-31 24:00",
	} {
		f.Add(text)
	}
	loc := location(f, saoPaulo)
	f.Fuzz(func(t *testing.T, text string) {
		readsBack(t, text, schedule.ParseClock)
		readsBack(t, text, schedule.ParseEdge)
		readsBack(t, text, schedule.ParseDate)
		readsBack(t, text, schedule.ParseDateRange)
		readsBack(t, text, schedule.ParseMonthDays)
		if at, err := schedule.ParseInstant(text, loc); err == nil {
			again, err := schedule.ParseInstant(at.UTC().Format(time.RFC3339Nano), loc)
			if err != nil || !again.Equal(at) {
				t.Errorf("%q is %s, but then %s, %v", text, at, again, err)
			}
		}
		var days, again schedule.Weekdays
		if days.Add(text) == nil {
			addAll(t, again.Add, days.Names())
			if diff := cmp.Diff(days, again); diff != "" || days.IsZero() {
				t.Errorf("%q: %v: %s", text, days.Names(), diff)
			}
		}
		var months, monthsAgain schedule.Months
		if months.Add(text) == nil {
			addAll(t, monthsAgain.Add, months.Names())
			if months != monthsAgain || months == 0 {
				t.Errorf("%q: %v, but then %v", text, months.Names(), monthsAgain.Names())
			}
		}
	})
}

func readsBack[T interface {
	comparable
	fmt.Stringer
}](t *testing.T, text string, parse func(string) (T, error),
) {
	t.Helper()
	value, err := parse(text)
	if err != nil {
		return
	}
	if again, err := parse(value.String()); err != nil || again != value {
		t.Errorf("%q is %#v and prints as %q, which is %#v, %v", text, value, value, again, err)
	}
}

func addAll(t *testing.T, add func(string) error, names []string) {
	t.Helper()
	for _, name := range names {
		if err := add(name); err != nil {
			t.Error(err)
		}
	}
}
