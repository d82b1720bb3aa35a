package schedule

import (
	"fmt"
	"strings"
)

// Moment is one end of a window: a time of day, or a time on a weekday.
type Moment struct {
	Day Days // empty, or exactly one day
	At  Clock
}

// ParseMoment reads "20:00" or "fri 20:00".
func ParseMoment(text string) (m Moment, err error) {
	fields := strings.Fields(text)
	clock := text
	if len(fields) == 2 {
		day := dayIndex(fields[0])
		if day < 0 {
			return m, fmt.Errorf(`found %q; want a weekday before the time, such as "fri 20:00"`, text)
		}
		m.Day, clock = Days(1)<<day, fields[1]
	}
	m.At, err = ParseClock(clock)
	if err != nil {
		return m, fmt.Errorf(`found %q; want a time of day as "HH:MM", such as "06:30", or a time on a weekday, such as "fri 20:00"`, text)
	}
	return m, nil
}

// String is the moment as configurations write it.
func (m Moment) String() string {
	if m.Day == 0 {
		return m.At.String()
	}
	return m.Day.Names()[0] + " " + m.At.String()
}

// MarshalText is the moment as configurations write it.
func (m Moment) MarshalText() ([]byte, error) {
	return []byte(m.String()), nil
}
