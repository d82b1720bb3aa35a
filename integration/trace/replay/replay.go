// Package replay holds engines against traces. An engine gets the definition, the start and the input; its Tasks are answered from
// the trace alone. What it does then must be what the trace has.
package replay

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/trace"
)

// Engine is held against a trace.
type Engine interface {
	// Run runs an execution to its end. It returns that, and those of its distributed Maps in any order, as a trace has them.
	// Names, ARNs and times of the executions of items are the engine's own; results and attempts are not looked at.
	Run(Start, Answer) ([]trace.Execution, error)
}

// Start is an execution to be run.
type Start struct {
	Definition, StateMachineARN string

	Name  string
	Time  time.Time
	Input json.RawMessage
}

// Answer answers an attempt of a Task. An error that is an *engine.TaskError is how the Task fails; any other one says that the
// trace has no answer.
type Answer func(Task) (json.RawMessage, error)

// Task is an attempt of a Task.
type Task struct {
	Execution string      // its name, as the engine has it
	Of        *trace.Item // the item that the execution was begun for; nil for the one that was started
	State     string
	Input     json.RawMessage
}

// Run holds an engine against a trace. The error names every difference with its execution. A run that was stopped from outside
// is left out: no engine can know when.
func Run(t trace.Trace, e Engine) error {
	var wrong []error
	for _, run := range t.Runs() {
		if run[0].Status == engine.Aborted {
			continue
		}
		start, err := time.Parse(time.RFC3339, run[0].StartTime)
		if err != nil {
			return err
		}
		r := &replay{recorded: run, names: map[string]string{}, used: map[*trace.Task]bool{}}
		ran, err := e.Run(Start{t.Definition, t.StateMachine, run[0].Name, start, run[0].Input}, r.answer)
		if err != nil {
			return err
		}
		r.compare(ran)
		wrong = append(wrong, r.wrong...)
	}
	return errors.Join(wrong...)
}

// replay is one run of a trace.
type replay struct {
	recorded []trace.Execution
	names    map[string]string // what the trace calls the executions of items, by the engine's names
	used     map[*trace.Task]bool
	wrong    []error
}

func (r *replay) differ(format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	r.wrong = append(r.wrong, err)
	return err
}

// find is the execution of the trace that stands for an item, or for what was started; nil if there is none.
func (r *replay) find(of *trace.Item) *trace.Execution {
	if of == nil {
		return &r.recorded[0]
	}
	for i := range r.recorded {
		if known := r.recorded[i].Of; known != nil && known.State == of.State && known.Index == of.Index {
			return &r.recorded[i]
		}
	}
	return nil
}

// called notes what the trace calls an execution of the engine.
func (r *replay) called(name string, recorded *trace.Execution) {
	if name != "" && recorded != nil && recorded.Of != nil {
		r.names[name] = recorded.Name
	}
}

// named is a text with the names that the trace has for the executions of items.
func (r *replay) named(text json.RawMessage) json.RawMessage {
	var names []string
	for name, recorded := range r.names {
		names = append(names, name, recorded)
	}
	return json.RawMessage(strings.NewReplacer(names...).Replace(string(text)))
}

// answer answers a Task with the first one of the trace that has its execution, its state and its input, and was not used yet.
func (r *replay) answer(t Task) (json.RawMessage, error) {
	recorded := r.find(t.Of)
	if recorded == nil {
		return nil, r.differ("item %d of %s has no execution in the trace", t.Of.Index, t.Of.State)
	}
	r.called(t.Execution, recorded)
	input := r.named(t.Input)
	for i := range recorded.Tasks {
		task := &recorded.Tasks[i]
		if r.used[task] || task.State != t.State || !same(task.Input, input) {
			continue
		}
		r.used[task] = true
		if task.Error != "" {
			return nil, &engine.TaskError{Name: task.Error, Cause: task.Cause}
		}
		return task.Result, nil
	}
	return nil, r.differ("%s: no Task of %s is left in the trace with the input %s", recorded.Name, t.State, input)
}

// same says whether two texts are the same JSON, or both missing.
func same(a, b json.RawMessage) bool {
	var x, y any
	return json.Unmarshal(a, &x) == nil == (json.Unmarshal(b, &y) == nil) && reflect.DeepEqual(x, y)
}
