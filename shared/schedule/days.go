package schedule

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Days is a set of weekdays, one bit each; bit 0 is Sunday, as in [time.Weekday].
type Days uint8

// EveryDay is the whole week.
const EveryDay Days = 1<<7 - 1

var dayNames = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// ParseDays reads weekday names ("tue") and ranges ("mon-fri"), which may wrap around the week's end ("sat-mon").
// Letters may be of either case.
func ParseDays(text string) (Days, error) {
	first, last, isRange := strings.Cut(strings.ToLower(text), "-")
	if !isRange {
		last = first
	}
	from, to := slices.Index(dayNames, first), slices.Index(dayNames, last)
	if from < 0 || to < 0 {
		return 0, fmt.Errorf("found %q; want a weekday or a range of them: mon, tue, wed, thu, fri, sat, sun, mon-fri, sat-mon", text)
	}
	days := Days(1) << from
	for day := from; day != to; {
		day = (day + 1) % 7
		days |= 1 << day
	}
	return days, nil
}

// On is the set of one weekday.
func On(day time.Weekday) Days {
	return 1 << day
}

// Has says whether the set holds day.
func (d Days) Has(day time.Weekday) bool {
	return d&On(day) != 0
}

// Shift moves every day of the set by n days, around the week.
func (d Days) Shift(n int) Days {
	n = (n%7 + 7) % 7
	return (d<<n | d>>(7-n)) & EveryDay
}

// Names lists the set from Monday to Sunday.
func (d Days) Names() []string {
	names := []string{}
	for i := range 7 {
		if day := time.Weekday((i + 1) % 7); d.Has(day) {
			names = append(names, dayNames[day])
		}
	}
	return names
}

// MarshalJSON is the list of names.
func (d Days) MarshalJSON() ([]byte, error) {
	return json.Marshal(d.Names())
}
