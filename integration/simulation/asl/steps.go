package asl

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/simulation/asl/definition"
	"eks-scaling-automation/integration/simulation/asl/expression"
)

// task lets the runner execute a Task, and waits for its answer or the timeout.
func (r *execution) task(s *definition.State, given any) (any, *expression.Failure) {
	x := r.execution
	clock := x.runner.Scheduler
	event := engine.Event{State: s.Name, StateType: s.Kind}
	event.Type, event.Input = engine.TaskScheduled, r.payload(given)
	r.note(event)
	event.Input = nil

	var result any
	var fail *expression.Failure
	answered := clock.NewEvent()
	index := len(x.result.Calls)
	x.result.Calls = append(x.result.Calls, Call{State: s.Name, Iteration: r.iteration, At: clock.Now()})
	clock.Spawn(x.Name+"/"+s.Name, func() {
		text, err := x.runner.Do(x, s.Name, s.Resource, given)
		result, fail = answer(s, text, err)
		answered.Fire()
	})
	event.Type = engine.TaskSucceeded
	switch {
	case s.Timeout == 0:
		answered.Wait()
	case !answered.WaitFor(s.Timeout):
		event.Type, result, fail = engine.TaskTimedOut, nil, &expression.Failure{Name: expression.ErrTimeout}
	}
	called := &x.result.Calls[index]
	called.Took = clock.Now().Sub(called.At)
	if fail != nil {
		called.Error, event.Error, event.Cause = fail.Name, fail.Name, fail.Cause
		if event.Type != engine.TaskTimedOut {
			event.Type = engine.TaskFailed
		}
	} else {
		event.Output = r.payload(result)
	}
	r.note(event)
	return result, fail
}

// answer is the answer of a Task's service.
func answer(s *definition.State, text json.RawMessage, err error) (any, *expression.Failure) {
	if known, ok := errors.AsType[*TaskError](err); ok && known.Name != "" {
		return nil, &expression.Failure{Name: known.Name, Cause: known.Cause}
	}
	var v any
	if err == nil {
		if v, err = expression.Decode(text); err != nil {
			err = fmt.Errorf("the result is no JSON: %q", text)
		}
	}
	if err != nil {
		return nil, expression.RuntimeFailure("the handler of state %s failed: %v", s.Name, err)
	}
	return v, checkSize(s, v)
}

const longestWait = 99999999

func (r *execution) wait(s *definition.State, given any) *expression.Failure {
	v, fail := s.Seconds.Value(r.scope(given))
	if fail != nil {
		return fail
	}
	seconds, ok := expression.Integer(v)
	if !ok || seconds < 0 || seconds > longestWait {
		return expression.RuntimeFailure("%s is no number of seconds to wait", expression.TextOf(v))
	}
	r.execution.runner.Scheduler.Sleep(time.Duration(seconds) * time.Second)
	return nil
}

func (r *execution) choose(s *definition.State, given any) (string, *expression.Failure) {
	for _, rule := range s.Choices {
		ok, fail := rule.Condition.Holds(r.scope(given))
		if fail != nil {
			return "", fail
		}
		if ok {
			return rule.Next, nil
		}
	}
	if s.Next == "" {
		return "", &expression.Failure{Name: expression.ErrNoChoice, Cause: expression.ErrNoChoice}
	}
	return s.Next, nil
}

// fail returns the failure of a Fail state.
func (r *execution) fail(s *definition.State, given any) *expression.Failure {
	name, fail := r.textOf(s.ErrorIs, given)
	if fail != nil {
		return fail
	}
	cause, fail := r.textOf(s.CauseIs, given)
	if fail != nil {
		return fail
	}
	return &expression.Failure{Name: name, Cause: cause}
}

func (r *execution) textOf(e expression.Expression, given any) (string, *expression.Failure) {
	if e == nil {
		return "", nil
	}
	v, fail := e.Value(r.scope(given))
	if fail != nil {
		return "", fail
	}
	text, ok := v.(string)
	if !ok {
		return "", expression.RuntimeFailure("%s is no string", expression.TextOf(v))
	}
	return text, nil
}
