package scheduler

import (
	"iter"
	"time"
)

// Local times are written as if they were UTC, so that calculations need no zone.

// stretch is a span of local time without a clock change, [first, end), and without times that the clock showed before.
type stretch struct {
	first, end time.Time
	offset     time.Duration // of the wall clock from UTC
}

// stretches returns the stretches of a zone in [from, until), in order.
func stretches(zone *time.Location, from, until time.Time) iter.Seq[stretch] {
	return func(yield func(stretch) bool) {
		for t := from; t.Before(until); {
			start, end := t.In(zone).ZoneBounds()
			if end.IsZero() || end.After(until) {
				end = until
			}
			offset := offsetAt(t, zone)
			first := t.UTC().Add(offset)
			if !start.IsZero() {
				if shown := start.UTC().Add(offsetAt(start.Add(-1), zone)); shown.After(first) {
					first = shown // the clock was set back at start
				}
			}
			if !yield(stretch{first, end.UTC().Add(offset), offset}) {
				return
			}
			t = end
		}
	}
}

// longestOffset exceeds the offset of every zone.
const longestOffset = 26 * time.Hour

// instant returns when the wall clock of a zone shows the time: the first time if it repeats, and the end of the gap if it is
// skipped. EventBridge Scheduler does not document either case; a one-time schedule in UTC avoids both.
func (a at) instant(zone *time.Location) time.Time {
	for s := range stretches(zone, a.wall.Add(-longestOffset), a.wall.Add(longestOffset)) {
		if !a.wall.Before(s.end) {
			continue
		}
		if a.wall.Before(s.first) {
			return s.first.Add(-s.offset) // skipped
		}
		return a.wall.Add(-s.offset)
	}
	panic("scheduler: no wall clock reaches " + a.wall.String())
}

func offsetAt(t time.Time, zone *time.Location) time.Duration {
	_, seconds := t.In(zone).Zone()
	return time.Duration(seconds) * time.Second
}

func midnight(wall time.Time) time.Time {
	year, month, day := wall.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}
