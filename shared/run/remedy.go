package run

import (
	"fmt"
	"strings"
)

// remedies maps each class of errors to its remedy.
var remedies = map[ErrorName]string{
	ThrottledError:        "AWS throttled every attempt. Nothing to fix; the next run retries.",
	TransientError:        "A service or the network failed on every attempt. The next run retries.",
	ConfigInvalidError:    "Fix the configuration and write it: eks-scaling config apply FILE",
	ConfigIncompleteError: "Apply the same document again: eks-scaling config apply DOCUMENT. Nothing is scaled until then.",
	InputInvalidError:     "Start the run again with a corrected input.",
	TargetNotFoundError:   "Check the names and the region in the configuration against what exists in EKS.",
	AccessDeniedError: "A role lacks a permission: deploy the stack again with the current configuration. If it is the role of another account, deploy its spoke " +
		"again: eks-scaling accounts template",
	AccountRefusedError: "The spoke of that account is not deployed, its trust does not have the function's role, or its external id differs from the " +
		"configuration's. Find out: eks-scaling doctor. Deploy it again: eks-scaling accounts template",
	NodegroupBusyError:       "Other updates kept the node group busy for longer than waitTimeout, or EKS throttled the calls. See who updates it; the next run retries.",
	NodegroupFailedError:     "Look at the node group's health and its Auto Scaling group's activities in the console, fix the cause, and run again.",
	NodegroupDegradedError:   "EKS could not bring up healthy capacity. Look at the node group's health issues; no scale-down that relies on it is made.",
	NodegroupTimeoutError:    "The update takes unusually long. Look at the node group in the console; raise waitTimeout if this is normal for it.",
	NodegroupNotAsAskedError: "Somebody else changed the node group. CloudTrail's UpdateNodegroupConfig and SetDesiredCapacity events say who; the next run retries.",
	HeldBackError:            "Bring the named node groups up first. The scale-down is safe to leave: capacity is above the desired sizes, not below.",
	BlastRadiusError:         "Check that the plan is intended. Then take it down once without the limit: eks-scaling run --beyond-blast-radius --reason WHY. Each later run takes down at most the limit again.",
	UnitBusyError:            "Look at the run that was waited for. If it is stuck, stop its execution; its claim ends after 5 minutes.",
	UnitInvalidError:         "Fix the item in table eks-scaling-logs, or delete it: the next run makes a new one.",
	UnitEndedError:           "Look at the last events of the unit's execution: if they name a limit, lower waitTimeout or manage fewer node groups of this cluster.",
	UnitStoppedError:         "Somebody stopped the unit's execution, or the run it belongs to: CloudTrail's StopExecution events say who. The next run retries.",
	UndeliveredError:         "Read the messages: eks-scaling status prints the command. Fix the cause and purge the queue; until then one run a day fails to remind you.",
	UnitUnrecordedError:      "Look at table eks-scaling-logs and the audit function's role. What was done to the unit is in its execution.",
	NoProgressError:          "The configuration or the node groups kept changing during the run. See who changes them; the next run retries.",
}

// Remedy returns advice for errors of the class. For an unknown class it says where to look.
func (n ErrorName) Remedy() string {
	if remedy, ok := remedies[n]; ok {
		return remedy
	}
	return "Look at the failed step in the execution."
}

// ConsoleHosts returns the AWS console's host for each partition.
func ConsoleHosts() map[string]string {
	return map[string]string{
		"aws":        "console.aws.amazon.com",
		"aws-cn":     "console.amazonaws.cn",
		"aws-us-gov": "console.amazonaws-us-gov.com",
	}
}

// ConsoleURL returns the page of the execution in the AWS console. An ARN of an unknown form is returned as it is.
func (e Execution) ConsoleURL() string {
	parts := strings.Split(e.ARN, ":")
	if len(parts) < 4 || ConsoleHosts()[parts[1]] == "" {
		return e.ARN
	}
	return fmt.Sprintf("https://%s.%s/states/home?region=%s#/v2/executions/details/%s", parts[3], ConsoleHosts()[parts[1]], parts[3], e.ARN)
}

// UnitLabel is the label of the state that runs a unit in an execution of its own. It is part of that execution's ARN.
const UnitLabel = "Unit"

// OfUnit returns the execution with the given name that the run started for a unit.
func (e Execution) OfUnit(name string) Execution {
	machine := strings.TrimSuffix(e.ARN, ":"+e.Name)
	return Execution{ARN: machine + "/" + UnitLabel + ":" + name, Name: name}
}
