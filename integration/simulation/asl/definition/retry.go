package definition

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/integration/simulation/asl/expression"
)

// retrier defines when a state is retried.
type retrier struct {
	errors            []string
	interval, backoff float64 // seconds, and the factor from one to the next
	longest           float64 // seconds
	attempts          int64
	jitter            bool
}

// Delay returns the wait before a retry, counted from 1.
func (r retrier) Delay(retry int64, random *rand.Rand) time.Duration {
	seconds := min(r.interval*math.Pow(r.backoff, float64(retry-1)), r.longest)
	if r.jitter {
		seconds *= random.Float64()
	}
	return time.Duration(seconds * float64(time.Second)).Round(time.Millisecond)
}

// Catcher defines the next state after a failure.
type Catcher struct {
	errors []string
	Result []expression.Step // its ResultPath
	Next   string
}

const longestDelay = 31622400

func (f fields) retriers(s *State) {
	list := f.list("Retry")
	for i, v := range list {
		r := f.fieldsOf(fmt.Sprintf("%s[%d]", f.at("Retry"), i), v)
		r.text("Comment")
		one := retrier{
			errors:   r.errorNames(s.Kind, i == len(list)-1),
			interval: float64(r.whole("IntervalSeconds", 1, 1, 99999999)),
			backoff:  r.number("BackoffRate", 2, 1),
			longest:  float64(r.whole("MaxDelaySeconds", longestDelay, 1, longestDelay)),
			attempts: r.whole("MaxAttempts", 3, 0, 99999999),
		}
		if r.has("MaxDelaySeconds") && one.longest <= one.interval {
			r.add(r.at("MaxDelaySeconds"), "must be more than IntervalSeconds")
		}
		switch strategy := r.text("JitterStrategy"); strategy {
		case "FULL":
			one.jitter = true
		case "", "NONE":
		default:
			r.add(r.at("JitterStrategy"), "%s is not implemented here", strategy)
		}
		r.done()
		s.Retry = append(s.Retry, one)
	}
}

func (f fields) catchers(s *State) {
	list := f.list("Catch")
	for i, v := range list {
		c := f.fieldsOf(fmt.Sprintf("%s[%d]", f.at("Catch"), i), v)
		c.text("Comment")
		s.catch = append(s.catch, Catcher{c.errorNames(s.Kind, i == len(list)-1), c.resultPath(), c.required("Next")})
		c.done()
	}
}

// errorNames reads an ErrorEquals.
func (f fields) errorNames(kind string, last bool) []string {
	if !f.has("ErrorEquals") {
		f.add(f.at("ErrorEquals"), "is missing")
	}
	var names []string
	for _, v := range f.list("ErrorEquals") {
		name, ok := v.(string)
		if !ok || name == "" {
			f.add(f.at("ErrorEquals"), "must be names")
		}
		f.errorName(kind, name)
		names = append(names, name)
	}
	if slices.Contains(names, expression.ErrAll) && (len(names) > 1 || !last) {
		f.add(f.at("ErrorEquals"), "%s must be alone and the last", expression.ErrAll)
	}
	return names
}

// errorName refuses names that can never match, and unknown reserved ones.
func (f fields) errorName(kind, name string) {
	known := []string{expression.ErrAll, expression.ErrTimeout, expression.ErrResultPath, expression.ErrNoChoice, expression.ErrDataLimit}
	switch kind {
	case "Task":
		known = append(known, expression.ErrTaskFailed)
	case "Map":
		known = append(known, expression.ErrTolerance)
	}
	if strings.HasPrefix(name, "States.") && !slices.Contains(known, name) {
		f.add(f.at("ErrorEquals"), "%s never matches here", name)
	}
}

// RetrierFor returns the retrier that matches a failure and its index, unless its attempts are used up.
func (s *State) RetrierFor(f *expression.Failure, used []int64) (int, bool) {
	for i, r := range s.Retry {
		if f.Name != expression.ErrDataLimit && f.Matches(r.errors) {
			return i, used[i] < r.attempts
		}
	}
	return 0, false
}

// CatcherFor returns the first catcher that matches a failure.
func (s *State) CatcherFor(f *expression.Failure) (Catcher, bool) {
	for _, c := range s.catch {
		if f.Matches(c.errors) {
			return c, true
		}
	}
	return Catcher{}, false
}
