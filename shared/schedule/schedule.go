// Package schedule answers one question: which profile should be in force at t? It is level-triggered: the answer
// depends on t and on the configured periods alone, never on which event fired, so a trigger that comes late, twice or
// not at all is corrected by the next one.
//
// The package is pure: it never asks for the current time, reads nothing and writes nothing.
package schedule

import (
	"fmt"
	"iter"
	"slices"
	"time"
)

// Period puts a profile in force during a daily window.
type Period struct {
	Name    string `json:"name"`
	Profile string `json:"profile"`
	// Days are those on which the window starts; none means every day.
	Days Days `json:"days,omitempty"`
	// From and To bound the window, half-open: From <= t < To. A To that is not after From lies on the next day.
	From Clock `json:"from"`
	To   Clock `json:"to"`
}

// daysOrAll are the days on which the window starts.
func (p Period) daysOrAll() Days {
	if p.Days == 0 {
		return EveryDay
	}
	return p.Days
}

// overnight says whether the window ends on the day after the one on which it starts.
func (p Period) overnight() bool {
	return p.To <= p.From
}

// window is the interval that starts on the date of day; it is empty when both ends fall into one gap.
func (p Period) window(day time.Time, loc *time.Location) (from, to time.Time) {
	end := day
	if p.overnight() {
		end = day.AddDate(0, 0, 1)
	}
	return instant(day, p.From, loc), instant(end, p.To, loc)
}

// Schedule is a checked set of periods in a zone. Make it with [New].
type Schedule struct {
	loc     *time.Location
	profile string
	periods []Period
	// boundaries are derived from the periods once, because every look at the schedule walks them.
	boundaries []Boundary
}

// New checks the periods and makes a schedule of them. The first period that matches wins; when none does, profile is
// in force. An error is a [PeriodError].
func New(loc *time.Location, profile string, periods []Period) (*Schedule, error) {
	for i, p := range periods {
		switch {
		case p.From == p.To:
			return nil, &PeriodError{Index: i, Field: "to", Err: fmt.Errorf(
				`found %q for both from and to, a window without length; for a whole day leave out both, or write "00:00" and "24:00"`, p.To)}
		case p.From < 0 || p.From >= EndOfDay:
			return nil, &PeriodError{Index: i, Field: "from", Err: fmt.Errorf(`found %q; want "00:00" to "23:59"`, p.From)}
		case p.To < 0 || p.To > EndOfDay:
			return nil, &PeriodError{Index: i, Field: "to", Err: fmt.Errorf(`found %q; want "00:00" to "24:00"`, p.To)}
		}
	}
	if err := unreachable(periods); err != nil {
		return nil, err
	}
	return &Schedule{loc: loc, profile: profile, periods: slices.Clone(periods), boundaries: boundaries(periods)}, nil
}

// Location is the zone in which the schedule's wall clocks run.
func (s *Schedule) Location() *time.Location {
	return s.loc
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
		a.Profile, a.Period = s.periods[i].Profile, s.periods[i].Name
	}
	a.Since, a.Until = s.lastChange(t, i), s.nextChange(t, i)
	return a
}

// Next is the first change after t: the activation that follows the one in force at t, and false when nothing changes
// within [Horizon].
func (s *Schedule) Next(t time.Time) (Activation, bool) {
	at := s.nextChange(t, s.match(t))
	if at.IsZero() {
		return Activation{}, false
	}
	return s.Active(at), true
}

// byDefault stands for no period in the place of an index.
const byDefault = -1

// match is the index of the first period with a window around t, or byDefault.
func (s *Schedule) match(t time.Time) int {
	today := date(t.In(s.loc))
	for i, p := range s.periods {
		// A window starts on the day itself or on the day before. The zone may have skipped a whole day in between
		// (Pacific/Apia, 2011-12-30), so one day more is looked at.
		for back := range 3 {
			day := today.AddDate(0, 0, -back)
			if !p.daysOrAll().Has(day.Weekday()) {
				continue
			}
			if from, to := p.window(day, s.loc); !t.Before(from) && t.Before(to) {
				return i
			}
		}
	}
	return byDefault
}

// nextChange is the first instant after t at which another period than i is in force, or zero.
func (s *Schedule) nextChange(t time.Time, i int) time.Time {
	for edges := range s.edges(t, 1) {
		for _, edge := range edges {
			if edge.After(t) && s.match(edge) != i {
				return edge
			}
		}
	}
	return time.Time{}
}

// lastChange is the last instant not after t at which period i came into force, or zero.
func (s *Schedule) lastChange(t time.Time, i int) time.Time {
	for edges := range s.edges(t, -1) {
		for _, edge := range slices.Backward(edges) {
			if !edge.After(t) && s.match(edge.Add(-time.Nanosecond)) != i {
				return edge
			}
		}
	}
	return time.Time{}
}

// edges yields, day by day in the given direction, the sorted ends of the windows that lie on that day's date or, when
// they were moved out of a gap, right after it. It starts a day on the other side of t, so that none near t is missed.
func (s *Schedule) edges(t time.Time, direction int) iter.Seq[[]time.Time] {
	return func(yield func([]time.Time) bool) {
		if len(s.periods) == 0 {
			return
		}
		start := date(t.In(s.loc)).AddDate(0, 0, -2*direction)
		for n := range Horizon + 2 {
			day := start.AddDate(0, 0, n*direction)
			var edges []time.Time
			for _, b := range s.boundaries {
				if b.Days.Has(day.Weekday()) {
					edges = append(edges, instant(day, b.At, s.loc))
				}
			}
			slices.SortFunc(edges, time.Time.Compare)
			if !yield(edges) {
				return
			}
		}
	}
}

// date is t's date as a midnight in UTC, where every day has 24 hours and AddDate is plain calendar arithmetic.
func date(t time.Time) time.Time {
	year, month, day := t.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}
