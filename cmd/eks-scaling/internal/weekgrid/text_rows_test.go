package weekgrid_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const inside = "Some changes fall inside a cell. A cell is 30 minutes and shows the profile that is active when it begins, or " +
	"a shorter one that begins in it."

func TestCell(t *testing.T) {
	tests := []struct {
		rule  string
		until string // on 2026-11-23, in UTC
		plans []plan // their times are on that day too
		cells string
		notes []string
	}{
		{"shows_what_is_in_force_when_it_begins", "02:00", []plan{{"00:00", "sleep"}, {"00:45", "normal"}}, "ssnn", []string{inside}},
		{"begins_with_its_own_time", "02:00", []plan{{"00:00", "sleep"}, {"00:30", "normal"}}, "snnn", nil},
		{"is_taken_over_by_a_span_that_comes_and_goes_inside_it", "02:00", []plan{{"00:00", "sleep"}, {"00:35", "peak"}, {"00:40", "sleep"}}, "sPss", []string{inside}},
		{
			"shows_several_rather_than_hide_the_span_that_has_no_other_cell", "02:00",
			[]plan{{"00:00", "sleep"}, {"00:10", "peak"}, {"00:20", "normal"}},
			"*nnn",
			[]string{"*  Mon 2026-11-23 00:00 to 00:30: 00:00 sleep, 00:10 peak, 00:20 normal", inside},
		},
		{
			"shows_several_when_two_come_and_go_inside_it", "02:00",
			[]plan{{"00:00", "sleep"}, {"00:35", "peak"}, {"00:40", "huge override"}, {"00:45", "normal"}},
			"s*nn",
			[]string{
				"!  override", "*  Mon 2026-11-23 00:30 to 01:00: sleep, 00:35 peak, 00:40 sizes (override), 00:45 normal", inside,
			},
		},
		{
			"shows_several_as_often_as_needed", "01:00",
			[]plan{{"00:00", "sleep"}, {"00:10", "peak"}, {"00:11", "sleep"}, {"00:40", "peak"}, {"00:41", "sleep"}},
			"**",
			[]string{
				"*  Mon 2026-11-23 00:00 to 00:30: 00:00 sleep, 00:10 peak, 00:11 sleep",
				"*  Mon 2026-11-23 00:30 to 01:00: sleep, 00:40 peak, 00:41 sleep", inside,
			},
		},
		{"is_empty_before_the_interval", "02:00", []plan{{"01:00", "sleep"}}, "  ss", nil},
		{"shows_the_interval_that_begins_inside_it", "02:00", []plan{{"00:50", "sleep"}}, " sss", nil},
		{"shows_the_interval_that_ends_inside_it", "01:01", []plan{{"00:00", "sleep"}}, "sss", nil},
		{"shows_an_interval_of_a_minute", "00:46", []plan{{"00:45", "sleep"}}, " s", nil},
		{"does_not_tell_apart_two_periods_of_one_profile", "02:00", []plan{{"00:00", "sleep period"}, {"00:10", "sleep"}, {"00:20", "sleep period"}}, "ssss", nil},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			for i := range test.plans {
				test.plans[i].at = "2026-11-23 " + test.plans[i].at
			}
			got := text(t, grid(lane(t, "UTC", "2026-11-23 "+test.until, test.plans...)), false, 80)
			row, want := rows(got)[0], "Mon 2026-11-23  "+test.cells
			if row != want {
				t.Errorf("found %q; want %q", row, want)
			}
			if diff := cmp.Diff(test.notes, notes(got)); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDaysOfOtherLengths(t *testing.T) {
	const (
		saoPaulo = "America/Sao_Paulo"
		berlin   = "Europe/Berlin"
		lordHowe = "Australia/Lord_Howe"
		apia     = "Pacific/Apia"
	)
	all := func(symbol string) string { return strings.Repeat(symbol, 48) }
	tests := []struct {
		rule, zone, until string
		plans             []plan
		rows              []string
		notes             []string
	}{
		{
			"an_hour_left_out_does_not_shift_what_follows", berlin, "2026-03-29 04:00",
			[]plan{{"2026-03-29 01:00", "sleep"}, {"2026-03-29 03:00", "normal"}, {"2026-03-29 03:30", "sleep"}},
			[]string{"Sun 2026-03-29    ss--ns"},
			[]string{"-  Sun 2026-03-29 02:00 to 03:00 does not exist, the clock goes forward 1h"},
		},
		{
			"an_hour_that_comes_twice_shows_the_first_time", berlin, "2026-10-26 00:00",
			[]plan{{"2026-10-25 00:00", "sleep"}, {"2026-10-25T02:30:00+02:00", "normal"}, {"2026-10-25T02:30:00+01:00", "sleep"}},
			[]string{"Sun 2026-10-25  sssssn" + strings.Repeat("s", 42)},
			[]string{"Sun 2026-10-25 02:00 to 03:00 comes twice, the clock goes back 1h; the first time is drawn", inside},
		},
		{
			"what_is_only_in_the_second_time_does_not_disappear", berlin, "2026-10-26 00:00",
			[]plan{{"2026-10-25 00:00", "sleep"}, {"2026-10-25T02:00:00+01:00", "normal"}, {"2026-10-25T02:30:00+01:00", "sleep"}},
			[]string{"Sun 2026-10-25  ssssn" + strings.Repeat("s", 43)},
			[]string{"Sun 2026-10-25 02:00 to 03:00 comes twice, the clock goes back 1h; the first time is drawn", inside},
		},
		{
			"the_first_time_does_not_disappear_for_the_second", berlin, "2026-10-25 04:00",
			[]plan{
				{"2026-10-25 01:00", "normal"},
				{"2026-10-25T02:00:00+02:00", "sleep"},
				{"2026-10-25T02:00:00+01:00", "off override"},
				{"2026-10-25T02:30:00+01:00", "peak"},
				{"2026-10-25 03:00", "normal"},
			},
			[]string{"Sun 2026-10-25    nni*nn", strings.Repeat(" ", 16) + "    !"},
			[]string{
				"!  override", "*  Sun 2026-10-25 02:30 to 03:00: sleep, 02:30 +01:00 peak",
				"Sun 2026-10-25 02:00 to 03:00 comes twice, the clock goes back 1h; the first time is drawn", inside,
			},
		},
		{
			"an_interval_that_begins_in_the_second_time_shows_that", berlin, "2026-10-25 04:00",
			[]plan{{"2026-10-25T02:30:00+01:00", "sleep"}, {"2026-10-25 03:00", "normal"}},
			[]string{"Sun 2026-10-25       snn"},
			nil,
		},
		{
			"half_an_hour_left_out", lordHowe, "2026-10-04 04:00",
			[]plan{{"2026-10-04 00:00", "sleep"}, {"2026-10-04T02:30:00+11:00", "normal"}},
			[]string{"Sun 2026-10-04  ssss-nnn"},
			[]string{"-  Sun 2026-10-04 02:00 to 02:30 does not exist, the clock goes forward 30m"},
		},
		{
			"half_an_hour_twice", lordHowe, "2026-04-05 04:00",
			[]plan{{"2026-04-05 00:00", "sleep"}, {"2026-04-05T01:30:00+11:00", "normal"}, {"2026-04-05T02:00:00+10:30", "sleep"}},
			[]string{"Sun 2026-04-05  sssnssss"},
			[]string{"Sun 2026-04-05 01:30 to 02:00 comes twice, the clock goes back 30m; the first time is drawn"},
		},
		{"a_day_left_out_right_before_the_interval_is_not_drawn", apia, "2012-01-01 00:00", []plan{{"2011-12-31T00:00:00+14:00", "normal"}}, []string{"Sat 2011-12-31  " + all("n")}, nil},
		{"a_day_left_out_right_after_the_interval_is_not_drawn", apia, "2011-12-31T00:00:00+14:00", []plan{{"2011-12-29 00:00", "sleep"}}, []string{"Thu 2011-12-29  " + all("s")}, nil},
		{
			"a_day_that_begins_at_one", saoPaulo, "2018-11-05 00:00",
			[]plan{{"2018-11-04T01:00:00-02:00", "sleep"}, {"2018-11-04 06:30", "normal"}},
			[]string{"Sun 2018-11-04  --" + strings.Repeat("s", 11) + strings.Repeat("n", 35)},
			[]string{"-  Sun 2018-11-04 00:00 to 01:00 does not exist, the clock goes forward 1h"},
		},
		{
			"a_day_whose_last_hour_comes_twice", saoPaulo, "2018-02-19 00:00",
			[]plan{{"2018-02-17 22:00", "sleep"}, {"2018-02-17T23:30:00-02:00", "normal"}},
			[]string{"Sat 2018-02-17  " + strings.Repeat(" ", 44) + "sssn", "Sun 2018-02-18  " + all("n")},
			[]string{"Sat 2018-02-17 23:00 to 24:00 comes twice, the clock goes back 1h; the first time is drawn"},
		},
		{
			"an_hour_left_out_over_midnight", "America/Toronto", "1919-03-31 03:00",
			[]plan{{"1919-03-30 22:00", "sleep"}, {"1919-03-31 02:00", "normal"}},
			[]string{"Sun 1919-03-30  " + strings.Repeat(" ", 44) + "sss-", "Mon 1919-03-31  -sssnn"},
			[]string{"-  Sun 1919-03-30 23:30 to Mon 1919-03-31 00:30 does not exist, the clock goes forward 1h"},
		},
		{"a_change_of_the_clocks_on_another_day_is_not_told", berlin, "2026-10-25 00:00", []plan{{"2026-10-24 00:00", "sleep"}}, []string{"Sat 2026-10-24  " + all("s")}, nil},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			got := text(t, grid(lane(t, test.zone, test.until, test.plans...)), false, 80)
			if diff := cmp.Diff(test.rows, rows(got)); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.notes, notes(got)); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
		})
	}
}
