package config

import (
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/schedule"
	"eks-scaling-automation/shared/signal"
)

const (
	defaultEvery = Duration(15 * time.Minute)
	maxHold      = 24 * time.Hour
	maxAtMost    = 7 * 24 * time.Hour
	// Thresholds are so small that they print as they are written.
	maxNumber = 1e15
)

// readCondition reads what a period has under when.
func (r *unitReader) readCondition(v value) *schedule.Condition {
	c := schedule.Condition{Every: defaultEvery}
	given := map[string]value{}
	number := func(field string, into **float64) func(value) {
		return func(v value) { given[field] = v; *into = v.number() }
	}
	before := v.broken()
	isObject := v.object(fields{
		"signal": func(v value) { given["signal"] = v; c.Signal = v.text() },
		"above":  number("above", &c.Above),
		"below":  number("below", &c.Below),
		"until":  number("until", &c.Until),
		"is":     func(v value) { given["is"] = v; c.Is = v.shortText(signal.MaxValue) },
		"hold":   func(v value) { c.Hold = Duration(v.duration(time.Minute, maxHold)) },
		"atMost": func(v value) { given["atMost"] = v; c.AtMost = Duration(v.duration(time.Minute, maxAtMost)) },
		"every":  func(v value) { c.Every = Duration(v.duration(5*time.Minute, 6*time.Hour)) },
	}, "signal")
	if !isObject {
		return &c
	}
	checkTests(v, given)
	if v.broken() > before {
		return &c
	}
	checkUntil(c, given["until"])
	if c.AtMost > 0 && c.AtMost <= c.Hold {
		given["atMost"].fail("atMost %s is not longer than hold %s: use a longer time", c.AtMost, c.Hold)
	}
	r.checkSource(c, given)
	return &c
}

// checkTests checks that a condition has one of above, below and is.
func checkTests(v value, given map[string]value) {
	var tests []string
	for _, name := range []string{"above", "below", "is"} {
		if _, ok := given[name]; ok {
			tests = append(tests, name)
		}
	}
	until, hasUntil := given["until"]
	switch {
	case len(tests) == 0:
		v.fail("above, below or is is required")
	case len(tests) > 1:
		v.fail("has %s: keep one", strings.Join(tests, " and "))
	case hasUntil && tests[0] == "is":
		until.fail("requires above or below: remove it")
	}
}

// checkUntil checks that a condition does not turn off where it turns on.
func checkUntil(c schedule.Condition, v value) {
	switch {
	case c.Until == nil:
	case c.Above != nil && *c.Until > *c.Above:
		v.fail("until %s is greater than above %s: use %[2]s or less, where the condition turns off", schedule.Decimal(*c.Until), schedule.Decimal(*c.Above))
	case c.Below != nil && *c.Until < *c.Below:
		v.fail("until %s is less than below %s: use %[2]s or more, where the condition turns off", schedule.Decimal(*c.Until), schedule.Decimal(*c.Below))
	}
}

// checkSource checks that the signal exists, and that its source has values that can meet the condition.
func (r *unitReader) checkSource(c schedule.Condition, given map[string]value) {
	around := r.cluster.around
	s, known := around.signals[c.Signal]
	switch {
	case around.unreadableSignals:
		return // that is on the list already
	case !known:
		given["signal"].fail("%s", english.Unknown("signal", c.Signal, slices.Sorted(maps.Keys(around.signals))))
		return
	}
	if is, isText := given["is"]; isText {
		is.checkState(s.Source(), c.Is)
		return
	}
	if states := s.Source().States(); states != nil {
		threshold, isAbove := given["above"]
		if !isAbove {
			threshold = given["below"]
		}
		threshold.fail("signal %q is the state of its %s, never a number: use is with %s", c.Signal, s.Source(), alternatives(states))
	}
}

// alternatives lists at least two words, such as "OK, ALARM or INSUFFICIENT_DATA".
func alternatives(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// checkState checks that a source can have a value.
func (v value) checkState(source Source, text string) {
	states := source.States()
	switch {
	case states != nil && !slices.Contains(states, text):
		v.fail("%s", english.Unknown(string(source)+" state", text, states))
	case strings.TrimSpace(text) != text:
		v.fail("has spaces around it, and values never have: remove them")
	}
}

// number reads a finite number.
func (v value) number() *float64 {
	var n float64
	tag := v.node.ShortTag()
	isNumber := v.node.Kind == yaml.ScalarNode && (tag == "!!int" || tag == "!!float") && v.node.Decode(&n) == nil
	_, isQuoted := signal.Number(v.node.Value)
	switch {
	case tag == "!!str" && isQuoted:
		v.fail("must be a number: remove the quotes")
		return nil
	case !isNumber || math.IsNaN(n) || math.IsInf(n, 0):
		v.must("a number, for example 20 or -0.5")
		return nil
	case math.Abs(n) > maxNumber:
		v.must("a number from -1e15 to 1e15")
		return nil
	}
	n += 0 // no -0
	return &n
}
