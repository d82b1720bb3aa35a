package night

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"eks-scaling-automation/functions/steps/readsignals"
	"eks-scaling-automation/shared/config"
)

// answer is what the source of a signal answers: a value, or an error.
type answer struct {
	value string
	err   error
}

// The faults of a source.
var (
	errSilent  = context.DeadlineExceeded
	errRefused = errors.New("the source does not answer")
)

// silence is how long a reading takes whose source does not answer in time.
const silence = 5 * time.Second

// outside holds what the sources of signals answer at an instant, by alarm, parameter, calendar or URL.
type outside map[string]answer

// sources returns the sources of this instant. The step reads several at a time, in goroutines that the scheduler does not know: they
// may only look at what was drawn before.
func (o outside) sources() map[config.Source]readsignals.Source {
	read := func(_ context.Context, s config.Signal) (string, error) {
		address := cmp.Or(s.Alarm, s.Parameter, s.Calendar)
		if s.HTTP != nil {
			address = s.HTTP.URL
		}
		found, known := o[address]
		if !known {
			return "", errRefused
		}
		return found.value, found.err
	}
	return map[config.Source]readsignals.Source{
		config.FromHTTP: read, config.FromAlarm: read, config.FromParameter: read, config.FromCalendar: read,
	}
}

// slowest returns how long it takes to read all sources.
func (o outside) slowest() time.Duration {
	for _, a := range o {
		if errors.Is(a.err, errSilent) {
			return silence
		}
	}
	return 0
}

// source is a signal with its whole night.
type source struct {
	name, address string
	fields        map[string]any
	// states lists its texts, the one that conditions are about first; empty for numbers.
	states    []string
	maxAge    time.Duration
	otherwise string
	answers   []answerSince
}

// answerSince is an answer that begins at an instant.
type answerSince struct {
	since time.Time
	answer
}

// at returns the answer at an instant, and since when the source answers so.
func (s source) at(t time.Time) answerSince {
	i := len(s.answers) - 1
	for i > 0 && s.answers[i].since.After(t) {
		i--
	}
	return s.answers[i]
}

// isGood reports whether the answer is a value that conditions can test.
func (s source) isGood(a answer) bool {
	return a.err == nil && a.value != "" && (len(s.states) > 0 || a.value != noNumber)
}

// noNumber is a text where a number belongs.
const noNumber = "heavy"

// kinds lists a source of each kind, and how conditions test it.
var kinds = []struct {
	address string
	fields  map[string]any
	states  []string
}{
	{"https://api.example.com/rain", map[string]any{"http": map[string]any{"url": "https://api.example.com/rain"}, "value": "now"}, nil},
	{"/scaling/load", map[string]any{"parameter": "/scaling/load"}, nil},
	{"/scaling/event", map[string]any{"parameter": "/scaling/event"}, []string{"launch", "none"}},
	{"backlog", map[string]any{"alarm": "backlog"}, []string{"ALARM", "OK", "INSUFFICIENT_DATA"}},
	{"freeze", map[string]any{"calendar": "freeze"}, []string{"CLOSED", "OPEN"}},
}

// numbers lists values on both sides of the thresholds that are drawn, exactly at them, and between them.
var numbers = []string{"-3", "4.9", "5", "7", "9", "9.1", "12", "12.5", "16", "20", "20.5", "+2.1e1", "25"}

// drawSource draws a signal and what its source answers in the night: values that change, and faults of any length.
func (n *night) drawSource(name string) source {
	r := n.luck
	kind := kinds[r.IntN(len(kinds))]
	s := source{
		name: name, address: kind.address, fields: kind.fields, states: kind.states,
		maxAge:    []time.Duration{10 * time.Minute, 20 * time.Minute, 45 * time.Minute, 2 * time.Hour}[r.IntN(4)],
		otherwise: []string{"false", "true", "last"}[r.IntN(3)],
	}
	longest := 70 * time.Minute
	if r.IntN(3) == 0 {
		longest = 12 * time.Minute // it flaps
	}
	for t := evening.Add(-time.Hour); t.Before(evening.Add(length)); t = t.Add(2*time.Minute + time.Duration(r.Int64N(int64(longest)))) {
		s.answers = append(s.answers, answerSince{t, n.drawAnswer(s)})
	}
	return s
}

func (n *night) drawAnswer(s source) answer {
	switch n.luck.IntN(14) {
	case 0:
		return answer{err: errRefused}
	case 1:
		return answer{err: errSilent}
	case 2:
		return answer{}
	case 3:
		if len(s.states) == 0 {
			return answer{value: noNumber}
		}
	}
	if len(s.states) > 0 {
		return answer{value: s.states[n.luck.IntN(2*len(s.states))%len(s.states)]}
	}
	return answer{value: numbers[n.luck.IntN(len(numbers))]}
}

// answersOf returns what all sources answer at an instant, by address.
func (s *setting) answersOf(t time.Time) outside {
	all := outside{}
	for _, one := range s.signals {
		all[one.address] = one.at(t).answer
	}
	return all
}

// signalNamed returns a signal of the night.
func (s *setting) signalNamed(name string) source {
	return s.signals[slices.IndexFunc(s.signals, func(one source) bool { return one.name == name })]
}

// signalFields returns the signals as the settings have them; nil without any.
func (s *setting) signalFields() map[string]any {
	all := map[string]any{}
	for _, one := range s.signals {
		fields := map[string]any{"maxAge": minutes(one.maxAge), "otherwise": one.otherwise}
		if one.otherwise != "last" {
			fields["otherwise"] = one.otherwise == "true"
		}
		maps.Copy(fields, one.fields)
		all[one.name] = fields
	}
	return all
}
