package asl

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/simulation/asl/definition"
	"eks-scaling-automation/integration/simulation/asl/expression"
	"eks-scaling-automation/integration/simulation/sched"
)

// AWS's limits.
const (
	// MaxPayload limits a state's input and output, in bytes.
	MaxPayload = 256 << 10
	// MaxEvents limits the events in a history.
	MaxEvents = 25_000
)

// TaskError is the failure of a Task for Retry and Catch.
type TaskError = engine.TaskError

// Do executes a Task and returns its service's answer: for lambda:invoke an object with Payload. It runs in its own process and
// may take virtual time. Like a function on AWS, it keeps running after the state's timeout or the execution's end; its answer is
// then ignored. If its process is killed, there is no answer.
//
// A *TaskError is the Task's failure. Any other error is a fault of the simulation: it fails the execution as
// States.Runtime, which nothing catches.
type Do func(x *Execution, state, resource string, input any) (json.RawMessage, error)

// Runner starts executions of one machine.
type Runner struct {
	Machine   *definition.Machine
	Scheduler *sched.Scheduler
	// StateMachineARN determines the executions' ARNs.
	StateMachineARN string
	// Do executes the Tasks.
	Do Do
	// Observe receives every event as it happens; may be nil. The events are package engine's, without attempts, and without
	// inputs and outputs unless Payloads is set.
	Observe  func(*Execution, engine.Event)
	Payloads bool
}

// Call is one attempt of a Task.
type Call struct {
	State string
	// Iteration is the index of the item of every Map around the Task, outermost first.
	Iteration []int
	// At is when it began, Took the time until an answer or the timeout.
	At   time.Time
	Took time.Duration
	// Error is the name of its error; empty if it succeeded, or if the execution ended first.
	Error string
}

// Result is how an execution ended. Status, Output, Error, Cause, Path and Transitions are as in engine.Result.
type Result struct {
	Status       engine.Status
	Output       json.RawMessage
	Error, Cause string
	Path         []string
	Transitions  int
	// Events is the number of events in the history.
	Events int
	// Calls lists the attempts of Tasks, in the order in which they began.
	Calls          []Call
	Started, Ended time.Time
}

// Execution is one run through the machine.
type Execution struct {
	Name, ARN string
	Input     json.RawMessage
	// Parent is the execution whose distributed Map began this one; nil if it was started by itself.
	Parent *Execution
	// State is that Map, and Index is the item's index.
	State string
	Index int

	runner   *Runner
	context  expression.Object // what $$.Execution is
	root     *execution
	timeout  *sched.Timer
	done     *sched.Event
	output   any // the result's, as a value
	result   Result
	full     bool // its history is full
	children []*Execution
	label    string // the label of the parent's Map
	ended    func() // notifies the parent's Map; nil without a parent
}

// timeFormat is AWS's format of times.
const timeFormat = "2006-01-02T15:04:05.000Z"

// Start begins an execution at this instant; the default input is {}. Names may be duplicate, as after a duplicate start. An
// error means that AWS would refuse the input.
func (r *Runner) Start(name string, input json.RawMessage) (*Execution, error) {
	if len(input) == 0 {
		input = json.RawMessage("{}")
	}
	v, err := expression.Decode(input)
	if err != nil {
		return nil, fmt.Errorf("start execution %s: the input is no JSON: %w", name, err)
	}
	if len(input) > MaxPayload {
		return nil, fmt.Errorf("start execution %s: the input has %d bytes; at most %d are allowed", name, len(input), MaxPayload)
	}
	x := &Execution{Name: name, ARN: r.executions() + ":" + name, Input: input, runner: r}
	x.begin(r.Machine.States, v)
	return x, nil
}

// executions returns the prefix of the executions' ARNs.
func (r *Runner) executions() string {
	return strings.Replace(r.StateMachineARN, ":stateMachine:", ":execution:", 1)
}

// begin begins the execution. The machine's timeout applies to started executions and ends their children too.
func (x *Execution) begin(states *definition.States, input any) {
	r := x.runner
	s := r.Scheduler
	x.done = s.NewEvent()
	x.result.Status, x.result.Started = engine.Running, s.Now()
	x.context = expression.Object{"Id": x.ARN, "Name": x.Name, "StartTime": s.Now().UTC().Format(timeFormat), "Input": input}
	x.root = &execution{execution: x, states: states}
	if r.Machine.Timeout > 0 && x.Parent == nil {
		x.timeout = s.After(r.Machine.Timeout, func() {
			x.end(engine.Event{Type: engine.ExecutionTimeout, Error: expression.ErrTimeout}, Result{Status: engine.TimedOut, Error: expression.ErrTimeout})
		})
	}
	x.root.process = s.Spawn(x.Name, func() { x.live(input) })
}

// live is the execution's own process.
func (x *Execution) live(input any) {
	x.root.note(engine.Event{Type: engine.ExecutionStarted})
	output, fail := x.root.execute(input)
	if fail != nil {
		x.count(x.root.countFailedMap())
		x.end(engine.Event{Type: engine.ExecutionFailed, Error: fail.Name, Cause: fail.Cause},
			Result{Status: engine.Failed, Error: fail.Name, Cause: fail.Cause})
		return
	}
	x.output = output
	x.end(engine.Event{Type: engine.ExecutionSucceeded}, Result{Status: engine.Succeeded, Output: expression.TextOf(output)})
}

// Abort ends the execution as StopExecution does. It has no effect after the end.
func (x *Execution) Abort(name, cause string) {
	x.end(engine.Event{Type: engine.ExecutionAborted, Error: name, Cause: cause}, Result{Status: engine.Aborted, Error: name, Cause: cause})
}

// Done returns an event that fires when the execution has ended.
func (x *Execution) Done() *sched.Event { return x.done }

// Wait waits, in a process, for the end of the execution and returns its result.
func (x *Execution) Wait() Result {
	x.done.Wait()
	return x.result
}

// Result returns the current result: with status RUNNING until the execution has ended.
func (x *Execution) Result() Result { return x.result }

// end ends the execution and its children, from inside or outside. It does not return in the execution's own processes.
func (x *Execution) end(event engine.Event, how Result) {
	if x.done.Fired() {
		return
	}
	r := &x.result
	r.Status, r.Output, r.Error, r.Cause, r.Ended = how.Status, how.Output, how.Error, how.Cause, x.runner.Scheduler.Now()
	r.Events++
	if x.timeout != nil {
		x.timeout.Stop()
	}
	x.done.Fire()
	event.At = r.Ended
	x.observe(event)
	for _, child := range x.children {
		child.Abort("", "")
	}
	if x.ended != nil {
		x.ended()
	}
	x.root.kill()
}

func (x *Execution) observe(event engine.Event) {
	if x.runner.Observe != nil {
		x.runner.Observe(x, event)
	}
}

// count adds events to the history. The last event that fits ends the execution.
func (x *Execution) count(events int) {
	x.result.Events += events
	if x.result.Events >= MaxEvents {
		x.result.Events, x.full = MaxEvents-1, true
		fail := expression.RuntimeFailure("The execution reached the maximum number of history events (%d).", MaxEvents)
		x.end(engine.Event{Type: engine.ExecutionFailed, Error: fail.Name, Cause: fail.Cause},
			Result{Status: engine.Failed, Error: fail.Name, Cause: fail.Cause})
	}
}
