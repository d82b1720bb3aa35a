package engine

import (
	"errors"
	"fmt"
	"time"
)

// NotRedrivableError explains why an execution was not redriven.
type NotRedrivableError struct {
	Reason string // in the words of AWS
}

func (e *NotRedrivableError) Error() string { return e.Reason }

// Redrive continues an execution that failed, timed out or was stopped, as RedriveExecution does: from the state in which it
// ended, with the same input and definition, and with new retries and a new timeout. In a Map or Parallel, only unsuccessful
// iterations or branches continue, each from its own last state; after States.DataLimitExceeded all of them run again. It returns
// once the redrive has begun; Wait then waits for the new end.
//
// Events continue after the redrive's event, without entering the same state again. An execution that ended in a Fail state fails
// again.
//
// An unfinished distributed Map continues as well: its unsuccessful items are redriven or started.
//
// The error is a *NotRedrivableError for an execution that runs, has succeeded, has too long a history or belongs to a
// distributed Map. AWS's limit on the age is not enforced here.
func (x *Execution) Redrive() error {
	a, err := x.again()
	if err == nil {
		err = a.begins()
	}
	if err != nil {
		return fmt.Errorf("redrive execution %s: %w", x.Name, err)
	}
	return nil
}

// again redrives an execution, unless it cannot be redriven by itself.
func (x *Execution) again() (*attempt, error) {
	e := x.engine
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.ctx.Err() != nil {
		return nil, errors.New("the state machine engine has ended")
	}
	switch status := x.result.Status; status {
	case "", Running:
		return nil, notRedrivable(Running)
	case Succeeded:
		return nil, notRedrivable(status)
	case Failed, TimedOut, Aborted, PendingRedrive:
	}
	if x.item != nil { // the text is a guess: AWS documents only the refusal
		return nil, &NotRedrivableError{"Execution was started by a Map Run and is redriven with its parent"}
	}
	if x.exhausted {
		return nil, &NotRedrivableError{"Execution history event limit exceeded"}
	}
	x.goOn()
	return x.attempt, nil
}

// goOn makes an ended execution run again.
func (x *Execution) goOn() {
	e := x.engine
	e.runs++
	start := startRun{Run: e.runs, Of: x.attempt.run, Input: x.Input}
	x.attempt = newAttempt(e.runs)
	e.byRun[e.runs] = x
	x.result.Status, x.result.Output, x.result.Error, x.result.Cause = "", nil, "", ""
	x.stopped, x.stopError, x.stopCause = time.Time{}, "", ""
	x.redrives, x.redriven = x.redrives+1, e.now()
	start.Context = x.context()
	e.send(instruction{Start: &start})
}

func notRedrivable(status Status) error {
	return &NotRedrivableError{fmt.Sprintf("Execution is %s and cannot be redriven", status)}
}
