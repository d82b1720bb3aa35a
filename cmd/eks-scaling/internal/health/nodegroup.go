package health

import (
	"slices"

	"eks-scaling-automation/shared/scaling"
)

// The statuses of a node group that are judged.
const (
	Active   = "ACTIVE"
	Updating = "UPDATING"
	Creating = "CREATING"
	Degraded = "DEGRADED"
)

// Nodegroup is a node group as EKS has it.
type Nodegroup struct {
	Sizes  scaling.Sizes
	Status string   // such as ACTIVE
	Health []string // the issues, in words
}

// Failing reports whether EKS reports a failure or health issues.
func (n Nodegroup) Failing() bool {
	return len(n.Health) > 0 || !slices.Contains([]string{Active, Updating, Creating}, n.Status)
}
