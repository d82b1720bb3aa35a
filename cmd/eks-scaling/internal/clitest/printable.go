package clitest

import (
	"strings"
	"testing"

	"eks-scaling-automation/shared/printable"
)

// Nasty is what somebody may give as their name: it clears the screen, colours it, and makes up a line.
const Nasty = "ana\x1b[2J\u009b31m\r\nlast good run: today\x7f\u202e"

// WantPrintable fails if a text has more control characters than line breaks.
func WantPrintable(t *testing.T, what, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		if err := printable.Check(strings.TrimSuffix(line, "\n")); err != nil {
			t.Errorf("%s: %v in %q", what, err, line)
		}
	}
}

// ShownLine is what the test reads of a line of the runs.
type ShownLine struct {
	Actor string `json:"actor"`
}
