package weekgrid

import (
	"strings"
	"time"
	"unicode"
)

// How dates and wall clocks are written.
const (
	dateForm  = "Mon 2006-01-02"
	clockForm = "15:04"
)

// name is how the span's profile is called.
func (s Span) name() string {
	if s.Profile == "" {
		return "sizes"
	}
	return clean(s.Profile)
}

// describe tells all about span i: "Tue 2026-11-24 06:30 to 11:30: peak (period), small 0, big 3".
func (l Lane) describe(i int) string {
	span := l.Spans[i]
	text := interval(span.From.In(l.Zone), l.end(i).In(l.Zone)) + ": " + span.name()
	if span.Source != "" {
		text += " (" + clean(span.Source) + ")"
	}
	if span.Detail != "" {
		text += ", " + clean(span.Detail)
	}
	return text
}

// interval names the date of the end only when it is another one.
func interval(from, to time.Time) string {
	form := clockForm
	if from.Format(time.DateOnly) != to.Format(time.DateOnly) {
		form = dateForm + " " + clockForm
	}
	return from.Format(dateForm+" "+offset(from, clockForm)) + " to " + to.Format(offset(to, form))
}

// offset adds the offset from UTC to the form of a time near a change of the clocks, where the wall clock alone may not
// tell which instant is meant.
func offset(t time.Time, form string) string {
	const near = 3 * time.Hour
	_, before := t.Add(-near).Zone()
	_, after := t.Add(near).Zone()
	if before != after {
		form += " -07:00"
	}
	return form
}

// clean makes text safe for a line on a terminal and for XML: what cannot be printed is replaced.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, text)
}

// wrap breaks text at its spaces into lines of at most width runes, and a word that is longer than that anywhere.
func wrap(text string, width int) []string {
	var lines []string
	var line []rune
	for field := range strings.FieldsSeq(text) {
		word := []rune(field)
		if len(line) > 0 && len(line)+1+len(word) > width {
			lines, line = append(lines, string(line)), nil
		}
		for ; len(word) > width; word = word[width:] {
			lines = append(lines, string(word[:width]))
		}
		if len(line) > 0 {
			line = append(line, ' ')
		}
		line = append(line, word...)
	}
	return append(lines, string(line))
}
