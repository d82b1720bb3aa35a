// Package icalendar turns an iCalendar file (RFC 5545) into dates with names, for the calendars of a configuration. Only
// all-day events count: a holiday is a date, not an instant.
//
// The files are untrusted. For any input the package returns dates or a precise error, in bounded time. It must never panic or
// guess a date, and runs never call it: they use the dates that were stored when the configuration was applied.
package icalendar

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
)

// MaxDays is the highest number of dates that a calendar may have.
const MaxDays = 4000

// Day is one date of a calendar.
type Day struct {
	// Date is midnight UTC; only the year, the month and the day count.
	Date time.Time
	// Name is the event's SUMMARY on one line, at most 100 characters long, and may be empty. The names of several events on one
	// date are joined with " / ", in order, without duplicates.
	Name string
}

// Parse reads an iCalendar file and lists the dates of its all-day events between two dates, both included, in order without
// duplicates. The list may be empty. A file without any all-day event is an error, as is an invalid all-day event. Timed events
// are ignored.
func Parse(data []byte, from, until time.Time) ([]Day, error) {
	f, err := read(data)
	if err != nil {
		return nil, err
	}
	if f.allDay == 0 {
		return nil, fmt.Errorf("the calendar has no all-day event (%d timed ones are ignored): "+
			"use events with a date alone, for example DTSTART;VALUE=DATE:20261225", f.timed)
	}
	c := collection{from: midnight(from), until: midnight(until), names: map[time.Time]map[string]bool{}}
	for _, e := range f.events {
		if err := c.addEvent(e, f.replaced); err != nil {
			return nil, e.fail(e.line, "%w", err)
		}
	}
	return c.days(), nil
}

func midnight(t time.Time) time.Time {
	year, month, day := t.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// maxWork limits the work for a file to some seconds, in days examined. A hundred yearly birthdays since 1900 cost five million.
// A matching date costs as much as ten others.
const (
	maxWork  = 50_000_000
	workDate = 10
)

// collection gathers the names of each date between two, both included.
type collection struct {
	from, until time.Time
	names       map[time.Time]map[string]bool
	work        int
}

// spend counts the examined days.
func (c *collection) spend(days int) error {
	if c.work += days; c.work > maxWork {
		return errors.New("the calendar's events repeat too often to be expanded: use fewer or shorter ones, " +
			"or ones that start later")
	}
	return nil
}

// addEvent adds the dates of every occurrence that no EXDATE removes and no other event replaces.
func (c *collection) addEvent(e event, replaced map[instance]bool) error {
	out := map[time.Time]bool{}
	for _, date := range e.exdates {
		out[date] = true
	}
	add := func(start time.Time) error {
		if out[start] || !e.override && replaced[instance{uid: e.uid, date: start}] {
			return nil
		}
		return c.add(start, e.length, e.name)
	}
	for _, date := range e.rdates {
		if err := add(date); err != nil {
			return err
		}
	}
	if len(e.rules) == 0 {
		return add(e.start)
	}
	for _, r := range e.rules {
		if err := c.expand(r, e.start, add); err != nil {
			return err
		}
	}
	return nil
}

// add adds the name to the days from start that are in the window.
func (c *collection) add(start time.Time, length int, name string) error {
	first, end := start, start.AddDate(0, 0, length)
	if first.Before(c.from) {
		first = c.from
	}
	for date := first; date.Before(end) && !date.After(c.until); date = date.AddDate(0, 0, 1) {
		if err := c.spend(workDate); err != nil {
			return err
		}
		if c.names[date] == nil {
			c.names[date] = map[string]bool{}
		}
		c.names[date][name] = true
	}
	if len(c.names) > MaxDays {
		return fmt.Errorf("the calendar has more than %d dates between %s and %s: use at most %d",
			MaxDays, c.from.Format(time.DateOnly), c.until.Format(time.DateOnly), MaxDays)
	}
	return nil
}

func (c *collection) days() []Day {
	days := make([]Day, 0, len(c.names))
	for _, date := range slices.SortedFunc(maps.Keys(c.names), time.Time.Compare) {
		delete(c.names[date], "") // ignore unnamed events if others have a name
		names := slices.Sorted(maps.Keys(c.names[date]))
		days = append(days, Day{Date: date, Name: cut(strings.Join(names, " / "))})
	}
	return days
}

// maxName is the longest name, in characters.
const maxName = 100

// clean reduces a text to one line of printable characters.
func clean(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsPrint(r):
			return r
		default:
			return -1 // a control character, or one that changes the direction of writing
		}
	}, text)
	return cut(strings.Join(strings.Fields(text), " "))
}

// cut shortens a text to the length of a name.
func cut(text string) string {
	if runes := []rune(text); len(runes) > maxName {
		return strings.TrimSpace(string(runes[:maxName]))
	}
	return text
}
