package tables

import (
	"context"
	"encoding/json"
	"time"

	"eks-scaling-automation/statemachine"
)

// Run is what a run did, as the audit trail keeps it.
type Run struct {
	statemachine.RunSummary
	Execution statemachine.Execution `json:"execution"`
	Run       statemachine.Run       `json:"run,omitzero"` // zero when the run failed before it had one
	Input     json.RawMessage        `json:"input"`        // as given
}

// Runs are the runs on record that were started at an instant or later, the newest first. A run gets its record at its end,
// and none if it was aborted or timed out.
func (t *Logs) Runs(ctx context.Context, since time.Time) ([]Run, error) {
	return found[Run](ctx, t, "the records of the runs", t.since("subject", SubjectRun, since))
}
