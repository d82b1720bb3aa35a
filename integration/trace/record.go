package trace

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"eks-scaling-automation/integration/runtime/engine"
)

// Of records an execution that has ended, and those of its distributed Maps.
func Of(name, definition string, x *engine.Execution) (Trace, error) {
	machine, _, _ := strings.Cut(strings.Replace(x.ARN, ":execution:", ":stateMachine:", 1), ":"+x.Name)
	t := Trace{Format: Format, Name: name, StateMachine: machine, Definition: definition}
	t.Executions = append(t.Executions, record(x, itemResults(x)))
	for _, m := range oldestFirst(x.MapRuns()) {
		for i, child := range oldestFirst(m.Executions()) {
			of := record(child, nil)
			of.Of = &Item{Execution: x.Name, State: stateOf(x, m), Index: i}
			t.Executions = append(t.Executions, of)
		}
	}
	return t.renamed()
}

func oldestFirst[T any](list []T) []T {
	slices.Reverse(list)
	return list
}

// stateOf is the Map of a Map Run.
func stateOf(x *engine.Execution, m *engine.MapRun) string {
	events := x.Events()
	i := slices.IndexFunc(events, func(e engine.Event) bool { return e.Type == engine.MapRunStarted && e.MapRun == m.ARN })
	return events[i].State
}

// itemResults are what the items of each distributed Map ended with, by the ARN of the Map Run.
func itemResults(x *engine.Execution) map[string][]json.RawMessage {
	results := map[string][]json.RawMessage{}
	for _, m := range x.MapRuns() {
		for _, child := range oldestFirst(m.Executions()) {
			results[m.ARN] = append(results[m.ARN], child.Describe().Output)
		}
	}
	return results
}

// contextTime is how $$.Execution.StartTime is written.
const contextTime = "2006-01-02T15:04:05.000Z"

func record(x *engine.Execution, items map[string][]json.RawMessage) Execution {
	d := x.Describe()
	r := recorder{items: items, at: map[string]int{}, results: map[int][]json.RawMessage{}, Execution: Execution{
		Name: x.Name, ARN: x.ARN, StartTime: d.Started.UTC().Format(contextTime), Input: x.Input, Path: []Visit{}, Tasks: []Task{},
		Status: d.Status, Output: d.Output, Error: d.Error, Cause: d.Cause,
	}}
	for _, event := range x.Events() {
		r.note(event)
	}
	for visit, results := range r.results {
		if !slices.ContainsFunc(results, func(one json.RawMessage) bool { return one == nil }) {
			r.Path[visit].Result, _ = json.Marshal(results) // what the engine has sent is valid
		}
	}
	return r.Execution
}

// recorder makes a path and Tasks of events.
type recorder struct {
	Execution

	items   map[string][]json.RawMessage
	at      map[string]int            // the last visit in each iteration
	results map[int][]json.RawMessage // of the Map of a visit
}

func (r *recorder) note(e engine.Event) { //nolint:gocyclo // one case a type of event, read from top to bottom
	place := fmt.Sprint(e.Iteration)
	switch e.Type { //nolint:exhaustive // the others say nothing that is not known by then
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
		if ended := r.items[e.MapRun]; len(ended) == len(r.results[r.at[place]]) {
			r.results[r.at[place]] = ended
		}
	case engine.MapIterationStarted:
		delete(r.at, place) // an earlier visit of the Map may have had this iteration too
	case engine.MapIterationSucceeded:
		last := len(e.Iteration) - 1
		r.results[r.at[fmt.Sprint(e.Iteration[:last])]][e.Iteration[last]] = e.Output
	}
}

func (r *recorder) visit(place string) *Visit { return &r.Path[r.at[place]] }

func (r *recorder) schedule(visit int, e engine.Event) {
	attempt := 1
	for _, t := range r.Tasks {
		if t.Visit == visit {
			attempt++
		}
	}
	r.Tasks = append(r.Tasks, Task{Visit: visit, State: e.State, Iteration: e.Iteration, Attempt: attempt, Input: e.Input})
}

// task is the attempt that runs in an iteration.
func (r *recorder) task(place string) *Task {
	for i := len(r.Tasks) - 1; ; i-- {
		if r.Tasks[i].Visit == r.at[place] {
			return &r.Tasks[i]
		}
	}
}

// requestID is how Lambda tells in an error which call that was.
var requestID = regexp.MustCompile(`RequestId: [0-9a-f-]{36}`)

// renamed numbers what is drawn at random, so that each recording has the same: the names of the executions of items, and the
// IDs of failed calls.
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
		names = append(names, id, "RequestId: "+numbered(i+1)) // of a text that is there twice, the first counts
	}
	var renamed Trace
	err = json.Unmarshal([]byte(strings.NewReplacer(names...).Replace(string(text))), &renamed)
	return renamed, err
}

func numbered(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }
