package icalendar

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// eventProperties determine the dates and the name of an event.
var eventProperties = []string{
	"UID", "SUMMARY", "STATUS", "DTSTART", "DTEND", "DURATION", "RRULE", "EXRULE", "RDATE", "EXDATE", "RECURRENCE-ID",
}

// file holds what was read of a file.
type file struct {
	*choice
	events    []event
	replaced  map[instance]bool
	readable  int // events that could be read, whatever comes of them
	timed     int // chosen events with times of day, which are not taken
	unread    []unread
	unreadAll int
	cutOff    int            // the last line of a file without END:VCALENDAR; 0 otherwise
	zone      *time.Location // of times in UTC
}

// instance is an occurrence of a repeated event: the event's UID and the occurrence's original date.
type instance struct {
	uid  string
	date time.Time
}

// event is an event whose dates are taken.
type event struct {
	line            int
	uid, name       string
	override        bool // replaces one instance of another event
	start           time.Time
	length          int // in days, at least one
	rules           []rule
	rdates, exdates []time.Time
}

// unread is an event that was left out, and why.
type unread struct {
	line int
	name string
	err  error
}

// maxUnread is how many events that were left out are named.
const maxUnread = 20

// leaveOut leaves out an event that cannot be read.
func (f *file) leaveOut(line int, name string, err error) {
	if !f.chooses(name) {
		f.readable++ // nobody asked for it
		return
	}
	f.unreadAll++
	f.unread = append(f.unread, unread{line, name, err})
	slices.SortStableFunc(f.unread, func(a, b unread) int { return cmp.Compare(a.line, b.line) })
	f.unread = f.unread[:min(len(f.unread), maxUnread)]
}

// fail returns an error with its line. Errors never quote the file: a path or URL may lead to a secret.
func fail(p property, name string, err error) error {
	return fmt.Errorf("line %d: %s: %w", p.line, name, err)
}

// add adds an event. A cancelled one, or one with times that are not taken, replaces the instance that it overrides.
func (f *file) add(c component) {
	e := event{line: c.line, uid: c.first("UID").value, name: c.name()}
	replaces, take, err := f.readEvent(c, &e)
	if err != nil {
		f.leaveOut(e.line, e.name, err)
		return
	}
	if replaces != nil {
		f.replaced[*replaces] = true
	}
	f.readable++
	switch {
	case !f.chooses(e.name):
	case take == timedEvent:
		f.timed++
	case take == dates:
		f.events = append(f.events, e)
	}
}

// What is taken of a readable event.
type taken int

const (
	dates taken = iota
	timedEvent
	nothing // it is cancelled
)

// readEvent reads an event, and the instance that it replaces.
func (f *file) readEvent(c component, e *event) (replaces *instance, take taken, err error) {
	id, start := c.first("RECURRENCE-ID"), c.first("DTSTART")
	cancelled := strings.EqualFold(c.first("STATUS").value, "CANCELLED")
	if start.line == 0 && cancelled {
		start = id
	}
	if start.line == 0 {
		return nil, nothing, errors.New("DTSTART is required, for example DTSTART;VALUE=DATE:20261225")
	}
	s, err := f.readSpan(c, start)
	if err != nil {
		return nil, nothing, err
	}
	if id.line != 0 {
		if replaces, err = s.readInstance(id, e.uid); err != nil {
			return nil, nothing, err
		}
		e.override = true
	}
	switch {
	case cancelled:
		return replaces, nothing, nil
	case !s.allDay && !f.takeTimed:
		return replaces, timedEvent, nil
	}
	e.start, e.length = s.date, s.days
	return replaces, dates, e.repeat(c, s)
}

// readInstance reads which instance of another event this one replaces.
func (s span) readInstance(id property, uid string) (*instance, error) {
	date, err := s.day(id.value)
	switch {
	case err != nil:
		return nil, fail(id, "RECURRENCE-ID", err)
	case uid == "":
		return nil, fail(id, "RECURRENCE-ID", errors.New("needs the UID of the event whose instance it replaces"))
	case id.params["RANGE"] != "":
		return nil, fail(id, "RECURRENCE-ID", errors.New("RANGE is not supported: use a separate event for each instance"))
	}
	return &instance{uid, date}, nil
}

// repeat reads how the event repeats.
func (e *event) repeat(c component, s span) (err error) {
	if exrule := c.first("EXRULE"); exrule.line != 0 {
		return fail(exrule, "EXRULE", errors.New("not supported: list the dates as EXDATE"))
	}
	for _, p := range c.properties["RRULE"] {
		r, given, err := parseRule(p.value, s)
		if err != nil {
			return fail(p, "RRULE", err)
		}
		if given {
			e.rules = append(e.rules, r)
		}
	}
	if e.rdates, err = s.listed("RDATE", c); err != nil {
		return err
	}
	e.exdates, err = s.listed("EXDATE", c)
	return err
}

// listed reads the comma lists of every property of the name. Of a period, it takes the start.
func (s span) listed(name string, c component) ([]time.Time, error) {
	var days []time.Time
	for _, p := range c.properties[name] {
		for text := range strings.SplitSeq(p.value, ",") {
			if text, _, _ = strings.Cut(strings.TrimSpace(text), "/"); text == "" {
				continue
			}
			day, err := s.day(text)
			if err != nil {
				return nil, fail(p, name, err)
			}
			days = append(days, day)
		}
	}
	return days, nil
}
