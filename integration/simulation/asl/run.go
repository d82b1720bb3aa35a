package asl

import (
	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/simulation/asl/definition"
	"eks-scaling-automation/integration/simulation/asl/expression"
	"eks-scaling-automation/integration/simulation/sched"
)

// execution is an execution or an iteration of a Map: anything that is in one state at a time.
type execution struct {
	execution *Execution
	states    *definition.States
	iteration []int
	of        string // the Map that it is an iteration of
	process   *sched.Process

	state    *definition.State
	told     told
	children []*execution // the begun iterations of its current Map
}

// execute runs state after state until one ends the run.
func (r *execution) execute(input any) (any, *expression.Failure) {
	name := r.states.StartAt
	for {
		s := r.states.ByName[name]
		r.enter(s, input)
		output, next, fail := r.attempt(s, input)
		if fail != nil {
			return nil, fail
		}
		r.note(engine.Event{Type: engine.StateExited, State: s.Name, StateType: s.Kind, Output: r.payload(output)})
		if next == "" {
			return output, nil
		}
		name, input = next, output
	}
}

func (r *execution) enter(s *definition.State, input any) {
	r.state, r.children = s, nil
	x := r.execution
	x.result.Path = append(x.result.Path, s.Name)
	x.result.Transitions++
	r.note(engine.Event{Type: engine.StateEntered, State: s.Name, StateType: s.Kind, Input: r.payload(input)})
}

// attempt executes a state with its retries, and returns its output and the next state; none if the run ends.
func (r *execution) attempt(s *definition.State, input any) (output any, next string, fail *expression.Failure) {
	used := make([]int64, len(s.Retry))
	for {
		output, next, fail = r.once(s, input)
		if fail == nil {
			return output, next, nil
		}
		r.note(engine.Event{Type: engine.StateFailed, State: s.Name, StateType: s.Kind, Error: fail.Name, Cause: fail.Cause})
		i, again := s.RetrierFor(fail, used)
		if !again {
			return r.catch(s, input, fail)
		}
		used[i]++
		clock := r.execution.runner.Scheduler
		clock.Sleep(s.Retry[i].Delay(used[i], clock.Rand()))
		r.execution.result.Transitions++
		r.children = nil
		r.note(engine.Event{Type: engine.StateRetried, State: s.Name, StateType: s.Kind})
	}
}

// catch returns the next state after a failure that is not retried.
func (r *execution) catch(s *definition.State, input any, fail *expression.Failure) (output any, next string, failed *expression.Failure) {
	c, caught := s.CatcherFor(fail)
	if !caught {
		return nil, "", fail
	}
	r.note(engine.Event{Type: engine.StateCaught, State: s.Name, StateType: s.Kind})
	output, failed = put(input, c.Result, expression.Object{"Error": fail.Name, "Cause": fail.Cause})
	if failed == nil {
		failed = checkSize(s, output)
	}
	return output, c.Next, failed
}

// once executes a state once: it selects the input, does the type's work, and makes the output from the result.
func (r *execution) once(s *definition.State, input any) (output any, next string, fail *expression.Failure) {
	given := input
	if s.Parameters != nil {
		if given, fail = s.Parameters.Value(r.scope(input)); fail == nil {
			fail = checkSize(s, given)
		}
		if fail != nil {
			return nil, "", fail
		}
	}
	result, next, fail := r.work(s, given)
	if fail == nil && s.ResultSelector != nil {
		result, fail = s.ResultSelector.Value(r.scope(result))
	}
	if fail != nil {
		return nil, "", fail
	}
	output = input
	if !s.Discards {
		output, fail = put(input, s.Result, result)
	}
	if fail == nil && s.Output != nil {
		output, fail = s.Output.Value(r.scope(output))
	}
	if fail == nil {
		fail = checkPassedOn(s, output)
	}
	return output, next, fail
}

// checkPassedOn checks the size of a state's output. The state's result was accepted, so nothing catches this error.
func checkPassedOn(s *definition.State, output any) *expression.Failure {
	fail := checkSize(s, output)
	if fail != nil {
		fail.Terminal = true
	}
	return fail
}

// put sets a result at a ResultPath in the input.
func put(input any, path []expression.Step, result any) (any, *expression.Failure) {
	v, ok := expression.Set(input, path, result)
	if !ok {
		return nil, &expression.Failure{Name: expression.ErrResultPath, Cause: expression.ErrResultPath}
	}
	return v, nil
}

// work does the work of the state's type.
func (r *execution) work(s *definition.State, given any) (result any, next string, fail *expression.Failure) {
	switch s.Kind {
	case "Task":
		result, fail = r.task(s, given)
		return result, s.Next, fail
	case "Map":
		result, fail = r.mapState(s, given)
		return result, s.Next, fail
	case "Wait":
		return given, s.Next, r.wait(s, given)
	case "Choice":
		next, fail = r.choose(s, given)
		return given, next, fail
	case "Fail":
		return nil, "", r.fail(s, given)
	}
	return given, s.Next, nil
}

func (r *execution) scope(input any) expression.Scope {
	return expression.Scope{Input: input, Execution: r.execution.context, State: r.state.Name}
}

// checkSize checks an input or an output. A state that only passes on its input needs no check.
func checkSize(s *definition.State, v any) *expression.Failure {
	if s.Kind == "Choice" || s.Kind == "Wait" || s.Kind == "Succeed" || expression.Size(v) <= MaxPayload {
		return nil
	}
	return &expression.Failure{Name: expression.ErrDataLimit, Cause: "The state/task '" + s.Name +
		"' returned a result with a size exceeding the maximum number of bytes service limit."}
}

// kill ends the run's process and its iterations' processes; the caller's own process last.
func (r *execution) kill() {
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

// below returns the run with all its active iterations, outer before inner ones.
func (r *execution) below(all []*execution) []*execution {
	if !r.process.Alive() {
		return all
	}
	all = append(all, r)
	for _, child := range r.children {
		all = child.below(all)
	}
	return all
}
