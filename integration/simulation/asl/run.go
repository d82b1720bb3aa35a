package asl

import (
	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/simulation/sched"
)

// run is in one state at a time: an execution, or an iteration of a Map.
type run struct {
	execution *Execution
	states    *states
	iteration []int
	of        string // the Map that it is an iteration of
	process   *sched.Process

	state    *state
	told     told
	children []*run // the iterations of the Map it is in that have begun
}

// execute goes from state to state until one ends the run.
func (r *run) execute(input any) (any, *failure) {
	name := r.states.startAt
	for {
		s := r.states.byName[name]
		r.enter(s)
		output, next, fail := r.attempt(s, input)
		if fail != nil {
			return nil, fail
		}
		r.note(engine.Event{Type: engine.StateExited, State: s.name, StateType: s.kind})
		if next == "" {
			return output, nil
		}
		name, input = next, output
	}
}

func (r *run) enter(s *state) {
	r.state, r.children = s, nil
	x := r.execution
	x.result.Path = append(x.result.Path, s.name)
	x.result.Transitions++
	r.note(engine.Event{Type: engine.StateEntered, State: s.name, StateType: s.kind})
}

// attempt does a state, with its retries, and returns its output and the state that is next; none if the run ends.
func (r *run) attempt(s *state, input any) (output any, next string, fail *failure) {
	used := make([]int64, len(s.retry))
	for {
		output, next, fail = r.once(s, input)
		if fail == nil {
			return output, next, nil
		}
		r.note(engine.Event{Type: engine.StateFailed, State: s.name, StateType: s.kind, Error: fail.name, Cause: fail.cause})
		i, again := s.retrierFor(fail, used)
		if !again {
			return r.catch(s, input, fail)
		}
		used[i]++
		clock := r.execution.runner.Scheduler
		clock.Sleep(s.retry[i].delay(used[i], clock.Rand()))
		r.execution.result.Transitions++
		r.children = nil
		r.note(engine.Event{Type: engine.StateRetried, State: s.name, StateType: s.kind})
	}
}

// catch goes where a failure leads that is not retried.
func (r *run) catch(s *state, input any, fail *failure) (output any, next string, failed *failure) {
	c, caught := s.catcherFor(fail)
	if !caught {
		return nil, "", fail
	}
	r.note(engine.Event{Type: engine.StateCaught, State: s.name, StateType: s.kind})
	output, failed = c.result.put(input, object{"Error": fail.name, "Cause": fail.cause})
	if failed == nil {
		failed = checkSize(s, output)
	}
	return output, c.next, failed
}

// once does a state once: its input is selected, the type does its work, and the result becomes the output.
func (r *run) once(s *state, input any) (any, string, *failure) {
	given, fail := s.input.of(input)
	if fail == nil && s.parameters != nil {
		if given, fail = s.parameters.value(r.scope(given)); fail == nil {
			fail = checkSize(s, given)
		}
	}
	if fail != nil {
		return nil, "", fail
	}
	result, next, fail := r.work(s, given)
	if fail == nil && s.resultSelector != nil {
		result, fail = s.resultSelector.value(r.scope(result))
	}
	if fail != nil {
		return nil, "", fail
	}
	output, fail := s.result.put(input, result)
	if fail == nil {
		output, fail = s.output.of(output)
	}
	if fail == nil {
		fail = checkSize(s, output)
	}
	return output, next, fail
}

// work is what the type of the state does.
func (r *run) work(s *state, given any) (result any, next string, fail *failure) {
	switch s.kind {
	case "Task":
		result, fail = r.task(s, given)
		return result, s.next, fail
	case "Map":
		result, fail = r.mapState(s, given)
		return result, s.next, fail
	case "Wait":
		return given, s.next, r.wait(s, given)
	case "Choice":
		next, fail = r.choose(s, given)
		return given, next, fail
	case "Fail":
		return nil, "", r.fail(s, given)
	}
	if s.constant != nil {
		return s.constant.constant, s.next, nil
	}
	return given, s.next, nil
}

func (r *run) scope(input any) scope {
	return scope{input: input, execution: r.execution, state: r.state.name}
}

// checkSize checks an input or an output. A state that only passes on what it gets needs no check.
func checkSize(s *state, v any) *failure {
	if s.kind == "Choice" || s.kind == "Wait" || s.kind == "Succeed" || size(v) <= MaxPayload {
		return nil
	}
	return &failure{errDataLimit, "The state/task '" + s.name +
		"' returned a result with a size exceeding the maximum number of bytes service limit."}
}

// kill ends the run's process and those of all iterations in it. If the caller is one of them, that is the last.
func (r *run) kill() {
	current := r.execution.runner.Scheduler.Current()
	all := r.below(nil)
	for _, one := range all {
		if one.process != current {
			one.process.Kill()
		}
	}
	for _, one := range all {
		if one.process == current && current != nil {
			current.Kill()
		}
	}
}

// below is the run with all iterations in it that are alive, outer ones before inner ones.
func (r *run) below(all []*run) []*run {
	if !r.process.Alive() {
		return all
	}
	all = append(all, r)
	for _, child := range r.children {
		all = child.below(all)
	}
	return all
}
