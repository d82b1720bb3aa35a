package schedule

import (
	"slices"
	"time"
)

// counted selects the periods that count.
type counted func(*rule) bool

// unconditional selects the periods that need no signal.
func unconditional(r *rule) bool { return r.When == nil }

// conditional selects the other ones.
func conditional(r *rule) bool { return r.When != nil }

// Conditional returns the activation of the period that is the first match at t, if that is a conditional one. A conditional period
// counts only if on reports so. The activation lasts while the period stays the first match, with the same ones on.
func (s *Schedule) Conditional(t time.Time, on func(period string) bool) (Activation, bool) {
	counts := func(r *rule) bool { return r.When == nil || on(r.Name) }
	i := s.match(t, counts)
	if i == byDefault || s.rules[i].When == nil {
		return Activation{}, false
	}
	return s.activation(t, i, counts), true
}

// Open returns the conditional periods with a window around t, in their order.
func (s *Schedule) Open(t time.Time) (open []Period) {
	l := readingAt(t, s.loc)
	for i := range s.rules {
		r := &s.rules[i]
		if r.When == nil {
			continue
		}
		if _, found := r.around(l, true); found {
			open = append(open, r.Period)
		}
	}
	return open
}

// HasConditions reports whether any period is conditional.
func (s *Schedule) HasConditions() bool {
	return slices.ContainsFunc(s.rules, func(r rule) bool { return r.When != nil })
}

// NextWindow returns the first instant after t at which a window of a conditional period begins or ends. It is zero if there is none
// within [Horizon].
func (s *Schedule) NextWindow(t time.Time) time.Time {
	if !s.HasConditions() {
		return time.Time{}
	}
	horizon := t.AddDate(0, 0, Horizon)
	for edges := range s.edges(t, 1, conditional) {
		for _, edge := range edges {
			if edge.After(t) && !edge.After(horizon) {
				return edge
			}
		}
	}
	return time.Time{}
}

// Profiles returns the profiles that need no signal: the default and those of the unconditional periods.
func (s *Schedule) Profiles() []string {
	profiles := []string{s.profile}
	for _, r := range s.rules {
		if r.When == nil {
			profiles = append(profiles, r.Profile)
		}
	}
	return profiles
}

// MayReduce reports whether a conditional period may reduce sizes.
func (s *Schedule) MayReduce(period string) bool {
	return slices.ContainsFunc(s.rules, func(r rule) bool { return r.Name == period && r.When != nil && r.MayReduce })
}
