package configcmd

import (
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
)

// TestTheFleetGoesThereAndBack through apply, show, export and diff. The default is the same as without the field.
func TestTheFleetGoesThereAndBack(t *testing.T) {
	t.Parallel()
	m := clitest.Filled(t)
	document := func(fleet string) string {
		return clitest.RichWith(t, "timezone: America/Sao_Paulo\ncalendars", "timezone: America/Sao_Paulo\n"+fleet+"calendars")
	}
	clitest.Applied(t, clitest.ByAna, m, clitest.Wanted(t, document("fleet: {units: 200}\n")), 0)
	clitest.WantCalls(t, m)

	out := clitest.Applied(t, clitest.ByAna, m, clitest.Wanted(t, document("fleet: {units: 50}\n")), 0)
	clitest.WantCalls(t, m, "put settings/global")
	clitest.Says(t, out, "settings global: changed (version 2)\n  + fleet.units: 50\n")
	clitest.Says(t, clitest.Does(t, m, "config", "show"), "time zone America/Sao_Paulo, 50 units at a time (")
	exported := clitest.Does(t, m, "config", "export")
	clitest.Says(t, exported, "\nfleet: {units: 50}\n")

	clitest.Applied(t, clitest.ByAna, m, clitest.Wanted(t, clitest.WriteDocument(t, exported)), 0)
	clitest.WantCalls(t, m)
	a := clitest.AskIn(t, clitest.Holding(m), "config", "diff", document(""))
	clitest.Says(t, a.Stdout, "settings global: changed", "- fleet.units: 50\n")
}
