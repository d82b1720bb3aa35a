package term

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// columnsIn is the table that inColumns writes, line by line.
func columnsIn(t testing.TB, width int, rows [][]string) []string {
	t.Helper()
	var out bytes.Buffer
	if err := WriteTable(&out, width, rows); err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
}

func TestInColumns(t *testing.T) {
	t.Parallel()
	rows := [][]string{
		{"NAME", "STATE", "WHY"},
		{"production", "failed", "the zone has no capacity for nodes of this type left, as EKS says"},
		{"ação", "fine", "-"},
	}
	for _, tt := range []struct {
		name  string
		width int
		rows  [][]string
		want  []string
	}{
		{"whole without a terminal", 0, rows, []string{
			"NAME        STATE   WHY",
			"production  failed  the zone has no capacity for nodes of this type left, as EKS says",
			"ação        fine    -",
		}},
		{"whole where there is room", 85, rows, []string{
			"NAME        STATE   WHY",
			"production  failed  the zone has no capacity for nodes of this type left, as EKS says",
			"ação        fine    -",
		}},
		{"what has no room is below its row", 84, rows, []string{
			"NAME        STATE   WHY",
			"production  failed",
			"    the zone has no capacity for nodes of this type left, as EKS says",
			"ação        fine    -",
		}},
		{"in as many lines as it takes", 48, rows, []string{
			"NAME        STATE   WHY",
			"production  failed",
			"    the zone has no capacity for nodes of this",
			"    type left, as EKS says",
			"ação        fine    -",
		}},
		{"all of it below, where a row would have too little", 47, rows, []string{
			"NAME        STATE",
			"    WHY",
			"production  failed",
			"    the zone has no capacity for nodes of this",
			"    type left, as EKS says",
			"ação        fine",
		}},
		{"each where there is no room for two", 12, rows, []string{
			"NAME", "   STATE", "   WHY",
			"produc...", "   failed", "   the zone", "   has no", "   capacity", "   for nodes", "   of this", "   type", "   left, as", "   EKS says",
			"ação", "   fine",
		}},
		{"a last text that is as short as an instant is never cut", 33, [][]string{{"WHEN", "NEXT"}, {"daily", "Sat 2026-11-28 00:00 -03:00"}}, []string{
			"WHEN", "    NEXT", "daily", "    Sat 2026-11-28 00:00 -03:00",
		}},
		{"a row that ends early has its text in the last column", 40, [][]string{
			{"NAME", "STATE", "WHAT", "REASON"}, {"oops", "broken", "its cluster is not in the table any more"}, {"load", "inactive", "big 4", "test"},
		}, []string{
			"NAME  STATE     WHAT",
			"    REASON",
			"oops  broken",
			"    its cluster is not in the table any",
			"    more",
			"load  inactive  big 4",
			"    test",
		}},
		{"a text with more lines than one", 0, [][]string{{"A\tB", "C\nD"}}, []string{"A B  C D"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, columnsIn(t, tt.width, tt.rows)); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
		})
	}
}

// TestNoLineOfATableIsWiderThanTheTerminal, and what is not cut is all there.
func TestNoLineOfATableIsWiderThanTheTerminal(t *testing.T) {
	t.Parallel()
	text := rapid.StringMatching(`[a-zé ]{0,40}`)
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.SliceOfN(text, 1, 6), 1, 5).Draw(t, "rows")
		width := rapid.IntRange(1, 120).Draw(t, "width")
		var out bytes.Buffer
		if err := WriteTable(&out, width, rows); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(out.String()) {
			if n := utf8.RuneCountInString(strings.TrimRight(line, " \n")); n > width {
				t.Fatalf("%d columns: found a line of %d: %q", width, n, line)
			}
		}
		letters := func(text string) string { return strings.Join(strings.Fields(text), "") }
		all := ""
		for _, cells := range rows {
			all += letters(strings.Join(cells, ""))
		}
		if got := letters(out.String()); !strings.Contains(got, "...") && width > 4 && got != all {
			t.Fatalf("%d columns: found\n%s\nwant all of %q", width, out.String(), rows)
		}
	})
}

func TestWhereTheyDiffer(t *testing.T) {
	t.Parallel()
	same := strings.Repeat("s", 50)
	for _, tt := range []struct{ name, a, b, wantA, wantB string }{
		{"short ones are whole", "ENABLED", "DISABLED", "ENABLED", "DISABLED"},
		{"at the beginning", "{" + same, "{}", "{" + same[:36] + "...", "{}"},
		{"in the middle", same + "1" + same, same + "2" + same, "..." + same[:13] + "1" + same[:20] + "...", "..." + same[:13] + "2" + same[:20] + "..."},
		{"at the end", same + "1", same, "..." + same[:13] + "1", "..." + same[:13]},
	} {
		if a, b := CutToDifference(tt.a, tt.b, 40); a != tt.wantA || b != tt.wantB {
			t.Errorf("%s: found\n%s\n%s\nwant\n%s\n%s", tt.name, a, b, tt.wantA, tt.wantB)
		}
	}
}

// TestColorsTakeNoRoom compares colored tables with plain ones, whole and folded.
func TestColorsTakeNoRoom(t *testing.T) {
	t.Parallel()
	rows := [][]string{{"NAME", "STATE", "WHY"}, {"production", "failed", "the zone has no capacity for nodes of this type"}, {"lab", "ok", "-"}}
	moods := map[string]Mood{"failed": Failed, "ok": OK}
	table := Table{Color: true, Mood: func(row, column int) Mood { return moods[rows[row][column]] }}
	for _, width := range []int{0, 60, 30, 8} {
		table.Width = width
		var colored, plain bytes.Buffer
		if err := table.Write(&colored, rows); err != nil {
			t.Fatal(err)
		}
		if err := WriteTable(&plain, width, rows); err != nil {
			t.Fatal(err)
		}
		without := strings.NewReplacer(Red, "", Green, "", NoColor, "").Replace(colored.String())
		if diff := cmp.Diff(plain.String(), without); diff != "" {
			t.Errorf("%d columns (-plain +colored):\n%s", width, diff)
		}
		if !strings.Contains(colored.String(), Green+"ok"+NoColor) || strings.Count(colored.String(), "\x1b") != 4 {
			t.Errorf("%d columns: found %q; want two words in color", width, colored.String())
		}
	}
}

func TestAColoredTextIsPrintable(t *testing.T) {
	t.Parallel()
	if got, want := Colored(Warning, "a\x1b[2Jb", true), Styled(Yellow+"a?[2Jb"+NoColor); got != want {
		t.Errorf("found %q; want %q", got, want)
	}
	if got := Colored(Changed, "x", false); got != "x" {
		t.Errorf("without colors: found %q; want x", got)
	}
}
