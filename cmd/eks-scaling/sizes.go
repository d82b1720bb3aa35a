package main

import (
	"fmt"
	"strings"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
)

// nodegroupSizes is what a node group is to have, in nodes; DesiredSize is nil where it keeps its own.
type nodegroupSizes struct {
	Nodegroup   string `json:"nodegroup"`
	MinSize     int32  `json:"minSize"`
	MaxSize     int32  `json:"maxSize"`
	DesiredSize *int32 `json:"desiredSize"`
	// narrowed says that the bounds are not the node group's limits.
	narrowed bool
}

// String is such as "big 3", "big 3 (2 to 4)" under bounds other than the limits, or "big 1 to 5" where the node group
// keeps its desired size within the bounds.
func (s nodegroupSizes) String() string {
	switch {
	case s.DesiredSize == nil:
		return fmt.Sprintf("%s %d to %d", s.Nodegroup, s.MinSize, s.MaxSize)
	case s.narrowed:
		return fmt.Sprintf("%s %d (%d to %d)", s.Nodegroup, *s.DesiredSize, s.MinSize, s.MaxSize)
	default:
		return fmt.Sprintf("%s %d", s.Nodegroup, *s.DesiredSize)
	}
}

// sizesOf is what is wanted of a cluster's node groups. Those that are left alone are not among them.
func sizesOf(c config.Cluster, demands []scaling.Demand) []nodegroupSizes {
	sizes := []nodegroupSizes{}
	for _, d := range demands {
		limits := c.Nodegroups[d.Nodegroup]
		goal := d.Target.Goal(limits)
		narrowed := goal.MinSize != limits.MinSize || goal.MaxSize != limits.MaxSize
		sizes = append(sizes, nodegroupSizes{d.Nodegroup, goal.MinSize, goal.MaxSize, goal.DesiredSize, narrowed})
	}
	return sizes
}

// inWords lists sizes in one line.
func inWords(sizes []nodegroupSizes) string {
	if len(sizes) == 0 {
		return "no node group is touched"
	}
	texts := make([]string, len(sizes))
	for i, s := range sizes {
		texts[i] = s.String()
	}
	return strings.Join(texts, ", ")
}

// profileInWords names a profile, or says that an override has sizes of its own.
func profileInWords(profile string) string {
	if profile == "" {
		return "(own sizes)"
	}
	return profile
}
