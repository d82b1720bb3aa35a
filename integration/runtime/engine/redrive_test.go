package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/runtime/engine"
)

// places answers Tasks by where they are, as in Work[1]: what is set for a place
// once, everything else with done. It notes who asked, in order.
type places struct {
	done func(engine.Task) (json.RawMessage, error)

	mu    sync.Mutex
	next  map[string]func(engine.Task) (json.RawMessage, error)
	asked []string
}

func place(task engine.Task) string {
	if len(task.Iteration) == 0 {
		return task.State
	}
	return task.State + fmt.Sprint(task.Iteration)
}

func (p *places) handle(_ context.Context, task engine.Task) (json.RawMessage, error) {
	p.mu.Lock()
	answer := p.next[place(task)]
	delete(p.next, place(task))
	p.asked = append(p.asked, place(task))
	p.mu.Unlock()
	if answer == nil {
		answer = p.done
	}
	return answer(task)
}

// once sets what a place answers the next time it asks.
func (p *places) once(where string, answer func(engine.Task) (json.RawMessage, error)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.next == nil {
		p.next = map[string]func(engine.Task) (json.RawMessage, error){}
	}
	p.next[where] = answer
}

// forget returns the callers so far, sorted, and starts over.
func (p *places) forget() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	asked := p.asked
	p.asked = nil
	slices.Sort(asked)
	return asked
}

func fails(engine.Task) (json.RawMessage, error) {
	return nil, &engine.TaskError{Name: "Bad", Cause: "worse"}
}

func begin(t *testing.T, e *engine.Engine, input string) *engine.Execution {
	t.Helper()
	x, err := e.StartExecution("r1", json.RawMessage(input))
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func ending(t *testing.T, x *engine.Execution, want engine.Status) engine.Result {
	t.Helper()
	result, err := x.Wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if result.Status != want {
		t.Fatalf("ended as %s (%s: %s), want %s", result.Status, result.Error, result.Cause, want)
	}
	return result
}

func redrive(t *testing.T, x *engine.Execution) {
	t.Helper()
	if err := x.Redrive(); err != nil {
		t.Fatal(err)
	}
}

// sinceRedrive are the events from the last redrive on, in words.
func sinceRedrive(r engine.Result) []string {
	var words []string
	for _, event := range r.Events {
		if event.Type == engine.ExecutionRedriven {
			words = nil
		}
		words = append(words, event.String())
	}
	return words
}

func TestARedriveContinuesAtTheFailedStep(t *testing.T) {
	definition := `{"StartAt":"Before","States":{
		"Before":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Next":"Work"},
		"Work":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke",
			"Parameters":{"input.$":"$","retries.$":"$$.State.RetryCount","execution.$":"$$.Execution"},
			"Retry":[{"ErrorEquals":["Bad"],"MaxAttempts":1,"IntervalSeconds":1}],"ResultPath":"$.work","Next":"After"},
		"After":{"Type":"Pass","End":true}}}`
	bad, fixed := outcome{err: &engine.TaskError{Name: "Bad"}}, outcome{result: json.RawMessage(`"fixed"`)}
	s := &script{answers: map[string][]outcome{
		"Before": {{result: json.RawMessage(`{"before":1}`)}},
		"Work":   {bad, bad, bad, bad, fixed},
	}}
	x := begin(t, start(t, definition, s.handle), `{"a":1}`)
	ending(t, x, engine.Failed)
	redrive(t, x)
	ending(t, x, engine.Failed)
	redrive(t, x)
	got := ending(t, x, engine.Succeeded)

	if diff := cmp.Diff(`{"before":1,"work":"fixed"}`, string(got.Output)); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
	if asks := s.asksOf("Before"); len(asks) != 1 {
		t.Errorf("Before was asked %d times, want once", len(asks))
	}
	if diff := cmp.Diff([]string{"Before", "Work", "After"}, got.Path); diff != "" {
		t.Errorf("path (-want +got):\n%s", diff)
	}
	input := func(retries, redrives int, redriven string) string {
		return fmt.Sprintf(`{"input":{"before":1},"retries":%d,"execution":{"Id":"arn:aws:states:sa-east-1:123456789012:execution:eks-scaling:r1",`+
			`"Name":"r1","RoleArn":"arn:aws:iam::123456789012:role/eks-scaling","StartTime":"2025-03-04T06:30:00.000Z","RedriveCount":%d,`+
			`%s"Input":{"a":1}}}`, retries, redrives, redriven)
	}
	const redriven = `"RedriveTime":"2025-03-04T06:30:00.000Z",`
	wantInputs := []string{input(0, 0, ""), input(1, 0, ""), input(0, 1, redriven), input(1, 1, redriven), input(0, 2, redriven)}
	if diff := cmp.Diff(wantInputs, s.asksOf("Work")); diff != "" {
		t.Errorf("inputs of Work (-want +got):\n%s", diff)
	}
	want := []string{
		"ExecutionRedriven", "TaskScheduled Work", "TaskSucceeded Work", "StateExited Work", "StateEntered After", "StateExited After",
		"ExecutionSucceeded",
	}
	if diff := cmp.Diff(want, sinceRedrive(got)); diff != "" {
		t.Errorf("events since the second redrive (-want +got):\n%s", diff)
	}
	wantDescription := engine.Description{
		Status: engine.Succeeded, Started: startedAt, Ended: startedAt, Redriven: startedAt, Redrives: 2, Output: got.Output,
	}
	if diff := cmp.Diff(wantDescription, x.Describe()); diff != "" {
		t.Errorf("description (-want +got):\n%s", diff)
	}
}

const mapOfTwoSteps = `{"StartAt":"Each","States":{"Each":{"Type":"Map","MaxConcurrency":2,"ItemsPath":"$.items",
	"ItemProcessor":{"StartAt":"One","States":{
		"One":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Next":"Two"},
		"Two":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","End":true}}},
	"End":true}}}`

func TestInsideAMapOnlyTheIterationsThatDidNotSucceedAreRedriven(t *testing.T) {
	p := &places{done: func(task engine.Task) (json.RawMessage, error) {
		return json.RawMessage(fmt.Sprintf("%q", place(task))), nil
	}}
	third := make(chan struct{})
	release := make(chan struct{})
	p.once("One[1]", func(task engine.Task) (json.RawMessage, error) { <-third; return fails(task) })
	// The third iteration begins only when the first has succeeded: only two run side by side.
	p.once("Two[2]", func(engine.Task) (json.RawMessage, error) {
		close(third)
		<-release
		return json.RawMessage(`"late"`), nil
	})
	x := begin(t, start(t, mapOfTwoSteps, p.handle), `{"items":["a","b","c","d"]}`)
	failed := ending(t, x, engine.Failed)
	close(release)

	if diff := cmp.Diff([]string{"One[0]", "One[1]", "One[2]", "Two[0]", "Two[2]"}, p.forget()); diff != "" {
		t.Errorf("asked before the redrive (-want +got):\n%s", diff)
	}
	wantEnd := []string{"TaskFailed One[1] Bad: worse", "StateFailed One[1] Bad: worse", "MapIterationFailed Each[1] Bad: worse", "MapIterationAborted Each[2]", "StateFailed Each Bad: worse", "ExecutionFailed Bad: worse"}
	words := sinceRedrive(failed)
	if diff := cmp.Diff(wantEnd, words[len(words)-len(wantEnd):]); diff != "" {
		t.Errorf("last events before the redrive (-want +got):\n%s", diff)
	}
	redrive(t, x)
	got := ending(t, x, engine.Succeeded)
	if diff := cmp.Diff([]string{"One[1]", "One[3]", "Two[1]", "Two[2]", "Two[3]"}, p.forget()); diff != "" {
		t.Errorf("asked after the redrive (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(`["Two[0]","Two[1]","Two[2]","Two[3]"]`, string(got.Output)); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
	for what, want := range map[string]int{
		"MapStateStarted Each": 1, "StateEntered One[1]": 1, "StateEntered Two[2]": 1, "MapIterationStarted Each[2]": 1,
		"MapIterationStarted Each[3]": 1, "MapIterationSucceeded Each[0]": 1,
	} {
		if n := count(got, what); n != want {
			t.Errorf("%d times %s, want %d", n, what, want)
		}
	}
}

func count(r engine.Result, words string) int {
	n := 0
	for _, event := range r.Events {
		if event.String() == words {
			n++
		}
	}
	return n
}

func TestOfAParallelOnlyTheBranchThatDidNotSucceedIsRedriven(t *testing.T) {
	definition := `{"StartAt":"Both","States":{"Both":{"Type":"Parallel","Branches":[
		{"StartAt":"Left","States":{"Left":{"Type":"Pass","End":true}}},
		{"StartAt":"Right","States":{"Right":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","End":true}}}],"End":true}}}`
	p := &places{done: func(engine.Task) (json.RawMessage, error) { return json.RawMessage(`"fixed"`), nil }}
	p.once("Right[1]", fails)
	x := begin(t, start(t, definition, p.handle), `7`)
	ending(t, x, engine.Failed)
	redrive(t, x)
	got := ending(t, x, engine.Succeeded)
	if diff := cmp.Diff(`[7,"fixed"]`, string(got.Output)); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
	want := []string{
		"ExecutionRedriven", "TaskScheduled Right[1]", "TaskSucceeded Right[1]", "StateExited Right[1]", "ParallelBranchSucceeded Both[1]",
		"StateExited Both", "ExecutionSucceeded",
	}
	if diff := cmp.Diff(want, sinceRedrive(got)); diff != "" {
		t.Errorf("events since the redrive (-want +got):\n%s", diff)
	}
}

func TestAfterTooMuchDataAllIterationsAreRedriven(t *testing.T) {
	p := &places{done: echoed}
	p.once("Two[1]", func(engine.Task) (json.RawMessage, error) {
		return json.RawMessage(`"` + strings.Repeat("x", 256<<10) + `"`), nil
	})
	x := begin(t, start(t, mapOfTwoSteps, p.handle), `{"items":["a","b"]}`)
	if got := ending(t, x, engine.Failed); got.Error != "States.DataLimitExceeded" {
		t.Fatalf("failed with %s", got.Error)
	}
	p.forget()
	redrive(t, x)
	got := ending(t, x, engine.Succeeded)
	if diff := cmp.Diff([]string{"One[0]", "One[1]", "Two[0]", "Two[1]"}, p.forget()); diff != "" {
		t.Errorf("asked after the redrive (-want +got):\n%s", diff)
	}
	if n := count(got, "MapStateStarted Each"); n != 2 {
		t.Errorf("the Map has started %d times, want 2", n)
	}
}

func echoed(task engine.Task) (json.RawMessage, error) { return task.Input, nil }

func TestAFailStateFailsAgain(t *testing.T) {
	x := begin(t, start(t, `{"StartAt":"A","States":{"A":{"Type":"Fail","Error":"E","Cause":"because"}}}`, echo), `{}`)
	ending(t, x, engine.Failed)
	redrive(t, x)
	got := ending(t, x, engine.Failed)
	if diff := cmp.Diff("E: because", got.Error+": "+got.Cause); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"ExecutionRedriven", "StateFailed A E: because", "ExecutionFailed E: because"}, sinceRedrive(got)); diff != "" {
		t.Errorf("events since the redrive (-want +got):\n%s", diff)
	}
}

func TestOnlyWhatWasUnsuccessfulCanBeRedriven(t *testing.T) {
	work := newBlocking()
	x := begin(t, start(t, oneTask, work.handle), `{}`)
	<-work.called
	wantReason := func(when, reason string) {
		t.Helper()
		refused, ok := errors.AsType[*engine.NotRedrivableError](x.Redrive())
		if !ok || refused.Reason != reason {
			t.Errorf("%s: got %v, want %s", when, refused, reason)
		}
	}
	wantReason("while it runs", "Execution is RUNNING and cannot be redriven")
	close(work.release)
	ending(t, x, engine.Succeeded)
	wantReason("after it has succeeded", "Execution is SUCCEEDED and cannot be redriven")
	if n := count(ending(t, x, engine.Succeeded), "ExecutionRedriven"); n != 0 {
		t.Errorf("%d redrives in its events", n)
	}
}
