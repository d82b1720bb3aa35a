package eksmodel

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eks/types"
)

// Ref names a node group.
type Ref struct{ Cluster, Nodegroup string }

func (r Ref) String() string { return r.Cluster + "/" + r.Nodegroup }

func (r Ref) compare(other Ref) int {
	return cmp.Or(strings.Compare(r.Cluster, other.Cluster), strings.Compare(r.Nodegroup, other.Nodegroup))
}

// Sizes holds the sizes of a node group, in nodes.
type Sizes struct{ Min, Max, Desired int32 }

func (z Sizes) String() string { return fmt.Sprintf("%d (%d..%d)", z.Desired, z.Min, z.Max) }

// Issue is a reason why a node group is DEGRADED, or why an update failed. Codes of both kinds are open sets.
type Issue struct{ Code, Message string }

// Nodegroup declares a node group.
type Nodegroup struct {
	Ref
	Sizes
	// MaxUnavailable is how many nodes a version update may remove at once. No maxSize may be smaller. Zero means 1.
	MaxUnavailable int32
	Behavior       Behavior
}

// State is the visible state of a node group.
type State struct {
	Sizes  Sizes
	Status types.NodegroupStatus
	Health []Issue
}

// nodegroup is the state of a node group.
type nodegroup struct {
	ref            Ref
	number         int
	arn            string
	sizes          Sizes
	nodes          int32 // that exist
	maxUnavailable int32
	behavior       Behavior
	status         types.NodegroupStatus // set by hand; ACTIVE: see [nodegroup.statusAt]
	health         []Issue
	running        *update
	gone           time.Time // when its deletion ends; zero if it is not being deleted, by looks or forever
	looks          int       // until its deletion ends
	created        time.Time
	modified       time.Time
	machines       Machines
}

// statusAt returns the status in a describe call at an instant.
func (g *nodegroup) statusAt(now time.Time) types.NodegroupStatus {
	switch {
	case g.status != types.NodegroupStatusActive:
		return g.status
	case g.running != nil && !now.Before(g.running.Created.Add(g.running.behavior.StatusLag)):
		return types.NodegroupStatusUpdating
	case len(g.health) > 0:
		return types.NodegroupStatusDegraded
	}
	return types.NodegroupStatusActive
}

// refusal returns why sizes are invalid, in EKS's words; empty if they are valid.
func (g *nodegroup) refusal(z Sizes) string {
	switch {
	case z.Min < 0:
		return fmt.Sprintf("Minimum capacity %d can't be less than 0", z.Min)
	case z.Desired < 0:
		return fmt.Sprintf("Desired capacity %d can't be less than 0", z.Desired)
	case z.Max < 1:
		return fmt.Sprintf("Maximum capacity %d can't be less than 1", z.Max)
	case z.Min > z.Desired:
		return fmt.Sprintf("Minimum capacity %d can't be greater than desired size %d", z.Min, z.Desired)
	case z.Desired > z.Max:
		return fmt.Sprintf("Desired capacity %d can't be greater than max size %d", z.Desired, z.Max)
	case g.maxUnavailable > z.Max:
		return "max-unavailable must be within the range 1 and max size"
	}
	return ""
}

// updatable refuses an update that the node group cannot accept now, even if a describe call still shows ACTIVE.
func (g *nodegroup) updatable() error {
	const refusal = "Nodegroup cannot be updated as it is currently not in Active State: "
	switch {
	case g.running != nil:
		return inUse(g.ref, refusal+"update "+g.running.ID+" is in progress")
	case g.status == types.NodegroupStatusActive:
		return nil
	case g.status == types.NodegroupStatusCreateFailed, g.status == types.NodegroupStatusDeleteFailed:
		return invalidRequest(g.ref, refusal+"it is "+string(g.status))
	}
	return inUse(g.ref, refusal+"it is "+string(g.status))
}

func (g *nodegroup) clone() *nodegroup {
	c := *g
	c.health = slices.Clone(g.health)
	return &c
}
