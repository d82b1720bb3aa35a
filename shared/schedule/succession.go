package schedule

import (
	"maps"
	"slices"
)

// Succession is a time of the week at which one profile may follow another.
type Succession struct {
	At            WeekTime
	Before, After Activation // without their ends
	// Lasted is how long, in minutes, Before applies until then in the ordinary week. It is zero if one of the two depends on the
	// month.
	Lasted WeekTime
}

// Successions returns the changes of an ordinary week, and those that periods limited to months or to some weeks of a month may add
// to it. Periods with listed dates do not count.
func (s *Schedule) Successions() []Succession {
	var all []Succession
	week := s.week()
	for _, t := range s.weekEdges() {
		ordinary := pair{week[t.Add(-1)], week[t]}
		if ordinary.before != ordinary.after {
			all = append(all, Succession{t, s.named(ordinary.before), s.named(ordinary.after), lasted(week, t)})
		}
		for _, p := range s.monthlyPairs(t, ordinary) {
			all = append(all, Succession{At: t, Before: s.named(p.before), After: s.named(p.after)})
		}
	}
	return all
}

// pair holds the indices of two periods that follow each other.
type pair struct{ before, after int }

// named returns the activation of a period by its index.
func (s *Schedule) named(i int) Activation {
	a := Activation{Profile: s.profileOf(i)}
	if i != byDefault {
		a.Period = s.rules[i].Name
	}
	return a
}

// weekEdges returns the times of the week at which windows without listed dates may start or end, in order.
func (s *Schedule) weekEdges() []WeekTime {
	edges := map[WeekTime]bool{}
	for _, b := range s.weekly {
		for t := range endOfWeek / WeekTime(EndOfDay) {
			if at := t*WeekTime(EndOfDay) + WeekTime(b.At); b.Days.Has(at.Weekday()) {
				edges[at] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(edges))
}

// lasted returns how long the period before t applies without a break until then.
func lasted(week []int, t WeekTime) (minutes WeekTime) {
	for before := week[t.Add(-1)]; minutes < endOfWeek && week[t.Add(-minutes-1)] == before; {
		minutes++
	}
	return minutes
}

// monthlyPairs returns the periods that may follow each other at t if one of them depends on the month.
func (s *Schedule) monthlyPairs(t WeekTime, ordinary pair) []pair {
	befores, afters := append(s.monthly(t.Add(-1)), ordinary.before), append(s.monthly(t), ordinary.after)
	var all []pair
	for _, before := range befores {
		for _, after := range afters {
			if p := (pair{before, after}); before != after && p != ordinary && s.mayChange(p, t) {
				all = append(all, p)
			}
		}
	}
	return all
}

// monthly returns the periods that depend on the month and may be active at t.
func (s *Schedule) monthly(t WeekTime) (all []int) {
	for i, r := range s.rules {
		if !r.dated() && !r.weekly() && r.When == nil && r.mayShow(t) {
			all = append(all, i)
		}
	}
	return all
}

// mayChange reports whether a window of the one period may end at t, or one of the other may start.
func (s *Schedule) mayChange(p pair, t WeekTime) bool {
	return p.before != byDefault && s.rules[p.before].mayEnd(t) || p.after != byDefault && s.rules[p.after].mayStart(t)
}

// mayStart reports whether a window may start at a time of the week.
func (p Period) mayStart(t WeekTime) bool {
	return t.Clock() == p.From.At && p.startDays().Has(t.Weekday())
}

// mayEnd reports whether a window may end at a time of the week.
func (p Period) mayEnd(t WeekTime) bool {
	return p.mayStart(t.Add(-WeekTime(p.length())))
}

// mayShow reports whether a time of the week may lie in a window.
func (p Period) mayShow(t WeekTime) bool {
	for day := range WeekTime(p.span() + 1) {
		from := newWeekTime(t.Weekday(), p.From.At).Add(-day * WeekTime(EndOfDay))
		if p.mayStart(from) && t.Add(-from) < WeekTime(p.length()) {
			return true
		}
	}
	return false
}
