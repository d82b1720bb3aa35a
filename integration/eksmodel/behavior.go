package eksmodel

import (
	"slices"
	"time"
)

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
	// Looks is after how many describe calls an update or a deletion ends. Their durations do not count then.
	Looks int
	// Visible is when a describe call shows the new sizes.
	Visible Moment
	// Lowers is when nodes go that a lower desiredSize takes away. New nodes always come at the end.
	Lowers Moment
	// StatusLag is how long after an accepted update a describe call still shows the status before it.
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
	// KeepsNewSizes says whether a failed update leaves the sizes that it asked for. Otherwise those before it come back.
	KeepsNewSizes bool
	// Health makes the node group DEGRADED. A raise that ends so brings no node.
	Health []Issue
}

func (e Ending) fails() bool { return e.Failure != Issue{} }

func (b Behavior) clone() Behavior {
	b.Ends.Health = slices.Clone(b.Ends.Health)
	return b
}
