package savings

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// BaselineSource says where a baseline comes from.
type BaselineSource string

// The sources, best first.
const (
	Declared    BaselineSource = "declared"     // in the configuration
	FirstChange BaselineSource = "first change" // the size before the first change on record
	FirstRecord BaselineSource = "first record" // there is no change on record: the first size
)

// Baseline is the number of nodes that would run without eks-scaling.
type Baseline struct {
	Nodes  int32          `json:"nodes"`
	Source BaselineSource `json:"source"`
}

// FirstOf returns the baseline of a node group that declares none: the size before the first change on record, never the largest. False
// means that no record has a size.
func FirstOf(points []Point) (Baseline, bool) {
	byTime := slices.Clone(points)
	slices.SortStableFunc(byTime, func(a, b Point) int { return a.Began.Compare(b.Began) })
	for _, source := range []BaselineSource{FirstChange, FirstRecord} {
		for _, p := range byTime {
			if p.Before != nil && p.isReading() == (source == FirstRecord) {
				return Baseline{Nodes: p.Before.DesiredSize, Source: source}, true
			}
		}
	}
	return Baseline{}, false
}

// Nodegroup is a node group with its records.
type Nodegroup struct {
	Cluster, Schedule, Name string
	// Region is empty for a node group that was removed.
	Region string
	// Zone decides where days begin.
	Zone *time.Location
	// Baseline is nil if none is declared and no record has a size: then all time is unknown.
	Baseline *Baseline
	// Removed means that it is no longer configured: nothing is known after its last record.
	Removed bool
	Rate    Rate
	Points  []Point
}

// Compare orders node groups by cluster, schedule and name.
func (n Nodegroup) Compare(other Nodegroup) int {
	return cmp.Or(strings.Compare(n.Cluster, other.Cluster), strings.Compare(n.Schedule, other.Schedule), strings.Compare(n.Name, other.Name))
}

// SetBefore reports whether a change that set the size and ended before an instant is on record. A reading alone does not tell who set it,
// and until a change has ended, the size before it counts.
func (n Nodegroup) SetBefore(t time.Time) bool {
	return slices.ContainsFunc(n.Points, func(p Point) bool { return !p.Ended.After(t) && p.setsSize() })
}

// Unit returns the name of the node group's unit.
func (n Nodegroup) Unit() string {
	if n.Schedule == "" {
		return n.Cluster
	}
	return n.Cluster + ":" + n.Schedule
}

// Segments returns the sizes in an interval. All is unknown without a baseline, and after the last record of a removed node group.
func (n Nodegroup) Segments(from, until time.Time) []Segment {
	known := until
	switch {
	case n.Baseline == nil:
		known = from
	case n.Removed:
		known = from
		for _, p := range n.Points {
			known = later(known, p.Ended)
		}
		if known.After(until) {
			known = until
		}
	}
	segments := Segments(n.Points, from, known)
	if known.Before(until) {
		segments = append(segments, Segment{From: known, Until: until, Cause: Unknown})
	}
	return segments
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// Hours returns the node hours of the node group in an interval.
func (n Nodegroup) Hours(from, until time.Time) Hours {
	h := Hours{}
	for _, s := range n.Segments(from, until) {
		h.add(n, s)
	}
	return h
}

// Key names a node group.
type Key struct{ Cluster, Nodegroup string }
