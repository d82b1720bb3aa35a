package writeplan

import (
	"fmt"
	"strings"

	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/limits"
)

// TooLargeError reports changes that depend on each other and do not fit into one transaction.
type TooLargeError struct {
	Step  Step
	Bytes int // of all items
}

// Error names the items, the limits and the remedy.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("%s: found %s of %d bytes to write together; want at most %d of %d bytes: %s", e.place(),
		english.Count(len(e.Step.Changes), "item"), e.Bytes, limits.TransactionItems, limits.TransactionBytes, e.remedy())
}

// firstFew is how many clusters an error names.
const firstFew = 5

// place names what the clusters have in common, and the first of them.
func (e *TooLargeError) place() string {
	shared, clusters := e.shared(), e.Step.Clusters()
	text := english.Count(len(clusters), "cluster")
	if more := len(clusters) - firstFew; more > 0 {
		clusters = append(clusters[:firstFew:firstFew], fmt.Sprintf("%d more", more))
	}
	text += " (" + strings.Join(clusters, ", ") + ")"
	switch {
	case len(shared) == 0:
		return text
	case len(clusters) == 0:
		return strings.Join(shared, ", ")
	default:
		return strings.Join(shared, ", ") + " and " + text + " change together"
	}
}

// shared returns the calendars and the settings of the step.
func (e *TooLargeError) shared() []string {
	var shared []string
	for _, c := range e.Step.Changes {
		if clusterOf(c) == "" {
			shared = append(shared, inventory.DisplayKey(c.After))
		}
	}
	return shared
}

func (e *TooLargeError) remedy() string {
	switch shared := e.shared(); {
	case len(e.Step.Clusters()) == 1:
		return "remove overrides that have ended"
	case len(shared) == 0:
		return "move fewer overrides to other clusters at a time"
	default:
		return "apply the change of " + strings.Join(shared, ", ") + " by itself first, or all of it while scaling is paused (eks-scaling config disable)"
	}
}
