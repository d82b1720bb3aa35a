package icalendar

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// The work for a file is limited to some seconds, in days examined, and that for one event to a tenth. A hundred yearly birthdays
// since 1900 cost five million. A matching date costs as much as ten others.
const (
	maxWork      = 50_000_000
	maxEventWork = maxWork / 10
	workDate     = 10
)

// collection gathers the names of each date between two, both included.
type collection struct {
	from, until time.Time
	names       map[time.Time]map[string]bool
	work, limit int
	event       map[time.Time]bool // the dates of the event that is being added
}

// addAll adds the events, the rarest first, so that one that repeats too often costs only itself.
func (c *collection) addAll(f *file) {
	slices.SortStableFunc(f.events, func(a, b event) int { return cmp.Compare(a.weight(), b.weight()) })
	for _, e := range f.events {
		if err := c.addEvent(e, f.replaced); err != nil {
			f.readable--
			f.leaveOut(e.line, e.name, err)
		}
	}
}

// weight is about how many dates the event may have.
func (e event) weight() int {
	weight := 1 + len(e.rdates)
	for _, r := range e.rules {
		weight += 10 * r.perYear()
	}
	return weight * e.length
}

// spend counts the examined days.
func (c *collection) spend(days int) error {
	if c.work += days; c.work > c.limit {
		return errors.New("it repeats too often to be expanded: use a rule that starts later or repeats less")
	}
	return nil
}

// addEvent adds the dates of every occurrence that no EXDATE removes and no other event replaces, or none.
func (c *collection) addEvent(e event, replaced map[instance]bool) error {
	c.limit, c.event = min(maxWork, c.work+maxEventWork), map[time.Time]bool{}
	if err := c.spend(0); err != nil {
		return err
	}
	if err := c.occurrences(e, replaced); err != nil {
		return err
	}
	more := 0
	for date := range c.event {
		if c.names[date] == nil {
			more++
		}
	}
	if len(c.names)+more > MaxDays {
		return fmt.Errorf("with it the calendar has more than %d dates between %s and %s",
			MaxDays, c.from.Format(time.DateOnly), c.until.Format(time.DateOnly))
	}
	for date := range c.event {
		if c.names[date] == nil {
			c.names[date] = map[string]bool{}
		}
		c.names[date][e.name] = true
	}
	return nil
}

func (c *collection) occurrences(e event, replaced map[instance]bool) error {
	out := map[time.Time]bool{}
	for _, date := range e.exdates {
		out[date] = true
	}
	add := func(start time.Time) error {
		if out[start] || !e.override && replaced[instance{uid: e.uid, date: start}] {
			return nil
		}
		return c.add(start, e.length)
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

// add adds the days from start that are in the window.
func (c *collection) add(start time.Time, length int) error {
	first, end := start, start.AddDate(0, 0, length)
	if first.Before(c.from) {
		first = c.from
	}
	for date := first; date.Before(end) && !date.After(c.until); date = date.AddDate(0, 0, 1) {
		if err := c.spend(workDate); err != nil {
			return err
		}
		c.event[date] = true
	}
	return nil
}

// expand adds the dates of a rule in the window. The start is always the first, even if it does not match the rule.
func (c *collection) expand(r rule, start time.Time, add func(time.Time) error) error {
	last := r.last(c.until)
	if start.After(last) {
		return nil
	}
	if err := add(start); err != nil {
		return err
	}
	previous, next := start, r.dates.Iterator()
	for n := 1; r.count == 0 || n < r.count; {
		date, ok := next()
		if !ok { // the library has looked until its last date
			return c.spend(daysBetween(previous, lastDate) / r.interval)
		}
		if err := c.spend(workDate + daysBetween(previous, date)/r.interval); err != nil {
			return err
		}
		if date.After(last) {
			return nil
		}
		if date.After(start) {
			if err := add(date); err != nil {
				return err
			}
			n++
		}
		previous = date
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
