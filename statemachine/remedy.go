package statemachine

import (
	"fmt"
	"strings"
)

// remedies say what to do about a class of errors.
var remedies = map[ErrorName]string{
	ThrottledError:         "AWS throttled every attempt. Nothing to mend; the next run tries again.",
	NodegroupBusyError:     "Another update kept the node group busy. See who updates it; the next run tries again.",
	TransientError:         "A service or the network failed on every attempt. The next run tries again.",
	ConfigInvalidError:     "Mend the configuration and write it: eks-scaling config apply FILE",
	InputInvalidError:      "Start the run again with a corrected input.",
	TargetNotFoundError:    "Check the names and the region in the configuration against what exists in EKS.",
	AccessDeniedError:      "The function's role lacks a permission. Deploy the stack again with the current configuration.",
	DecisionStaleError:     "Nothing to mend; the next run decides anew.",
	NodegroupFailedError:   "Look at the node group's health and its Auto Scaling group's activities in the console, mend the cause, and run again.",
	NodegroupDegradedError: "EKS could not bring up healthy capacity. Look at the node group's health issues; nothing was taken down in this cluster after it.",
	NodegroupTimeoutError:  "The update takes unusually long. Look at the node group in the console; raise waitTimeout if this is normal for it.",
}

// Remedy says what to do about an error of the class. One that is none of ours has a remedy, too: to look.
func (n ErrorName) Remedy() string {
	if remedy, ok := remedies[n]; ok {
		return remedy
	}
	return "Look at the failed step in the execution."
}

// ConsoleURL is the page of the execution in the AWS console.
func (e Execution) ConsoleURL() string {
	parts := strings.Split(e.ARN, ":")
	if len(parts) < 4 {
		return e.ARN
	}
	return fmt.Sprintf("https://%s.console.aws.amazon.com/states/home?region=%s#/v2/executions/details/%s", parts[3], parts[3], e.ARN)
}
