package eksmodel

import (
	"slices"
	"time"
)

// Forever is the duration of an update that ends only by [Model.End].
const Forever = time.Duration(-1)

// Timing is when an accepted update takes effect.
type Timing int

// An effect comes as soon as the update is accepted, or when it ends.
const (
	AtOnce Timing = iota
	AtEnd
)

// Behavior controls the next updates of a node group. An update keeps the behavior with which it was accepted.
type Behavior struct {
	// Duration is the duration of an update, or [Forever].
	Duration time.Duration
	// Looks ends an update or a deletion after this number of describe calls, instead of by its duration.
	Looks int
	// Visible is when describe calls show the new sizes.
	Visible Timing
	// Lowers is when a lower desiredSize removes nodes. New nodes always appear at the end.
	Lowers Timing
	// StatusLag is how long describe calls still show the old status after an update was accepted.
	StatusLag time.Duration
	// Ends is how an update ends.
	Ends Ending
	// Deletion is how long the node group is DELETING, or [Forever].
	Deletion time.Duration
}

// Ending is how an update ends. The zero value is a success.
type Ending struct {
	// Failure makes the update fail if its code is set.
	Failure Issue
	// KeepsNewSizes makes a failed update leave its requested sizes. Otherwise the previous sizes return.
	KeepsNewSizes bool
	// Health makes the node group DEGRADED. A raise with such an end adds no node.
	Health []Issue
}

func (e Ending) fails() bool { return e.Failure != Issue{} }

func (b Behavior) clone() Behavior {
	b.Ends.Health = slices.Clone(b.Ends.Health)
	return b
}
