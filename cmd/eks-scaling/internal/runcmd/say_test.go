package runcmd

import (
	"strings"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
)

func TestADryRunNeedsNoReason(t *testing.T) {
	t.Parallel()
	inBubble(t, "dry run", func(t *testing.T) {
		m := clitest.NewMachine(t)
		inputs := m.Starts(clitest.Planned(clitest.ProductionPlan()))
		if a := m.Ask(t, "run", "--dry-run", "--cluster", "production"); a.Err != nil || len(*inputs) != 1 || strings.Contains((*inputs)[0], "reason") {
			t.Errorf("found %v with the inputs %q; want a dry run without a reason", a.Err, *inputs)
		}
		clitest.Refuses(t, m.Ask(t, "run", "--cluster", "production", "--yes"), frame.ExitUsage, "--reason: missing")
	})
}
