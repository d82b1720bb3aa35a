package icalendar

import (
	"errors"
	"slices"
	"strings"
)

// component is an event as written in the file.
type component struct {
	line       int
	properties map[string][]property
	flagged    bool // a property of the writer's own says that it lasts all day
}

// first returns the first property of a name that has a value. Its line is zero if there is none.
func (c component) first(name string) property {
	for _, p := range c.properties[name] {
		if p.value != "" {
			return p
		}
	}
	return property{}
}

// name returns the event's name, as people see it.
func (c component) name() string { return clean(unescape(c.first("SUMMARY").value)) }

// reader reads the lines of a file and tracks the current component.
type reader struct {
	file
	begun bool
	open  []string // the components around the line, from the outermost
	event component
	last  int // the last line's number
}

// read reads a whole file. It ignores what is outside of a calendar, and ends that match nothing.
func (f *file) read(data []byte) error {
	r := reader{file: *f}
	for l := range lines(data) {
		r.line(l)
		r.last = l.number
	}
	switch {
	case r.last == 0:
		return errors.New("not an iCalendar file: it is empty")
	case !r.begun:
		return errors.New("not an iCalendar file: it has no line BEGIN:VCALENDAR")
	case len(r.open) > 0:
		r.cutOff = r.last
	}
	if r.inEvent() {
		r.leaveOut(r.event.line, r.event.name(), errors.New("the file is cut off within it"))
	}
	*f = r.file
	return nil
}

func (r *reader) line(l line) {
	switch name := l.name(); {
	case name == "BEGIN":
		r.begin(l)
	case len(r.open) == 0:
		return
	case name == "END":
		r.end(l.component())
	case r.inEvent():
		r.property(name, l)
	case len(r.open) == 1 && (name == "X-WR-TIMEZONE" || name == "TIMEZONE-ID"):
		if zone := location(l.property().value); zone != nil {
			r.zone = zone
		}
	}
}

// begin opens a component. An event cannot be within another, so the end of that is missing.
func (r *reader) begin(l line) {
	name := l.component()
	if len(r.open) == 0 && name != "VCALENDAR" {
		return
	}
	if r.inEvent() && (name == "VEVENT" || name == "VCALENDAR") {
		r.end("VEVENT")
	}
	if name == "VCALENDAR" {
		r.begun, r.open = true, nil
	}
	r.open = append(r.open, name)
	if r.inEvent() {
		r.event = component{line: l.number, properties: map[string][]property{}}
	}
}

// inEvent reports whether a property belongs to the event itself, not to an alarm in it.
func (r *reader) inEvent() bool {
	return len(r.open) == 2 && r.open[1] == "VEVENT"
}

func (r *reader) property(name string, l line) {
	switch {
	case slices.Contains(eventProperties, name):
		r.event.properties[name] = append(r.event.properties[name], l.property())
	case strings.HasPrefix(name, "X-") && strings.Contains(name, "ALLDAY"): // such as X-MICROSOFT-CDO-ALLDAYEVENT
		r.event.flagged = slices.Contains([]string{"TRUE", "1", "YES"}, strings.ToUpper(l.property().value))
	}
}

// end closes a component, with those in it whose end is missing.
func (r *reader) end(name string) {
	for i, open := range slices.Backward(r.open) {
		if open != name {
			continue
		}
		if i < 2 && len(r.open) > 1 && r.open[1] == "VEVENT" {
			r.add(r.event)
		}
		r.open = r.open[:i]
		return
	}
}
