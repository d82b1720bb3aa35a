package term_test

import (
	"testing"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/term"
)

func TestRelative(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for after, want := range map[time.Duration]string{
		0:                       "just now",
		999 * time.Millisecond:  "now",
		-999 * time.Millisecond: "just now",
		-59 * time.Second:       "59s ago",
		-119 * time.Second:      "1m ago",
		4 * time.Hour:           "in 4h",
		-47 * time.Hour:         "47h ago",
		-48 * time.Hour:         "2d ago",
		90 * 24 * time.Hour:     "in 90d",
	} {
		if got := term.Relative(now.Add(after), now); got != want {
			t.Errorf("%s: found %q; want %q", after, got, want)
		}
	}
}
