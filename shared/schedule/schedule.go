// Package schedule answers one question: which profile should be in force at t? It is level-triggered: the answer
// depends on t and on the configured periods alone, never on which event fired, so a trigger that comes late, twice or
// not at all is corrected by the next one.
//
// The package is pure: it never asks for the current time, reads nothing and writes nothing.
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
	weekly  []Transition
}

// New checks the periods and makes a schedule of them. The first period that matches wins; when none does, profile is
// in force. The calendars are those that the periods may name. An error holds a [PeriodError] for each period that is wrong,
// see [PeriodErrors]; what is wrong is wrong at any time and with any dates in the calendars. What depends on these is the
// matter of [Schedule.Review].
func New(loc *time.Location, profile string, periods []Period, calendars map[string]Calendar) (*Schedule, error) {
	s := &Schedule{loc: loc, profile: profile, rules: make([]rule, len(periods))}
	var wrong []error
	for i, p := range periods {
		var err error
		s.rules[i], err = newRule(p, calendars)
		wrong = append(wrong, at(i, err))
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err // whether the others come into force cannot be said without these
	}
	left := maxCompared
	for i := range s.rules {
		wrong = append(wrong, at(i, s.neverInForce(i, &left)))
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	s.weekly = weekly(s.rules)
	return s, nil
}

// Location is the zone in which the schedule's wall clocks run.
func (s *Schedule) Location() *time.Location {
	return s.loc
}

// Default is the profile that is in force when no period matches.
func (s *Schedule) Default() string {
	return s.profile
}

// Activation says what is in force, and for how long.
type Activation struct {
	Profile string
	// Period is the name of the period that put the profile in force; empty when it is the default.
	Period string
	// Since and Until bound the activation: Since <= t < Until. Zero means that nothing changes within [Horizon].
	Since, Until time.Time
}

// Horizon is how far, in days, the schedule is searched for a change.
const Horizon = 400

// Active is what is in force at t.
func (s *Schedule) Active(t time.Time) Activation {
	i := s.match(t)
	a := Activation{Profile: s.profile}
	if i != byDefault {
		a.Profile, a.Period = s.rules[i].Profile, s.rules[i].Name
	}
	a.Since, a.Until = s.lastChange(t, i), s.nextChange(t, i)
	return a
}

// Next is the first change after t: the activation that follows the one in force at t, and false when nothing changes
// within [Horizon].
func (s *Schedule) Next(t time.Time) (Activation, bool) {
	change := s.nextChange(t, s.match(t))
	if change.IsZero() {
		return Activation{}, false
	}
	return s.Active(change), true
}

// byDefault stands for no period in the place of an index.
const byDefault = -1

// match is the index of the first period with a window around t, or byDefault.
func (s *Schedule) match(t time.Time) int {
	l := readingAt(t, s.loc)
	for i := range s.rules {
		if _, found := s.rules[i].around(l, true); found {
			return i
		}
	}
	return byDefault
}

// nextChange is the first instant after t at which another period than i is in force, or zero.
func (s *Schedule) nextChange(t time.Time, i int) time.Time {
	horizon := t.AddDate(0, 0, Horizon)
	for edges := range s.edges(t, 1) {
		for _, edge := range edges {
			if edge.After(t) && !edge.After(horizon) && s.match(edge) != i {
				return edge
			}
		}
	}
	return time.Time{}
}

// lastChange is the last instant not after t at which period i came into force, or zero.
func (s *Schedule) lastChange(t time.Time, i int) time.Time {
	horizon := t.AddDate(0, 0, -Horizon)
	for edges := range s.edges(t, -1) {
		for _, edge := range slices.Backward(edges) {
			if !edge.After(t) && !edge.Before(horizon) && s.match(edge.Add(-time.Nanosecond)) != i {
				return edge
			}
		}
	}
	return time.Time{}
}

// edges yields, day by day in the given direction, the sorted ends of the windows that lie on that day's date or, when
// they were moved out of a gap, right after it. It starts some days on the other side of t, so that none near t is missed.
func (s *Schedule) edges(t time.Time, direction int) iter.Seq[[]time.Time] {
	return func(yield func([]time.Time) bool) {
		if len(s.rules) == 0 {
			return
		}
		l, before := readingAt(t, s.loc), 2
		if l.steady {
			before = 0 // the dates go as the instants do
		}
		start := l.today - Date(before*direction)
		for n := range before + Horizon + 1 {
			d := start + Date(n*direction)
			var edges []time.Time
			for i := range s.rules {
				edges = s.rules[i].edgesOn(d, s.loc, edges)
			}
			slices.SortFunc(edges, time.Time.Compare)
			if !yield(edges) {
				return
			}
		}
	}
}

// edgesOn appends the ends of the rule's windows that lie on d.
func (r *rule) edgesOn(d Date, loc *time.Location, edges []time.Time) []time.Time {
	if r.startsOn(d) {
		edges = append(edges, instant(d, r.From.At, loc))
	}
	if r.startsOn(d - Date(r.days)) {
		edges = append(edges, instant(d, r.To.At, loc))
	}
	return edges
}
