package asl

import (
	"encoding/json"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/simulation/asl/expression"
)

// told is what the history of a run has said about the state it is in.
type told struct {
	begun  bool // a Map has said that it started
	failed bool // a Map has said that it failed
	caught bool // what it failed with was caught
}

// Most events of the interpreter are as many events in the history of AWS; these are the others. A state that fails is
// told of only by what becomes of it, and a Task's attempt that is scheduled has also started.
var eventsInHistory = map[engine.EventType]int{
	engine.StateFailed:   0,
	engine.StateRetried:  0,
	engine.StateCaught:   0,
	engine.TaskScheduled: 2,
}

// note tells of an event and counts what AWS writes for it.
func (r *execution) note(event engine.Event) {
	x := r.execution
	if x.done.Fired() {
		return
	}
	event.Iteration, event.At = r.iteration, x.runner.Scheduler.Now()
	events, special := eventsInHistory[event.Type]
	if !special {
		events = 1
	}
	x.count(events + r.countMap(event.Type))
	x.observe(event)
}

// payload is an input or an output for an event; nil if the runner does not want them.
func (r *execution) payload(v any) json.RawMessage {
	if !r.execution.runner.Payloads {
		return nil
	}
	return expression.TextOf(v)
}

// countMap counts what AWS writes besides about Maps.
func (r *execution) countMap(event engine.EventType) int { //nolint:gocyclo // one case a rule, read from top to bottom
	isMap := r.state != nil && r.state.Kind == "Map"
	switch event { //nolint:exhaustive // the other events are not about Maps
	case engine.StateEntered:
		r.told = told{}
	case engine.StateRetried:
		r.told.begun = false
	case engine.MapStateStarted:
		r.told.begun = true
	case engine.StateExited:
		if isMap && r.told.begun && !r.told.caught {
			return 1 // MapStateSucceeded
		}
	case engine.StateCaught:
		r.told.caught = true
		return r.countFailedMap()
	case engine.MapIterationFailed:
		return r.countFailedMap() + r.countAborted()
	case engine.MapIterationAborted:
		return r.countAborted()
	}
	return 0
}

// countFailedMap counts MapStateFailed, which is written once it is known that the Map is not retried.
func (r *execution) countFailedMap() int {
	if r.state.Kind != "Map" || !r.told.begun || r.told.failed {
		return 0
	}
	r.told.failed = true
	return 1
}

// countAborted counts the event of a state in which an iteration ends badly, if AWS writes one for its type.
func (r *execution) countAborted() int {
	switch r.state.Kind {
	case "Task", "Wait":
		return 1
	case "Map":
		if !r.told.failed {
			return 1
		}
	}
	return 0
}
