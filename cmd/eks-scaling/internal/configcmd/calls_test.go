package configcmd

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
)

// countedTrail counts how often the history of an item is read.
type countedTrail struct {
	*clitest.Memory
	calls int
}

func (c *countedTrail) ConfigChanges(ctx context.Context, kind, name string) ([]inventory.ConfigChange, error) {
	c.calls++
	return c.Memory.ConfigChanges(ctx, kind, name)
}

// TestCallsDoNotGrowWithTheFleet counts the calls that each verb makes for 200 paused clusters.
func TestCallsDoNotGrowWithTheFleet(t *testing.T) {
	t.Parallel()
	m := clitest.NewMemory(inventory.Item{Kind: inventory.KindSettings, Name: inventory.GlobalSettings, Spec: []byte(`{"paused": false, "timezone": "UTC", "fleet": {"units": 200}}`)})
	doc := strings.Builder{}
	doc.WriteString("timezone: UTC\nclusters:\n")
	for i := range 200 {
		name := fmt.Sprintf("c%03d", i)
		spec := fmt.Sprintf(`{"name": %q, "region": "sa-east-1", "paused": true, "nodegroups": {"big": {"minSize": 0, "maxSize": 9}}, "profiles": {"normal": {"big": 1}}, "schedule": {"default": "normal"}}`, name)
		item := inventory.Item{Kind: inventory.KindCluster, Name: name, Version: 2, Reason: "maintenance", Spec: []byte(spec)}
		m.Items[inventory.DisplayKey(item)] = item
		fmt.Fprintf(&doc, "  - {name: %s, region: sa-east-1, nodegroups: {big: {minSize: 0, maxSize: 9}}, profiles: {normal: {big: %d}}, schedule: {default: normal}}\n", name, 1+i/199)
	}
	file := clitest.WriteDocument(t, doc.String())
	for _, row := range []struct {
		args           []string
		reads, history int
	}{
		{[]string{"config", "show"}, 1, 0},
		{[]string{"config", "export"}, 1, 0},
		{[]string{"config", "history", "c001"}, 1, 1},
		{[]string{"config", "diff", file}, 1, 0},
		{[]string{"config", "apply", "--yes", file}, 1, 0},
	} {
		trail, reads := &countedTrail{Memory: m}, 0
		m.Before = func(call string) error {
			if call == "read" {
				reads++
			}
			return nil
		}
		env := frame.Environment{Connect: func(_ context.Context, _ frame.AWSPlace, notes io.Writer, now func() time.Time) (frame.Session, error) {
			return frame.Session{Stack: deployment.Stack{ConfigTable: "t"}, Config: m, Logs: trail, Now: now(), Notes: notes}, nil
		}}
		a := clitest.AskIn(t, env, row.args...)
		if a.Exit > frame.ExitFailed || reads != row.reads || trail.calls != row.history {
			t.Errorf("%q: found exit code %d (%v), %d reads of the table and %d of a history; want %d and %d", row.args[:2], a.Exit, a.Err, reads, trail.calls, row.reads, row.history)
		}
		if lines := strings.Count(a.Stderr, "\n") - strings.Count(a.Stderr, "wrote "); lines > 2 {
			t.Errorf("%q: found %d lines on stderr; want a summary:\n%.500s", row.args[:2], lines, a.Stderr)
		}
	}
}
