package configcmd

import (
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
)

func TestTablesOfTheConfigurationFitTheTerminal(t *testing.T) {
	t.Parallel()
	for _, m := range []*clitest.Memory{clitest.Filled(t), clitest.BrokenTable(t)} {
		clitest.FitsTheTerminal(t, clitest.Holding(m), "config", "show")
		clitest.FitsTheTerminal(t, clitest.Holding(m), "override", "list", "--all")
	}
}
