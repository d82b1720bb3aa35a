package weekgrid

import (
	"fmt"
	"strings"
	"time"
)

// segment is a part of one local day without a clock change.
type segment struct {
	from, until time.Time
	date        time.Time     // the local date, as a midnight in UTC
	wall        time.Duration // what the wall clock shows at from, since midnight
}

// wallEnd returns the wall clock at the end of the segment, up to 24 hours.
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

// segments splits an interval at midnights and clock changes.
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

// clockFace returns the wall clock at t as a time in UTC, where every day has 24 hours.
func clockFace(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.Add(time.Duration(offset) * time.Second).UTC()
}

// dateOf returns the midnight before a clock face.
func dateOf(face time.Time) time.Time {
	year, month, day := face.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// day is one row: a local calendar day, even if the zone skipped it.
type day struct {
	date     time.Time // as a midnight in UTC
	segments []segment // of the whole day, in order of time; none if the zone skipped the day
}

// longestDay exceeds every local day: zones at the date line have repeated a whole day.
const longestDay = 50 * time.Hour

// days returns the rows of the lane: every calendar day that the interval touches.
func (l Lane) days() []day {
	whole := segments(l.Zone, l.From.Add(-longestDay), l.Until.Add(longestDay))
	var first, last time.Time
	for _, s := range whole {
		if _, ok := s.within(l.From, l.Until); !ok {
			continue
		}
		// A clock change may go back across midnight, so dates may be out of order.
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

// clockChange is the instant at which the wall clock jumps.
type clockChange struct {
	at            time.Time
	before, after time.Time // the clock faces
}

// clockChanges returns the changes that the lane's rows show, in order.
func (l Lane) clockChanges(rows []day) []clockChange {
	var all []clockChange
	first, last := rows[0].date, rows[len(rows)-1].date.AddDate(0, 0, 1)
	for at := l.From.Add(-longestDay).In(l.Zone); ; {
		_, change := at.ZoneBounds()
		if change.IsZero() || change.After(l.Until.Add(longestDay)) {
			return all
		}
		at = change.In(l.Zone)
		j := clockChange{at: at, before: clockFace(at.Add(-1)).Add(1), after: clockFace(at)}
		skips := j.before.Before(last) && j.after.After(first)
		if j.forward() && skips || j.back() && l.From.Before(at) && at.Before(l.Until) {
			all = append(all, j)
		}
	}
}

func (j clockChange) forward() bool { return j.after.After(j.before) }

func (j clockChange) back() bool { return j.after.Before(j.before) }

// String explains the effect on the hours of the day.
func (j clockChange) String() string {
	if j.forward() {
		return fmt.Sprintf("%s does not exist, the clock goes forward %s", faces(j.before, j.after), short(j.after.Sub(j.before)))
	}
	return fmt.Sprintf("%s comes twice, the clock goes back %s", faces(j.after, j.before), short(j.before.Sub(j.after)))
}

// faces names a range of the wall clock: "Sun 2026-03-29 02:00 to 03:00", or only the date for a whole day.
func faces(from, to time.Time) string {
	date := dateOf(from)
	switch {
	case from.Equal(date) && to.Equal(date.AddDate(0, 0, 1)):
		return from.Format(dateForm)
	case to.Equal(date.AddDate(0, 0, 1)):
		return from.Format(dateForm+" "+clockForm) + " to 24:00"
	case dateOf(to).Equal(date):
		return from.Format(dateForm+" "+clockForm) + " to " + to.Format(clockForm)
	default:
		return from.Format(dateForm+" "+clockForm) + " to " + to.Format(dateForm+" "+clockForm)
	}
}

// short returns a duration without its zero parts: "1h", "30m".
func short(d time.Duration) string {
	text := strings.TrimSuffix(d.String(), "0s")
	if text != "0m" && strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
