package weekgrid

import (
	"fmt"
	"strings"
	"time"
)

// clockChange is the instant at which the wall clock goes from one face to another.
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

// short is a duration without its zero parts: "1h", "30m".
func short(d time.Duration) string {
	text := strings.TrimSuffix(d.String(), "0s")
	if text != "0m" && strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
