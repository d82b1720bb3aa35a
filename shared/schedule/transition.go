package schedule

import (
	"maps"
	"slices"
	"time"
)

// Transition is a wall-clock time at which a window may start or end on each of the given days of the week.
type Transition struct {
	At   Clock
	Days Days
}

// Weekly returns the times of day at which weekly windows start or end, each with all its weekdays. A window's end at 24:00 is
// the next day's 00:00. [Schedule.Dated] covers windows with listed dates. Both include the windows of conditional periods.
func (s *Schedule) Weekly() []Transition {
	return slices.Clone(s.weekly)
}

func weekly(rules []rule) []Transition {
	days := map[Clock]Days{}
	for _, r := range rules {
		if r.dated() {
			continue
		}
		starts := r.Days.cover()
		if r.From.Day != 0 {
			starts = r.From.Day
		}
		days[r.From.At] |= starts
		days[r.To.At%EndOfDay] |= starts.Shift(r.days + int(r.To.At/EndOfDay))
	}
	all := make([]Transition, 0, len(days))
	for _, at := range slices.Sorted(maps.Keys(days)) {
		all = append(all, Transition{At: at, Days: days[at]})
	}
	return all
}

// Dated returns the instants in [from, until) at which windows with listed dates start or end, in order.
func (s *Schedule) Dated(from, until time.Time) []time.Time {
	var all []time.Time
	for i := range s.rules {
		r := &s.rules[i]
		if !r.dated() {
			continue
		}
		// One more day at either end, because an edge may be moved out of a gap, and another because a zone may skip a whole day.
		last := DateOf(until.In(s.loc)) + 1
		for d := DateOf(from.In(s.loc)) - Date(r.days+2); d <= last; d++ {
			if r.startsOn(d) {
				start, end := r.window(d, s.loc)
				all = append(all, start, end)
			}
		}
	}
	slices.SortFunc(all, time.Time.Compare)
	all = slices.DeleteFunc(all, func(t time.Time) bool { return t.Before(from) || !t.Before(until) })
	return slices.CompactFunc(all, time.Time.Equal)
}

// Skipped returns the ends of the gaps in [from, until) into which the transition falls when clocks go forward, in order.
func (b Transition) Skipped(loc *time.Location, from, until time.Time) []time.Time {
	var skipped []time.Time
	for t := from.Add(-time.Nanosecond).In(loc); ; {
		_, end := t.ZoneBounds()
		if end.IsZero() || !end.Before(until) {
			return skipped
		}
		_, before := t.Zone()
		_, after := end.Zone()
		if !end.Before(from) && b.within(wallClock(end, before), wallClock(end, after)) {
			skipped = append(skipped, end)
		}
		t = end
	}
}

// wallClock returns the local time at t with the given offset in seconds, as if it were UTC.
func wallClock(t time.Time, offset int) time.Time {
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// within reports whether a wall clock running from one time to just before the other shows the transition.
func (b Transition) within(from, to time.Time) bool {
	for d := DateOf(from); d <= DateOf(to); d++ {
		wall := d.midnight().Add(time.Duration(b.At) * time.Minute)
		if b.Days.Has(d.Weekday()) && !wall.Before(from) && wall.Before(to) {
			return true
		}
	}
	return false
}
