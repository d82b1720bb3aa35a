// Package replay holds another engine against a trace: the interpreter of package asl, which shares no code with the engine that
// traces are recorded from. It gets the definition, the input and the start time; its Tasks are answered from the trace alone.
package replay

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/simulation/asl"
	"eks-scaling-automation/integration/simulation/asl/definition"
	"eks-scaling-automation/integration/simulation/sched"
	"eks-scaling-automation/integration/trace"
)

// Run replays a trace. The error names every difference with its execution.
func Run(t trace.Trace) error {
	machine, err := definition.Compile(t.Definition)
	if err != nil {
		return err
	}
	first := t.Executions[0]
	start, err := time.Parse(time.RFC3339, first.StartTime)
	if err != nil {
		return err
	}
	p := &replay{trace: t, paths: map[*asl.Execution]map[string][]string{}, used: map[*trace.Task]bool{}}
	scheduler := sched.New(1, start)
	runner := asl.Runner{Machine: machine, Scheduler: scheduler, StateMachineARN: t.StateMachine, Do: p.do, Observe: p.observe}
	if p.root, err = runner.Start(first.Name, first.Input); err != nil {
		return err
	}
	if err := scheduler.Run(); err != nil {
		return err
	}
	return p.compare()
}

type replay struct {
	trace trace.Trace
	root  *asl.Execution
	paths map[*asl.Execution]map[string][]string // states by iteration
	used  map[*trace.Task]bool
	wrong []error
}

func (p *replay) differ(format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	p.wrong = append(p.wrong, err)
	return err
}

// recorded is the execution of the trace that an interpreted one repeats: those of items correspond by their order.
func (p *replay) recorded(x *asl.Execution) *trace.Execution {
	at := 0
	if x.Parent != nil {
		at = 1 + slices.Index(x.Parent.Children(), x)
	}
	if at >= len(p.trace.Executions) {
		return nil
	}
	return &p.trace.Executions[at]
}

// named is a text with the names that the trace has for the executions of items.
func (p *replay) named(text json.RawMessage) json.RawMessage {
	var names []string
	for _, child := range p.root.Children() {
		if recorded := p.recorded(child); recorded != nil {
			names = append(names, child.Name, recorded.Name)
		}
	}
	return json.RawMessage(strings.NewReplacer(names...).Replace(string(text)))
}

// do answers a Task with the first one of the trace that has its execution, its state and its input, and was not used yet.
func (p *replay) do(x *asl.Execution, state, _ string, input any) (json.RawMessage, error) {
	text, err := json.Marshal(input)
	if err != nil {
		return nil, err
	}
	text = p.named(text)
	recorded := p.recorded(x)
	if recorded == nil {
		return nil, p.differ("execution %s is not in the trace", x.Name)
	}
	for i := range recorded.Tasks {
		task := &recorded.Tasks[i]
		if p.used[task] || task.State != state || !same(task.Input, text) {
			continue
		}
		p.used[task] = true
		if task.Error != "" {
			return nil, &asl.TaskError{Name: task.Error, Cause: task.Cause}
		}
		return task.Result, nil
	}
	return nil, p.differ("%s: no Task of %s is left in the trace with the input %s", recorded.Name, state, text)
}

func (p *replay) observe(x *asl.Execution, e engine.Event) {
	if e.Type == engine.StateEntered {
		if p.paths[x] == nil {
			p.paths[x] = map[string][]string{}
		}
		place := fmt.Sprint(e.Iteration)
		p.paths[x][place] = append(p.paths[x][place], e.State)
	}
}

func (p *replay) compare() error {
	all := append([]*asl.Execution{p.root}, p.root.Children()...)
	if len(all) != len(p.trace.Executions) {
		_ = p.differ("%d executions; the trace has %d", len(all), len(p.trace.Executions))
	}
	for i := range min(len(all), len(p.trace.Executions)) {
		p.compareExecution(&p.trace.Executions[i], all[i])
	}
	return errors.Join(p.wrong...)
}

func (p *replay) compareExecution(want *trace.Execution, x *asl.Execution) {
	got := x.Result()
	if got.Status != want.Status || got.Error != want.Error {
		_ = p.differ("%s: ended %s %s; the trace has %s %s", want.Name, got.Status, got.Error, want.Status, want.Error)
	}
	// Each engine says in its own words what is wrong inside a definition.
	if cause := string(p.named(json.RawMessage(got.Cause))); cause != want.Cause && !strings.HasPrefix(want.Error, "States.") {
		_ = p.differ("%s: the cause is %q; the trace has %q", want.Name, cause, want.Cause)
	}
	if output := p.named(got.Output); !same(output, want.Output) {
		_ = p.differ("%s: the output is %s; the trace has %s", want.Name, output, want.Output)
	}
	path := map[string][]string{}
	for _, visit := range want.Path {
		place := fmt.Sprint(visit.Iteration)
		path[place] = append(path[place], visit.State)
	}
	if !reflect.DeepEqual(p.paths[x], path) {
		_ = p.differ("%s: the path is %v; the trace has %v", want.Name, p.paths[x], path)
	}
	for i := range want.Tasks {
		if task := &want.Tasks[i]; !p.used[task] {
			_ = p.differ("%s: Task %s, attempt %d, was not asked for", want.Name, task.State, task.Attempt)
		}
	}
}

// same says whether two texts are the same JSON, or both missing.
func same(a, b json.RawMessage) bool {
	var x, y any
	return json.Unmarshal(a, &x) == nil == (json.Unmarshal(b, &y) == nil) && reflect.DeepEqual(x, y)
}
