// Package agenda says in words what changes when: the steps of a span of time, the sizes that they ask for, and overrides.
package agenda

import (
	"fmt"
	"strings"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
)

// NodegroupSizes is what a node group is to have, in nodes; DesiredSize is nil where it keeps its own.
type NodegroupSizes struct {
	Nodegroup   string `json:"nodegroup"`
	MinSize     int32  `json:"minSize"`
	MaxSize     int32  `json:"maxSize"`
	DesiredSize *int32 `json:"desiredSize"`
	// narrowed says that the bounds are not the node group's limits.
	narrowed bool
}

// String is such as "big 3", "big 3 (2 to 4)" under bounds other than the limits, or "big 1 to 5" where the node group
// keeps its desired size within the bounds.
func (s NodegroupSizes) String() string {
	switch {
	case s.DesiredSize == nil:
		return fmt.Sprintf("%s %d to %d", s.Nodegroup, s.MinSize, s.MaxSize)
	case s.narrowed:
		return fmt.Sprintf("%s %d (%d to %d)", s.Nodegroup, *s.DesiredSize, s.MinSize, s.MaxSize)
	default:
		return fmt.Sprintf("%s %d", s.Nodegroup, *s.DesiredSize)
	}
}

// SizesOf is what is wanted of a cluster's node groups. Those that are left alone are not among them.
func SizesOf(c config.Cluster, demands []scaling.Demand) []NodegroupSizes {
	sizes := []NodegroupSizes{}
	for _, d := range demands {
		limits := c.Nodegroups[d.Nodegroup]
		goal := d.Target.Goal(limits)
		narrowed := goal.MinSize != limits.MinSize || goal.MaxSize != limits.MaxSize
		sizes = append(sizes, NodegroupSizes{d.Nodegroup, goal.MinSize, goal.MaxSize, goal.DesiredSize, narrowed})
	}
	return sizes
}

// InWords lists sizes in one line.
func InWords(sizes []NodegroupSizes) string {
	if len(sizes) == 0 {
		return "no node group is touched"
	}
	texts := make([]string, len(sizes))
	for i, s := range sizes {
		texts[i] = s.String()
	}
	return strings.Join(texts, ", ")
}

// ProfileInWords names a profile, or says that an override has sizes of its own.
func ProfileInWords(profile string) string {
	if profile == "" {
		return "(own sizes)"
	}
	return profile
}
