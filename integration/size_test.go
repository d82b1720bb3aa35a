package integration_test

import (
	"encoding/json"
	"os"
	"testing"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/limits"
	"eks-scaling-automation/shared/run"
)

// TestRoomForClustersInOneRun holds the real state of a run against what shared/limits computes for it. One more cluster of
// the reference's size must not take more than computed, nor much less.
func TestRoomForClustersInOneRun(t *testing.T) {
	t.Parallel()
	w := configured(t)
	at := tuesday("01:00:00")
	result := runWorld(t, w, "run", run.Input{
		At: at, Trigger: run.ReconcileTrigger, Actor: "eventbridge-scheduler", Reason: "reconcile, due 2026-11-24T04:00:00Z",
	})
	var state struct{ Results []json.RawMessage }
	for _, event := range result.Events {
		if event.Type == engine.StateEntered && event.State == "AuditRun" {
			if err := json.Unmarshal(event.Input, &state); err != nil {
				t.Fatal(err)
			}
		}
	}
	if len(state.Results) != 1 {
		t.Fatalf("found %d units at the end; want 1", len(state.Results))
	}
	text, err := os.ReadFile("../examples/sao-paulo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	reference, err := config.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	one := reference.Clusters
	computed := limits.RunBytes([]config.Cluster{one[0], one[0]}, at) - limits.RunBytes(one, at)
	if real := len(state.Results[0]); real > computed || real*5 < computed*4 {
		t.Errorf("a cluster with two changes takes %d bytes; %d were computed", real, computed)
	}
}
