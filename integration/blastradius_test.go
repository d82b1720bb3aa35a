package integration_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/run"
)

// TestABlastRadiusHoldsAmongUnitsThatDecideAtOnce goes by the machine's clock: by a virtual one, functions work one after the other.
func TestABlastRadiusHoldsAmongUnitsThatDecideAtOnce(t *testing.T) { //nolint:gocyclo // one case a rule, read from top to bottom
	t.Parallel()
	skipUnrecorded(t)
	const units, nodes, most = 16, 2, 9 // of 2 nodes each, four units fit
	w, err := world.Start(t.Context(), world.Options{Binaries: binaries, Log: io.Discard, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	var document strings.Builder
	fmt.Fprintf(&document, "timezone: UTC\nblastRadius: {nodes: %d}\nclusters:\n", most)
	for i := range units {
		w.EKS.CreateNodegroup(world.Region, fmt.Sprint("c", i), "n", eks.Sizes{Max: 5, Desired: nodes})
		fmt.Fprintf(&document, "  - {name: c%d, region: %s, nodegroups: {n: {minSize: 0, maxSize: 5}}, profiles: {off: {n: 0}}, schedule: {default: off}}\n", i, world.Region)
	}
	file := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(file, []byte(document.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if printed, err := w.CLI(t.Context(), "config", "apply", "--yes", file); err != nil {
		t.Fatalf("config apply: %v\n%s", err, printed)
	}
	result := runWorld(t, w, "night", run.Input{Trigger: "schedule"})
	down := 0
	for i := range units {
		if g, _ := w.EKS.Nodegroup(world.Region, fmt.Sprint("c", i), "n"); g.Sizes.Desired == 0 {
			down++
		}
	}
	records, err := w.Units(t.Context(), "night")
	if err != nil {
		t.Fatal(err)
	}
	refused := slices.DeleteFunc(records, func(u run.UnitRecord) bool {
		return len(u.Failures) == 0 || u.Failures[0].Error != string(run.BlastRadiusError)
	})
	if result.Status != engine.Failed || down != most/nodes || len(refused) != units-down {
		t.Errorf("%s: %d units were emptied and %d refused; want %d and %d", result.Status, down, len(refused), most/nodes, units-most/nodes)
	}
}
