package deployment

import (
	"slices"
)

// Redeploy explains how to restore the stack, including parts that were changed by hand. It repeats the context because omitted
// values return to their defaults, which would remove permissions and e-mail subscriptions.
const Redeploy = `make deploy CONTEXT="--revert-drift ..." with every -c of the last deployment`

// RedeployConfig explains how to deploy permissions for what the configuration names.
const RedeployConfig = `eks-scaling config export > my.yaml, then: make deploy CONTEXT="--revert-drift -c config=my.yaml ..." with every other ` +
	"-c of the last deployment; permissions are made for the node groups and signals in that file"

// Condition is the state of a stack during or after its last deployment.
type Condition int

// The conditions.
const (
	Broken      Condition = iota // the last deployment failed and was not rolled back, or the status is unknown
	Deployed                     // the last deployment succeeded
	Deploying                    // a deployment is in progress and has not failed so far
	RollingBack                  // the last deployment failed and is being rolled back
	RolledBack                   // the last deployment failed and was rolled back
	FirstFailed                  // the first deployment failed, so there is nothing to roll back to
	Removing
	NotRemoved // deleting the stack failed halfway
	Removed
)

// conditions lists the CloudFormation statuses of each condition. Any other status means [Broken].
var conditions = map[Condition][]string{
	Deployed: {"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"},
	Deploying: {
		"CREATE_IN_PROGRESS", "REVIEW_IN_PROGRESS", "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "IMPORT_IN_PROGRESS",
	},
	RollingBack: {"UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", "IMPORT_ROLLBACK_IN_PROGRESS"},
	RolledBack:  {"UPDATE_ROLLBACK_COMPLETE", "IMPORT_ROLLBACK_COMPLETE"},
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
	return c != Deployed && c != Deploying
}

// String explains the condition, to follow "the stack is UPDATE_COMPLETE: "; empty if all is well.
func (c Condition) String() string {
	return map[Condition]string{
		Broken:      "its last deployment failed",
		Deploying:   "a deployment is in progress",
		RollingBack: "its last deployment failed and is being rolled back",
		RolledBack:  "its last deployment failed and was rolled back",
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
