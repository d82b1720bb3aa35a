package weekgrid

import (
	"slices"
	"sort"
	"time"
)

// cell is a part of a local day, such as half an hour. It shows the span at its first instant within the lane's interval; in a
// repeated hour, at an instant of the first pass.
//
// A span without a cell takes over the cell in which it begins. If that would hide another span, the cell shows several, and the
// grid lists them in a note.
type cell struct {
	spans   []int // what is shown, in order of time: none outside the interval, or several
	skipped bool  // the wall clock skips it on this day
}

// cells returns the rows of the lane. The length divides a day.
func (l Lane) cells(rows []day, length time.Duration) [][]cell {
	grid := make([][]cell, len(rows))
	shown := make([]int, len(l.Spans)) // how many cells show the span
	for row, day := range rows {
		for start := time.Duration(0); start < 24*time.Hour; start += length {
			c := cell{skipped: !slices.ContainsFunc(day.segments, func(s segment) bool {
				return s.wall < start+length && s.wallEnd() > start
			})}
			if at, ok := l.firstIn(day, start, length); ok {
				span := l.spanAt(at)
				c.spans = []int{span}
				shown[span]++
			}
			grid[row] = append(grid[row], c)
		}
	}
	for i, span := range l.Spans {
		if shown[i] == 0 {
			face := clockFace(span.From.In(l.Zone))
			date := dateOf(face)
			c := &grid[daysBetween(rows[0].date, date)][int(face.Sub(date)/length)]
			c.spans = append(c.spans, i)
		}
	}
	for _, row := range grid {
		settle(row, shown)
	}
	return grid
}

// settle lets a span take over its cell if that hides no other.
func settle(row []cell, shown []int) {
	for i, c := range row {
		if len(c.spans) == 2 && shown[c.spans[0]] > 1 {
			shown[c.spans[0]]--
			row[i].spans = c.spans[1:]
		}
	}
}

// firstIn returns the first instant of the lane's interval at which the wall clock is in the given part of the day, if any.
func (l Lane) firstIn(d day, start, length time.Duration) (time.Time, bool) {
	for _, s := range d.segments {
		s, ok := s.within(l.From, l.Until)
		if ok && s.wall < start+length && s.wallEnd() > start {
			return s.from.Add(max(0, start-s.wall)), true
		}
	}
	return time.Time{}, false
}

// spanAt returns the index of the span at an instant of the interval.
func (l Lane) spanAt(t time.Time) int {
	return sort.Search(len(l.Spans), func(i int) bool { return l.Spans[i].From.After(t) }) - 1
}

// merged returns the lane without changes that look the same, such as from one period to another of the same profile.
func (l Lane) merged() Lane {
	l.Spans = slices.CompactFunc(slices.Clone(l.Spans), func(a, b Span) bool {
		return a.Profile == b.Profile && a.Detail == b.Detail && a.Weight == b.Weight &&
			(a.Source == override) == (b.Source == override) && (a.Source == Ahead) == (b.Source == Ahead) &&
			slices.EqualFunc(a.Conditional, b.Conditional, Conditional.equal)
	})
	return l
}
