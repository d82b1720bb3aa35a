package asl

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"eks-scaling-automation/integration/runtime/engine"
)

// task has the runner do a Task, and waits for its answer or the timeout.
func (r *run) task(s *state, given any) (any, *failure) {
	x := r.execution
	clock := x.runner.Scheduler
	event := engine.Event{State: s.name, StateType: s.kind}
	event.Type = engine.TaskScheduled
	r.note(event)

	var result any
	var fail *failure
	answered := clock.NewEvent()
	index := len(x.result.Calls)
	x.result.Calls = append(x.result.Calls, Call{State: s.name, Iteration: r.iteration, At: clock.Now()})
	clock.Spawn(x.Name+"/"+s.name, func() {
		text, err := x.runner.Do(x, s.name, s.resource, textOf(given))
		result, fail = answer(s, text, err)
		answered.Fire()
	})
	event.Type = engine.TaskSucceeded
	switch {
	case s.timeout == 0:
		answered.Wait()
	case !answered.WaitFor(s.timeout):
		event.Type, result, fail = engine.TaskTimedOut, nil, &failure{name: errTimeout}
	}
	called := &x.result.Calls[index]
	called.Took = clock.Now().Sub(called.At)
	if fail != nil {
		called.Error, event.Error, event.Cause = fail.name, fail.name, fail.cause
		if event.Type != engine.TaskTimedOut {
			event.Type = engine.TaskFailed
		}
	}
	r.note(event)
	return result, fail
}

// answer is what a Task's service has answered.
func answer(s *state, text json.RawMessage, err error) (any, *failure) {
	if known, ok := errors.AsType[*TaskError](err); ok && known.Name != "" {
		return nil, &failure{known.Name, known.Cause}
	}
	var v any
	if err == nil {
		if v, err = decode(text); err != nil {
			err = fmt.Errorf("the result is no JSON: %q", text)
		}
	}
	if err != nil {
		return nil, runtimeFailure("the handler of state %s failed: %v", s.name, err)
	}
	return v, checkSize(s, v)
}

const longestWait = 99999999

func (r *run) wait(s *state, given any) *failure {
	v, fail := s.seconds.value(r.scope(given))
	if fail != nil {
		return fail
	}
	seconds, ok := integer(v)
	if !ok || seconds < 0 || seconds > longestWait {
		return runtimeFailure("%s is no number of seconds to wait", textOf(v))
	}
	r.execution.runner.Scheduler.Sleep(time.Duration(seconds) * time.Second)
	return nil
}

func (r *run) choose(s *state, given any) (string, *failure) {
	for _, rule := range s.choices {
		ok, fail := rule.condition.holds(r.scope(given))
		if fail != nil {
			return "", fail
		}
		if ok {
			return rule.next, nil
		}
	}
	if s.next == "" {
		return "", &failure{errNoChoice, errNoChoice}
	}
	return s.next, nil
}

// fail is the failure that a Fail state makes.
func (r *run) fail(s *state, given any) *failure {
	name, fail := r.textOf(s.errorIs, given)
	if fail != nil {
		return fail
	}
	cause, fail := r.textOf(s.causeIs, given)
	if fail != nil {
		return fail
	}
	return &failure{name, cause}
}

func (r *run) textOf(e expression, given any) (string, *failure) {
	if e == nil {
		return "", nil
	}
	v, fail := e.value(r.scope(given))
	if fail != nil {
		return "", fail
	}
	text, ok := v.(string)
	if !ok {
		return "", runtimeFailure("%s is no string", textOf(v))
	}
	return text, nil
}
