package schedule

import "time"

// reading is an instant as the wall clock of a zone shows it.
type reading struct {
	t      time.Time
	loc    *time.Location
	today  Date
	minute int // of the day
	// steady reports that no clock change is near. Then a window holds the instant if the clock shows a time within it, and its
	// ends need not become instants, which takes much longer.
	steady bool
}

// near is further than any clock was ever changed (Pacific/Apia left out a day), with room to spare.
const near = 48 * time.Hour

func readingAt(t time.Time, loc *time.Location) reading {
	local := t.In(loc)
	start, end := local.ZoneBounds()
	return reading{
		t: t, loc: loc, today: DateOf(local), minute: local.Hour()*60 + local.Minute(),
		steady: (start.IsZero() || t.Sub(start) > near) && (end.IsZero() || end.Sub(t) > near),
	}
}

// mayBeIn says whether the rule's window that starts on d may hold the instant; if the reading is steady, whether it does.
func (l reading) mayBeIn(r *rule, d Date) bool {
	return !l.steady || l.shows(r, d)
}

// shows says whether the wall clock shows a time within the rule's window that starts on d.
func (l reading) shows(r *rule, d Date) bool {
	since := int(l.today-d)*int(EndOfDay) + l.minute - int(r.From.At)
	return since >= 0 && since < r.length()
}
