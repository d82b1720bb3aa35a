// Package stackawstest fakes Step Functions in memory for tests: histories as AWS writes them, and a service that returns them.
// It runs nothing.
package stackawstest

import (
	"encoding/json"
	"time"

	"eks-scaling-automation/shared/run"
)

// Tape is the history of an execution, written event by event. Events are a second apart.
type Tape struct {
	Events []map[string]any
	// Units holds the executions that the run started for its units, the latest first. They belong to MapRun.
	Units  []*Execution
	MapRun string
	// Records holds the units' records.
	Records []run.UnitRecord
	now     time.Time
}

// NewTape begins a history at an instant.
func NewTape(at time.Time) *Tape {
	return &Tape{now: at}
}

// Now is the instant of the last event.
func (t *Tape) Now() time.Time {
	return t.now
}

// Wait lets time pass before the next event.
func (t *Tape) Wait(d time.Duration) {
	t.now = t.now.Add(d)
}

// Add writes an event with the event that caused it, and returns its ID. The details belong to its type, if it has any.
func (t *Tape) Add(previous int, kind, name string, details map[string]any) int {
	id := len(t.Events) + 1
	t.now = t.now.Add(time.Second)
	event := map[string]any{"id": id, "previousEventId": previous, "type": kind, "timestamp": seconds(t.now)}
	if name != "" {
		event[name] = details
	}
	t.Events = append(t.Events, event)
	return id
}

// Start writes the start of the execution.
func (t *Tape) Start(input any) int {
	return t.Add(0, "ExecutionStarted", "executionStartedEventDetails", map[string]any{"input": text(input), "roleArn": "r"})
}

// Enter writes that a state was entered. Kind is its type, such as Task.
func (t *Tape) Enter(previous int, kind, state string, input any) int {
	return t.Add(previous, kind+"StateEntered", "stateEnteredEventDetails", map[string]any{"name": state, "input": text(input)})
}

// Exit writes that a state was left.
func (t *Tape) Exit(previous int, kind, state string, output any) int {
	return t.Add(previous, kind+"StateExited", "stateExitedEventDetails", map[string]any{"name": state, "output": text(output)})
}

// Pass writes a whole visit to a state without work.
func (t *Tape) Pass(previous int, kind, state string, input, output any) int {
	return t.Exit(t.Enter(previous, kind, state, input), kind, state, output)
}

// Attempt writes that a task was started.
func (t *Tape) Attempt(previous int) int {
	task := map[string]any{"resourceType": "lambda", "resource": "invoke", "region": "sa-east-1", "parameters": "{}"}
	scheduled := t.Add(previous, "TaskScheduled", "taskScheduledEventDetails", task)
	return t.Add(scheduled, "TaskStarted", "taskStartedEventDetails", map[string]any{"resourceType": "lambda", "resource": "invoke"})
}

// Fail writes an attempt of a task that failed.
func (t *Tape) Fail(previous int, name, cause string) int {
	return t.Add(t.Attempt(previous), "TaskFailed", "taskFailedEventDetails",
		map[string]any{"resourceType": "lambda", "resource": "invoke", "error": name, "cause": cause})
}

// TimeOut writes an attempt of a task that took too long. AWS gives no cause.
func (t *Tape) TimeOut(previous int) int {
	return t.Add(t.Attempt(previous), "TaskTimedOut", "taskTimedOutEventDetails",
		map[string]any{"resourceType": "lambda", "resource": "invoke", "error": "States.Timeout"})
}

// Succeed writes a successful attempt of a task, and that the state was left.
func (t *Tape) Succeed(previous int, state string, output any) int {
	done := t.Add(t.Attempt(previous), "TaskSucceeded", "taskSucceededEventDetails",
		map[string]any{"resourceType": "lambda", "resource": "invoke", "output": text(output)})
	return t.Exit(done, "Task", state, output)
}

// Task writes a whole visit to a task whose first attempt succeeded.
func (t *Tape) Task(previous int, state string, input, output any) int {
	return t.Succeed(t.Enter(previous, "Task", state, input), state, output)
}

// Map writes that a Map was entered, with its number of iterations.
func (t *Tape) Map(previous int, state string, input any, length int) int {
	return t.Add(t.Enter(previous, "Map", state, input), "MapStateStarted", "mapStateStartedEventDetails", map[string]any{"length": length})
}

// Iteration writes what happens to an iteration, such as Started or Succeeded.
func (t *Tape) Iteration(previous int, what, state string, index int) int {
	return t.Add(previous, "MapIteration"+what, "mapIteration"+what+"EventDetails", map[string]any{"name": state, "index": index})
}

// MapRunOf returns the ARN of a run's map run.
func MapRunOf(name string) string {
	return "arn:aws:states:sa-east-1:123456789012:mapRun:eks-scaling/Unit:" + name
}

// StartUnits writes that a distributed Map was entered and started executions for its units.
func (t *Tape) StartUnits(previous int, of, state string, input any, length int) int {
	t.MapRun = MapRunOf(of)
	return t.Add(t.Map(previous, state, input, length), "MapRunStarted", "mapRunStartedEventDetails", map[string]any{"mapRunArn": t.MapRun})
}

// AddUnit adds the execution of a unit, whose history begins now.
func (t *Tape) AddUnit(name, status string, task run.UnitTask) *Execution {
	e := &Execution{Name: name, Status: status, Input: text(task), Started: t.now, Tape: NewTape(t.now), mapRun: t.MapRun}
	e.Tape.Start(task)
	t.Units = append([]*Execution{e}, t.Units...)
	return e
}

// UnitsDone writes that all executions of units have ended, the last one as in the given tape, and that the Map was left.
func (t *Tape) UnitsDone(previous int, state string, last *Tape, output any) int {
	if last.now.After(t.now) {
		t.now = last.now
	}
	over := t.Add(t.Add(previous, "MapRunSucceeded", "", nil), "MapStateSucceeded", "", nil)
	return t.Exit(over, "Map", state, output)
}

// RedriveUnits writes that the executions of units are continued after a redrive.
func (t *Tape) RedriveUnits(previous, count int) int {
	return t.Add(previous, "MapRunRedriven", "mapRunRedrivenEventDetails", map[string]any{"mapRunArn": t.MapRun, "redriveCount": count})
}

// MapDone writes that a Map came to its end and was left, after the end of its last iteration.
func (t *Tape) MapDone(previous int, state string, output any) int {
	t.Add(previous, "MapStateSucceeded", "", nil)
	return t.Exit(previous, "Map", state, output)
}

// MapFailed writes that an event in an iteration failed the Map, and that the Map was left with the caught error.
func (t *Tape) MapFailed(previous int, state string, index int, output any) int {
	t.Iteration(previous, "Failed", state, index)
	return t.Exit(t.Add(previous, "MapStateFailed", "", nil), "Map", state, output)
}

// End writes the end of the execution: Succeeded with its output, or else Failed, TimedOut or Aborted.
func (t *Tape) End(previous int, how string, output any, name, cause string) int {
	details := map[string]any{"output": text(output)}
	if how != "Succeeded" {
		details = map[string]any{}
		if name != "" {
			details = map[string]any{"error": name, "cause": cause}
		}
	}
	return t.Add(previous, "Execution"+how, "execution"+how+"EventDetails", details)
}

// Redrive writes that the execution is continued.
func (t *Tape) Redrive(previous, count int) int {
	return t.Add(previous, "ExecutionRedriven", "executionRedrivenEventDetails", map[string]any{"redriveCount": count})
}

// text returns a payload as JSON; a string is JSON already.
func text(payload any) string {
	if s, ok := payload.(string); ok {
		return s
	}
	data, err := json.Marshal(payload)
	if err != nil {
		panic(err)
	}
	return string(data)
}

func seconds(t time.Time) float64 {
	return float64(t.UnixMilli()) / 1000
}
