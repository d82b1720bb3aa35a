package deployment

import (
	"slices"
)

// Redeploy is what makes the stack as this version wants it, also where somebody has changed it by hand. What is not given
// anew as context would go back to its default, and take permissions and mail away.
const Redeploy = `make deploy CONTEXT="--revert-drift ..." with every -c of the last deployment`

// Condition is how a stack stands after its last deployment, or in the middle of one.
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

// conditions are those of the statuses of CloudFormation. One that is not among them is [Broken].
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

// ConditionOf is the condition of a stack with a status of CloudFormation.
func ConditionOf(status string) Condition {
	for c, statuses := range conditions {
		if slices.Contains(statuses, status) {
			return c
		}
	}
	return Broken
}

// Failed says that there is something to mend.
func (c Condition) Failed() bool {
	return c != InForce && c != UnderWay
}

// String says what the condition means for people, after "the stack is UPDATE_COMPLETE: "; it is empty when all is well.
func (c Condition) String() string {
	return map[Condition]string{
		Broken:      "its last deployment failed",
		UnderWay:    "a deployment is under way",
		TakingBack:  "its last deployment failed, and is being taken back",
		TakenBack:   "its last deployment failed, and what was there before it is in force",
		FirstFailed: "its first deployment failed",
		Removing:    "it is being removed",
		NotRemoved:  "it could not be removed, or not all of it",
		Removed:     "it was removed",
	}[c]
}

// Events is the command that shows what happened to the stack of a name, and why. Without a region it is that of whoever asks.
func Events(name, region string) string {
	command := "aws cloudformation describe-stack-events --stack-name " + name
	if region != "" {
		command += " --region " + region
	}
	return command
}
