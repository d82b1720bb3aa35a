package term

import (
	"io"
	"strings"
	"testing"
)

// TestALateReportOfTheTerminalIsNoAnswer has the terminal say, just before the answer, that it does not know a mode.
func TestALateReportOfTheTerminalIsNoAnswer(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{"\x1b[?2027;0$yY\n": "y", "\x1b[?2027;0$y\n": "", "yes\n": "yes", "\x1b[12;40Rn\n": "n"} {
		if got, err := Ask(t.Context(), strings.NewReader(typed), io.Discard, "?"); err != nil || got != want {
			t.Errorf("%q: found %q, %v; want %q", typed, got, err, want)
		}
	}
}
