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

// End returns the calendar's last date; false if it has none.
func (c Calendar) End() (schedule.Date, bool) {
	if len(c.Dates) == 0 {
		return 0, false
	}
	end := c.Dates[0].Dates.Last
	for _, h := range c.Dates {
		end = max(end, h.Dates.Last)
	}
	return end, true
}

// A calendar is one item of the config table, which holds 400 KB.
const (
	maxHolidays      = 4000
	maxCalendarBytes = 200_000 // of JSON: the record of a change must fit into an item too
)

// readCalendars reads the calendars of a document with their places, by name; nil if they cannot be read at all.
func readCalendars(v value, from feeds) (calendars map[string]Calendar, places map[string]value) {
	calendars, places = map[string]Calendar{}, map[string]value{}
	isObject := v.entries(func(name string, v value) {
		if !isEntityName(name) {
			v.fail("invalid calendar name %q: use %s", name, nameForm)
		}
		calendars[name], places[name] = readCalendar(v, from), v
	})
	if !isObject {
		return nil, nil
	}
	return calendars, places
}

func readCalendar(v value, from feeds) Calendar {
	c := Calendar{Dates: schedule.Calendar{}}
	feed := Feed{Timezone: from.timezone}
	var dates, ics, choices value
	isObject := v.object(fields{
		"dates":   func(v value) { dates = v; c.Dates = v.holidays() },
		"ics":     func(v value) { ics, c.partial = v, true; feed.Ref = v.text() },
		"timed":   func(v value) { choices = v; feed.Timed = v.boolean() },
		"match":   func(v value) { choices = v; feed.Match = v.patterns() },
		"exclude": func(v value) { choices = v; feed.Exclude = v.patterns() },
	})
	switch {
	case !isObject:
	case dates.node != nil && ics.node != nil:
		v.fail("has both dates and ics: keep one")
	case dates.node == nil && ics.node == nil:
		v.fail("dates or ics is required")
	case ics.node == nil && choices.node != nil:
		choices.fail("requires ics: remove it")
	case feed.Ref != "":
		c.Dates = from.read(v, ics, feed)
	}
	c.checkSize(v)
	return c
}

// checkSize refuses a calendar that does not fit into its item.
func (c Calendar) checkSize(v value) {
	remedy := "use fewer dates or shorter names"
	if c.partial {
		remedy = "choose fewer events with match or exclude"
	}
	if len(c.Dates) > maxHolidays {
		v.fail("has %d dates: use at most %d", len(c.Dates), maxHolidays)
	} else if text, err := json.Marshal(c); err != nil || len(text) > maxCalendarBytes {
		v.fail("needs %d bytes, at most %d: %s", len(text), maxCalendarBytes, remedy)
	}
}

// maxPattern is the longest pattern, in characters: as long as a name.
const maxPattern = 100

// patterns reads the names of events.
func (v value) patterns() (all []string) {
	v.oneOrMore(func(item value) {
		if text := item.shortText(maxPattern); text != "" {
			all = append(all, text)
		}
	})
	return all
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

// feeds reads the iCalendar files of a document.
type feeds struct {
	reader   ReadCalendar // nil: files are an error
	timezone string
}

// read reads the file of a calendar.
func (f feeds) read(calendar, ics value, feed Feed) schedule.Calendar {
	all := schedule.Calendar{}
	if f.reader == nil {
		ics.fail("iCalendar files are read only when a configuration is applied: use dates")
		return all
	}
	found, err := f.reader(feed)
	if err != nil {
		ics.fail("%v", err)
	}
	for _, w := range found.Warnings {
		place := ics
		if w.Field != "" {
			place = calendar.inner(w.Field)
		}
		place.find(Warning, "%s", w.Message)
	}
	return append(all, found.Dates...)
}
