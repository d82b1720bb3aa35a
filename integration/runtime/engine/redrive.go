package engine

import (
	"errors"
	"fmt"
	"time"
)

// NotRedrivableError is why an execution was not redriven.
type NotRedrivableError struct {
	Reason string // in the words of AWS
}

func (e *NotRedrivableError) Error() string { return e.Reason }

// Redrive goes on with an execution that failed, timed out or was stopped, as
// RedriveExecution does: from the state in which it ended, with the input and
// the definition it had, all retries before it, and the state machine's timeout
// from the beginning. Of a Map, only the iterations that did not succeed go on,
// each from its own such state, and of a Parallel the branches; after
// States.DataLimitExceeded all of them run again. It returns once the redrive
// has begun; Wait then waits for the new end.
//
// The events go on after the one of the redrive, without one that enters again
// what had been entered. An execution that ended in a Fail state fails again.
//
// A distributed Map that has not ended goes on as well: of its items, those that
// did not succeed are redriven or started.
//
// An execution that runs, has succeeded, has too long a history or is one of a
// distributed Map gives a *NotRedrivableError. The limit that AWS has on the age is not kept here.
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

// again has an execution go on, unless it cannot be redriven by itself.
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
	if x.item != nil { // the words are a guess: AWS documents only that it is refused
		return nil, &NotRedrivableError{"Execution was started by a Map Run and is redriven with its parent"}
	}
	if x.exhausted {
		return nil, &NotRedrivableError{"Execution history event limit exceeded"}
	}
	x.goOn()
	return x.attempt, nil
}

// goOn makes an execution that has ended one that runs.
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
