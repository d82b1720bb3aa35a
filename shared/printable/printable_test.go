package printable_test

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"eks-scaling-automation/shared/printable"
)

func TestWhatIsShownAndWhatIsRefused(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ rule, given, line, text, refused string }{
		{"plain text stays as it is", "ana's réveillon, 祝日 \u00a0", "ana's réveillon, 祝日 \u00a0", "ana's réveillon, 祝日 \u00a0", ""},
		{"a line break", "ana\nroot", "ana root", "ana\nroot", "U+000A at position 4"},
		{"a tab", "a\tb", "a b", "a\tb", "U+0009 at position 2"},
		{"a carriage return overwrites a line", "a\rb", "a b", "a?b", "U+000D at position 2"},
		{"an escape code", "é\x1b[2J", "é?[2J", "é?[2J", "U+001B at position 2"},
		{"DEL", "\x7f", "?", "?", "U+007F at position 1"},
		{"an escape code of one C1 character", "\u009b2J", "?2J", "?2J", "U+009B at position 1"},
		{"the line break of C1", "a\u0085b", "a b", "a?b", "U+0085 at position 2"},
		{"the line break of Unicode", "a\u2028b", "a b", "a?b", "U+2028 at position 2"},
		{"text that runs backwards", "a\u202eb", "a?b", "a?b", "U+202E at position 2"},
	} {
		if got := printable.Line(row.given); got != row.line {
			t.Errorf("%s: as a line %q; want %q", row.rule, got, row.line)
		}
		if got := printable.Text(row.given); got != row.text {
			t.Errorf("%s: as a text %q; want %q", row.rule, got, row.text)
		}
		err := printable.Check(row.given)
		if (err != nil) != (row.refused != "") || err != nil && !strings.Contains(err.Error(), row.refused) {
			t.Errorf("%s: %v; want %q", row.rule, err, row.refused)
		}
	}
}

// TestWhatIsShownWouldNotBeRefused whatever it was before.
func TestWhatIsShownWouldNotBeRefused(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		given := rapid.String().Draw(t, "text")
		line := printable.Line(given)
		if err := printable.Check(line); err != nil {
			t.Errorf("%q is shown as %q: %v", given, line, err)
		}
		if strings.ContainsFunc(printable.Text(given), func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
			t.Errorf("%q is shown as %q", given, printable.Text(given))
		}
	})
}
