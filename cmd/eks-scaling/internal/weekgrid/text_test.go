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

func TestColorChangesNothingElse(t *testing.T) {
	plain, colored := text(t, reference(t), false, 80), text(t, reference(t), true, 80)
	if diff := cmp.Diff(plain, escape.ReplaceAllString(colored, "")); diff != "" {
		t.Errorf("without the colors (-plain +colored):\n%s", diff)
	}
	for line := range strings.Lines(colored) {
		if codes := escape.FindAllString(line, -1); len(codes) > 0 && codes[len(codes)-1] != "\x1b[0m" {
			t.Errorf("the color does not end with the line: %q", line)
		}
	}
	const sleep, peak = "\x1b[38;5;16;48;5;157m", "\x1b[38;5;231;48;5;130m"
	for _, want := range []string{sleep + strings.Repeat("s", 11) + "\x1b[0m", peak + strings.Repeat("P", 10) + "\x1b[0m"} {
		if !strings.Contains(colored, want) {
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
