package weekgrid

import "time"

// segment is a part of one local day without a change of the clocks.
type segment struct {
	from, until time.Time
	date        time.Time     // the local date, as a midnight in UTC
	wall        time.Duration // what the wall clock shows at from, since midnight
}

// wallEnd is the wall clock at the end of the segment, up to 24 hours.
func (s segment) wallEnd() time.Duration {
	return s.wall + s.until.Sub(s.from)
}

// within cuts the segment to an interval; false when nothing is left.
func (s segment) within(from, until time.Time) (segment, bool) {
	if from.After(s.from) {
		s.wall += from.Sub(s.from)
		s.from = from
	}
	if until.Before(s.until) {
		s.until = until
	}
	return s, s.from.Before(s.until)
}

// segments cuts an interval at midnights and at every change of the clocks.
func segments(zone *time.Location, from, until time.Time) []segment {
	var all []segment
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
		all = append(all, segment{from: at, until: end, date: midnight, wall: shown.Sub(midnight)})
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
	date     time.Time // as a midnight in UTC
	segments []segment // of the whole day, in order of time; none when the zone left the day out
}

// longestDay is more than any local day has ever lasted: zones at the date line have gone back by a whole one.
const longestDay = 50 * time.Hour

// days are the rows of the lane: every calendar day from the first to the last that the interval touches.
func (l Lane) days() []day {
	whole := segments(l.Zone, l.From.Add(-longestDay), l.Until.Add(longestDay))
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
			days[n].segments = append(days[n].segments, s)
		}
	}
	return days
}

// daysBetween counts from one date to another.
func daysBetween(from, to time.Time) int {
	return int(to.Sub(from) / (24 * time.Hour))
}
