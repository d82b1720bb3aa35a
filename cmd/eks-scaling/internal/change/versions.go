package change

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/cmd/eks-scaling/internal/writeplan"
	"eks-scaling-automation/shared/inventory"
)

// historiesAtATime limits the histories that are read at the same time.
const historiesAtATime = 8

// continueVersions makes the versions of new clusters and settings go on after the last removal of the same name, so that a version is
// never given twice. The history tells that version, just before the write: the write itself fails if the item exists by then.
func continueVersions(ctx context.Context, s frame.Session, plan writeplan.Plan) {
	var reading errgroup.Group
	reading.SetLimit(historiesAtATime)
	for _, step := range plan.Steps {
		for i := range step.Changes {
			after := &step.Changes[i].After
			hasHistory := after.Kind == inventory.KindCluster || after.Kind == inventory.KindSettings
			if !hasHistory || step.Changes[i].Before != nil || after.Version > 0 {
				continue
			}
			reading.Go(func() error {
				changes, err := s.Logs.ConfigChanges(ctx, after.Kind, after.Key())
				if err != nil {
					return fmt.Errorf("versions start at 1, as the history cannot be read: %w", err)
				}
				after.Removed = inventory.RemovedVersion(changes)
				return nil
			})
		}
	}
	if err := reading.Wait(); err != nil { // a write must not depend on the history
		term.Say(s.Notes, "warning: %s\n", frame.Sentence(err))
	}
}
