package schedule

import (
	"fmt"
	"time"
)

// Clock is a wall-clock time of day in minutes since midnight, 0 to [EndOfDay].
type Clock int

// EndOfDay is 24:00, the midnight that ends a day. It is legal only as the end of a window.
const EndOfDay Clock = 24 * 60

// ParseClock reads "HH:MM", from "00:00" to "24:00".
func ParseClock(text string) (Clock, error) {
	if text == "24:00" {
		return EndOfDay, nil
	}
	t, err := time.Parse("15:04", text)
	if err != nil || len(text) != len("15:04") {
		return 0, fmt.Errorf(`found %q; want a time of day as "HH:MM", such as "06:30"`, text)
	}
	return Clock(t.Hour()*60 + t.Minute()), nil
}

// String is the clock as "HH:MM".
func (c Clock) String() string {
	return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60)
}

// MarshalText is the clock as "HH:MM", the form that configurations use.
func (c Clock) MarshalText() ([]byte, error) {
	return []byte(c.String()), nil
}

// longestOffset is further from UTC than any zone has ever been (Manila's local mean time was almost 16 hours behind).
const longestOffset = 16 * time.Hour

// instant is the moment at which the wall clocks of loc show clock on the date of day; only day's year, month and day
// count. A time that a forward jump skips happens at the end of the gap, and one that a backward jump repeats happens
// the first time; which of them [time.Date] takes is not documented.
func instant(day time.Time, clock Clock, loc *time.Location) time.Time {
	year, month, date := day.Date()
	wall := time.Date(year, month, date, 0, int(clock), 0, 0, time.UTC)
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
			return end // in the gap: the wall clock goes from before the wanted time to after it at this very moment
		}
		at = end
	}
}
