package weekgrid

import "time"

// stretch is a part of one local day in which the wall clock runs without a jump.
type stretch struct {
	from, until time.Time
	date        time.Time     // the local date, as a midnight in UTC
	wall        time.Duration // what the wall clock shows at from, since midnight
}

// wallEnd is what the wall clock would show at the stretch's end, up to 24 hours.
func (s stretch) wallEnd() time.Duration {
	return s.wall + s.until.Sub(s.from)
}

// within cuts the stretch to an interval; false when nothing is left.
func (s stretch) within(from, until time.Time) (stretch, bool) {
	if from.After(s.from) {
		s.wall += from.Sub(s.from)
		s.from = from
	}
	if until.Before(s.until) {
		s.until = until
	}
	return s, s.from.Before(s.until)
}

// stretches cuts an interval at midnights and wherever the clock is changed.
func stretches(zone *time.Location, from, until time.Time) []stretch {
	var all []stretch
	for at := from.In(zone); at.Before(until); {
		shown := clockFace(at)
		midnight := dateOf(shown)
		end := at.Add(midnight.AddDate(0, 0, 1).Sub(shown))
		if _, change := at.ZoneBounds(); !change.IsZero() && change.Before(end) {
			end = change
		}
		if until.Before(end) {
			end = until
		}
		all = append(all, stretch{from: at, until: end, date: midnight, wall: shown.Sub(midnight)})
		at = end.In(zone)
	}
	return all
}

// clockFace is what the wall clock shows at t, as a time in UTC, where every day has 24 hours.
func clockFace(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.Add(time.Duration(offset) * time.Second).UTC()
}

// dateOf is the midnight before a clock face.
func dateOf(face time.Time) time.Time {
	year, month, day := face.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// day is one row: a local calendar day, also one that the zone left out.
type day struct {
	date      time.Time // as a midnight in UTC
	stretches []stretch // of the whole day, in order of time; none when the zone left the day out
}

// longestDay is more than any local day has ever lasted: zones at the date line have gone back by a whole one.
const longestDay = 50 * time.Hour

// days are the rows of the lane: every calendar day from the first to the last that the interval touches.
func (l Lane) days() []day {
	whole := stretches(l.Zone, l.From.Add(-longestDay), l.Until.Add(longestDay))
	var first, last time.Time
	for _, s := range whole {
		if _, ok := s.within(l.From, l.Until); !ok {
			continue
		}
		// A change of the clocks may go back over midnight, so dates do not always come in order.
		if first.IsZero() || s.date.Before(first) {
			first = s.date
		}
		if s.date.After(last) {
			last = s.date
		}
	}
	var days []day
	for date := first; !date.After(last); date = date.AddDate(0, 0, 1) {
		days = append(days, day{date: date})
	}
	for _, s := range whole {
		if n := daysBetween(first, s.date); n >= 0 && n < len(days) {
			days[n].stretches = append(days[n].stretches, s)
		}
	}
	return days
}

// daysBetween counts from one date to another.
func daysBetween(from, to time.Time) int {
	return int(to.Sub(from) / (24 * time.Hour))
}
