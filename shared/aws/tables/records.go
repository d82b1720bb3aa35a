package tables

import (
	"context"
	"time"

	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/statemachine"
)

// Change is what a run did to a node group, as the audit trail keeps it.
type Change struct {
	statemachine.ChangeResult
	Run      statemachine.Run `json:"run"`
	Cluster  string           `json:"cluster"`
	Profile  string           `json:"profile"` // empty under an override that has sizes of its own
	Period   string           `json:"period"`  // empty when none put the profile in force
	Override string           `json:"override,omitempty"`
	Action   scaling.Action   `json:"action"`
	Reason   string           `json:"reason"`
	Goal     scaling.Goal     `json:"goal"` // what it was to be, also when that failed
	Update   string           `json:"updateId,omitempty"`
}

// Changes are what was done to a node group at an instant or later, the newest first. One of which nothing is on record has
// none; whether there is such a node group the trail does not know.
func (t *Logs) Changes(ctx context.Context, cluster, nodegroup string, since time.Time) ([]Change, error) {
	subject := cluster + "/" + nodegroup
	return found[Change](ctx, t, "the records of "+subject, t.since("subject", subject, since))
}
