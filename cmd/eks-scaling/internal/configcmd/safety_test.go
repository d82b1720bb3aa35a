package configcmd

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
)

func TestTheBlastRadiusAndTheBudgetGoThereAndBack(t *testing.T) {
	t.Parallel()
	m := clitest.Filled(t)
	document := func(settings string) string {
		return clitest.RichWith(t, "timezone: America/Sao_Paulo\ncalendars", "timezone: America/Sao_Paulo\n"+settings+"calendars")
	}
	out := clitest.Applied(t, clitest.ByAna, m, clitest.Wanted(t, document("blastRadius: {nodes: 100}\nbudget: {reads: 10}\n")), 0)
	clitest.WantCalls(t, m, "put settings/global")
	clitest.Says(t, out, "settings global: changed (version 2)\n  + blastRadius.nodes: 100\n  + budget.reads: 10\n")
	clitest.Says(t, clitest.Does(t, m, "config", "show"), "time zone America/Sao_Paulo, a run takes down at most 100 nodes, at most 10 reads a second in each account and region (")
	exported := clitest.Does(t, m, "config", "export")
	clitest.Says(t, exported, "\nblastRadius: {nodes: 100}\nbudget: {reads: 10}\n")

	clitest.Applied(t, clitest.ByAna, m, clitest.Wanted(t, clitest.WriteDocument(t, exported)), 0)
	clitest.WantCalls(t, m)
	a := clitest.AskIn(t, clitest.Holding(m), "config", "diff", document(""))
	clitest.Says(t, a.Stdout, "settings global: changed", "- blastRadius.nodes: 100\n", "- budget.reads: 10\n")
}

// TestEverySettingIsExported because one that is left out would be lost when the export is edited and applied.
func TestEverySettingIsExported(t *testing.T) {
	t.Parallel()
	spec := map[string]string{}
	for field := range reflect.TypeFor[config.Settings]().Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		spec[name] = "of " + name
	}
	text, err := json.Marshal(spec)
	if err != nil {
		t.Fatal(err)
	}
	snapshot := inventory.Snapshot{Settings: &inventory.Item{Kind: inventory.KindSettings, Name: inventory.GlobalSettings, Spec: text}}
	checked := inventory.Check(snapshot, time.Unix(0, 0))
	printed, err := json.Marshal(exportedDocument(&checked, ""))
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(printed, &got); err != nil {
		t.Fatal(err)
	}
	for name, want := range spec {
		if got[name] != want {
			t.Errorf("settings %s: exported as %v; want it as it is in the table", name, got[name])
		}
	}
}
