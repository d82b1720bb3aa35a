// Package scaling decides what to change on the node groups of a cluster, and in which order: scale up before scaling down. A
// decision is a value with a reason; leaving a node group alone is a decision too.
//
// The package is pure: it never reads the clock and never calls AWS.
package scaling

import (
	"encoding/json"
	"fmt"
)

// Sizes is a managed node group's scaling configuration, in nodes.
type Sizes struct {
	MinSize     int32 `json:"minSize"`
	MaxSize     int32 `json:"maxSize"`
	DesiredSize int32 `json:"desiredSize"`
}

// String returns the desired size followed by the bounds, such as "3 (0..5)".
func (s Sizes) String() string {
	return fmt.Sprintf("%d (%d..%d)", s.DesiredSize, s.MinSize, s.MaxSize)
}

// compare orders sizes by capacity: negative if s is less than other. A lower minSize alone counts as less, because it lets an
// autoscaler remove nodes.
func (s Sizes) compare(other Sizes) int32 {
	switch {
	case s.DesiredSize != other.DesiredSize:
		return s.DesiredSize - other.DesiredSize
	case s.MinSize != other.MinSize:
		return s.MinSize - other.MinSize
	default:
		return s.MaxSize - other.MaxSize
	}
}

// Limits bounds the sizes of a node group. No profile and no person can exceed them.
type Limits struct {
	MinSize int32 `json:"minSize"`
	MaxSize int32 `json:"maxSize"`
}

// Check refuses sizes outside the limits, or not ordered min <= desired <= max.
func (l Limits) Check(s Sizes) error {
	for _, size := range []struct {
		name string
		n    int32
	}{{"minSize", s.MinSize}, {"desiredSize", s.DesiredSize}, {"maxSize", s.MaxSize}} {
		if size.n < l.MinSize || size.n > l.MaxSize {
			return fmt.Errorf("%s %d is outside the node group's limits, %d to %d", size.name, size.n, l.MinSize, l.MaxSize)
		}
	}
	if s.MinSize > s.DesiredSize || s.DesiredSize > s.MaxSize {
		return fmt.Errorf("minSize %d, desiredSize %d, maxSize %d: use minSize <= desiredSize <= maxSize",
			s.MinSize, s.DesiredSize, s.MaxSize)
	}
	return nil
}

// Target is what a profile asks of a node group. A missing bound defaults to the limit. Without DesiredSize the node group keeps
// its own, for clusters with an autoscaler.
type Target struct {
	MinSize     *int32
	MaxSize     *int32
	DesiredSize *int32
}

// Desired returns a target with only a desired size.
func Desired(n int32) Target {
	return Target{DesiredSize: &n}
}

// MarshalJSON returns the form that configurations use: a number if only the desired size is set, otherwise an object.
func (t Target) MarshalJSON() ([]byte, error) {
	if t.DesiredSize != nil && t.MinSize == nil && t.MaxSize == nil {
		return json.Marshal(*t.DesiredSize)
	}
	return json.Marshal(struct {
		MinSize     *int32 `json:"minSize,omitempty"`
		MaxSize     *int32 `json:"maxSize,omitempty"`
		DesiredSize *int32 `json:"desiredSize,omitempty"`
	}{t.MinSize, t.MaxSize, t.DesiredSize})
}

// Goal returns the target with its bounds filled in from the limits.
func (t Target) Goal(limits Limits) Goal {
	g := Goal{MinSize: limits.MinSize, MaxSize: limits.MaxSize, DesiredSize: t.DesiredSize}
	if t.MinSize != nil {
		g.MinSize = *t.MinSize
	}
	if t.MaxSize != nil {
		g.MaxSize = *t.MaxSize
	}
	return g
}

// Goal is the target of a node group. Without DesiredSize the node group keeps its own, unless the bounds force another.
type Goal struct {
	MinSize     int32  `json:"minSize"`
	MaxSize     int32  `json:"maxSize"`
	DesiredSize *int32 `json:"desiredSize,omitempty"`
}

// Sizes returns the full sizes for a node group with the given current desired size.
func (g Goal) Sizes(current int32) Sizes {
	desired := min(max(current, g.MinSize), g.MaxSize)
	if g.DesiredSize != nil {
		desired = *g.DesiredSize
	}
	return Sizes{MinSize: g.MinSize, MaxSize: g.MaxSize, DesiredSize: desired}
}

// Wanted returns the minimum number of nodes that the goal asks for: its desired size, or else minSize.
func (g Goal) Wanted() int32 {
	if g.DesiredSize != nil {
		return *g.DesiredSize
	}
	return g.MinSize
}

// Reached reports whether sizes match the goal. Without DesiredSize, any desired size within the bounds matches.
func (g Goal) Reached(s Sizes) bool {
	return g.Sizes(s.DesiredSize) == s
}

// String returns the desired size followed by the bounds, such as "3 (0..5)", or only the bounds.
func (g Goal) String() string {
	if g.DesiredSize == nil {
		return fmt.Sprintf("(%d..%d)", g.MinSize, g.MaxSize)
	}
	return g.Sizes(0).String()
}

// Equal reports whether both goals are the same.
func (g Goal) Equal(other Goal) bool {
	sameDesired := g.DesiredSize == other.DesiredSize ||
		g.DesiredSize != nil && other.DesiredSize != nil && *g.DesiredSize == *other.DesiredSize
	return g.MinSize == other.MinSize && g.MaxSize == other.MaxSize && sameDesired
}
