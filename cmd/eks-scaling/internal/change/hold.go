package change

import (
	"fmt"
	"io"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/cmd/eks-scaling/internal/writeplan"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/inventory"
)

// RefuseDuringHold refuses a configuration while scaling is paused until another one is written. Clusters that only the other one has may
// be half written.
func RefuseDuringHold(held inventory.Snapshot, wanted config.Config) error {
	hold := held.Held()
	if hold == nil || hold.Document == inventory.DocumentID(wanted) {
		return nil
	}
	return frame.Taken(fmt.Errorf("another document is written only in part%s, and scaling is paused until then. Apply that document again, "+
		"or give it up with: eks-scaling config disable --reason R", health.WrittenBy(*held.Settings)))
}

// sayHold announces that scaling is paused while a plan is written.
func sayHold(out io.Writer, plan writeplan.Plan) {
	after := "resumes at the end"
	if !holdOf(plan).Resumes {
		after = "stays paused at the end"
	}
	term.Say(out, "scaling is paused while %s are written, because they change together with a calendar or the time zone; it %s\n",
		english.Count(clustersIn(plan.Steps), "cluster"), after)
}

// holdOf returns the hold of a plan that has one.
func holdOf(plan writeplan.Plan) *inventory.Hold {
	return plan.Steps[0].Changes[0].After.Hold
}

// holdReason is the reason on record of the write that pauses scaling.
func (o Options) holdReason(plan writeplan.Plan) string {
	reason := fmt.Sprintf("paused until %s are written", english.Count(clustersIn(plan.Steps), "cluster"))
	if o.Reason != "" {
		reason += ": " + o.Reason
	}
	return reason
}
