// Package replay compares engines with traces. An engine gets the definition, the start and the input, and answers to its Tasks
// from the trace alone. Its execution must equal the trace.
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

// Engine runs executions that are compared with a trace.
type Engine interface {
	// Run runs an execution to its end. It returns that execution and its distributed Maps' executions, in any order. Their
	// names, ARNs and times are the engine's own. Results and attempts are not compared.
	Run(Start, Answer) ([]trace.Execution, error)
}

// Start is an execution to run.
type Start struct {
	Definition, StateMachineARN string

	Name  string
	Time  time.Time
	Input json.RawMessage
}

// Answer answers an attempt of a Task. An *engine.TaskError is the Task's failure; any other error means that the trace has no
// answer.
type Answer func(Task) (json.RawMessage, error)

// Task is an attempt of a Task.
type Task struct {
	Execution string      // the engine's name for it
	Of        *trace.Item // the item of the execution; nil for the one that was started
	State     string
	Input     json.RawMessage
}

// Run compares an engine with a trace. The error names every difference with its execution. It skips a run that was stopped from
// outside: no engine can know when.
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

// replay compares one run of a trace.
type replay struct {
	recorded []trace.Execution
	names    map[string]string // the trace's names of items' executions, by the engine's names
	used     map[*trace.Task]bool
	wrong    []error
}

func (r *replay) differ(format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	r.wrong = append(r.wrong, err)
	return err
}

// find returns the trace's execution for an item, or for the started execution; nil if there is none.
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

// called records the trace's name for an execution of the engine.
func (r *replay) called(name string, recorded *trace.Execution) {
	if name != "" && recorded != nil && recorded.Of != nil {
		r.names[name] = recorded.Name
	}
}

// named replaces the engine's names of items' executions with the trace's.
func (r *replay) named(text json.RawMessage) json.RawMessage {
	var names []string
	for name, recorded := range r.names {
		names = append(names, name, recorded)
	}
	return json.RawMessage(strings.NewReplacer(names...).Replace(string(text)))
}

// answer answers a Task from the first unused Task of the trace with its execution, state and input.
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

// same reports whether two texts are the same JSON, or both missing.
func same(a, b json.RawMessage) bool {
	var x, y any
	return json.Unmarshal(a, &x) == nil == (json.Unmarshal(b, &y) == nil) && reflect.DeepEqual(x, y)
}
