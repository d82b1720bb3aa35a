package tables

import (
	"context"
	"time"

	"eks-scaling-automation/shared/run"
)

// Runs returns the recorded runs that started at or after an instant, newest first. A run is recorded at its end, but not if it was
// aborted or timed out.
func (t *Logs) Runs(ctx context.Context, since time.Time) ([]run.Record, error) {
	return found[run.Record](ctx, t, "the records of the runs", t.since("subject", SubjectRun, since))
}
