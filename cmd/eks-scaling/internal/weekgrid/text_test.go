package weekgrid_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"eks-scaling-automation/cmd/eks-scaling/internal/weekgrid"

	"github.com/google/go-cmp/cmp"
)

// rows are the lines of a text that begin with a date, and the line of marks below one if there is any.
func rows(text string) []string {
	var found []string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if regexp.MustCompile(`^[A-Z][a-z]{2} \d{4}-\d\d-\d\d  |^ +!+[ !]*$`).MatchString(line + "  ") {
			found = append(found, line)
		}
	}
	return found
}

// notes are the lines below the profiles, with those that go on in the next line in one.
func notes(text string) []string {
	_, below, _ := strings.Cut(text[strings.LastIndex(text, "24\n"):], "\n\n")
	var found []string
	for line := range strings.Lines(below) {
		line = strings.TrimSuffix(line, "\n")
		if regexp.MustCompile(`^  [*!-]|^     [A-Z]`).MatchString(line) {
			found = append(found, strings.TrimSpace(line))
		} else if strings.HasPrefix(line, "     ") {
			found[len(found)-1] += " " + strings.TrimSpace(line)
		}
	}
	return found
}

func grid(lanes ...weekgrid.Lane) weekgrid.Grid {
	return weekgrid.Grid{Lanes: lanes}
}

const inside = "Some changes fall inside a cell. A cell is 30 minutes and shows what is in force when it begins, or what comes " +
	"and goes inside it."

func TestCell(t *testing.T) {
	tests := []struct {
		rule  string
		until string // on 2026-11-23, in UTC
		plans []plan // their times are on that day too
		cells string
		notes []string
	}{
		{
			"shows_what_is_in_force_when_it_begins", "02:00",
			[]plan{{"00:00", "sleep"}, {"00:45", "normal"}},
			"ssnn",
			[]string{inside},
		},
		{
			"begins_with_its_own_time", "02:00",
			[]plan{{"00:00", "sleep"}, {"00:30", "normal"}},
			"snnn", nil,
		},
		{
			"is_taken_over_by_a_span_that_comes_and_goes_inside_it", "02:00",
			[]plan{{"00:00", "sleep"}, {"00:35", "peak"}, {"00:40", "sleep"}},
			"sPss",
			[]string{inside},
		},
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
		{
			"is_empty_before_the_interval", "02:00",
			[]plan{{"01:00", "sleep"}},
			"  ss", nil,
		},
		{
			"shows_the_interval_that_begins_inside_it", "02:00",
			[]plan{{"00:50", "sleep"}},
			" sss", nil,
		},
		{
			"shows_the_interval_that_ends_inside_it", "01:01",
			[]plan{{"00:00", "sleep"}},
			"sss", nil,
		},
		{
			"shows_an_interval_of_a_minute", "00:46",
			[]plan{{"00:45", "sleep"}},
			" s", nil,
		},
		{
			"does_not_tell_apart_two_periods_of_one_profile", "02:00",
			[]plan{{"00:00", "sleep period"}, {"00:10", "sleep"}, {"00:20", "sleep period"}},
			"ssss", nil,
		},
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
			"an_hour_left_out_is_marked", berlin, "2026-03-30 00:00",
			[]plan{{"2026-03-29 00:00", "sleep"}, {"2026-03-29 06:30", "normal"}},
			[]string{"Sun 2026-03-29  ssss--" + strings.Repeat("s", 7) + strings.Repeat("n", 35)},
			[]string{"-  Sun 2026-03-29 02:00 to 03:00 does not exist, the clock goes forward 1h"},
		},
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
		{
			"a_day_left_out_has_its_row", apia, "2012-01-01 00:00",
			[]plan{{"2011-12-29 00:00", "sleep"}, {"2011-12-31T00:00:00+14:00", "normal"}},
			[]string{"Thu 2011-12-29  " + all("s"), "Fri 2011-12-30  " + all("-"), "Sat 2011-12-31  " + all("n")},
			[]string{"-  Fri 2011-12-30 does not exist, the clock goes forward 24h"},
		},
		{
			"a_day_left_out_right_before_the_interval_is_not_drawn", apia, "2012-01-01 00:00",
			[]plan{{"2011-12-31T00:00:00+14:00", "normal"}},
			[]string{"Sat 2011-12-31  " + all("n")},
			nil,
		},
		{
			"a_day_left_out_right_after_the_interval_is_not_drawn", apia, "2011-12-31T00:00:00+14:00",
			[]plan{{"2011-12-29 00:00", "sleep"}},
			[]string{"Thu 2011-12-29  " + all("s")},
			nil,
		},
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
		{
			"a_change_of_the_clocks_on_another_day_is_not_told", berlin, "2026-10-25 00:00",
			[]plan{{"2026-10-24 00:00", "sleep"}},
			[]string{"Sat 2026-10-24  " + all("s")},
			nil,
		},
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

func TestAnOverrideIsMarkedBelowItsCells(t *testing.T) {
	got := text(t, grid(lane(t, "UTC", "2026-11-23 04:00",
		plan{"2026-11-23 00:00", "normal"}, plan{"2026-11-23 01:00", "peak override"}, plan{"2026-11-23 02:30", "normal"})), false, 80)
	want := []string{"Mon 2026-11-23  nnPPPnnn", strings.Repeat(" ", 16) + "  !!!"}
	if diff := cmp.Diff(want, rows(got)); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

func TestTheFinestCellsThatFitTheWidth(t *testing.T) {
	for width, cells := range map[int]int{0: 48, 30: 24, 65: 24, 66: 48, 80: 48, 113: 48, 114: 96, 300: 96} {
		got := text(t, reference(t), false, width)
		if found := len(rows(got)[0]) - len("Mon 2026-11-23  "); found != cells {
			t.Errorf("width %d: found %d cells; want %d", width, found, cells)
		}
		for line := range strings.Lines(got) {
			if line = strings.TrimSuffix(line, "\n"); utf8.RuneCountInString(line) > max(width, 42) && width > 0 {
				t.Errorf("width %d: found a line of %d: %q", width, utf8.RuneCountInString(line), line)
			}
			if strings.HasSuffix(line, " ") {
				t.Errorf("width %d: found blanks at the end of %q", width, line)
			}
		}
	}
}

var escape = regexp.MustCompile("\x1b\\[[0-9;]*m")

func TestColourChangesNothingElse(t *testing.T) {
	plain, coloured := text(t, reference(t), false, 80), text(t, reference(t), true, 80)
	if diff := cmp.Diff(plain, escape.ReplaceAllString(coloured, "")); diff != "" {
		t.Errorf("without the colours (-plain +coloured):\n%s", diff)
	}
	for line := range strings.Lines(coloured) {
		if codes := escape.FindAllString(line, -1); len(codes) > 0 && codes[len(codes)-1] != "\x1b[0m" {
			t.Errorf("the colour does not end with the line: %q", line)
		}
	}
	const sleep, peak = "\x1b[38;5;16;48;5;157m", "\x1b[38;5;231;48;5;130m"
	for _, want := range []string{sleep + strings.Repeat("s", 11) + "\x1b[0m", peak + strings.Repeat("P", 10) + "\x1b[0m"} {
		if !strings.Contains(coloured, want) {
			t.Errorf("found no %q", want)
		}
	}
}

func TestAProfileHasOneSymbolInAllLanes(t *testing.T) {
	small := lane(t, "UTC", "2026-11-23 02:00", plan{"2026-11-23 00:00", "peak"}, plan{"2026-11-23 01:00", "sleep"})
	big := lane(t, "Europe/Berlin", "2026-11-23 03:00", plan{"2026-11-23 01:00", "normal"}, plan{"2026-11-23 02:00", "peak"})
	big.Spans[1].Detail, big.Spans[1].Weight = "small 1, big 9", 10
	want := []string{"Mon 2026-11-23  PPss", "Mon 2026-11-23    nnPP"}
	if diff := cmp.Diff(want, rows(text(t, grid(small, big), false, 80))); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

// crowd is a lane in which as many profiles as there are names follow each other by the hour.
func crowd(t *testing.T, names ...string) weekgrid.Lane {
	t.Helper()
	l := lane(t, "UTC", "2026-12-31 00:00", plan{"2026-11-23 00:00", "sleep"})
	l.Spans = nil
	for i, name := range names {
		hour := fmt.Sprintf("2026-11-%02d %02d:00", 23+i/24, i%24)
		l.Spans = append(l.Spans, weekgrid.Span{From: at(t, l.Zone, hour), Profile: name, Source: "period", Detail: "x 1", Weight: 1})
	}
	return l
}

func TestSymbol(t *testing.T) {
	tests := []struct {
		rule    string
		names   []string
		symbols string
	}{
		{"is_the_first_letter", []string{"sleep", "normal"}, "sn"},
		{"is_the_next_letter_when_the_first_is_taken", []string{"sleep", "scale", "store"}, "lst"},
		{"is_not_a_letter_of_either_case_twice", []string{"a", "A", "aa"}, "bac"},
		{"is_a_plain_letter_whatever_the_name_is_written_in", []string{"ночь", "夜", "9-5"}, "ab9"},
		{"of_own_sizes_is_left_over_by_the_profiles", []string{"", "s", "i"}, "zsi"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			row := rows(text(t, grid(crowd(t, test.names...)), false, 80))[0]
			for i, want := range []byte(test.symbols) {
				if found := row[16+2*i]; found != want {
					t.Errorf("%q: found %c; want %c", test.names[i], found, want)
				}
			}
		})
	}
}

func TestHoweverManyProfilesEachHasItsSymbol(t *testing.T) {
	var names []string
	for i := range 150 {
		names = append(names, fmt.Sprintf("profile-%d", i))
	}
	seen := map[string]bool{}
	for line := range strings.Lines(text(t, grid(crowd(t, names...)), false, 80)) {
		if found := regexp.MustCompile(`^  (.)  profile-`).FindStringSubmatch(line); found != nil {
			if seen[found[1]] || strings.ContainsAny(found[1], "!*- ") {
				t.Errorf("the symbol %q is not this profile's own: %s", found[1], line)
			}
			seen[found[1]] = true
		}
	}
	if len(seen) != len(names) {
		t.Errorf("found %d symbols; want %d", len(seen), len(names))
	}
}

func TestMoreNodesHaveCapitalLetters(t *testing.T) {
	l := crowd(t, "none", "few", "many", "most")
	for i, weight := range []int{0, 1, 10, 12} {
		l.Spans[i].Weight = weight
	}
	if found := rows(text(t, grid(l), false, 80))[0][16:24]; found != "nnffMMOO" {
		t.Errorf("found %s; want nnffMMOO", found)
	}
}

func TestTheLegendGoesFromTheFewestNodesToTheMost(t *testing.T) {
	l := crowd(t, "b", "a", "most", "least", "")
	for i, weight := range []int{2, 2, 3, 1, 2} {
		l.Spans[i].Weight = weight
	}
	var found []string
	for line := range strings.Lines(text(t, grid(l), false, 80)) {
		if fields := strings.Fields(line); strings.HasPrefix(line, "  ") && slices.Contains(fields, "x") {
			found = append(found, fields[1])
		}
	}
	if diff := cmp.Diff([]string{"least", "a", "b", "sizes", "most"}, found); diff != "" {
		t.Errorf("the legend (-want +got):\n%s", diff)
	}
}

func TestNamesCannotControlTheTerminal(t *testing.T) {
	g := grid(crowd(t, "red\x1b[31m\nline"))
	g.Title, g.Lanes[0].Name, g.Lanes[0].Spans[0].Detail = "title\x07", "name\r", "\u202edetail\xff"
	got := text(t, g, false, 80)
	for _, r := range got {
		if r < ' ' && r != '\n' || r == '\u202e' {
			t.Errorf("found %q in the text", r)
		}
	}
	if !strings.Contains(got, "red�[31m�line  �detail�") {
		t.Errorf("found no cleaned legend in:\n%s", got)
	}
}

func TestALongNameIsBrokenButWhole(t *testing.T) {
	long := strings.Repeat("abcdefghij", 12)
	g := grid(crowd(t, "short"))
	g.Title = long
	got := text(t, g, false, 80)
	if !strings.HasPrefix(got, long[:80]+"\n"+long[80:]+"\n") {
		t.Errorf("found no title of two lines in:\n%s", got)
	}
}
