// Package agenda words what changes when: the steps of a span of time, their sizes, and overrides.
package agenda

import (
	"fmt"
	"strings"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
)

// NodegroupSizes are the desired sizes of a node group, in nodes. DesiredSize is nil if it keeps its current one.
type NodegroupSizes struct {
	Nodegroup   string `json:"nodegroup"`
	MinSize     int32  `json:"minSize"`
	MaxSize     int32  `json:"maxSize"`
	DesiredSize *int32 `json:"desiredSize"`
	narrowed    bool   // the bounds differ from the node group's limits
}

// String returns text such as "big 3", "big 3 (2 to 4)" with bounds other than the limits, or "big 1 to 5" without a desired size.
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

// SizesOf returns the desired sizes of a unit's node groups, without those that are left alone.
func SizesOf(u config.Unit, demands []scaling.Demand) []NodegroupSizes {
	sizes := []NodegroupSizes{}
	for _, d := range demands {
		limits := u.Nodegroups[d.Nodegroup]
		goal := d.Target.Goal(limits)
		narrowed := goal.MinSize != limits.MinSize || goal.MaxSize != limits.MaxSize
		sizes = append(sizes, NodegroupSizes{d.Nodegroup, goal.MinSize, goal.MaxSize, goal.DesiredSize, narrowed})
	}
	return sizes
}

// InWords lists sizes in one line.
func InWords(sizes []NodegroupSizes) string {
	if len(sizes) == 0 {
		return "no node group is scaled"
	}
	texts := make([]string, len(sizes))
	for i, s := range sizes {
		texts[i] = s.String()
	}
	return strings.Join(texts, ", ")
}

// ProfileInWords names a profile, or says that an override sets custom sizes.
func ProfileInWords(profile string) string {
	if profile == "" {
		return "custom"
	}
	return profile
}
