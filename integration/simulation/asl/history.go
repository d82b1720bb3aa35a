package asl

import (
	"encoding/json"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/simulation/asl/expression"
)

// told tracks the history's events about a run's current state.
type told struct {
	begun  bool // a Map has started
	failed bool // a Map has failed
	caught bool // its failure was caught
}

// Most events of the interpreter are one event in AWS's history; these are the exceptions. A state's failure appears only by its
// consequence, and a scheduled attempt of a Task has also started.
var eventsInHistory = map[engine.EventType]int{
	engine.StateFailed:   0,
	engine.StateRetried:  0,
	engine.StateCaught:   0,
	engine.TaskScheduled: 2,
}

// note reports an event and counts AWS's events for it.
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

// payload returns an event's input or output; nil if the runner does not want them.
func (r *execution) payload(v any) json.RawMessage {
	if !r.execution.runner.Payloads {
		return nil
	}
	return expression.TextOf(v)
}

// countMap counts AWS's additional events about Maps.
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

// countFailedMap counts MapStateFailed, which AWS writes if the Map is not retried.
func (r *execution) countFailedMap() int {
	if r.state.Kind != "Map" || !r.told.begun || r.told.failed {
		return 0
	}
	r.told.failed = true
	return 1
}

// countAborted counts the event of an aborted state in an iteration, if AWS writes one for its type.
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
