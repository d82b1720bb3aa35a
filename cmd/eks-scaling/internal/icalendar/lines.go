package icalendar

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	ics "github.com/arran4/golang-ical"
)

// This file reads the structure itself and leaves only single lines to the library. The library's ParseCalendar has no line
// numbers, and nested components overflow its stack.

// line is an unfolded content line, with the number of its first line in the file.
type line struct {
	number int
	text   string
}

// lines unfolds the file's lines, which may end in CRLF or LF, and skips empty ones.
func lines(data []byte) iter.Seq[line] {
	return func(yield func(line) bool) {
		var text []byte
		number, begin := 0, 0
		for raw := range bytes.Lines(data) {
			number++
			raw = bytes.TrimSuffix(bytes.TrimSuffix(raw, []byte("\n")), []byte("\r"))
			if number > 1 && len(raw) > 0 && (raw[0] == ' ' || raw[0] == '\t') {
				text = append(text, raw[1:]...)
				continue
			}
			if len(text) > 0 && !yield(line{number: begin, text: string(text)}) {
				return
			}
			text, begin = append(text[:0], raw...), number
		}
		if len(text) > 0 {
			yield(line{number: begin, text: string(text)})
		}
	}
}

// name returns the property's name in capitals: the text before the parameters or the value.
func (l line) name() string {
	if i := strings.IndexAny(l.text, ";:"); i >= 0 {
		return strings.ToUpper(l.text[:i])
	}
	return ""
}

// component returns the name of the component that a BEGIN or END line names, in capitals.
func (l line) component() string {
	_, name, _ := strings.Cut(l.text, ":")
	return strings.ToUpper(strings.TrimSpace(name))
}

// maxLine limits the lines passed to the library, in bytes: its work grows with the square of a line's length.
const maxLine = 8 << 10

// property parses the line.
func (l line) property() (property, error) {
	if len(l.text) > maxLine {
		return property{}, fmt.Errorf("line %d: %s is %d bytes long: use at most %d, and several lines for longer lists",
			l.number, l.name(), len(l.text), maxLine)
	}
	parsed, err := ics.ParseProperty(ics.ContentLine(l.text))
	if err != nil || parsed == nil {
		return property{}, fmt.Errorf("line %d: invalid property: use %s:value, with any ;PARAMETER=value before the colon", l.number, l.name())
	}
	p := property{line: l.number, value: strings.TrimSpace(parsed.Value), params: map[string]string{}}
	for key, values := range parsed.ICalParameters {
		p.params[strings.ToUpper(key)] = strings.ToUpper(strings.Join(values, ","))
	}
	return p, nil
}

// reader reads the lines of a file and tracks the current component.
type reader struct {
	file
	open  []string // the components around the line, from the outermost
	event component
	last  int // the last line's number
}

// read parses a whole file.
func read(data []byte) (file, error) {
	r := reader{file: file{replaced: map[instance]bool{}}}
	for l := range lines(bytes.TrimPrefix(data, []byte("\ufeff"))) {
		if err := r.line(l); err != nil {
			return file{}, err
		}
		r.last = l.number
	}
	if r.last == 0 {
		return file{}, errors.New("not an iCalendar file: it is empty")
	}
	if len(r.open) > 0 {
		return file{}, fmt.Errorf("the iCalendar file is cut off after line %d: the last line must be END:VCALENDAR", r.last)
	}
	return r.file, nil
}

func (r *reader) line(l line) error {
	name := l.name()
	if len(r.open) == 0 && (name != "BEGIN" || l.component() != "VCALENDAR") {
		if r.last == 0 {
			return errors.New("not an iCalendar file: it does not begin with BEGIN:VCALENDAR")
		}
		return fmt.Errorf("line %d: unexpected text after END:VCALENDAR", l.number)
	}
	switch {
	case name == "BEGIN":
		r.open = append(r.open, l.component())
		if r.inEvent() {
			r.event = component{line: l.number, properties: map[string][]property{}}
		}
		return nil
	case name == "END":
		return r.end(l)
	case r.inEvent() && slices.Contains(eventProperties, name):
		p, err := l.property()
		r.event.properties[name] = append(r.event.properties[name], p)
		return err
	default:
		return nil
	}
}

// inEvent reports whether a property belongs to the event itself, not to an alarm in it.
func (r *reader) inEvent() bool {
	return len(r.open) == 2 && r.open[1] == "VEVENT"
}

func (r *reader) end(l line) error {
	within := r.open[len(r.open)-1]
	if l.component() != within {
		return fmt.Errorf("line %d: END of another component than the open one", l.number)
	}
	isEvent := r.inEvent()
	r.open = r.open[:len(r.open)-1]
	if isEvent {
		return r.add(r.event)
	}
	return nil
}
