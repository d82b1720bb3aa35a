package cli

import (
	"context"
	"errors"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/inventory"
)

// halfRead is a config table whose read fails after the clusters.
type halfRead struct{ frame.Store }

func (halfRead) Read(context.Context) (inventory.Snapshot, error) {
	return inventory.Snapshot{Clusters: []inventory.Item{{Name: "berlin"}}}, errors.New("throttled")
}

// TestAFailedReadCompletesNothing: some of the names would look like all of them.
func TestAFailedReadCompletesNothing(t *testing.T) {
	t.Parallel()
	if names := itemNames(clusterNames)(t.Context(), frame.Session{Config: halfRead{}}); len(names) > 0 {
		t.Errorf("found the names %q; want none", names)
	}
}
