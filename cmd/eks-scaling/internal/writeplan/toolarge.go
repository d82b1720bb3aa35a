package writeplan

import (
	"fmt"
	"strings"

	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/limits"
)

// TooLargeError reports changes that depend on each other and do not fit into one transaction.
type TooLargeError struct {
	Step  Step
	Bytes int // of all items
	Most  int // items
}

// Error names the clusters, the limits and the remedy.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("%s: %s of %d bytes must be written together, more than %d items or %d bytes: %s", e.place(),
		english.Count(len(e.Step.Changes), "item"), e.Bytes, e.Most, limits.TransactionBytes, e.remedy())
}

// firstFew is how many clusters an error names.
const firstFew = 5

// place names the first of the clusters.
func (e *TooLargeError) place() string {
	clusters := e.Step.Clusters()
	text := english.Count(len(clusters), "cluster")
	if more := len(clusters) - firstFew; more > 0 {
		clusters = append(clusters[:firstFew:firstFew], fmt.Sprintf("%d more", more))
	}
	return text + " (" + strings.Join(clusters, ", ") + ")"
}

func (e *TooLargeError) remedy() string {
	if len(e.Step.Clusters()) == 1 {
		return "remove overrides that have ended"
	}
	return "move fewer overrides to other clusters at a time"
}
