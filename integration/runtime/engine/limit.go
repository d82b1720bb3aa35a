package engine

import (
	"cmp"
	"time"
)

// History counts the events in an execution's history on AWS, which differ from the engine's events.
type History interface {
	// Add adds the next event and returns the number of events in the history.
	Add(event Event) int
}

// MaxEvents limits the events in an execution's history. The execution fails when it reaches the limit.
const MaxEvents = 25_000

// MaxEvents returns this engine's limit of events in a history.
func (e *Engine) MaxEvents() int { return cmp.Or(e.config.MaxEvents, MaxEvents) }

// The failure of an execution with too many events.
const (
	exhaustedError = "States.Runtime"
	exhaustedCause = "The execution reached the maximum number of history events (25000)."
)

// overflows counts an event and reports whether the history has no room for it. The last event is reserved for the end.
func (x *Execution) overflows(event Event) bool {
	if x.history == nil {
		return false
	}
	room := x.engine.MaxEvents() - 1
	if event.ends() {
		room++
	}
	return x.history.Add(event) > room
}

// exhaust ends the execution from outside: nothing catches that.
func (x *Execution) exhaust(at time.Time) {
	x.exhausted, x.stopped = true, at
	x.result.add(Event{Type: ExecutionFailed, At: at, Error: exhaustedError, Cause: exhaustedCause})
	x.abortMapRuns(at)
	x.engine.send(instruction{Stop: &stopRun{x.attempt.run}})
}
