package change

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/cmd/eks-scaling/internal/writeplan"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/inventory"
)

// abandonHold is the flag of "config apply" that ends the hold of another document.
const abandonHold = "abandon-hold"

// AbandonFlag adds the flag that ends the hold of another document.
func AbandonFlag(cmd *cobra.Command, o *Options) {
	cmd.Flags().BoolVar(&o.abandon, abandonHold, false, "write FILE even if another document is written only in part, and give that one up")
}

// refuseDuringHold refuses a document while scaling is paused until another one is written: it would end the hold, and may leave clusters
// half written.
func (o Options) refuseDuringHold(held inventory.Snapshot, document string) error {
	hold := held.Held()
	if hold == nil || hold.Document == document || o.abandon {
		return nil
	}
	return frame.Taken(fmt.Errorf("another document is written only in part%s, and scaling is paused until then. Apply the same document again: "+
		"eks-scaling config apply DOCUMENT. To give it up, add --%s: then clusters may stay half written", health.WrittenBy(*held.Settings), abandonHold))
}

// HalfWritten says that a document is written only in part, and what to do. It is an error with the exit code of a conflict.
func HalfWritten(held inventory.Snapshot) error {
	return frame.Taken(fmt.Errorf("a document is written only in part%s; %s", health.WrittenBy(*held.Settings), inventory.HoldRemedy))
}

// sayHold announces that scaling is paused while a plan is written.
func sayHold(out io.Writer, plan writeplan.Plan) {
	after := "resumes at the end"
	if !holdOf(plan).Resumes {
		after = "stays paused at the end"
	}
	term.Say(out, "scaling is paused while %s are written, because they change together with a calendar, a signal or the time zone; it %s\n",
		english.Count(clustersIn(plan.Steps), "cluster"), after)
}

// holdOf returns the hold of a plan that has one.
func holdOf(plan writeplan.Plan) *inventory.Hold {
	return plan.Steps[0].Changes[0].After.Hold
}

// holdReason is the recorded reason of the write that pauses scaling.
func (o Options) holdReason(plan writeplan.Plan) string {
	reason := fmt.Sprintf("paused until %s are written", english.Count(clustersIn(plan.Steps), "cluster"))
	if o.Reason != "" {
		reason += ": " + o.Reason
	}
	return reason
}
