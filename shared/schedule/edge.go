package schedule

import (
	"fmt"
	"strings"
)

// Edge is one end of a window: a time of day, or a time on a weekday.
type Edge struct {
	Day Days // empty, or exactly one day
	At  Clock
}

// ParseEdge reads "20:00" or "fri 20:00".
func ParseEdge(text string) (m Edge, err error) {
	fields := strings.Fields(text)
	clock, example := text, "08:00"
	if len(fields) == 2 {
		day := dayIndex(fields[0])
		if day < 0 {
			return m, fmt.Errorf(`invalid weekday in %q: use one day and a time, for example "fri 20:00"`, text)
		}
		m.Day, clock, example = Days(1)<<day, fields[1], "fri 20:00"
	}
	m.At, err = ParseClock(clock)
	if err != nil {
		return m, fmt.Errorf("invalid time %q: use HH:MM, for example %q", text, example)
	}
	return m, nil
}

// String returns such as "fri 20:00".
func (m Edge) String() string {
	if m.Day == 0 {
		return m.At.String()
	}
	return m.Day.Names()[0] + " " + m.At.String()
}

// MarshalText returns the form that configurations use.
func (m Edge) MarshalText() ([]byte, error) {
	return []byte(m.String()), nil
}
