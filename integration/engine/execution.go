package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
)

// The codes of a StartError, which are the names of the errors AWS returns.
const (
	CodeExecutionAlreadyExists = "ExecutionAlreadyExists"
	CodeInvalidName            = "InvalidName"
	CodeInvalidExecutionInput  = "InvalidExecutionInput"
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
	run    int
	ended  chan struct{} // closed when result or err is final
	result Result        // guarded by engine.mu until ended is closed
	err    error
}

// StartExecution begins an execution, by the rules AWS has for names. The name
// of an execution that still runs, with the same input, gives that execution; with
// another input, or after it has ended, it is a *StartError with the code
// ExecutionAlreadyExists. No name gets a fresh one, no input is {}.
func (e *Engine) StartExecution(name string, input json.RawMessage) (*Execution, error) {
	return e.begin(name, input, false)
}

// StartDuplicate begins an execution even if the name is taken, as if AWS had
// delivered one start twice: two runs with the same name and $$.Execution.Id.
func (e *Engine) StartDuplicate(name string, input json.RawMessage) (*Execution, error) {
	return e.begin(name, input, true)
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
	x, fresh, err := e.claim(name, input, duplicate)
	if err != nil || !fresh {
		return x, err
	}
	start := startRun{Run: x.run, Input: input, Context: e.names.contextOf(name, e.config.Now)}
	if err := e.child.Send(instruction{Start: &start}); err != nil {
		return nil, fmt.Errorf("start execution %s: state machine engine: %w", name, err)
	}
	return x, nil
}

// claim takes the name for a new execution, or finds the one that has it.
func (e *Engine) claim(name string, input json.RawMessage, duplicate bool) (x *Execution, fresh bool, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.ctx.Err() != nil {
		return nil, false, fmt.Errorf("start execution %s: the state machine engine has ended", name)
	}
	if earlier := e.byName[name]; earlier != nil && !duplicate {
		if earlier.running() && sameJSON(earlier.Input, input) {
			return earlier, false, nil
		}
		return nil, false, &StartError{CodeExecutionAlreadyExists, fmt.Sprintf("Execution Already Exists: '%s'", earlier.ARN)}
	}
	e.runs++
	x = &Execution{
		Name: name, ARN: e.names.executionARN(name), Input: input,
		engine: e, run: e.runs, ended: make(chan struct{}),
	}
	e.byName[name], e.byRun[x.run] = x, x
	return x, true, nil
}

// Wait returns how the execution ended, once it has. An execution that failed
// is a Result, not an error; the error is that the context or the engine ended
// first.
func (x *Execution) Wait(ctx context.Context) (Result, error) {
	select {
	case <-x.ended:
		return x.result, x.err
	case <-ctx.Done():
		return Result{}, fmt.Errorf("wait for execution %s, which is at %v: %w", x.Name, x.Events(), context.Cause(ctx))
	}
}

// Stop aborts the execution, as StopExecution does. Tasks it waits for go on.
func (x *Execution) Stop() error {
	if err := x.engine.child.Send(instruction{Stop: &stopRun{x.run}}); err != nil {
		return fmt.Errorf("stop execution %s: state machine engine: %w", x.Name, err)
	}
	return nil
}

// Events returns what has happened so far.
func (x *Execution) Events() []Event {
	x.engine.mu.Lock()
	defer x.engine.mu.Unlock()
	return slices.Clone(x.result.Events)
}

func (x *Execution) running() bool {
	select {
	case <-x.ended:
		return false
	default:
		return true
	}
}

// abandon ends the wait for an execution that will not end any more.
func (x *Execution) abandon(reason error) {
	x.err = reason
	close(x.ended)
}

// observe notes an event. What still happens inside an execution that has
// ended, such as the other iterations of a failed Map, is no part of it.
func (e *Engine) observe(event runEvent) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if x := e.byRun[event.Run]; x != nil {
		x.result.add(event.event())
	}
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
	close(x.ended)
}

// sameJSON compares two inputs by content, whatever their spacing.
func sameJSON(a, b json.RawMessage) bool {
	var compactA, compactB bytes.Buffer
	if json.Compact(&compactA, a) != nil || json.Compact(&compactB, b) != nil {
		return false
	}
	return bytes.Equal(compactA.Bytes(), compactB.Bytes())
}
