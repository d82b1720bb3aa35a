package signal

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
)

// Verdict is the outcome of a judgement, with its reason.
type Verdict struct {
	On     bool   `json:"on"`
	Reason string `json:"reason"`
	// Value is the value that counted, read at At. Both are zero if none counted, so that the fallback decided.
	Value string    `json:"value,omitempty"`
	At    time.Time `json:"at,omitzero"`
	// Until is when the verdict may change without another reading. Zero means never.
	Until time.Time `json:"until,omitzero"`
}

// Judge judges a condition at an instant, from its memory and a reading; the zero Reading means that there is none. It returns the
// memory after that. Reasons have times in the instant's zone.
//
// A reading without a usable value leaves the last good value in place, which counts until it is MaxAge old. After that, the
// fallback decides. Hold and AtMost are measured from when the condition turned on to the instant.
func Judge(c schedule.Condition, f Fallback, m Memory, r Reading, at time.Time) (Memory, Verdict) {
	j := judgement{Condition: c, Fallback: f, memory: m, at: at}
	if m.Signal != c.Signal {
		j.memory.Value, j.memory.At, j.memory.Signal = "", time.Time{}, c.Signal
	}
	j.read(r)
	j.test(r)
	j.switchOver()
	return j.memory, Verdict{On: j.memory.On, Reason: j.reason, Value: j.value, At: j.readAt, Until: j.until()}
}

// Number reads a finite number in decimal.
func Number(text string) (n float64, ok bool) {
	if strings.Trim(text, "0123456789+-.eE") != "" {
		return 0, false // such as "Inf" or "0x10"
	}
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil && !math.IsInf(n, 0)
}

// truth is what a condition is apart from Hold and AtMost.
type truth int

const (
	asItWas truth = iota // between two thresholds, or without a value
	isFalse
	isTrue
)

type judgement struct {
	schedule.Condition
	Fallback
	memory Memory
	at     time.Time

	value  string // that counts; empty if none does
	readAt time.Time
	truth  truth
	reason string
}

// isUsable reports whether the condition can be tested with a value.
func (j *judgement) isUsable(value string) bool {
	_, isNumber := Number(value)
	return value != "" && (j.Is != "" || isNumber)
}

// read remembers a good value, unless a later one is known.
func (j *judgement) read(r Reading) {
	if r.Error == "" && j.isUsable(r.Value) && !r.At.Before(j.memory.At) {
		j.memory.Value, j.memory.At = r.Value, r.At
	}
}

// test finds out what the condition is, with its reason.
func (j *judgement) test(r Reading) {
	age := j.at.Sub(j.memory.At)
	if j.isUsable(j.memory.Value) && age < j.MaxAge {
		j.value, j.readAt = j.memory.Value, j.memory.At
		j.compare()
		return
	}
	j.truth = map[Otherwise]truth{OtherwiseTrue: isTrue, OtherwiseFalse: isFalse}[j.Otherwise]
	j.reason = fmt.Sprintf("%s; otherwise %s", j.withoutValue(r, age), j.Otherwise)
}

// withoutValue says why no value counts.
func (j *judgement) withoutValue(r Reading, age time.Duration) string {
	why := ""
	switch {
	case r.Error != "":
		why = "could not be read: " + r.Error
	case r.Value != "" && !j.isUsable(r.Value):
		why = fmt.Sprintf("is %q, which is no number", r.Value)
	case r.Value == "":
		why = "has no value"
	}
	if j.isUsable(j.memory.Value) {
		old := fmt.Sprintf("was %s %s ago, and counts for %s", j.inWords(j.memory.Value), schedule.Duration(age.Truncate(time.Second)), schedule.Duration(j.MaxAge))
		if why == "" || r.Value == "" && r.Error == "" {
			return j.Signal + " " + old
		}
		why += "; it " + old
	}
	return j.Signal + " " + why
}

// inWords quotes texts, and leaves numbers as they are.
func (j *judgement) inWords(value string) string {
	if j.Is != "" {
		return strconv.Quote(value)
	}
	return value
}

// compare tests the value that counts.
func (j *judgement) compare() {
	n, _ := Number(j.value)
	switch {
	case j.Is != "":
		j.decide(j.value == j.Is, j.value != j.Is, "not "+strconv.Quote(j.Is), "")
	case j.Above != nil:
		until := or(j.Until, *j.Above)
		j.decide(n > *j.Above, n <= until, "not above "+schedule.Decimal(*j.Above), "above "+schedule.Decimal(until))
	default:
		until := or(j.Until, *j.Below)
		j.decide(n < *j.Below, n >= until, "not below "+schedule.Decimal(*j.Below), "below "+schedule.Decimal(until))
	}
}

// decide sets what the condition is. Off describes a value that does not turn it on, and still one that keeps it on.
func (j *judgement) decide(isOn, isOff bool, off, still string) {
	text := j.Signal + " is " + j.inWords(j.value)
	on := strings.TrimPrefix(off, "not ")
	switch {
	case isOn:
		j.truth = isTrue
		if j.Is == "" {
			text += ", " + on
		}
	case isOff:
		j.truth = isFalse
		text += ", " + off
		if j.memory.On && still != "" && still != on {
			text = j.Signal + " is " + j.value + ", no longer " + still
		}
	case j.memory.On || j.memory.Spent:
		text += ", still " + still
	default:
		text += ", " + off
	}
	j.reason = text
}

// switchOver applies what the condition is to the memory, within Hold and AtMost.
func (j *judgement) switchOver() {
	m := &j.memory
	switch {
	case m.On:
		j.switchOff()
	case m.Spent && j.truth == isFalse:
		m.Spent = false
	case m.Spent:
		j.reason += fmt.Sprintf("; atMost %s was over at %s", j.AtMost, j.local(m.Since))
		j.sayIfSpent()
	case j.truth == isTrue:
		m.On, m.Since = true, j.at
	case m.Since.IsZero():
		m.Since = j.at
	}
}

// switchOff turns a condition off that is on, unless it lasts.
func (j *judgement) switchOff() {
	m := &j.memory
	switch {
	case j.AtMost > 0 && !j.at.Before(j.end(j.AtMost)):
		m.On, m.Since, m.Spent = false, j.end(j.AtMost), j.truth != isFalse
		j.reason += fmt.Sprintf("; atMost %s is over", j.AtMost)
		j.sayIfSpent()
	case j.truth == isFalse && j.at.Before(j.end(j.Hold)):
		j.reason += fmt.Sprintf("; hold %s keeps it on until %s", j.Hold, j.local(j.end(j.Hold)))
	case j.truth == isFalse:
		m.On, m.Since = false, j.at
	}
}

func (j *judgement) sayIfSpent() {
	if j.memory.Spent {
		j.reason += ", and it stays off until it has been false once"
	}
}

// end returns when a time since the condition changed is over.
func (j *judgement) end(after schedule.Duration) time.Time {
	return j.memory.Since.Add(time.Duration(after))
}

// local formats an instant in the zone of the judgement.
func (j *judgement) local(t time.Time) string { return t.In(j.at.Location()).Format(scaling.LocalTime) }

// until returns when the verdict may change without another reading.
func (j *judgement) until() (first time.Time) {
	for _, t := range j.changes() {
		if first.IsZero() || t.Before(first) {
			first = t
		}
	}
	return first
}

// changes lists the instants at which a time is over that matters.
func (j *judgement) changes() (at []time.Time) {
	expiry := j.readAt.Add(j.MaxAge)
	if !j.memory.On {
		if !j.memory.Spent && j.truth != isTrue && j.expiresTo(OtherwiseTrue) {
			at = append(at, expiry)
		}
		return at
	}
	if j.AtMost > 0 {
		at = append(at, j.end(j.AtMost))
	}
	if j.truth == isFalse {
		return append(at, j.end(j.Hold))
	}
	if j.expiresTo(OtherwiseFalse) {
		at = append(at, latest(expiry, j.end(j.Hold)))
	}
	return at
}

// expiresTo reports whether a value counts, and the given fallback follows.
func (j *judgement) expiresTo(otherwise Otherwise) bool {
	return j.value != "" && j.Otherwise == otherwise
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func or(n *float64, otherwise float64) float64 {
	if n == nil {
		return otherwise
	}
	return *n
}
