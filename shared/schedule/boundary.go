package schedule

import (
	"maps"
	"slices"
)

// Boundary is a wall-clock time at which a window starts or ends on each of the given days.
type Boundary struct {
	At   Clock
	Days Days
}

// Boundaries are the distinct times at which a trigger is due, in order of the clock, each with all of its days. A
// window's end at 24:00 is the next day's 00:00.
func (s *Schedule) Boundaries() []Boundary {
	return slices.Clone(s.boundaries)
}

func boundaries(periods []Period) []Boundary {
	days := map[Clock]Days{}
	for _, p := range periods {
		days[p.From] |= p.daysOrAll()
		ends := p.daysOrAll()
		if p.overnight() || p.To == EndOfDay {
			ends = ends.Shift(1)
		}
		days[p.To%EndOfDay] |= ends
	}
	all := make([]Boundary, 0, len(days))
	for _, at := range slices.Sorted(maps.Keys(days)) {
		all = append(all, Boundary{At: at, Days: days[at]})
	}
	return all
}
