package schedule_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/schedule"

	"github.com/google/go-cmp/cmp"
)

// period reads a window as the tables write it: "22:00-06:00", with the days on which it starts before it if it does not
// start on all of them: "sat,sun 00:00-01:00".
func period(t testing.TB, name, window string) schedule.Period {
	t.Helper()
	p := schedule.Period{Name: name, Profile: "in-" + name}
	if days, rest, ok := strings.Cut(window, " "); ok {
		for text := range strings.SplitSeq(days, ",") {
			set, err := schedule.ParseDays(text)
			if err != nil {
				t.Fatal(err)
			}
			p.Days |= set
		}
		window = rest
	}
	from, to, _ := strings.Cut(window, "-")
	p.From, p.To = clock(t, from), clock(t, to)
	return p
}

func clock(t testing.TB, text string) schedule.Clock {
	t.Helper()
	c, err := schedule.ParseClock(text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// timetable is a schedule of windows called p0, p1 and so on, with the default profile "otherwise".
func timetable(t testing.TB, zone string, windows ...string) *schedule.Schedule {
	t.Helper()
	var periods []schedule.Period
	for i, window := range windows {
		periods = append(periods, period(t, fmt.Sprintf("p%d", i), window))
	}
	s, err := schedule.New(location(t, zone), "otherwise", periods)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func location(t testing.TB, zone string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func instant(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestActiveWindow(t *testing.T) {
	const (
		saoPaulo  = "America/Sao_Paulo"
		berlin    = "Europe/Berlin"
		newYork   = "America/New_York"
		lordHowe  = "Australia/Lord_Howe"
		apia      = "Pacific/Apia"
		kathmandu = "Asia/Kathmandu"
	)
	tests := []struct {
		rule, zone, window, at string
		active                 bool
	}{
		// São Paulo, 2018-11-04: 00:00 -03:00 becomes 01:00 -02:00.
		{"midnight_gap_not_before_it", saoPaulo, "00:00-06:00", "2018-11-03T23:59:59.999999999-03:00", false},
		{"midnight_gap_start_moves_to_its_end", saoPaulo, "00:00-06:00", "2018-11-04T01:00:00-02:00", true},
		{"midnight_gap_start_inside_moves_to_its_end", saoPaulo, "00:30-06:00", "2018-11-04T01:00:00-02:00", true},
		{"midnight_gap_end_of_day_moves_to_its_end", saoPaulo, "22:00-24:00", "2018-11-03T23:59:59-03:00", true},
		{"midnight_gap_end_of_day_is_exclusive", saoPaulo, "22:00-24:00", "2018-11-04T01:00:00-02:00", false},
		{"midnight_gap_end_inside_moves_to_its_end", saoPaulo, "22:00-00:30", "2018-11-03T23:59:59-03:00", true},
		{"midnight_gap_end_inside_is_exclusive", saoPaulo, "22:00-00:30", "2018-11-04T01:00:00-02:00", false},
		{"midnight_gap_swallows_window_of_its_length", saoPaulo, "00:00-01:00", "2018-11-04T01:00:00-02:00", false},
		{"midnight_gap_swallows_window_inside", saoPaulo, "00:15-00:45", "2018-11-04T01:00:00-02:00", false},
		{"midnight_gap_day_is_the_one_written", saoPaulo, "sun 00:00-06:00", "2018-11-04T01:00:00-02:00", true},
		{"midnight_gap_is_not_the_day_before", saoPaulo, "sat 00:00-06:00", "2018-11-04T01:00:00-02:00", false},
		// São Paulo, 2018-02-18: 00:00 -02:00 becomes 23:00 -03:00 of the day before.
		{"midnight_overlap_start_is_the_first", saoPaulo, "23:30-02:00", "2018-02-17T23:30:00-02:00", true},
		{"midnight_overlap_stays_active_when_repeated", saoPaulo, "23:30-02:00", "2018-02-17T23:00:00-03:00", true},
		{"midnight_overlap_end_is_the_first", saoPaulo, "22:00-23:30", "2018-02-17T23:30:00-02:00", false},
		{"midnight_overlap_end_is_not_undone", saoPaulo, "22:00-23:30", "2018-02-17T23:15:00-03:00", false},
		{"midnight_overlap_does_not_start_again", saoPaulo, "23:15-23:45", "2018-02-17T23:15:00-03:00", false},
		{"midnight_overlap_lies_before_end_of_day", saoPaulo, "23:00-24:00", "2018-02-17T23:59:59-03:00", true},
		{"midnight_overlap_end_of_day_is_exclusive", saoPaulo, "23:00-24:00", "2018-02-18T00:00:00-03:00", false},
		{"midnight_overlap_day_starts_after_it", saoPaulo, "sun 00:00-01:00", "2018-02-17T23:00:00-03:00", false},
		{"midnight_overlap_day_starts_at_midnight", saoPaulo, "sun 00:00-01:00", "2018-02-18T00:00:00-03:00", true},
		// Berlin, 2026-03-29: 02:00 +01:00 becomes 03:00 +02:00; 2026-10-25: 03:00 +02:00 becomes 02:00 +01:00.
		{"berlin_gap_start_moves_to_its_end", berlin, "02:30-05:00", "2026-03-29T03:00:00+02:00", true},
		{"berlin_gap_not_before_it", berlin, "02:30-05:00", "2026-03-29T01:59:59+01:00", false},
		{"berlin_gap_swallows_window_inside", berlin, "02:00-03:00", "2026-03-29T03:00:00+02:00", false},
		{"berlin_overlap_window_ends_at_the_first", berlin, "02:00-02:30", "2026-10-25T02:30:00+02:00", false},
		{"berlin_overlap_does_not_start_again", berlin, "02:00-02:30", "2026-10-25T02:00:00+01:00", false},
		{"berlin_overlap_makes_window_longer", berlin, "02:00-03:00", "2026-10-25T02:59:59+01:00", true},
		// New York, 2026-03-08: 02:00 -05:00 becomes 03:00 -04:00; 2026-11-01: 02:00 -04:00 becomes 01:00 -05:00.
		{"new_york_gap_end_moves_to_its_end", newYork, "01:00-02:30", "2026-03-08T01:59:59-05:00", true},
		{"new_york_gap_end_is_exclusive", newYork, "01:00-02:30", "2026-03-08T03:00:00-04:00", false},
		{"new_york_overlap_start_is_the_first", newYork, "01:30-04:00", "2026-11-01T01:30:00-04:00", true},
		{"new_york_overlap_stays_active_when_repeated", newYork, "01:30-04:00", "2026-11-01T01:00:00-05:00", true},
		// Lord Howe, 2026-10-04: 02:00 +10:30 becomes 02:30 +11:00; 2026-04-05: 02:00 +11:00 becomes 01:30 +10:30.
		{"half_hour_gap_start_moves_to_its_end", lordHowe, "02:15-04:00", "2026-10-04T02:30:00+11:00", true},
		{"half_hour_gap_not_before_it", lordHowe, "02:15-04:00", "2026-10-04T01:59:59+10:30", false},
		{"half_hour_gap_swallows_window_inside", lordHowe, "02:00-02:30", "2026-10-04T02:30:00+11:00", false},
		{"half_hour_overlap_end_is_the_first", lordHowe, "01:00-01:45", "2026-04-05T01:45:00+11:00", false},
		{"half_hour_overlap_end_is_not_undone", lordHowe, "01:00-01:45", "2026-04-05T01:30:00+10:30", false},
		{"half_hour_overlap_makes_window_longer", lordHowe, "01:30-02:00", "2026-04-05T01:59:59+10:30", true},
		// Apia had no 2011-12-30, a Friday: 00:00 -10:00 of it became 00:00 +14:00 of the 31st.
		{"missing_day_swallows_its_window", apia, "fri 10:00-12:00", "2011-12-31T00:00:00+14:00", false},
		{"missing_day_window_into_next_day_starts_at_its_end", apia, "fri 22:00-02:00", "2011-12-31T00:00:00+14:00", true},
		{"missing_day_window_into_next_day_ends_as_written", apia, "fri 22:00-02:00", "2011-12-31T02:00:00+14:00", false},
		{"missing_day_ends_window_of_the_day_before", apia, "thu 22:00-02:00", "2011-12-29T23:59:59-10:00", true},
		{"missing_day_end_is_exclusive", apia, "thu 22:00-02:00", "2011-12-31T00:00:00+14:00", false},
		{"missing_day_next_day_is_whole", apia, "sat 00:00-24:00", "2011-12-31T00:00:00+14:00", true},
		// Kathmandu is 5:45 ahead of UTC.
		{"quarter_hour_offset_start_boundary_inclusive", kathmandu, "06:30-11:30", "2026-11-24T00:45:00Z", true},
		{"quarter_hour_offset_before_start", kathmandu, "06:30-11:30", "2026-11-24T00:44:59Z", false},

		{"start_boundary_inclusive", saoPaulo, "06:30-11:30", "2026-11-24T06:30:00-03:00", true},
		{"before_start_boundary", saoPaulo, "06:30-11:30", "2026-11-24T06:29:59.999999999-03:00", false},
		{"before_end_boundary", saoPaulo, "06:30-11:30", "2026-11-24T11:29:59.999999999-03:00", true},
		{"end_boundary_exclusive", saoPaulo, "06:30-11:30", "2026-11-24T11:30:00-03:00", false},
		{"over_midnight_before_it", saoPaulo, "tue 22:00-06:00", "2026-11-24T23:59:59-03:00", true},
		{"over_midnight_after_it", saoPaulo, "tue 22:00-06:00", "2026-11-25T05:59:59-03:00", true},
		{"over_midnight_end_boundary_exclusive", saoPaulo, "tue 22:00-06:00", "2026-11-25T06:00:00-03:00", false},
		{"over_midnight_days_are_those_of_the_start", saoPaulo, "tue 22:00-06:00", "2026-11-24T05:00:00-03:00", false},
		{"to_before_from_runs_almost_a_day", saoPaulo, "tue 10:01-10:00", "2026-11-25T09:59:59-03:00", true},
		{"to_midnight_is_the_end_of_the_day", saoPaulo, "tue 22:00-00:00", "2026-11-24T23:59:59-03:00", true},
		{"to_midnight_is_exclusive", saoPaulo, "tue 22:00-00:00", "2026-11-25T00:00:00-03:00", false},
		{"to_24_is_the_end_of_the_day", saoPaulo, "tue 22:00-24:00", "2026-11-24T23:59:59-03:00", true},
		{"to_24_is_exclusive", saoPaulo, "tue 22:00-24:00", "2026-11-25T00:00:00-03:00", false},
		{"whole_day_from_its_midnight", saoPaulo, "tue 00:00-24:00", "2026-11-24T00:00:00-03:00", true},
		{"days_wrap_around_the_week_first", saoPaulo, "sat-mon 08:00-09:00", "2026-11-28T08:00:00-03:00", true},
		{"days_wrap_around_the_week_middle", saoPaulo, "sat-mon 08:00-09:00", "2026-11-29T08:00:00-03:00", true},
		{"days_wrap_around_the_week_last", saoPaulo, "sat-mon 08:00-09:00", "2026-11-30T08:00:00-03:00", true},
		{"days_wrap_around_the_week_not_after", saoPaulo, "sat-mon 08:00-09:00", "2026-12-01T08:00:00-03:00", false},
		{"day_is_that_of_the_zone_not_of_utc", saoPaulo, "tue 22:00-23:00", "2026-11-25T01:30:00Z", true},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			got := timetable(t, test.zone, test.window).Active(instant(t, test.at))
			want := schedule.Activation{Profile: "otherwise"}
			if test.active {
				want = schedule.Activation{Profile: "in-p0", Period: "p0"}
			}
			if got.Profile != want.Profile || got.Period != want.Period {
				t.Errorf("%s in %s at %s: %s by period %q; want %s by period %q",
					test.window, test.zone, test.at, got.Profile, got.Period, want.Profile, want.Period)
			}
		})
	}
}

func TestFirstMatchWins(t *testing.T) {
	s := timetable(t, "UTC", "tue 08:00-10:00", "07:00-09:00", "00:00-12:00")
	for at, want := range map[string]string{
		"2026-11-24T06:59:00Z": "p2", "2026-11-24T07:00:00Z": "p1", "2026-11-24T08:00:00Z": "p0",
		"2026-11-24T09:00:00Z": "p0", "2026-11-24T10:00:00Z": "p2", "2026-11-24T12:00:00Z": "",
		"2026-11-25T08:00:00Z": "p1", "2026-11-25T09:00:00Z": "p2",
	} {
		if got := s.Active(instant(t, at)).Period; got != want {
			t.Errorf("at %s: period %q, want %q", at, got, want)
		}
	}
}

func TestSinceUntilNext(t *testing.T) {
	const never = ""
	tests := []struct {
		rule, zone, windows, at string
		since, until            string
		next                    string // the period after that
	}{
		{"inside_window", "UTC", "08:00-10:00", "2026-11-24T09:00:00Z", "2026-11-24T08:00:00Z", "2026-11-24T10:00:00Z", ""},
		{"at_start", "UTC", "08:00-10:00", "2026-11-24T08:00:00Z", "2026-11-24T08:00:00Z", "2026-11-24T10:00:00Z", ""},
		{"at_end", "UTC", "08:00-10:00", "2026-11-24T10:00:00Z", "2026-11-24T10:00:00Z", "2026-11-25T08:00:00Z", "p0"},
		{"outside_over_midnight", "UTC", "08:00-10:00", "2026-11-24T01:00:00Z", "2026-11-23T10:00:00Z", "2026-11-24T08:00:00Z", "p0"},
		{"once_a_week", "UTC", "tue 08:00-10:00", "2026-11-30T00:00:00Z", "2026-11-24T10:00:00Z", "2026-12-01T08:00:00Z", "p0"},
		{"edge_of_hidden_period_is_no_change", "UTC", "tue 08:00-10:00;09:00-09:30", "2026-11-24T08:30:00Z", "2026-11-24T08:00:00Z", "2026-11-24T10:00:00Z", ""},
		{"whole_week_never_changes", "UTC", "00:00-24:00", "2026-11-24T08:30:00Z", never, never, never},
		{"default_alone_never_changes", "UTC", "", "2026-11-24T08:30:00Z", never, never, never},
		{"gap_shortens_the_default", "America/Sao_Paulo", "00:00-06:00", "2018-11-03T20:00:00-03:00", "2018-11-03T06:00:00-03:00", "2018-11-04T01:00:00-02:00", "p0"},
		{"gap_skips_a_window", "America/Sao_Paulo", "00:00-01:00", "2018-11-03T20:00:00-03:00", "2018-11-03T01:00:00-03:00", "2018-11-05T00:00:00-02:00", "p0"},
		{"overlap_lengthens_a_window", "America/Sao_Paulo", "22:00-24:00", "2018-02-17T23:30:00-03:00", "2018-02-17T22:00:00-02:00", "2018-02-18T00:00:00-03:00", ""},
		{"missing_day_is_skipped", "Pacific/Apia", "08:00-10:00", "2011-12-29T12:00:00-10:00", "2011-12-29T10:00:00-10:00", "2011-12-31T08:00:00+14:00", "p0"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			s := timetable(t, test.zone, strings.FieldsFunc(test.windows, func(r rune) bool { return r == ';' })...)
			at := instant(t, test.at)
			a := s.Active(at)
			checkInstant(t, "Since", a.Since, test.since)
			checkInstant(t, "Until", a.Until, test.until)
			next, ok := s.Next(at)
			if ok != (test.until != never) {
				t.Fatalf("Next found a change: %t", ok)
			}
			checkInstant(t, "Next's Since", next.Since, test.until)
			if next.Period != test.next {
				t.Errorf("Next is period %q, want %q", next.Period, test.next)
			}
		})
	}
}

func checkInstant(t *testing.T, what string, got time.Time, want string) {
	t.Helper()
	if want == "" {
		if !got.IsZero() {
			t.Errorf("%s is %s, want zero", what, got)
		}
		return
	}
	if !got.Equal(instant(t, want)) {
		t.Errorf("%s is %s, want %s", what, got.Format(time.RFC3339), want)
	}
}

func TestBoundaries(t *testing.T) {
	tests := []struct {
		rule    string
		windows []string
		want    []string
	}{
		{"none_without_periods", nil, []string{}},
		{"every_day", []string{"08:00-10:00"}, []string{"08:00 mon-sun", "10:00 mon-sun"}},
		{"same_clock_is_merged", []string{"mon 08:00-10:00", "tue 10:00-11:00"}, []string{"08:00 mon", "10:00 mon tue", "11:00 tue"}},
		{"end_after_midnight_is_on_the_next_day", []string{"sat,sun 22:00-06:00"}, []string{"06:00 mon sun", "22:00 sat sun"}},
		{"end_of_day_is_the_next_midnight", []string{"sat 22:00-24:00"}, []string{"00:00 sun", "22:00 sat"}},
		{"end_at_midnight_is_the_next_midnight", []string{"sun 22:00-00:00"}, []string{"00:00 mon", "22:00 sun"}},
		{"whole_day", []string{"wed 00:00-24:00"}, []string{"00:00 wed thu"}},
		{"in_order_of_the_clock", []string{"fri 20:00-21:00", "fri 07:00-08:00"}, []string{"07:00 fri", "08:00 fri", "20:00 fri", "21:00 fri"}},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			got := []string{}
			for _, b := range timetable(t, "UTC", test.windows...).Boundaries() {
				days := strings.Join(b.Days.Names(), " ")
				if b.Days == schedule.EveryDay {
					days = "mon-sun"
				}
				got = append(got, b.At.String()+" "+days)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNewRefuses(t *testing.T) {
	tests := []struct {
		rule    string
		windows []string
		want    string
	}{
		{"zero_length", []string{"08:00-08:00"}, `periods[0].to: found "08:00" for both from and to, a window without length; for a whole day leave out both, or write "00:00" and "24:00"`},
		{"from_end_of_day", []string{"08:00-09:00", "24:00-01:00"}, `periods[1].from: found "24:00"; want "00:00" to "23:59"`},
		{"same_window_again", []string{"08:00-09:00", "08:00-09:00"}, `periods[1]: "p1" is never in force: "p0" before it cover all of its time; move it up, or take it out`},
		{"covered_by_two", []string{"08:00-10:00", "10:00-12:00", "mon 09:00-11:00"}, `periods[2]: "p2" is never in force: "p0" and "p1" before it cover all of its time; move it up, or take it out`},
		{"covered_over_midnight_and_week_end", []string{"20:00-08:00", "sat 22:00-06:00"}, `periods[1]: "p1" is never in force: "p0" before it cover all of its time; move it up, or take it out`},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			var periods []schedule.Period
			for i, window := range test.windows {
				periods = append(periods, period(t, fmt.Sprintf("p%d", i), window))
			}
			s, err := schedule.New(time.UTC, "otherwise", periods)
			if err == nil {
				t.Fatalf("got %v and no error", s)
			}
			if err.Error() != test.want {
				t.Errorf("got  %s\nwant %s", err, test.want)
			}
			if wrong := (*schedule.PeriodError)(nil); !errors.As(err, &wrong) || wrong.Index != len(periods)-1 || errors.Unwrap(err) == nil {
				t.Errorf("%#v is no PeriodError with the index and the reason", err)
			}
		})
	}
	for _, wrong := range []schedule.Period{{From: -1, To: 5}, {From: 5, To: -1}, {From: 5, To: schedule.EndOfDay + 1}} {
		if _, err := schedule.New(time.UTC, "otherwise", []schedule.Period{wrong}); err == nil {
			t.Errorf("%+v was accepted", wrong)
		}
	}
}

func TestNewKeepsItsOwnPeriods(t *testing.T) {
	periods := []schedule.Period{period(t, "p0", "08:00-10:00")}
	s, err := schedule.New(time.UTC, "otherwise", periods)
	if err != nil {
		t.Fatal(err)
	}
	periods[0].Profile = "changed afterwards"
	if got := s.Active(instant(t, "2026-11-24T09:00:00Z")).Profile; got != "in-p0" {
		t.Errorf("profile %q is in force", got)
	}
}

func TestParseClock(t *testing.T) {
	for text, want := range map[string]schedule.Clock{"00:00": 0, "00:01": 1, "06:30": 390, "23:59": 1439, "24:00": schedule.EndOfDay} {
		got, err := schedule.ParseClock(text)
		if err != nil || got != want || got.String() != text {
			t.Errorf("%q: got %d %q, %v; want %d", text, got, got, err, want)
		}
	}
	for _, text := range []string{"", "6:30", "06:3", "0630", "24:01", "25:00", "12:60", "-1:00", "+6:30", " 06:30", "06:30 ", "06:30:00", "6:30 ", "06.30", "٠٦:٣٠", "noon"} {
		_, err := schedule.ParseClock(text)
		if want := fmt.Sprintf(`found %q; want a time of day as "HH:MM", such as "06:30"`, text); err == nil || err.Error() != want {
			t.Errorf("%q: got %v; want %s", text, err, want)
		}
	}
}

func TestParseDays(t *testing.T) {
	for text, want := range map[string]string{
		"tue": "tue", "Tue": "tue", "SUN": "sun", "mon-fri": "mon tue wed thu fri", "sat-mon": "mon sat sun",
		"sun-sat": "mon tue wed thu fri sat sun", "mon-sun": "mon tue wed thu fri sat sun", "wed-wed": "wed", "sun-mon": "mon sun",
	} {
		got, err := schedule.ParseDays(text)
		if err != nil || strings.Join(got.Names(), " ") != want {
			t.Errorf("%q: got %v, %v; want %s", text, got.Names(), err, want)
		}
	}
	for _, text := range []string{"", "-", "monday", "mon-", "-fri", "mon-fri-sat", "mon,tue", "mon - fri", "1"} {
		_, err := schedule.ParseDays(text)
		if want := fmt.Sprintf("found %q; want a weekday or a range of them: mon, tue, wed, thu, fri, sat, sun, mon-fri, sat-mon",
			strings.ToLower(text)); err == nil || err.Error() != want {
			t.Errorf("%q: got %v; want %s", text, err, want)
		}
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

// TestReferenceWeek walks the example configuration through a week, change by change.
func TestReferenceWeek(t *testing.T) {
	data, err := os.ReadFile("../../examples/sao-paulo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	s := c.Clusters[0].Timetable()
	at := instant(t, "2026-11-23T00:00:00-03:00")
	a := s.Active(at)
	got := []string{fmt.Sprintf("before: %s %s", a.Profile, a.Period)}
	for {
		next, ok := s.Next(at)
		if !ok || !next.Since.Before(instant(t, "2026-11-30T00:00:00-03:00")) {
			break
		}
		at = next.Since
		got = append(got, fmt.Sprintf("%s %s %s", at.Format("Mon 01-02 15:04 -07:00"), next.Profile, next.Period))
	}
	want := []string{
		"before: normal ",
		"Mon 11-23 01:00 -03:00 sleep night",
		"Mon 11-23 06:30 -03:00 normal ",
		"Tue 11-24 01:00 -03:00 sleep night",
		"Tue 11-24 06:30 -03:00 peak tuesday-peak",
		"Tue 11-24 11:30 -03:00 normal ",
		"Wed 11-25 01:00 -03:00 sleep night",
		"Wed 11-25 06:30 -03:00 normal ",
		"Thu 11-26 01:00 -03:00 sleep night",
		"Thu 11-26 06:30 -03:00 normal ",
		"Fri 11-27 01:00 -03:00 sleep night",
		"Fri 11-27 06:30 -03:00 normal ",
		"Sat 11-28 00:00 -03:00 sleep weekend-midnight",
		"Sat 11-28 01:00 -03:00 sleep night",
		"Sat 11-28 06:30 -03:00 normal ",
		"Sun 11-29 00:00 -03:00 sleep weekend-midnight",
		"Sun 11-29 01:00 -03:00 sleep night",
		"Sun 11-29 06:30 -03:00 normal ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the week (-want +got):\n%s", diff)
	}
}

func BenchmarkActive(b *testing.B) {
	s := timetable(b, "America/Sao_Paulo", "sat,sun 00:00-01:00", "01:00-06:30", "tue 06:30-11:30")
	at := instant(b, "2026-11-24T07:00:00-03:00")
	b.ReportAllocs()
	for b.Loop() {
		s.Active(at)
	}
}
