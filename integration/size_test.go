package integration_test

import (
	"testing"

	"eks-scaling-automation/integration/engine"
	"eks-scaling-automation/statemachine"
)

// TestRoomForClustersInOneRun holds the state of a run against the limit of Step Functions, 256 KiB. A cluster of the
// reference's size must leave room for the number of clusters that the README promises.
func TestRoomForClustersInOneRun(t *testing.T) {
	t.Parallel()
	const limit, promised = 256 << 10, 60
	w := configured(t)
	result := run(t, w, "run", statemachine.Input{At: tuesday("01:00:00")})
	size := 0
	for _, event := range result.Events {
		if event.Type == engine.StateEntered && event.State == "AuditRun" {
			size = len(event.Input)
		}
	}
	if size == 0 || size*promised > limit {
		t.Errorf("a cluster with two changes takes %d bytes; %d of them do not fit", size, promised)
	}
}
