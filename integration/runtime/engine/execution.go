package engine

import (
	"bytes"
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

// StartError is why an execution was not started.
type StartError struct {
	Code    string
	Message string
}

func (e *StartError) Error() string { return e.Code + ": " + e.Message }

// Execution is one run through the state machine.
type Execution struct {
	// Name is unique among the executions of an engine, but for duplicates.
	Name string
	// ARN is what $$.Execution.Id is.
	ARN string
	// Input is what the execution was started with.
	Input json.RawMessage

	engine *Engine

	// guarded by engine.mu
	attempt                    *attempt
	result                     Result
	started, stopped, redriven time.Time
	redrives                   int
	history                    History // nil if its events are not counted
	exhausted                  bool    // it has had as many as there may be
	stopError, stopCause       string
}

// attempt is an execution from its start, or from a redrive, to its next end.
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

// StartExecution begins an execution, by the rules AWS has for names. The name
// of an execution that still runs, with the same input, gives that execution; with
// another input, or after it has ended, it is a *StartError with the code
// ExecutionAlreadyExists. No name gets a fresh one, no input is {}. The execution
// that is returned has begun: its first event is there.
func (e *Engine) StartExecution(name string, input json.RawMessage) (*Execution, error) {
	return e.begin(name, input, false)
}

// StartDuplicate begins an execution even if the name is taken, as if AWS had
// delivered one start twice: two runs with the same name and $$.Execution.Id.
func (e *Engine) StartDuplicate(name string, input json.RawMessage) (*Execution, error) {
	return e.begin(name, input, true)
}

// Executions are all executions, those that run too, the one started last first.
func (e *Engine) Executions() []*Execution {
	e.mu.Lock()
	defer e.mu.Unlock()
	all := slices.Clone(e.all)
	slices.Reverse(all)
	return all
}

func (e *Engine) begin(name string, input json.RawMessage, duplicate bool) (*Execution, error) {
	if name == "" {
		name = freshName()
	}
	if err := checkName(name); err != nil {
		return nil, err
	}
	input, err := checkInput(input)
	if err != nil {
		return nil, err
	}
	x, a, fresh, err := e.claim(name, input, duplicate)
	if err != nil {
		return nil, err
	}
	if fresh {
		err = e.run(startRun{Run: a.run, Input: input, Context: e.names.contextOf(name, x.started, time.Time{}, 0)})
	}
	if err == nil {
		err = a.begins()
	}
	if err != nil {
		return nil, fmt.Errorf("start execution %s: %w", name, err)
	}
	return x, nil
}

// claim takes the name for a new execution, or finds the one that has it.
func (e *Engine) claim(name string, input json.RawMessage, duplicate bool) (x *Execution, a *attempt, fresh bool, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.ctx.Err() != nil {
		return nil, nil, false, fmt.Errorf("start execution %s: the state machine engine has ended", name)
	}
	if earlier := e.byName[name]; earlier != nil && !duplicate {
		if earlier.running() && sameJSON(earlier.Input, input) {
			return earlier, earlier.attempt, false, nil
		}
		return nil, nil, false, &StartError{CodeExecutionAlreadyExists, fmt.Sprintf("Execution Already Exists: '%s'", earlier.ARN)}
	}
	e.runs++
	a = newAttempt(e.runs)
	x = &Execution{Name: name, ARN: e.names.executionARN(name), Input: input, engine: e, attempt: a, started: e.now()}
	if e.config.History != nil {
		x.history = e.config.History()
	}
	e.all = append(e.all, x)
	e.byName[name], e.byRun[a.run] = x, x
	return x, a, true, nil
}

func (e *Engine) run(start startRun) error {
	return e.send(instruction{Start: &start})
}

// now is the time by Config.Now, as the API gives times; zero if there is none.
func (e *Engine) now() time.Time {
	if e.config.Now == nil {
		return time.Time{}
	}
	return e.config.Now().UTC().Truncate(time.Millisecond)
}

// begins waits for the first event, or for an end without any.
func (a *attempt) begins() error {
	select {
	case <-a.begun:
		return nil
	case <-a.ended:
		return a.err
	}
}

// Wait returns how the execution ended, once it has. An execution that failed
// is a Result, not an error; the error is that the context or the engine ended
// first.
func (x *Execution) Wait(ctx context.Context) (Result, error) {
	a := x.current()
	select {
	case <-a.ended:
		return a.result, a.err
	case <-ctx.Done():
		return Result{}, fmt.Errorf("wait for execution %s, which is at %v: %w", x.Name, x.Events(), context.Cause(ctx))
	}
}

// Ended is closed when the execution has ended, until it is redriven: then it is another channel.
func (x *Execution) Ended() <-chan struct{} { return x.current().ended }

func (x *Execution) current() *attempt {
	x.engine.mu.Lock()
	defer x.engine.mu.Unlock()
	return x.attempt
}

// Stop aborts the execution, as StopExecution does. Tasks it waits for go on.
func (x *Execution) Stop() error { return x.StopWith("", "") }

// StopWith aborts the execution with the error and the cause that StopExecution
// was given. It does not wait for the end, and does nothing after the end.
func (x *Execution) StopWith(name, cause string) error {
	x.engine.mu.Lock()
	run := x.attempt.run
	x.stopError, x.stopCause = name, cause
	x.engine.mu.Unlock()
	if err := x.engine.send(instruction{Stop: &stopRun{run}}); err != nil {
		return fmt.Errorf("stop execution %s: %w", x.Name, err)
	}
	return nil
}

// Events returns what has happened so far. It only ever grows.
func (x *Execution) Events() []Event {
	x.engine.mu.Lock()
	defer x.engine.mu.Unlock()
	return slices.Clone(x.result.Events)
}

// Description is an execution as it stands.
type Description struct {
	Status Status
	// Started is when it was started, Ended when it last ended, Redriven when
	// it was last redriven; zero if that has not happened, as Ended is while
	// it runs. By Config.Now, to the millisecond, in UTC.
	Started, Ended, Redriven time.Time
	// Redrives is how often it was redriven.
	Redrives int
	// HistoryFull is whether its history has no room for a redrive.
	HistoryFull bool
	// Output, Error and Cause are as in a Result.
	Output       json.RawMessage
	Error, Cause string
}

// Describe returns how the execution stands.
func (x *Execution) Describe() Description {
	x.engine.mu.Lock()
	defer x.engine.mu.Unlock()
	d := Description{Status: Running, Started: x.started, Redriven: x.redriven, Redrives: x.redrives, HistoryFull: x.exhausted}
	if x.result.Status == "" {
		return d
	}
	d.Status, d.Ended = x.result.Status, x.stopped
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

// abandon ends the wait for an execution that will not end any more.
func (x *Execution) abandon(reason error) {
	x.attempt.err = reason
	close(x.attempt.ended)
}

// observe notes an event. What still happens inside an execution that has
// ended, such as the other iterations of a failed Map, is no part of it.
func (e *Engine) observe(event runEvent) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if x := e.byRun[event.Run]; x != nil && x.stopped.IsZero() {
		x.note(event.event())
	}
}

func (x *Execution) note(event Event) {
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
}

// firstOf sets a time that is not known yet, and returns the one that is.
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
}

// sameJSON compares two inputs by content, whatever their spacing.
func sameJSON(a, b json.RawMessage) bool {
	var compactA, compactB bytes.Buffer
	if json.Compact(&compactA, a) != nil || json.Compact(&compactB, b) != nil {
		return false
	}
	return bytes.Equal(compactA.Bytes(), compactB.Bytes())
}
