package trace

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"eks-scaling-automation/integration/runtime/engine"
)

// Of records executions that have ended, each followed by its distributed Maps' executions.
func Of(name, definition string, executions ...*engine.Execution) (Trace, error) {
	t := Trace{Format: Format, Name: name, Definition: definition}
	for _, x := range executions {
		t.StateMachine, _, _ = strings.Cut(strings.Replace(x.ARN, ":execution:", ":stateMachine:", 1), ":"+x.Name)
		t.Executions = append(t.Executions, withItems(x)...)
	}
	return t.renamed()
}

func withItems(x *engine.Execution) []Execution {
	var children []Execution
	var items [][]json.RawMessage
	mapRuns := x.MapRuns()
	slices.Reverse(mapRuns) // oldest first
	for _, m := range mapRuns {
		var outputs []json.RawMessage
		for _, child := range byIndex(m) {
			d := described(child)
			d.Of = &Item{Execution: x.Name, State: stateOf(x, m), Index: m.Index(child)}
			children, outputs = append(children, Record(d, child.Events(), nil)), append(outputs, d.Output)
		}
		items = append(items, outputs)
	}
	return append([]Execution{Record(described(x), x.Events(), items)}, children...)
}

func byIndex(m *engine.MapRun) []*engine.Execution {
	return slices.SortedFunc(slices.Values(m.Executions()), func(a, b *engine.Execution) int { return cmp.Compare(m.Index(a), m.Index(b)) })
}

// stateOf returns the Map of a Map Run.
func stateOf(x *engine.Execution, m *engine.MapRun) string {
	events := x.Events()
	i := slices.IndexFunc(events, func(e engine.Event) bool { return e.Type == engine.MapRunStarted && e.MapRun == m.ARN })
	return events[i].State
}

// TimeFormat is the format of $$.Execution.StartTime.
const TimeFormat = "2006-01-02T15:04:05.000Z"

func described(x *engine.Execution) Execution {
	d := x.Describe()
	return Execution{
		Name: x.Name, ARN: x.ARN, StartTime: d.Started.UTC().Format(TimeFormat), Input: x.Input,
		Status: d.Status, Output: d.Output, Error: d.Error, Cause: d.Cause,
	}
}

// Record adds the path and the Tasks in an execution's events. Items holds the results of each distributed Map's items, in the
// order in which the Maps began.
func Record(x Execution, events []engine.Event, items [][]json.RawMessage) Execution {
	x.Path, x.Tasks = []Visit{}, []Task{}
	r := recorder{Execution: x, items: items, at: map[string]int{}, results: map[int][]json.RawMessage{}}
	for _, event := range events {
		r.note(event)
	}
	for visit, results := range r.results {
		if !slices.ContainsFunc(results, func(one json.RawMessage) bool { return one == nil }) {
			r.Path[visit].Result, _ = json.Marshal(results) // the engine's JSON is valid
		}
	}
	return r.Execution
}

// recorder converts events to a path and Tasks.
type recorder struct {
	Execution

	items   [][]json.RawMessage       // the results of distributed Maps that have not begun yet
	at      map[string]int            // the last visit in each iteration
	results map[int][]json.RawMessage // of the Map of a visit
}

func (r *recorder) note(e engine.Event) { //nolint:gocyclo // one case a type of event, read from top to bottom
	place := fmt.Sprint(e.Iteration)
	switch e.Type { //nolint:exhaustive // the others add nothing
	case engine.StateEntered:
		if before, ok := r.at[place]; ok {
			r.Path[before].Next = e.State
		}
		r.at[place] = len(r.Path)
		r.Path = append(r.Path, Visit{State: e.State, Type: e.StateType, Iteration: e.Iteration, Input: e.Input})
	case engine.StateExited:
		r.visit(place).Output = e.Output
	case engine.StateFailed:
		r.visit(place).Error, r.visit(place).Cause = e.Error, e.Cause
	case engine.StateRetried:
		r.visit(place).Error, r.visit(place).Cause = "", ""
	case engine.TaskScheduled:
		r.schedule(r.at[place], e)
	case engine.TaskSucceeded:
		r.task(place).Result = e.Output
	case engine.TaskFailed, engine.TaskTimedOut:
		r.task(place).Error, r.task(place).Cause = e.Error, e.Cause
	case engine.MapStateStarted:
		r.results[r.at[place]] = make([]json.RawMessage, e.Length)
	case engine.MapRunStarted:
		r.endWith(r.at[place])
	case engine.MapIterationStarted:
		delete(r.at, place) // an earlier visit of the Map may have had this iteration too
	case engine.MapIterationSucceeded:
		last := len(e.Iteration) - 1
		r.results[r.at[fmt.Sprint(e.Iteration[:last])]][e.Iteration[last]] = e.Output
	}
}

func (r *recorder) visit(place string) *Visit { return &r.Path[r.at[place]] }

// endWith sets the result of a distributed Map from its items, if all are known.
func (r *recorder) endWith(visit int) {
	if len(r.items) == 0 {
		return
	}
	if ended := r.items[0]; len(ended) == len(r.results[visit]) {
		r.results[visit] = ended
	}
	r.items = r.items[1:]
}

func (r *recorder) schedule(visit int, e engine.Event) {
	attempt := 1
	for _, t := range r.Tasks {
		if t.Visit == visit {
			attempt++
		}
	}
	r.Tasks = append(r.Tasks, Task{Visit: visit, State: e.State, Iteration: e.Iteration, Attempt: attempt, Input: e.Input})
}

// task returns the attempt that runs in an iteration.
func (r *recorder) task(place string) *Task {
	for i := len(r.Tasks) - 1; ; i-- {
		if r.Tasks[i].Visit == r.at[place] {
			return &r.Tasks[i]
		}
	}
}

var (
	// Lambda's errors contain the call's ID.
	requestID = regexp.MustCompile(`RequestId: [0-9a-f-]{36}`)
	// A failed call's error contains the service's port.
	port = regexp.MustCompile(`127\.0\.0\.1:[0-9]+`)
)

// renamed replaces random values with numbers, so that all recordings are equal: the names of items' executions, the IDs of
// failed calls, and the ports of local services.
func (t Trace) renamed() (Trace, error) {
	text, err := t.encode()
	if err != nil {
		return Trace{}, fmt.Errorf("trace %s: %w", t.Name, err)
	}
	var names []string
	for i, x := range t.Executions {
		if x.Of != nil {
			names = append(names, x.Name, numbered(i))
		}
	}
	for i, id := range requestID.FindAllString(string(text), -1) {
		names = append(names, id, "RequestId: "+numbered(i+1)) // for duplicate texts the first one counts
	}
	for _, address := range port.FindAllString(string(text), -1) {
		names = append(names, address, "127.0.0.1:1")
	}
	var renamed Trace
	err = json.Unmarshal([]byte(strings.NewReplacer(names...).Replace(string(text))), &renamed)
	return renamed, err
}

func numbered(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }
