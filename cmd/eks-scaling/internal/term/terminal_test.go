package term

import (
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
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

func TestProgressIsShownFromTheFirstSecondOnAndThenGone(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		watched bool
		takes   time.Duration
		want    string
	}{
		"quick":          {true, 900 * time.Millisecond, ""},
		"slow":           {true, 2500 * time.Millisecond, "\r\x1b[Kreading ... 1 s\r\x1b[Kreading ... 2 s\r\x1b[K"},
		"not a terminal": {false, time.Minute, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var terminal strings.Builder
				done := Progress(&terminal, row.watched, "reading")
				time.Sleep(row.takes)
				done()
				done()
				if terminal.String() != row.want {
					t.Errorf("found %q; want %q", terminal.String(), row.want)
				}
			})
		})
	}
}
