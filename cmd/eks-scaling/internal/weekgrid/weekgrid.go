// Package weekgrid draws at a glance when which profile is up: a row for each local day, the hours of the day across,
// as text for a terminal or as an SVG picture for a wiki or a review.
//
// The package is pure: values in, text out. It draws what it is given and never works out itself what is in force,
// asks for the current time, or leaves out a span because it is small.
package weekgrid

import (
	"errors"
	"fmt"
	"time"
)

// Grid is what is drawn: one or more lanes over the same interval.
type Grid struct {
	// Title is a heading, such as the file's name; none when empty.
	Title string
	Lanes []Lane
}

// Lane is one cluster's interval in its own time zone.
type Lane struct {
	// Name is the cluster's.
	Name string
	Zone *time.Location
	// From and Until bound the interval, half-open: From <= t < Until.
	From, Until time.Time
	// Spans are in order and without gaps: the first begins at From, each lasts until the next one begins, and the last
	// one until Until.
	Spans []Span
}

// Span is an interval in which one profile is in force.
type Span struct {
	From time.Time
	// Profile is empty for an override with its own sizes.
	Profile string
	// Source is what put the profile in force: "period", "default" or "override". Overrides are marked.
	Source string
	// Detail is the sizes in words, such as "small 0, big 3".
	Detail string
	// Weight is the sum of the desired nodes. More nodes are drawn darker, and in SVG taller.
	Weight int
}

// override is the source that is marked.
const override = "override"

// check says what is wrong with the grid.
func (g Grid) check() error {
	if len(g.Lanes) == 0 {
		return errors.New("the grid has no lanes; want at least one")
	}
	for i, lane := range g.Lanes {
		if err := lane.check(); err != nil {
			return fmt.Errorf("lane %d (%q): %w", i, lane.Name, err)
		}
	}
	return nil
}

func (l Lane) check() error {
	switch {
	case l.Zone == nil:
		return errors.New("found no zone; want the cluster's own")
	case !l.From.Before(l.Until):
		return fmt.Errorf("found %s to %s; want an interval that ends after it begins", instant(l.From), instant(l.Until))
	case len(l.Spans) == 0:
		return errors.New("found no spans; want the whole interval covered")
	case !l.Spans[0].From.Equal(l.From):
		return fmt.Errorf("found a first span from %s; want it to begin with the interval, at %s",
			instant(l.Spans[0].From), instant(l.From))
	}
	for i := range l.Spans {
		if !l.Spans[i].From.Before(l.end(i)) {
			return fmt.Errorf("spans[%d]: found %s to %s; want each span to begin before the next one, and before the interval's end",
				i, instant(l.Spans[i].From), instant(l.end(i)))
		}
	}
	return nil
}

func instant(t time.Time) string {
	return t.Format(time.RFC3339)
}

// end is when span i is over.
func (l Lane) end(i int) time.Time {
	if i+1 < len(l.Spans) {
		return l.Spans[i+1].From
	}
	return l.Until
}
