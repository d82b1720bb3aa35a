package deployment

import (
	"slices"
)

// Redeploy explains how to restore the stack, including parts that were changed by hand. It repeats the context because omitted
// values return to their defaults, which would remove permissions and e-mail subscriptions.
const Redeploy = `make deploy CONTEXT="--revert-drift ..." with every -c of the last deployment`

// Condition is the state of a stack during or after its last deployment.
type Condition int

// The conditions.
const (
	Broken      Condition = iota // the last deployment failed and was not taken back, or nobody knows
	InForce                      // the last deployment succeeded
	UnderWay                     // a deployment goes on, and has not failed so far
	TakingBack                   // the last deployment failed, and what was there before is being restored
	TakenBack                    // the last deployment failed, and what was there before is in force
	FirstFailed                  // the first deployment failed: nothing was there before
	Removing
	NotRemoved // somebody wanted to remove it, and some of it is still there
	Removed
)

// conditions lists the CloudFormation statuses of each condition. Any other status means [Broken].
var conditions = map[Condition][]string{
	InForce: {"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"},
	UnderWay: {
		"CREATE_IN_PROGRESS", "REVIEW_IN_PROGRESS", "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "IMPORT_IN_PROGRESS",
	},
	TakingBack:  {"UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", "IMPORT_ROLLBACK_IN_PROGRESS"},
	TakenBack:   {"UPDATE_ROLLBACK_COMPLETE", "IMPORT_ROLLBACK_COMPLETE"},
	FirstFailed: {"CREATE_FAILED", "ROLLBACK_IN_PROGRESS", "ROLLBACK_FAILED", "ROLLBACK_COMPLETE"},
	Removing:    {"DELETE_IN_PROGRESS"},
	NotRemoved:  {"DELETE_FAILED"},
	Removed:     {"DELETE_COMPLETE"},
}

// ConditionOf returns the condition for a CloudFormation status.
func ConditionOf(status string) Condition {
	for c, statuses := range conditions {
		if slices.Contains(statuses, status) {
			return c
		}
	}
	return Broken
}

// Failed reports whether the stack needs repair.
func (c Condition) Failed() bool {
	return c != InForce && c != UnderWay
}

// String explains the condition, to follow "the stack is UPDATE_COMPLETE: "; empty if all is well.
func (c Condition) String() string {
	return map[Condition]string{
		Broken:      "its last deployment failed",
		UnderWay:    "a deployment is in progress",
		TakingBack:  "its last deployment failed and is being rolled back",
		TakenBack:   "its last deployment failed and was rolled back",
		FirstFailed: "its first deployment failed",
		Removing:    "it is being removed",
		NotRemoved:  "its removal failed",
		Removed:     "it was removed",
	}[c]
}

// Events returns the command that lists a stack's events. Without a region it uses the caller's.
func Events(name, region string) string {
	command := "aws cloudformation describe-stack-events --stack-name " + name
	if region != "" {
		command += " --region " + region
	}
	return command
}
