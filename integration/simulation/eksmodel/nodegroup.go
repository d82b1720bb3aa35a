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

// Sizes are the sizes of a node group, in nodes.
type Sizes struct{ Min, Max, Desired int32 }

func (z Sizes) String() string { return fmt.Sprintf("%d (%d..%d)", z.Desired, z.Min, z.Max) }

// Issue is a reason why a node group is DEGRADED, or why an update failed. Codes of both kinds are open sets.
type Issue struct{ Code, Message string }

// Nodegroup declares a node group.
type Nodegroup struct {
	Ref
	Sizes
	// MaxUnavailable is how many nodes a version update may take away at once. No maxSize may be smaller. Zero means 1.
	MaxUnavailable int32
	Behavior       Behavior
}

// Forever is the duration of an update that ends only by [Model.End].
const Forever = time.Duration(-1)

// Moment is when an accepted update has an effect.
type Moment int

// An effect comes as soon as the update is accepted, or when it ends.
const (
	AtOnce Moment = iota
	AtEnd
)

// Behavior says how the next updates of a node group go. An update keeps the behavior with which it was accepted.
type Behavior struct {
	// Duration is how long an update takes, or [Forever].
	Duration time.Duration
	// Visible is when a describe call shows the new sizes.
	Visible Moment
	// Lowers is when nodes go that a lower desiredSize takes away. New nodes always come at the end.
	Lowers Moment
	// StatusLag is how long after an accepted update a describe call still shows the status before it.
	StatusLag time.Duration
	// Ends is how an update ends.
	Ends Ending
	// Deletion is how long the node group is DELETING after DeleteNodegroup, or [Forever].
	Deletion time.Duration
}

// Ending is how an update ends. The zero value is a success.
type Ending struct {
	// Failure makes the update fail if its code is set.
	Failure Issue
	// KeepsNewSizes says whether a failed update leaves the sizes that it asked for. Otherwise those before it come back.
	KeepsNewSizes bool
	// Health makes the node group DEGRADED. A raise that ends so brings no node.
	Health []Issue
}

func (e Ending) fails() bool { return e.Failure != Issue{} }

// nodegroup is the state of a node group.
type nodegroup struct {
	ref            Ref
	sizes          Sizes
	nodes          int32 // that exist
	maxUnavailable int32
	behavior       Behavior
	status         types.NodegroupStatus // set by hand; ACTIVE: see [nodegroup.statusAt]
	health         []Issue
	running        *update
	gone           time.Time // when its deletion ends; zero if it is not being deleted, or forever
	created        time.Time
	modified       time.Time
}

// statusAt is the status that a describe call shows at an instant.
func (g *nodegroup) statusAt(now time.Time) types.NodegroupStatus {
	switch {
	case g.status != types.NodegroupStatusActive:
		return g.status
	case g.running != nil && !now.Before(g.running.created.Add(g.running.behavior.StatusLag)):
		return types.NodegroupStatusUpdating
	case len(g.health) > 0:
		return types.NodegroupStatusDegraded
	}
	return types.NodegroupStatusActive
}

// refusal says what is wrong with sizes, in the words of EKS; empty if nothing is.
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
		return fmt.Sprintf("maxUnavailable %d can't be greater than max size %d", g.maxUnavailable, z.Max)
	}
	return ""
}

func (g *nodegroup) clone() *nodegroup {
	c := *g
	c.health = slices.Clone(g.health)
	return &c
}
