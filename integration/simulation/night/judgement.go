package night

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// This file judges conditions and combines them with the schedule a second time, without the product's code.

// belief is what a unit is to remember of a conditional period.
type belief struct {
	on    bool
	since time.Time // when it was turned on or off
	spent bool      // atMost ended it, and it has not been false since
	// The last good value, and when it was read.
	value string
	read  time.Time
}

func (b belief) String() string {
	state := "off"
	if b.on {
		state = "on"
	} else if b.spent {
		state = "spent"
	}
	return fmt.Sprintf("%s since %s, %q of %s", state, b.since.In(local).Format("15:04:05.000"), b.value, b.read.In(local).Format("15:04:05.000"))
}

// beliefs holds what a unit is to remember, by the period's name.
type beliefs map[string]belief

// heard is what a run has read.
type heard struct {
	at      time.Time
	answers map[string]answer // by signal
}

// judged returns what a unit is to remember after a judgement at an instant.
func (s *setting) judged(unit string, before beliefs, h heard, at time.Time) beliefs {
	after := beliefs{}
	for _, c := range s.conditionsIn(unit) {
		if began, open := c.opened(at); open {
			b := before[c.Name]
			if b.since.Before(began) {
				b.on, b.spent, b.since = false, false, time.Time{} // of an earlier window
			}
			of := s.signalNamed(c.signal)
			if said, read := h.answers[c.signal]; read && of.isGood(said) && !h.at.Before(b.read) {
				b.value, b.read = said.value, h.at
			}
			after[c.Name] = c.next(b, of, at)
		}
	}
	return after
}

// next turns the condition on or off.
func (c condition) next(b belief, of source, at time.Time) belief {
	isTrue, isFalse := c.test(b, of, at)
	if b.since.IsZero() {
		b.since = at
	}
	switch {
	case b.on:
		return c.nextOfOn(b, isFalse, at)
	case b.spent:
		b.spent = !isFalse
	case isTrue:
		b.on, b.since = true, at
	}
	return b
}

// nextOfOn turns a condition off that is on.
func (c condition) nextOfOn(b belief, isFalse bool, at time.Time) belief {
	switch lasted := at.Sub(b.since); {
	case c.atMost > 0 && lasted >= c.atMost:
		b.on, b.spent, b.since = false, !isFalse, b.since.Add(c.atMost)
	case isFalse && lasted >= c.hold:
		b.on, b.since = false, at
	}
	return b
}

// test reports whether the condition is true, or false. It is neither between two thresholds, and without a value if otherwise is
// last.
func (c condition) test(b belief, of source, at time.Time) (isTrue, isFalse bool) {
	switch {
	case b.read.IsZero() || at.Sub(b.read) >= of.maxAge:
		return of.otherwise == "true", of.otherwise == "false"
	case c.is != "":
		return b.value == c.is, b.value != c.is
	}
	n, err := strconv.ParseFloat(b.value, 64)
	if err != nil {
		panic(err)
	}
	if c.above > 0 {
		return n > c.above, n <= c.until
	}
	return n < c.below, n >= c.until
}

// want is what is wanted of a node group: a number of nodes, unless a conditional period leaves it alone.
type want struct {
	nodes   int32
	alone   bool
	profile string
	// reduced means that a conditional period replaced the schedule, and did not only raise it.
	reduced bool
}

// want walks through the periods, from the last one to the first. The first unconditional match is the base. Each condition that is on
// raises what is wanted without it, or replaces that if it may reduce.
func (s *setting) want(nodegroup string, at time.Time, b beliefs) want {
	base := s.scheduled(nodegroup, at)
	w := want{nodes: s.nodes(base.profile, nodegroup), profile: base.profile}
	unit := s.unitOf(nodegroup)
	for _, c := range slices.Backward(s.conditionsIn(unit)) {
		if !c.applies(s, at, b[c.Name]) {
			continue
		}
		target, named := s.conditionalTarget(c, nodegroup)
		switch {
		case c.mayReduce:
			w = want{nodes: target, alone: !named, profile: c.Profile, reduced: true}
		case named && (w.alone && target > 0 || !w.alone && target > w.nodes):
			w.nodes, w.alone, w.profile = target, false, c.Profile
		}
	}
	return w
}

// applies reports whether the condition is on at an instant within its window, and no unconditional period comes first.
func (c condition) applies(s *setting, at time.Time, b belief) bool {
	_, open := c.opened(at)
	for _, p := range s.periods[:c.after] {
		if _, matches := p.opened(at); matches {
			return false
		}
	}
	return open && b.on && (c.atMost == 0 || at.Before(b.since.Add(c.atMost)))
}
