package schedule

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"
)

// Clock is a wall-clock time of day in minutes since midnight, 0 to [EndOfDay].
type Clock int

// EndOfDay is 24:00, the midnight that ends a day. It is legal only as the end of a window.
const EndOfDay Clock = 24 * 60

// ParseClock reads "HH:MM" or "H:MM", from "00:00" to "24:00".
func ParseClock(text string) (Clock, error) {
	if text == "24:00" {
		return EndOfDay, nil
	}
	t, err := time.Parse("15:04", text)
	if hour, minute, _ := strings.Cut(text, ":"); err != nil || len(hour) > 2 || len(minute) != 2 {
		return 0, fmt.Errorf(`invalid time %q: use HH:MM, for example "08:00"`, text)
	}
	return Clock(t.Hour()*60 + t.Minute()), nil
}

// String returns the clock as "HH:MM".
func (c Clock) String() string {
	return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60)
}

// MarshalText returns the clock as "HH:MM", the form that configurations use.
func (c Clock) MarshalText() ([]byte, error) {
	return []byte(c.String()), nil
}

// longestOffset exceeds the offset that any zone ever had (Manila's local mean time was almost 16 hours behind).
const longestOffset = 16 * time.Hour

// instant returns when the clocks of loc show a time on a date: at the end of the gap if a forward jump skips it, the first time if
// a backward jump repeats it. [time.Date] does not document which it takes.
func instant(d Date, clock Clock, loc *time.Location) time.Time {
	wall := d.midnight().Add(time.Duration(clock) * time.Minute)
	at := wall.Add(-longestOffset).In(loc)
	for {
		_, offset := at.Zone()
		_, end := at.ZoneBounds()
		t := wall.Add(-time.Duration(offset) * time.Second)
		if end.IsZero() || t.Before(end) {
			return t.In(loc)
		}
		_, next := end.Zone()
		if wall.Before(end.Add(time.Duration(next) * time.Second).UTC()) {
			return end // in the gap: the wall clock jumps over the wanted time at this instant
		}
		at = end
	}
}

// ParseInstant reads RFC 3339 ("2026-12-24T20:00:00-03:00"), or a local time of loc ("2026-12-24 20:00") as [instant] does.
func ParseInstant(text string, loc *time.Location) (time.Time, error) {
	read := parseLocal
	if instantForm().MatchString(text) {
		read = parseRFC3339
	}
	t, err := read(text, loc)
	if err != nil {
		return time.Time{}, err
	}
	if year := t.UTC().Year(); year < 1 || year > 9999 {
		return time.Time{}, notAnInstant(text)
	}
	return t, nil
}

// instantForm matches RFC 3339. [time.Parse] alone accepts more, such as an hour of one digit.
var instantForm = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`)
})

func parseRFC3339(text string, _ *time.Location) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, text)
	if err == nil {
		return t, nil
	}
	if _, err := ParseDate(text[:len(time.DateOnly)]); err != nil {
		return time.Time{}, err
	}
	return time.Time{}, notAnInstant(text)
}

func parseLocal(text string, loc *time.Location) (time.Time, error) {
	day, clock, _ := strings.Cut(text, " ")
	c, err := ParseClock(clock)
	if err != nil || !dateForm().MatchString(day) {
		return time.Time{}, notAnInstant(text)
	}
	d, err := ParseDate(day)
	if err != nil {
		return time.Time{}, err
	}
	return instant(d, c, loc), nil
}

func notAnInstant(text string) error {
	return fmt.Errorf(`invalid time %q: use RFC 3339 ("2026-12-24T20:00:00-03:00") or local time ("2026-12-24 20:00")`, text)
}
