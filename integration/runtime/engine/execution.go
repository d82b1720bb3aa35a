package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// The codes of a StartError, which are the names of the errors AWS returns.
const (
	CodeExecutionAlreadyExists = "ExecutionAlreadyExists"
	CodeInvalidName            = "InvalidName"
	CodeInvalidExecutionInput  = "InvalidExecutionInput"
	CodeValidation             = "ValidationException"
)

// Execution is one run through the state machine.
type Execution struct {
	// Name is unique among the executions of an engine, except for duplicates.
	Name string
	// ARN is the value of $$.Execution.Id.
	ARN string
	// Input is the input of the execution.
	Input json.RawMessage

	engine *Engine

	// guarded by engine.mu
	attempt                    *attempt
	result                     Result
	started, stopped, redriven time.Time
	redrives                   int
	history                    History // nil if its events are not counted
	exhausted                  bool    // it has reached the limit of events
	stopError, stopCause       string
	mapRuns                    []*MapRun // of it, oldest first
	item                       *item     // its item; nil if it was started by itself
}

// attempt is an execution from its start or a redrive to its next end.
type attempt struct {
	run   int
	begun chan struct{} // closed with the first event
	ended chan struct{} // closed when result or err is final

	result Result
	err    error
}

func newAttempt(run int) *attempt {
	return &attempt{run: run, begun: make(chan struct{}), ended: make(chan struct{})}
}

// Executions returns all executions that were started by themselves, including running ones, the latest first. A distributed
// Map's executions are the Children of the Map's execution.
func (e *Engine) Executions() []*Execution {
	e.mu.Lock()
	defer e.mu.Unlock()
	all := slices.Clone(e.all)
	slices.Reverse(all)
	return all
}

// Find returns the execution with an ARN, including a distributed Map's; nil if there is none. Of duplicates it returns the
// latest.
func (e *Engine) Find(arn string) *Execution {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.byARN[arn]
}

// now returns the time by Config.Now, in the API's precision; zero if there is none.
func (e *Engine) now() time.Time {
	if e.config.Now == nil {
		return time.Time{}
	}
	return e.config.Now().UTC().Truncate(time.Millisecond)
}

// Wait waits for the end of the execution. A failed execution is a Result, not an error; an error means that the context or the
// engine ended first.
func (x *Execution) Wait(ctx context.Context) (Result, error) {
	a := x.current()
	select {
	case <-a.ended:
		return a.result, a.err
	case <-ctx.Done():
		return Result{}, fmt.Errorf("wait for execution %s, which is at %v: %w", x.Name, x.Events(), context.Cause(ctx))
	}
}

// Ended returns a channel that is closed when the execution has ended. A redrive creates another channel.
func (x *Execution) Ended() <-chan struct{} { return x.current().ended }

func (x *Execution) current() *attempt {
	x.engine.mu.Lock()
	defer x.engine.mu.Unlock()
	return x.attempt
}

// Stop aborts the execution, as StopExecution does. Its running Tasks continue.
func (x *Execution) Stop() error { return x.StopWith("", "") }

// StopWith aborts the execution with the error and the cause that StopExecution
// was given. It does not wait for the end, and does nothing after the end.
func (x *Execution) StopWith(name, cause string) error {
	x.engine.mu.Lock()
	defer x.engine.mu.Unlock()
	if x.engine.ctx.Err() != nil {
		return fmt.Errorf("stop execution %s: the state machine engine has ended", x.Name)
	}
	x.stopError, x.stopCause = name, cause
	x.engine.send(instruction{Stop: &stopRun{x.attempt.run}})
	return nil
}

// Events returns the events so far. The list only grows.
func (x *Execution) Events() []Event {
	x.engine.mu.Lock()
	defer x.engine.mu.Unlock()
	return slices.Clone(x.result.Events)
}

// Description is the current state of an execution.
type Description struct {
	Status Status
	// Started is when it was started, Ended when it last ended, Redriven when
	// it was last redriven; zero if that has not happened, as Ended is while
	// it runs. By Config.Now, to the millisecond, in UTC.
	Started, Ended, Redriven time.Time
	// Redrives is how often it was redriven.
	Redrives int
	// HistoryFull reports that its history has no room for a redrive.
	HistoryFull bool
	// Output, Error and Cause are as in a Result.
	Output       json.RawMessage
	Error, Cause string
}

// Describe returns the current state of the execution.
func (x *Execution) Describe() Description {
	x.engine.mu.Lock()
	defer x.engine.mu.Unlock()
	d := Description{Status: Running, Started: x.started, Redriven: x.redriven, Redrives: x.redrives, HistoryFull: x.exhausted}
	if x.result.Status == "" {
		return d
	}
	d.Status, d.Ended = x.status(), x.stopped
	d.Output, d.Error, d.Cause = x.result.Output, x.result.Error, x.result.Cause
	return d
}

func (x *Execution) running() bool {
	select {
	case <-x.attempt.ended:
		return false
	default:
		return true
	}
}

// abandon ends the wait for an execution that will never end.
func (x *Execution) abandon(reason error) {
	x.attempt.err = reason
	close(x.attempt.ended)
}

// observe records an event. It ignores events after the execution's end, such as in other iterations of a failed Map.
func (e *Engine) observe(event runEvent) {
	e.mu.Lock()
	defer e.mu.Unlock()
	x := e.byRun[event.Run]
	if x == nil || !x.stopped.IsZero() {
		return
	}
	x.note(event.event())
	if event.MapRun != nil && x.stopped.IsZero() {
		x.startMapRun(event)
	}
}

func (x *Execution) note(event Event) {
	if x.endMapRuns(event); x.exhausted {
		return
	}
	if at := x.engine.now(); !at.IsZero() {
		event.At = at
	}
	switch {
	case event.Type == ExecutionStarted:
		event.At = firstOf(&x.started, event.At)
	case event.Type == ExecutionRedriven:
		event.At = firstOf(&x.redriven, event.At)
	case event.ends():
		x.stopped = event.At
	}
	if event.Type == ExecutionAborted {
		event.Error, event.Cause = x.stopError, x.stopCause
	}
	if x.overflows(event) {
		x.exhaust(event.At)
		return
	}
	x.result.add(event)
	if len(x.result.Events) == 1 || event.Type == ExecutionRedriven {
		close(x.attempt.begun)
	}
	if event.Type == ExecutionRedriven {
		x.redriveMapRuns()
	}
}

// firstOf sets a time if it is unknown, and returns it.
func firstOf(known *time.Time, at time.Time) time.Time {
	if known.IsZero() {
		*known = at
	}
	return *known
}

func (e *Engine) end(end runEnd) {
	e.mu.Lock()
	defer e.mu.Unlock()
	x := e.byRun[end.Run]
	if x == nil {
		return
	}
	delete(e.byRun, end.Run)
	x.result.Status, x.result.Output = end.Status, end.Output
	x.result.Error, x.result.Cause = end.Error, end.Cause
	if end.Status == Aborted {
		x.result.Error, x.result.Cause = x.stopError, x.stopCause
	}
	if x.exhausted {
		x.result.Status, x.result.Output = Failed, nil
		x.result.Error, x.result.Cause = exhaustedError, exhaustedCause
	}
	x.attempt.result = x.result
	x.attempt.result.Events, x.attempt.result.Path = slices.Clip(x.result.Events), slices.Clip(x.result.Path)
	close(x.attempt.ended)
	if x.item != nil {
		x.item.ended()
	}
}
