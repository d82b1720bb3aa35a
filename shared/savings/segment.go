package savings

import (
	"time"

	"eks-scaling-automation/shared/scaling"
)

// Cause says who set the size that a node group had.
type Cause string

// The causes.
const (
	// Ours is a change by a run, until a record disagrees.
	Ours Cause = "eks-scaling"
	// Autoscaler changed the desired size within bounds that the schedule leaves to it.
	Autoscaler Cause = "autoscaler"
	// Person changed the bounds, which no autoscaler does.
	Person Cause = "person"
	// Observed is a size on record whose cause is not: from before the first change, or changed by somebody else at an unknown time.
	Observed Cause = "observed"
	// Unknown is the time without any record: before the first one, and while the node group did not exist.
	Unknown Cause = "unknown"
)

// Causes lists the causes of known sizes, in the order of tables.
func Causes() []Cause { return []Cause{Ours, Autoscaler, Person, Observed} }

// Segment is an interval in which a node group had one size for one cause.
type Segment struct {
	From, Until time.Time
	Nodes       int32 // 0 if the cause is unknown
	Cause       Cause
}

// Segments returns the sizes of a node group in an interval, from its records in any order. They may begin before the interval and end
// after it. The segments cover the interval without gaps.
//
// A raise counts from the call and a reduction from its end, as instances are paid for from their launch to their termination. A size
// holds until a record disagrees. The last size holds until the end.
func Segments(points []Point, from, until time.Time) []Segment {
	t := tracker{from: from.Truncate(time.Second), until: until.Truncate(time.Second), cause: Unknown}
	for _, p := range ordered(points) {
		t.read(p)
		t.change(p)
	}
	t.advance(until, t.cause)
	return t.segments
}

// tracker follows a node group through its records.
type tracker struct {
	from, until time.Time
	segments    []Segment
	at          time.Time // up to where segments are complete
	sizes       scaling.Sizes
	cause       Cause
	// asked is the latest goal, missed whether its change did not arrive.
	asked  *scaling.Goal
	missed bool
	// set is the desired size that the latest change on record set, and setter its cause. A reading of it is not compared with earlier
	// readings, so that an hour has the same causes whatever else is read.
	set    *int32
	setter Cause
}

// advance adds the time up to t with the present size.
func (t *tracker) advance(until time.Time, cause Cause) {
	until = until.Truncate(time.Second)
	from := t.at
	if !until.After(from) && !from.IsZero() {
		return
	}
	t.at = until
	if from.Before(t.from) {
		from = t.from
	}
	if until.After(t.until) {
		until = t.until
	}
	if !until.After(from) {
		return
	}
	nodes := t.sizes.DesiredSize
	if cause == Unknown {
		nodes = 0
	}
	if n := len(t.segments); n > 0 && t.segments[n-1].Nodes == nodes && t.segments[n-1].Cause == cause {
		t.segments[n-1].Until = until
		return
	}
	t.segments = append(t.segments, Segment{From: from, Until: until, Nodes: nodes, Cause: cause})
}

// read takes in the sizes before a change, or of a reading.
func (t *tracker) read(p Point) {
	switch {
	case p.Gone:
		t.advance(p.Began, t.cause)
		t.cause, t.asked, t.missed, t.set = Unknown, nil, false, nil
	case p.Before == nil:
	case t.cause == Unknown:
		t.advance(p.Began, Unknown)
		t.sizes, t.cause = *p.Before, Observed
	case p.Before.DesiredSize == t.sizes.DesiredSize:
		t.advance(p.Began, t.cause)
		t.sizes = *p.Before
	default:
		t.advance(p.Began, Observed)
		t.cause, t.sizes = t.blame(*p.Before), *p.Before
	}
}

// blame returns who changed the desired size to the sizes that were read.
func (t *tracker) blame(read scaling.Sizes) Cause {
	switch {
	case t.missed && t.asked.Sizes(t.sizes.DesiredSize) == read:
		return Ours // the change arrived after all
	case t.set != nil && *t.set == read.DesiredSize:
		return t.setter // somebody changed it back
	case read.MinSize != t.sizes.MinSize || read.MaxSize != t.sizes.MaxSize:
		return Person
	case t.asked != nil && t.asked.DesiredSize == nil:
		return Autoscaler
	default:
		return Observed
	}
}

// change takes in the result of a change. One that failed or was overtaken changes nothing, unless a later record has its sizes.
func (t *tracker) change(p Point) {
	if p.isReading() || p.Gone {
		return
	}
	t.asked, t.missed = p.Asked, p.After == nil
	if p.After == nil {
		return
	}
	if !p.setsSize() && t.cause != Unknown {
		t.sizes = *p.After // only the bounds changed
		return
	}
	if t.cause != Unknown && p.After.DesiredSize < t.sizes.DesiredSize {
		t.advance(p.Ended, t.cause)
	} else {
		t.advance(p.Began, t.cause)
	}
	t.sizes, t.cause = *p.After, Ours
	if p.Asked.DesiredSize != nil && p.After.DesiredSize > *p.Asked.DesiredSize {
		t.cause = Observed // somebody raised it meanwhile
	}
	t.set, t.setter = &p.After.DesiredSize, t.cause
}
