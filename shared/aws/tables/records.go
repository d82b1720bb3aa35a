package tables

import (
	"context"
	"time"

	"eks-scaling-automation/shared/run"
)

// Changes returns the changes of a node group since an instant, newest first. An unknown node group has none: the trail does not
// know which node groups exist.
func (t *Logs) Changes(ctx context.Context, cluster, nodegroup string, since time.Time) ([]run.Change, error) {
	subject := cluster + "/" + nodegroup
	return found[run.Change](ctx, t, "the records of "+subject, t.since("subject", subject, since))
}
