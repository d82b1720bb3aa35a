package integration_test

import (
	"os"
	"testing"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/limits"
	"eks-scaling-automation/shared/run"
)

// TestRoomForNodegroupsInOneUnit holds the real states of a unit against what shared/limits computes for it. None may take more
// than computed, nor may the largest take much less.
func TestRoomForNodegroupsInOneUnit(t *testing.T) {
	t.Parallel()
	w := configured(t)
	at := tuesday("01:00:00")
	result := runWorld(t, w, "run", run.Input{
		At: at, Trigger: run.ReconcileTrigger, Actor: "eventbridge-scheduler", Reason: "reconcile, due 2026-11-24T04:00:00Z",
	})
	largest := 0
	for _, event := range result.Events {
		if event.Type == engine.StateEntered && event.State == "Decide" {
			largest = max(largest, len(event.Input))
		}
	}
	text, err := os.ReadFile("../examples/sao-paulo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	reference, err := config.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if computed := limits.UnitBytes(reference.Units()[0], at); largest > computed || largest*3 < computed*2 {
		t.Errorf("a unit with two changes takes %d bytes; %d were computed", largest, computed)
	}
}
