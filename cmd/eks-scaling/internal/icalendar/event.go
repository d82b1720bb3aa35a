package icalendar

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// eventProperties determine the dates and the name of an event.
var eventProperties = []string{
	"UID", "SUMMARY", "STATUS", "DTSTART", "DTEND", "DURATION", "RRULE", "EXRULE", "RDATE", "EXDATE", "RECURRENCE-ID",
}

// property is a parsed line. The names and values of its parameters are in capitals.
type property struct {
	line   int
	params map[string]string
	value  string
}

// isDate reports whether the value is a date without a time. A malformed value counts as a date, so that it is refused.
func (p property) isDate() bool {
	isDateTime := len(p.value) > len(dateLayout) && p.value[len(dateLayout)] == 'T'
	return p.params["VALUE"] == "DATE" || !isDateTime
}

// component is an event as written in the file.
type component struct {
	line       int
	properties map[string][]property
}

// first returns the first property of a name; its line is zero if there is none.
func (c component) first(name string) property {
	if all := c.properties[name]; len(all) > 0 {
		return all[0]
	}
	return property{}
}

// file holds the events of a file and their counts.
type file struct {
	events        []event
	replaced      map[instance]bool
	allDay, timed int // numbers of events
}

// instance is an occurrence of a repeated event: the event's UID and the occurrence's original date.
type instance struct {
	uid  string
	date time.Time
}

// event is an all-day event that takes place.
type event struct {
	line            int
	uid, name       string
	override        bool      // replaces one instance of another event
	start           time.Time // midnight UTC, as all dates here
	length          int       // in days, at least one
	rules           []rule
	rdates, exdates []time.Time
}

// fail returns an error with its line. Errors never quote the file: a path or URL may lead to a secret.
func (e event) fail(line int, format string, args ...any) error {
	return fmt.Errorf("line %d: %w", line, fmt.Errorf(format, args...))
}

// add adds an event. A timed or cancelled event is only counted, and replaces the instance that it overrides.
func (f *file) add(c component) error {
	e := event{line: c.line, uid: c.first("UID").value, name: clean(c.first("SUMMARY").value)}
	cancelled := strings.EqualFold(c.first("STATUS").value, "CANCELLED")
	id, start := c.first("RECURRENCE-ID"), c.first("DTSTART")
	if id.line != 0 {
		if err := f.replace(&e, id); err != nil {
			return err
		}
	}
	if start.line == 0 && cancelled && id.line != 0 {
		start = id
	}
	switch {
	case start.line == 0:
		return e.fail(e.line, "DTSTART is required, for example DTSTART;VALUE=DATE:20261225")
	case !start.isDate():
		f.timed++
		return nil
	case cancelled:
		f.allDay++
		return nil
	}
	f.allDay++
	if err := e.read(c, start); err != nil {
		return err
	}
	f.events = append(f.events, e)
	return nil
}

// replace notes which instance the event replaces.
func (f *file) replace(e *event, id property) error {
	e.override = true
	date, err := parseDay(id.value)
	switch {
	case err != nil:
		return e.fail(id.line, "RECURRENCE-ID: %w", err)
	case e.uid == "":
		return e.fail(id.line, "RECURRENCE-ID needs the UID of the event whose instance it replaces")
	case id.isDate() && id.params["RANGE"] != "":
		return e.fail(id.line, "RECURRENCE-ID with RANGE is not supported: use a separate event for each instance")
	}
	f.replaced[instance{uid: e.uid, date: date}] = true
	return nil
}

// read reads the dates of an all-day event.
func (e *event) read(c component, start property) (err error) {
	if e.start, err = parseDate(start.value); err != nil {
		return e.fail(start.line, "DTSTART: %w", err)
	}
	if err := e.readLength(c.first("DTEND"), c.first("DURATION")); err != nil {
		return err
	}
	if exrule := c.first("EXRULE"); exrule.line != 0 {
		return e.fail(exrule.line, "EXRULE is not supported: list the dates as EXDATE")
	}
	for _, p := range c.properties["RRULE"] {
		r, err := parseRule(p.value, e.start)
		if err != nil {
			return e.fail(p.line, "RRULE: %w", err)
		}
		e.rules = append(e.rules, r)
	}
	if e.rdates, err = e.readDays("RDATE", c); err != nil {
		return err
	}
	e.exdates, err = e.readDays("EXDATE", c)
	return err
}

// readDays reads the comma lists of every property of the name.
func (e *event) readDays(name string, c component) ([]time.Time, error) {
	var days []time.Time
	for _, p := range c.properties[name] {
		for text := range strings.SplitSeq(p.value, ",") {
			if text = strings.TrimSpace(text); text == "" {
				continue
			}
			day, err := parseDay(text)
			if err != nil {
				return nil, e.fail(p.line, "%s: %w", name, err)
			}
			days = append(days, day)
		}
	}
	return days, nil
}

// readLength reads the number of days. Some programs write one-day events with equal start and end.
func (e *event) readLength(end, duration property) error {
	e.length = 1
	switch {
	case end.line != 0 && duration.line != 0:
		return e.fail(duration.line, "both DURATION and DTEND: use one")
	case end.line != 0:
		date, err := parseDate(end.value)
		if err != nil {
			return e.fail(end.line, "DTEND: %w", err)
		}
		if date.Before(e.start) {
			return e.fail(end.line, "DTEND is before DTSTART: use the day after the event's last")
		}
		e.length = max(1, daysBetween(e.start, date))
	case duration.line != 0:
		days, err := parseDuration(duration.value)
		if err != nil {
			return e.fail(duration.line, "DURATION: %w", err)
		}
		e.length = max(1, days)
	}
	return nil
}

const dateLayout = "20060102"

// parseDate reads a date. It refuses dates before the Gregorian calendar: the library reads the year 1 as "now".
func parseDate(text string) (time.Time, error) {
	date, err := time.Parse(dateLayout, text)
	if err != nil || date.Year() < 1583 {
		return time.Time{}, errors.New("invalid date: use one that exists, for example 20261225")
	}
	return date, nil
}

// parseDay reads a date, or the date in a date-time, ignoring its zone.
func parseDay(text string) (time.Time, error) {
	if _, err := time.Parse(dateLayout+"T150405", strings.TrimSuffix(text, "Z")); err == nil {
		text = text[:len(dateLayout)]
	}
	return parseDate(text)
}

var durationPattern = regexp.MustCompile(`^\+?P(\d{1,4})([DW])$`)

// parseDuration reads a number of days or weeks, in days.
func parseDuration(text string) (int, error) {
	match := durationPattern.FindStringSubmatch(text)
	if match == nil {
		return 0, errors.New("invalid duration: use days or weeks (at most 9999), for example P2D or P1W")
	}
	days, err := strconv.Atoi(match[1])
	if match[2] == "W" {
		days *= 7
	}
	return days, err
}

// daysBetween counts the days from one midnight UTC to another.
func daysBetween(from, to time.Time) int {
	return int((to.Unix() - from.Unix()) / (24 * 60 * 60))
}
