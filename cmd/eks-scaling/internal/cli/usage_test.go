package cli

import (
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
)

func TestUsageErrorEndsWithTwoAndPrintsNothing(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"validate", "--strict"}, "unknown flag: --strict"},
		{[]string{"runs", "--limit", "many"}, `--limit: found "many"; want a whole number`},
		{[]string{"status", "--every", "often"}, `--every: found "often"; want a time, such as 5s or 1m`},
		{[]string{"override", "list", "--all=perhaps"}, `--all: found "perhaps"; want true or false`},
	} {
		clitest.Refuses(t, clitest.Ask(t, tt.args...), frame.ExitUsage, tt.want, "; see: eks-scaling ", " --help")
	}
}

func TestInstantThatIsNone(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"a date that does not exist", "2026-02-30 20:00", `found "2026-02-30", a date that does not exist; want 2026-02-01 to 2026-02-28`},
		{"a time that does not exist", "2026-11-23 25:00", `found "2026-11-23 25:00"; want an instant, as RFC 3339`},
		{"a date without a time", "2026-11-23", `or by the local clock ("2026-12-24 20:00")`},
		{"a word", "tomorrow", `found "tomorrow"; want an instant`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			clitest.Refuses(t, clitest.Ask(t, "explain", "--config", clitest.Rich, "--cluster", "production", "--at", tt.text), frame.ExitUsage, "--at: ", tt.want)
		})
	}
}
