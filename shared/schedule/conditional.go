package schedule

import (
	"slices"
	"time"
)

// counted selects the periods that count; nil selects all.
type counted func(*rule) bool

func (c counted) has(r *rule) bool { return c == nil || c(r) }

// unconditional selects the periods that need no signal.
func unconditional(r *rule) bool { return r.When == nil }

// conditional selects the other ones.
func conditional(r *rule) bool { return r.When != nil }

// Matches returns the activations of the conditional periods that match at t before the first unconditional one, in their order, and
// at the end of that one, or of the default. A conditional period counts only if on reports so. Each activation lasts while its
// period stays the first match among those that count, without the ones before it in the list.
func (s *Schedule) Matches(t time.Time, on func(period string) bool) (all []Activation) {
	listed := map[string]bool{}
	counts := func(r *rule) bool { return r.When == nil || on(r.Name) && !listed[r.Name] }
	for {
		i := s.match(t, counts)
		all = append(all, s.activation(t, i, counts))
		if i == byDefault || s.rules[i].When == nil {
			return all
		}
		listed[s.rules[i].Name] = true
	}
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

// OpenSince returns since when windows of a period have been open without a break at t, at which one is. It is zero if that is longer
// ago than [Horizon].
func (s *Schedule) OpenSince(period string, t time.Time) time.Time {
	only := func(r *rule) bool { return r.Name == period }
	return s.lastChange(t, s.match(t, only), only)
}

// OpenUntil returns until when windows of a period are open without a break at t, at which one is. It is zero if that is later than
// [Horizon].
func (s *Schedule) OpenUntil(period string, t time.Time) time.Time {
	only := func(r *rule) bool { return r.Name == period }
	return s.nextChange(t, s.match(t, only), only)
}

// HasConditions reports whether any period is conditional.
func (s *Schedule) HasConditions() bool {
	for i := range s.rules {
		if s.rules[i].When != nil {
			return true
		}
	}
	return false
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

// WeekWindows holds the windows of a conditional period that are the same in every week, and how often to look in them.
type WeekWindows struct {
	Every time.Duration
	Spans []WeekSpan
}

// WeekWindows returns the windows of the conditional periods that are the same in every week. [Schedule.OtherWindows] has the others.
func (s *Schedule) WeekWindows() (all []WeekWindows) {
	for i := range s.rules {
		r := &s.rules[i]
		if r.When == nil || !r.everyWeek() {
			continue
		}
		windows := WeekWindows{Every: time.Duration(r.When.Every)}
		for day := range time.Weekday(7) {
			if r.startDays().Has(day) {
				windows.Spans = append(windows.Spans, r.weekSpan(day))
			}
		}
		all = append(all, windows)
	}
	return all
}

// everyWeek reports whether the period has the same windows in every week, also with holidays.
func (r *rule) everyWeek() bool { return r.weekly() && r.Calendars.IsZero() }

// Window is a window of a conditional period, and how often to look in it.
type Window struct {
	From, To time.Time
	Every    time.Duration
}

// OtherWindows returns the windows of conditional periods that overlap from <= t < until, of those periods that differ from week to
// week.
func (s *Schedule) OtherWindows(from, until time.Time) (all []Window) {
	for i := range s.rules {
		r := &s.rules[i]
		if r.When == nil || r.everyWeek() {
			continue
		}
		last := DateOf(until.In(s.loc)) + 1
		for d := DateOf(from.In(s.loc)) - Date(r.days+2); d <= last; d++ {
			if !r.startsOn(d) {
				continue
			}
			if start, end := r.window(d, s.loc); end.After(from) && start.Before(until) && start.Before(end) {
				all = append(all, Window{start, end, time.Duration(r.When.Every)})
			}
		}
	}
	return all
}
