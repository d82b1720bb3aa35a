package engine

import (
	"cmp"
	"time"
)

// History counts the events that the history of one execution has on AWS, which
// are others than those here.
type History interface {
	// Add notes the next event and returns how many the history has by now.
	Add(event Event) int
}

// MaxEvents is how many events the history of an execution can have. The
// execution then fails, whatever it is doing.
const MaxEvents = 25_000

// MaxEvents is how many events a history of this engine can have.
func (e *Engine) MaxEvents() int { return cmp.Or(e.config.MaxEvents, MaxEvents) }

// How an execution fails that has had too many events.
const (
	exhaustedError = "States.Runtime"
	exhaustedCause = "The execution reached the maximum number of history events (25000)."
)

// overflows counts an event and says whether the history has no room for it. The
// last event is that of the end.
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
