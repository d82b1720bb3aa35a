package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// StartError explains why an execution was not started.
type StartError struct {
	Code    string
	Message string
}

func (e *StartError) Error() string { return e.Code + ": " + e.Message }

// StartExecution begins an execution, with AWS's rules for names. The name and input of a running execution return that
// execution; with another input, or after its end, the error is a *StartError with the code ExecutionAlreadyExists. A missing
// name is generated, and a missing input is {}. The returned execution has its first event.
func (e *Engine) StartExecution(name string, input json.RawMessage) (*Execution, error) {
	return e.begin(name, input, false)
}

// StartDuplicate begins an execution even if the name is taken, as if AWS delivered one start twice: two runs with the same name
// and $$.Execution.Id.
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
	x, a, fresh, err := e.claim(name, input, duplicate)
	if err != nil {
		return nil, err
	}
	if fresh {
		e.send(instruction{Start: &startRun{Run: a.run, Input: input, Context: x.context()}})
	}
	if err := a.begins(); err != nil {
		return nil, fmt.Errorf("start execution %s: %w", name, err)
	}
	return x, nil
}

// claim reserves the name for a new execution, or finds its owner.
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
	x = e.newExecution(name, e.names.executionARN(name), input)
	e.all = append(e.all, x)
	e.byName[name] = x
	return x, x.attempt, true, nil
}

func (e *Engine) newExecution(name, arn string, input json.RawMessage) *Execution {
	e.runs++
	x := &Execution{Name: name, ARN: arn, Input: input, engine: e, attempt: newAttempt(e.runs), started: e.now()}
	if e.config.History != nil {
		x.history = e.config.History()
	}
	e.byARN[arn], e.byRun[e.runs] = x, x
	return x
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

// sameJSON compares two inputs by content, ignoring spacing.
func sameJSON(a, b json.RawMessage) bool {
	var compactA, compactB bytes.Buffer
	if json.Compact(&compactA, a) != nil || json.Compact(&compactB, b) != nil {
		return false
	}
	return bytes.Equal(compactA.Bytes(), compactB.Bytes())
}
