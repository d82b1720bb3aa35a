package tables

import (
	"context"
	"time"

	"eks-scaling-automation/shared/run"
)

// Runs are the runs on record that were started at an instant or later, the newest first. A run gets its record at its end,
// and none if it was aborted or timed out.
func (t *Logs) Runs(ctx context.Context, since time.Time) ([]run.Record, error) {
	return found[run.Record](ctx, t, "the records of the runs", t.since("subject", SubjectRun, since))
}
