package states

import (
	"encoding/json"
	"time"

	"eks-scaling-automation/integration/runtime/engine"
)

// historyEvent is an event in GetExecutionHistory, with at most one of the details.
type historyEvent struct {
	ID              int       `json:"id"`
	PreviousEventID int       `json:"previousEventId"`
	Timestamp       time.Time `json:"timestamp"`
	Type            string    `json:"type"`

	ExecutionStarted   *executionStarted `json:"executionStartedEventDetails,omitempty"`
	ExecutionSucceeded *output           `json:"executionSucceededEventDetails,omitempty"`
	ExecutionFailed    *failure          `json:"executionFailedEventDetails,omitempty"`
	ExecutionAborted   *failure          `json:"executionAbortedEventDetails,omitempty"`
	ExecutionTimedOut  *failure          `json:"executionTimedOutEventDetails,omitempty"`
	ExecutionRedriven  *redriven         `json:"executionRedrivenEventDetails,omitempty"`

	StateEntered *stateEntered `json:"stateEnteredEventDetails,omitempty"`
	StateExited  *stateExited  `json:"stateExitedEventDetails,omitempty"`

	TaskScheduled *taskScheduled `json:"taskScheduledEventDetails,omitempty"`
	TaskStarted   *service       `json:"taskStartedEventDetails,omitempty"`
	TaskSucceeded *taskSucceeded `json:"taskSucceededEventDetails,omitempty"`
	TaskFailed    *taskFailed    `json:"taskFailedEventDetails,omitempty"`
	TaskTimedOut  *taskFailed    `json:"taskTimedOutEventDetails,omitempty"`

	MapStateStarted       *mapStateStarted `json:"mapStateStartedEventDetails,omitempty"`
	MapIterationStarted   *mapIteration    `json:"mapIterationStartedEventDetails,omitempty"`
	MapIterationSucceeded *mapIteration    `json:"mapIterationSucceededEventDetails,omitempty"`
	MapIterationFailed    *mapIteration    `json:"mapIterationFailedEventDetails,omitempty"`
	MapIterationAborted   *mapIteration    `json:"mapIterationAbortedEventDetails,omitempty"`

	MapRunStarted  *mapRunStarted  `json:"mapRunStartedEventDetails,omitempty"`
	MapRunFailed   *failure        `json:"mapRunFailedEventDetails,omitempty"`
	MapRunRedriven *mapRunRedriven `json:"mapRunRedrivenEventDetails,omitempty"`
}

// input and output are omitted without execution data.
type input struct {
	Input        *string  `json:"input,omitempty"`
	InputDetails *details `json:"inputDetails,omitempty"`
}

type output struct {
	Output        *string  `json:"output,omitempty"`
	OutputDetails *details `json:"outputDetails,omitempty"`
}

type details struct {
	Truncated bool `json:"truncated"`
}

type failure struct {
	Error string `json:"error,omitempty"`
	Cause string `json:"cause,omitempty"`
}

type service struct {
	Resource     string `json:"resource"`
	ResourceType string `json:"resourceType"`
}

type executionStarted struct {
	input
	RoleArn string `json:"roleArn"`
}

type redriven struct {
	RedriveCount int `json:"redriveCount"`
}

type stateEntered struct {
	input
	Name string `json:"name"`
}

type stateExited struct {
	output
	Name string `json:"name"`
}

type taskScheduled struct {
	service
	Region           string `json:"region"`
	Parameters       string `json:"parameters"`
	TimeoutInSeconds int    `json:"timeoutInSeconds,omitempty"`
}

type taskSucceeded struct {
	service
	output
}

type taskFailed struct {
	service
	failure
}

type mapStateStarted struct {
	Length int `json:"length"`
}

type mapRunStarted struct {
	MapRunArn string `json:"mapRunArn"`
}

type mapRunRedriven struct {
	MapRunArn    string `json:"mapRunArn"`
	RedriveCount int    `json:"redriveCount"`
}

type mapIteration struct {
	Name  string `json:"name"`
	Index int    `json:"index"`
}

func iterationOf(e engine.Event) *mapIteration {
	return &mapIteration{e.State, e.Iteration[len(e.Iteration)-1]}
}

func failureOf(e engine.Event) failure { return failure{e.Error, e.Cause} }

func (w *writer) inputOf(text string) input {
	if !w.withData {
		return input{}
	}
	return input{&text, &details{}}
}

func (w *writer) outputOf(data json.RawMessage) output {
	if !w.withData {
		return output{}
	}
	return output{new(string(data)), &details{}}
}

func (w *writer) serviceOf(e engine.Event) service {
	return service{w.tasks[e.State].resource, w.tasks[e.State].resourceType}
}
