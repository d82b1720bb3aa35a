// Package schedule answers one question: which profile should be active at t? It is level-triggered: the answer depends only on t
// and the configured periods, never on the event that fired. So the next run corrects late, duplicate or lost triggers.
//
// The package is pure: it never reads the clock, and does no I/O.
package schedule

import (
	"errors"
	"iter"
	"slices"
	"time"
)

// Schedule is a checked set of periods in a zone. Make it with [New].
type Schedule struct {
	loc     *time.Location
	profile string
	rules   []rule
	base    counted // selects the unconditional periods
	weekly  []Transition
}

// New validates the periods and returns their schedule. The first matching period wins; if none matches, profile applies.
// Conditional periods do not count there: see [Schedule.Matches]. Periods may name only the given calendars. An error holds a
// [PeriodError] for each invalid period, see [PeriodErrors]. It does not depend on the time or on the calendars' dates;
// [Schedule.Review] does.
func New(loc *time.Location, profile string, periods []Period, calendars map[string]Calendar) (*Schedule, error) {
	s := &Schedule{loc: loc, profile: profile, rules: make([]rule, len(periods))}
	var wrong []error
	for i, p := range periods {
		var err error
		s.rules[i], err = newRule(p, calendars)
		s.rules[i].index = i
		wrong = append(wrong, at(i, err))
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err // without these, it is unknown whether the others ever apply
	}
	left := maxCompared
	for i := range s.rules {
		wrong = append(wrong, at(i, s.neverActive(i, &left)))
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	s.weekly = weekly(s.rules)
	if s.HasConditions() {
		s.base = unconditional
	}
	return s, nil
}

// Location returns the schedule's time zone.
func (s *Schedule) Location() *time.Location {
	return s.loc
}

// Default returns the profile that applies if no period matches.
func (s *Schedule) Default() string {
	return s.profile
}

// Activation is the active profile, with its beginning and end.
type Activation struct {
	Profile string
	// Period names the period that made the profile active; empty for the default.
	Period string
	// Since and Until bound the activation: Since <= t < Until. Zero means that nothing changes within [Horizon].
	Since, Until time.Time
}

// Horizon is how far, in days, the schedule is searched for a change.
const Horizon = 400

// Active returns the activation at t.
func (s *Schedule) Active(t time.Time) Activation {
	return s.activation(t, s.match(t, s.base), s.base)
}

// activation returns the activation of period i at t, among the periods that count.
func (s *Schedule) activation(t time.Time, i int, counts counted) Activation {
	a := s.named(i)
	a.Since, a.Until = s.lastChange(t, i, counts), s.nextChange(t, i, counts)
	return a
}

// Until returns when the activation at t ends; zero if nothing changes within [Horizon].
func (s *Schedule) Until(t time.Time) time.Time {
	return s.nextChange(t, s.match(t, s.base), s.base)
}

// Next returns the activation that follows the one at t, and false if nothing changes within [Horizon].
func (s *Schedule) Next(t time.Time) (Activation, bool) {
	change := s.Until(t)
	if change.IsZero() {
		return Activation{}, false
	}
	return s.Active(change), true
}

// byDefault is the index that means no period.
const byDefault = -1

// match returns the index of the first period that counts with a window around t, or byDefault.
func (s *Schedule) match(t time.Time, counts counted) int {
	l := readingAt(t, s.loc)
	for i := range s.rules {
		if !counts.has(&s.rules[i]) {
			continue
		}
		if _, found := s.rules[i].around(l, true); found {
			return i
		}
	}
	return byDefault
}

// nextChange returns the first instant after t at which another period than i is active, or zero.
func (s *Schedule) nextChange(t time.Time, i int, counts counted) time.Time {
	horizon := t.AddDate(0, 0, Horizon)
	for edges := range s.edges(t, 1, s.decisive(i, counts)) {
		for _, edge := range edges {
			if edge.After(t) && !edge.After(horizon) && s.match(edge, counts) != i {
				return edge
			}
		}
	}
	return time.Time{}
}

// lastChange returns the last instant up to t at which period i became active, or zero.
func (s *Schedule) lastChange(t time.Time, i int, counts counted) time.Time {
	horizon := t.AddDate(0, 0, -Horizon)
	for edges := range s.edges(t, -1, s.decisive(i, counts)) {
		for _, edge := range slices.Backward(edges) {
			if !edge.After(t) && !edge.Before(horizon) && s.match(edge.Add(-time.Nanosecond), counts) != i {
				return edge
			}
		}
	}
	return time.Time{}
}

// decisive selects the periods whose windows decide whether period i is the first match: those before it, and itself. Without this, a
// period that is always active would cost a look at each window of its [Horizon].
func (s *Schedule) decisive(i int, counts counted) counted {
	if i == byDefault {
		return counts
	}
	return func(r *rule) bool {
		return counts.has(r) && (r.index < i || r.index == i && !r.always())
	}
}

// edges yields, day by day in the given direction, the sorted beginnings and ends of the windows that count on that date, or right
// after it if they were moved out of a gap. It starts some days on the other side of t, so that it misses none near t.
func (s *Schedule) edges(t time.Time, direction int, counts counted) iter.Seq[[]time.Time] {
	return func(yield func([]time.Time) bool) {
		if !slices.ContainsFunc(s.rules, func(r rule) bool { return counts.has(&r) }) {
			return
		}
		l, before := readingAt(t, s.loc), 2
		if l.steady {
			before = 0 // dates and instants are in the same order
		}
		start := l.today - Date(before*direction)
		for n := range before + Horizon + 1 {
			d := start + Date(n*direction)
			var edges []time.Time
			for i := range s.rules {
				if counts.has(&s.rules[i]) {
					edges = s.rules[i].edgesOn(d, s.loc, edges)
				}
			}
			slices.SortFunc(edges, time.Time.Compare)
			if !yield(edges) {
				return
			}
		}
	}
}

// edgesOn appends the beginnings and ends of the rule's windows on d.
func (r *rule) edgesOn(d Date, loc *time.Location, edges []time.Time) []time.Time {
	if r.startsOn(d) {
		edges = append(edges, instant(d, r.From.At, loc))
	}
	if r.startsOn(d - Date(r.days)) {
		edges = append(edges, instant(d, r.To.At, loc))
	}
	return edges
}
