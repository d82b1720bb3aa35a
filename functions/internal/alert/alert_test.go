package alert_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"eks-scaling-automation/functions/internal/alert"
)

func TestSubjectIsShortPrintableASCII(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"cluster production":     "cluster production",
		"produção\n":             "produ??o?",
		strings.Repeat("x", 200): strings.Repeat("x", 99),
	} {
		if got := alert.Subject(given); got != want {
			t.Errorf("%q became %q; want %q", given, got, want)
		}
	}
}

// TestCutKeepsTheBeginning and never half a character.
func TestCutKeepsTheBeginning(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text, most := rapid.String().Draw(t, "text"), rapid.IntRange(0, 20).Draw(t, "most")
		got := alert.Cut(text, most)
		if len(got) > most || !strings.HasPrefix(text, got) || !utf8.ValidString(got) {
			t.Errorf("%q cut to %d bytes is %q", text, most, got)
		}
		if lost := min(len(text), most) - len(got); lost >= utf8.UTFMax {
			t.Errorf("%q cut to %d bytes is %q, which loses %d bytes more than it must", text, most, got, lost)
		}
	})
}

func TestMessageIsFarBelowTheLimit(t *testing.T) {
	t.Parallel()
	if got := alert.Message(strings.Repeat("wrong; ", 50_000)); len(got) != 64_000 {
		t.Errorf("found %d bytes; want 64000", len(got))
	}
}

func TestAMessageHasNoControlCharacters(t *testing.T) {
	t.Parallel()
	if got := alert.Message("by ana\x1b[2J\u009b\r\nReason:\tx\x7f"); got != "by ana?[2J??\nReason:\tx?" {
		t.Errorf("found %q", got)
	}
}
