package engine

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Status is the status of an execution; in a Result, the final one.
type Status string

// The statuses.
const (
	Running   Status = "RUNNING"
	Succeeded Status = "SUCCEEDED"
	Failed    Status = "FAILED"
	TimedOut  Status = "TIMED_OUT"
	Aborted   Status = "ABORTED"
	// PendingRedrive is an unsuccessful execution of a distributed Map that is about to be redriven.
	PendingRedrive Status = "PENDING_REDRIVE"
)

// Result is an ended execution, including the time before redrives.
type Result struct {
	Status Status
	// Output is set if it succeeded.
	Output json.RawMessage
	// Error and Cause are set if it failed or timed out, or was stopped with them.
	Error, Cause string
	// Path lists the states in the order in which they were entered, including those inside Maps and Parallels. A state that is
	// retried or redriven is entered once.
	Path []string
	// Events lists all events, in order.
	Events []Event
	// Transitions counts the transitions that AWS bills, without redrives and a distributed Map's executions: states entered,
	// plus retries.
	Transitions int
}

// EventType is the type of an event.
type EventType string

// The types of events, as the engine calls them. A failed state has an event before it is retried or caught. A Task's answer has
// its own event, apart from its state's.
const (
	ExecutionStarted        EventType = "ExecutionStarted"
	ExecutionSucceeded      EventType = "ExecutionSucceeded"
	ExecutionFailed         EventType = "ExecutionFailed"
	ExecutionAborted        EventType = "ExecutionAborted"
	ExecutionTimeout        EventType = "ExecutionTimeout"
	ExecutionRedriven       EventType = "ExecutionRedriven"
	MapStateStarted         EventType = "MapStateStarted"
	MapRunStarted           EventType = "MapRunStarted"
	MapRunSucceeded         EventType = "MapRunSucceeded"
	MapRunFailed            EventType = "MapRunFailed"
	MapRunAborted           EventType = "MapRunAborted"
	MapRunRedriven          EventType = "MapRunRedriven"
	MapIterationStarted     EventType = "MapIterationStarted"
	MapIterationSucceeded   EventType = "MapIterationSucceeded"
	MapIterationFailed      EventType = "MapIterationFailed"
	MapIterationAborted     EventType = "MapIterationAborted"
	ParallelBranchStarted   EventType = "ParallelBranchStarted"
	ParallelBranchSucceeded EventType = "ParallelBranchSucceeded"
	ParallelBranchFailed    EventType = "ParallelBranchFailed"
	ParallelBranchAborted   EventType = "ParallelBranchAborted"
	StateEntered            EventType = "StateEntered"
	StateExited             EventType = "StateExited"
	StateFailed             EventType = "StateFailed"
	StateRetried            EventType = "StateRetried"
	StateCaught             EventType = "StateCaught"
	TaskScheduled           EventType = "TaskScheduled"
	TaskSucceeded           EventType = "TaskSucceeded"
	TaskFailed              EventType = "TaskFailed"
	TaskTimedOut            EventType = "TaskTimedOut"
)

// Event is one event of an execution.
type Event struct {
	Type EventType
	// State is the state it happened to; for an iteration or a branch, the Map
	// or Parallel it belongs to. StateType is its type, as in Task.
	State, StateType string
	// Iteration is where it happened: the index of the item or branch of every
	// Map and Parallel around it, outermost first.
	Iteration []int
	// At is when by Config.Now, to the millisecond, in UTC.
	At time.Time
	// Attempt is the number of the retry or redrive, from 1; only for StateRetried, ExecutionRedriven and MapRunRedriven.
	Attempt int
	// MapRun is the ARN of the Map Run; only for MapRunStarted and MapRunRedriven.
	MapRun string
	// Length is the number of the Map's items; only for MapStateStarted.
	Length int
	// Error and Cause are set for failures.
	Error, Cause string
	// Input and Output are the state's or the execution's; for a Task, the service's request and answer.
	Input, Output json.RawMessage
}

// String describes the event briefly, for messages and logs.
func (e Event) String() string {
	text := string(e.Type)
	if e.State != "" {
		text += " " + e.State
	}
	if len(e.Iteration) > 0 {
		text += fmt.Sprint(e.Iteration)
	}
	if e.Error != "" {
		text += " " + e.Error + ": " + e.Cause
	}
	return text
}

// ends reports whether the execution ends with the event.
func (e Event) ends() bool {
	return slices.Contains([]EventType{ExecutionSucceeded, ExecutionFailed, ExecutionAborted, ExecutionTimeout}, e.Type)
}

func (r *Result) add(event Event) {
	r.Events = append(r.Events, event)
	if event.Type == StateEntered {
		r.Path = append(r.Path, event.State)
	}
	if event.Type == StateEntered || event.Type == StateRetried {
		r.Transitions++
	}
}

// Entered returns where the named state was entered: the iteration of each
// time, in order.
func (r Result) Entered(state string) [][]int {
	var where [][]int
	for _, event := range r.Events {
		if event.Type == StateEntered && event.State == state {
			where = append(where, event.Iteration)
		}
	}
	return where
}
