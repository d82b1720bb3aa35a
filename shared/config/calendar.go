package config

import (
	"encoding/json"

	"eks-scaling-automation/shared/schedule"
)

// Calendar is a named set of dates. A document may name an iCalendar file instead.
type Calendar struct {
	Dates schedule.Calendar `json:"dates"`

	partial bool // read from a file that has more years
}

// A calendar is one item of the config table, which holds 400 KB.
const (
	maxHolidays      = 4000
	maxCalendarBytes = 200_000 // of JSON: the record of a change must fit into an item too
)

// readCalendars reads the calendars of a document, by name; nil if they cannot be read at all.
func readCalendars(v value, fetch ReadCalendar) map[string]Calendar {
	calendars := map[string]Calendar{}
	isObject := v.entries(func(name string, v value) {
		if !isEntityName(name) {
			v.fail("invalid calendar name %q: use %s", name, nameForm)
		}
		calendars[name] = readCalendar(v, fetch)
	})
	if !isObject {
		return nil
	}
	return calendars
}

func readCalendar(v value, fetch ReadCalendar) Calendar {
	c := Calendar{Dates: schedule.Calendar{}}
	var dates, ics bool
	isObject := v.object(fields{
		"dates": func(v value) { dates = true; c.Dates = v.holidays() },
		"ics":   func(v value) { ics, c.partial = true, true; c.Dates = v.iCalendar(fetch) },
	})
	switch {
	case !isObject:
	case dates && ics:
		v.fail("has both dates and ics: keep one")
	case !dates && !ics:
		v.fail("dates or ics is required")
	}
	if len(c.Dates) > maxHolidays {
		v.fail("has %d dates: use at most %d", len(c.Dates), maxHolidays)
	} else if text, err := json.Marshal(c); err != nil || len(text) > maxCalendarBytes {
		v.fail("needs %d bytes, at most %d: use fewer dates or shorter names", len(text), maxCalendarBytes)
	}
	return c
}

func (v value) holidays() schedule.Calendar {
	calendar := schedule.Calendar{}
	v.items(func(v value) {
		var h schedule.Holiday
		if v.node.ShortTag() == "!!map" {
			v.object(fields{
				"date": func(v value) { h.Dates = v.dateRange() },
				"name": func(v value) { h.Name = v.shortText(100) },
			}, "date")
		} else {
			h.Dates = v.dateRange()
		}
		calendar = append(calendar, h)
	})
	return calendar
}

func (v value) dateRange() schedule.DateRange {
	before := v.broken()
	text := v.word()
	if v.broken() > before {
		return schedule.DateRange{}
	}
	r, err := schedule.ParseDateRange(text)
	if err != nil {
		v.fail("%v", err)
	}
	return r
}

func (v value) iCalendar(fetch ReadCalendar) schedule.Calendar {
	calendar := schedule.Calendar{}
	ref := v.text()
	if ref == "" {
		return calendar
	}
	if fetch == nil {
		v.fail("iCalendar files are read only when a configuration is applied: use dates")
		return calendar
	}
	dates, err := fetch(ref)
	if err != nil {
		v.fail("%v", err)
	}
	return append(calendar, dates...)
}
