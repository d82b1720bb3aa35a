// Package weekgrid draws which profile is active when: a row for each local day with the hours across, as text for a terminal or
// as an SVG picture.
//
// The package is pure: it never reads the clock. It never omits a span because it is short.
package weekgrid

import (
	"strings"
	"time"
	"unicode"
)

// Grid holds one or more lanes over the same interval.
type Grid struct {
	Title string // a heading, such as the file's name; empty for none
	Lanes []Lane
}

// Lane is one cluster's interval in its own time zone.
type Lane struct {
	Name string // the cluster's
	Zone *time.Location
	// From and Until bound the interval, half-open: From <= t < Until.
	From, Until time.Time
	// Spans are in order and without gaps: the first begins at From, each lasts until the next one begins, and the last
	// one until Until.
	Spans []Span
}

// Span is an interval in which one profile is active.
type Span struct {
	From time.Time
	// Profile is empty for an override with its own sizes.
	Profile string
	// Source of the profile is "period", "default", "override" or "ahead". Overrides are marked, and so is the time ahead of a
	// transition, in which only scale-ups to the profile have begun.
	Source string
	Detail string // the sizes in words, such as "small 0, big 3"
	// Weight is the sum of the desired nodes. More nodes are drawn darker, and in SVG taller.
	Weight int
	// Conditional lists what conditions change in the span. It is hatched over the span.
	Conditional []Conditional
}

const override = "override"

// Ahead is the source of a span before its profile's transition.
const Ahead = "ahead"

// end returns the end of span i.
func (l Lane) end(i int) time.Time {
	if i+1 < len(l.Spans) {
		return l.Spans[i+1].From
	}
	return l.Until
}

// The formats of dates and wall clocks.
const (
	dateForm  = "Mon 2006-01-02"
	clockForm = "15:04"
)

// name returns the name to draw for the span's profile.
func (s Span) name() string {
	if s.Profile == "" {
		return "sizes"
	}
	return clean(s.Profile)
}

// describe returns all details of span i: "Tue 2026-11-24 06:30 to 11:30: peak (period), small 0, big 3".
func (l Lane) describe(i int) string {
	span := l.Spans[i]
	text := interval(span.From.In(l.Zone), l.end(i).In(l.Zone)) + ": " + span.name()
	if span.Source != "" {
		text += " (" + clean(span.Source) + ")"
	}
	if span.Detail != "" {
		text += ", " + clean(span.Detail)
	}
	parts := []string{text}
	for _, c := range span.Conditional {
		parts = append(parts, c.describe())
	}
	return strings.Join(parts, "; ")
}

// interval formats an interval. It names the end's date only if that differs.
func interval(from, to time.Time) string {
	form := clockForm
	if from.Format(time.DateOnly) != to.Format(time.DateOnly) {
		form = dateForm + " " + clockForm
	}
	return from.Format(dateForm+" "+offset(from, clockForm)) + " to " + to.Format(offset(to, form))
}

// offset adds the offset from UTC to a time format near a clock change, where local time is ambiguous.
func offset(t time.Time, form string) string {
	const near = 3 * time.Hour
	_, before := t.Add(-near).Zone()
	_, after := t.Add(near).Zone()
	if before != after {
		form += " -07:00"
	}
	return form
}

// clean makes text safe for a terminal and for XML by replacing unprintable characters.
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
