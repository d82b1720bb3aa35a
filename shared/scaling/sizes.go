// Package scaling decides what must change on the node groups of a cluster, and in which order: capacity is made before
// it is broken. A decision is a value with a reason, and leaving a node group alone is a decision too.
//
// The package is pure: values in, values out. It never asks for the current time and never talks to AWS.
package scaling

import (
	"encoding/json"
	"fmt"
)

// Sizes are the three numbers of a managed node group's scaling configuration, in nodes.
type Sizes struct {
	MinSize     int32 `json:"minSize"`
	MaxSize     int32 `json:"maxSize"`
	DesiredSize int32 `json:"desiredSize"`
}

// String is the desired size with the bounds behind it, such as "3 (0..5)".
func (s Sizes) String() string {
	return fmt.Sprintf("%d (%d..%d)", s.DesiredSize, s.MinSize, s.MaxSize)
}

// compare orders sizes by the capacity that they stand for: negative when s is less than other. A lower minSize alone
// counts as less, because it allows an autoscaler to take nodes away.
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

// Limits are the sizes that a node group never leaves, whatever a profile or a person asks for.
type Limits struct {
	MinSize int32 `json:"minSize"`
	MaxSize int32 `json:"maxSize"`
}

// Check says why sizes are not acceptable: outside the limits, or not ordered min <= desired <= max.
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

// Target is what a profile wants of a node group. A missing bound is the limit's; without DesiredSize the node group
// keeps its own, for clusters in which an autoscaler owns it.
type Target struct {
	MinSize     *int32
	MaxSize     *int32
	DesiredSize *int32
}

// Desired is the target that configurations write as a plain number.
func Desired(n int32) Target {
	return Target{DesiredSize: &n}
}

// MarshalJSON is the form that configurations use: a number when only the desired size is given, else an object.
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

// Goal is a target with its bounds filled in from the limits.
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

// Goal is the target of a node group. Without DesiredSize it keeps its own, unless the bounds force another.
type Goal struct {
	MinSize     int32  `json:"minSize"`
	MaxSize     int32  `json:"maxSize"`
	DesiredSize *int32 `json:"desiredSize,omitempty"`
}

// Sizes are all three numbers, for a node group whose desired size is now current.
func (g Goal) Sizes(current int32) Sizes {
	desired := min(max(current, g.MinSize), g.MaxSize)
	if g.DesiredSize != nil {
		desired = *g.DesiredSize
	}
	return Sizes{MinSize: g.MinSize, MaxSize: g.MaxSize, DesiredSize: desired}
}

// Wanted is how many nodes the goal asks for at least: its desired size, or minSize when it has none.
func (g Goal) Wanted() int32 {
	if g.DesiredSize != nil {
		return *g.DesiredSize
	}
	return g.MinSize
}

// Reached reports whether sizes are what the goal asks for. Without DesiredSize any desired size within the bounds is.
func (g Goal) Reached(s Sizes) bool {
	return g.Sizes(s.DesiredSize) == s
}

// String is the desired size with the bounds behind it, such as "3 (0..5)"; without one the bounds alone.
func (g Goal) String() string {
	if g.DesiredSize == nil {
		return fmt.Sprintf("(%d..%d)", g.MinSize, g.MaxSize)
	}
	return g.Sizes(0).String()
}

// Equal says whether both goals ask for the same.
func (g Goal) Equal(other Goal) bool {
	sameDesired := g.DesiredSize == other.DesiredSize ||
		g.DesiredSize != nil && other.DesiredSize != nil && *g.DesiredSize == *other.DesiredSize
	return g.MinSize == other.MinSize && g.MaxSize == other.MaxSize && sameDesired
}
