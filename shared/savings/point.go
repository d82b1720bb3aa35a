package savings

import (
	"cmp"
	"slices"
	"time"

	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// Point is what one record says of a node group.
type Point struct {
	// Began and Ended bound the change, or the time in which the sizes were read.
	Began, Ended time.Time
	// Before holds the sizes that were read; nil if none were.
	Before *scaling.Sizes
	// After holds the sizes after a change; nil if the record is only a reading, or the change did not arrive.
	After *scaling.Sizes
	// Asked is the goal of a change, also of one that did not arrive; nil for a reading.
	Asked *scaling.Goal
	// Gone means that the node group did not exist.
	Gone bool
}

// isReading reports whether the record is of a run that changed nothing.
func (p Point) isReading() bool { return p.Asked == nil }

// setsSize reports whether a change set the desired size. One of the bounds alone leaves it to an autoscaler.
func (p Point) setsSize() bool {
	return p.After != nil && (p.Asked.DesiredSize != nil || p.Before == nil || p.Before.DesiredSize != p.After.DesiredSize)
}

// SetsSize reports whether a change set the desired size, so that nothing before it tells who did.
func SetsSize(c run.Change) bool { return OfChange(c).setsSize() }

// assumedReading bounds the time in which a unit read its sizes, if its record does not have it.
const assumedReading = 20 * time.Minute

// OfChange returns what the record of a change says. An earlier version did not record when the change began: it then counts from
// the run's first instant.
func OfChange(c run.Change) Point {
	p := Point{Began: c.StartedAt, Ended: c.EndedAt, Before: c.Before, After: c.After, Asked: &c.Goal}
	if p.Began.IsZero() {
		p.Began = c.Run.TakenAt
	}
	if p.Ended.Before(p.Began) {
		p.Ended = p.Began.Add(time.Duration(c.Seconds * float64(time.Second)))
	}
	if c.Outcome != run.Succeeded && c.Outcome != run.Unchanged {
		p.After = nil
	}
	if c.Error != nil && c.Error.Error == string(run.TargetNotFoundError) {
		p.Gone, p.Before = true, nil
	}
	return p
}

// OfUnit returns what the record of a unit says about each of its node groups that the run did not change. Those that it changed, or
// tried to, have records of their own.
func OfUnit(r run.UnitRecord) map[string]Point {
	points := map[string]Point{}
	ended := r.EndedAt
	if ended.IsZero() {
		ended = r.Run.TakenAt.Add(assumedReading)
	}
	for _, n := range r.Nodegroups {
		switch n.Outcome {
		case run.Unchanged, run.Skipped, run.Planned:
		case run.Succeeded, run.Failed, run.Overtaken, run.Returned, run.Incomplete:
			continue
		}
		gone := n.Before == nil && n.Outcome == run.Unchanged && n.Warning != ""
		if n.Before != nil || gone {
			points[n.Nodegroup] = Point{Began: r.Run.TakenAt, Ended: ended, Before: n.Before, Gone: gone}
		}
	}
	return points
}

// ordered sorts points by time, and leaves out the readings that cannot be ordered: those taken while a change was in progress may be
// of the time before or after it.
func ordered(points []Point) []Point {
	points = slices.Clone(points)
	slices.SortStableFunc(points, func(a, b Point) int {
		return cmp.Or(a.Began.Compare(b.Began), a.Ended.Compare(b.Ended))
	})
	var kept []Point
	var lastChange time.Time // the latest end of a change so far
	for i, p := range points {
		if p.isReading() && (p.Began.Before(lastChange) || changesBefore(points[i+1:], p.Ended)) {
			continue
		}
		if !p.isReading() && p.Ended.After(lastChange) {
			lastChange = p.Ended
		}
		kept = append(kept, p)
	}
	return kept
}

// changesBefore reports whether a change among later points begins before an instant.
func changesBefore(later []Point, t time.Time) bool {
	for _, p := range later {
		if !p.Began.Before(t) {
			return false
		}
		if !p.isReading() {
			return true
		}
	}
	return false
}
