package schedule

import "time"

// reading is an instant as the wall clock of a zone shows it.
type reading struct {
	t      time.Time
	loc    *time.Location
	today  Date
	minute int // of the day
	// steady reports that no clock change is near. Then comparing clock times is enough, which is much faster than computing the
	// window's instants.
	steady bool
}

// near exceeds every clock change so far (Pacific/Apia skipped a day), with a margin.
const near = 48 * time.Hour

func readingAt(t time.Time, loc *time.Location) reading {
	local := t.In(loc)
	start, end := local.ZoneBounds()
	return reading{
		t: t, loc: loc, today: DateOf(local), minute: local.Hour()*60 + local.Minute(),
		steady: (start.IsZero() || t.Sub(start) > near) && (end.IsZero() || end.Sub(t) > near),
	}
}

// mayBeIn reports whether the rule's window that starts on d may contain the instant. If the reading is steady, the result is
// exact.
func (l reading) mayBeIn(r *rule, d Date) bool {
	return !l.steady || l.shows(r, d)
}

// shows reports whether the wall clock shows a time within the rule's window that starts on d.
func (l reading) shows(r *rule, d Date) bool {
	since := int(l.today-d)*int(EndOfDay) + l.minute - int(r.From.At)
	return since >= 0 && since < r.length()
}
