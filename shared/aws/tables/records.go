package tables

import (
	"context"
	"time"

	"eks-scaling-automation/shared/run"
)

// Changes are what was done to a node group at an instant or later, the newest first. One of which nothing is on record has
// none; whether there is such a node group the trail does not know.
func (t *Logs) Changes(ctx context.Context, cluster, nodegroup string, since time.Time) ([]run.Change, error) {
	subject := cluster + "/" + nodegroup
	return found[run.Change](ctx, t, "the records of "+subject, t.since("subject", subject, since))
}
