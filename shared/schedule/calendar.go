package schedule

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Calendar is a set of dates, some with a name.
type Calendar []Holiday

// Holiday is one entry of a calendar.
type Holiday struct {
	Dates DateRange
	Name  string // may be empty
}

// MarshalJSON returns the date alone, or an object with the name.
func (h Holiday) MarshalJSON() ([]byte, error) {
	if h.Name == "" {
		return json.Marshal(h.Dates)
	}
	return json.Marshal(struct {
		Date DateRange `json:"date"`
		Name string    `json:"name"`
	}{h.Dates, h.Name})
}

// On returns the entry that contains d: the first with a name, or else the first.
func (c Calendar) On(d Date) (Holiday, bool) {
	var on Holiday
	found := false
	for _, h := range c {
		if h.Dates.Has(d) && (!found || h.Name != "") {
			on, found = h, true
			if h.Name != "" {
				break
			}
		}
	}
	return on, found
}

// describe names the calendar and its holiday on d. Found reports whether d is a holiday.
func (c Calendar) describe(name string, d Date) (found bool, text string) {
	h, found := c.On(d)
	if found && h.Name != "" {
		return true, fmt.Sprintf("calendar %s (%s)", name, h.Name)
	}
	return found, "calendar " + name
}

// CalendarFilter matches dates by the calendars that contain them. The zero value matches every date.
type CalendarFilter struct {
	Only   []string `json:"only,omitempty"`   // in any of these
	Except []string `json:"except,omitempty"` // in none of these
}

// IsZero reports whether the filter matches every date.
func (f CalendarFilter) IsZero() bool {
	return len(f.Only) == 0 && len(f.Except) == 0
}

// dateSet is a set of dates as ranges in order that do not touch.
type dateSet []DateRange

func newDateSet(ranges []DateRange) dateSet {
	var set dateSet
	for _, r := range slices.SortedFunc(slices.Values(ranges), func(a, b DateRange) int { return int(a.First - b.First) }) {
		if n := len(set); n > 0 && r.First <= set[n-1].Last+1 {
			set[n-1].Last = max(set[n-1].Last, r.Last)
			continue
		}
		set = append(set, r)
	}
	return set
}

// allOf returns the dates of the named calendars.
func allOf(names []string, calendars map[string]Calendar) dateSet {
	var ranges []DateRange
	for _, name := range names {
		for _, h := range calendars[name] {
			ranges = append(ranges, h.Dates)
		}
	}
	return newDateSet(ranges)
}

func (s dateSet) has(d Date) bool {
	_, found := slices.BinarySearchFunc(s, d, func(r DateRange, d Date) int {
		switch {
		case r.Last < d:
			return -1
		case r.First > d:
			return 1
		default:
			return 0
		}
	})
	return found
}
