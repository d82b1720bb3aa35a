package statuscmd

import (
	"testing"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
)

// TestNobodysNameBreaksTheStatus which took a cell of two lines for two rows.
func TestNobodysNameBreaksTheStatus(t *testing.T) {
	t.Parallel()
	s := calmSystem(t)
	s.ran("nasty", stackaws.Failed, time.Minute, clitest.Nasty, clitest.Nasty)
	for i := range s.done {
		s.done[i].Run.Actor, s.done[i].Run.Trigger = clitest.Nasty, clitest.Nasty
	}
	for _, width := range []int{0, 40, 200} {
		text := shows(t, s.looks(t), width)
		clitest.WantPrintable(t, "status", text)
		clitest.Says(t, text, "ana?[2J")
	}
}
