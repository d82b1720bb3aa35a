// Package icalendar turns an iCalendar file (RFC 5545) into dates with names, for the calendars of a configuration. A holiday is a date,
// not an instant, so events with times of day count only on request.
//
// The files are other people's. One odd event costs only itself: it is left out, and a warning names it. For any input the package returns
// dates or a precise error, in bounded time. It must never panic or guess a date, and runs never call it: they use the dates that were
// stored when the configuration was applied.
package icalendar

import (
	"errors"
	"fmt"
	"time"

	"eks-scaling-automation/shared/english"
)

// MaxDays is the highest number of dates that a calendar may have.
const MaxDays = 4000

// Options say what to read of a file.
type Options struct {
	// From and Until bound the dates, both included.
	From, Until time.Time
	// Zone is the clock of times in UTC if the file names none; nil is UTC.
	Zone *time.Location
	// Timed takes the dates of events with times of day too.
	Timed bool
	// Match and Exclude choose events by their names. The case does not matter, and * stands for any text.
	Match, Exclude []string
}

// Feed is what was read of a file.
type Feed struct {
	Days     []Day // in order without duplicates; may be empty
	Warnings []Warning
}

// Warning says what was not taken of a file.
type Warning struct {
	Field string // the option that it is about, such as "match[0]"; empty for the file
	Text  string
}

// Day is one date of a calendar.
type Day struct {
	// Date is midnight UTC; only the year, the month and the day count.
	Date time.Time
	// Name is the event's SUMMARY on one line, at most 100 characters long, and may be empty. The names of several events on one
	// date are joined with " / ", in order, without duplicates.
	Name string
}

// Parse reads an iCalendar file. It leaves out the events that cannot be read, with a warning for each. If none can be read, it
// returns an error.
func Parse(data []byte, o Options) (Feed, error) {
	f := file{choice: newChoice(o), replaced: map[instance]bool{}, zone: o.Zone}
	if err := f.read(data); err != nil {
		return Feed{}, err
	}
	c := collection{from: midnight(o.From), until: midnight(o.Until), names: map[time.Time]map[string]bool{}}
	c.addAll(&f)
	if f.readable == 0 {
		return Feed{}, f.refusal()
	}
	days := c.days()
	warnings := append(f.warnings(), f.unused()...)
	if len(days) == 0 && len(warnings) == 0 {
		warnings = append(warnings, Warning{Text: fmt.Sprintf("the calendar has no date between %s and %s",
			c.from.Format(time.DateOnly), c.until.Format(time.DateOnly))})
	}
	return Feed{days, warnings}, nil
}

// refusal is the error of a file without any readable event.
func (f *file) refusal() error {
	switch {
	case f.unreadAll == 0 && f.cutOff > 0:
		return fmt.Errorf("the iCalendar file has no event: it is cut off after line %d", f.cutOff)
	case f.unreadAll == 0:
		return errors.New("the iCalendar file has no event")
	case f.unreadAll == 1:
		return fmt.Errorf("the only event, on line %d, cannot be read: %w", f.unread[0].line, f.unread[0].err)
	default:
		return fmt.Errorf("none of its %d events can be read; the first, on line %d: %w", f.unreadAll, f.unread[0].line, f.unread[0].err)
	}
}

// warnings says what was not taken.
func (f *file) warnings() []Warning {
	var all []Warning
	for _, u := range f.unread {
		text := fmt.Sprintf("the event on line %d is left out: %v", u.line, u.err)
		if u.name != "" {
			text = fmt.Sprintf("event %q on line %d is left out: %v", u.name, u.line, u.err)
		}
		all = append(all, Warning{Text: text})
	}
	if more := f.unreadAll - len(f.unread); more > 0 {
		all = append(all, Warning{Text: english.Count(more, "more event") + " cannot be read and are left out"})
	}
	if f.timed > 0 {
		all = append(all, Warning{Text: fmt.Sprintf("%s with a time of day left out: set timed: true to take the dates", english.Count(f.timed, "event"))})
	}
	if f.cutOff > 0 {
		all = append(all, Warning{Text: fmt.Sprintf("the file is cut off after line %d, so events may be missing: END:VCALENDAR is required", f.cutOff)})
	}
	return all
}
