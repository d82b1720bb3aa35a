package engine_test

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/runtime/engine"
)

func words(r engine.Result) []string {
	var all []string
	for _, event := range r.Events {
		all = append(all, event.String())
	}
	return all
}

func TestEveryAttemptOfATaskIsAnEvent(t *testing.T) {
	definition := `{"StartAt":"Work","States":{"Work":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke",
		"Parameters":{"x":1},"ResultPath":null,"Retry":[{"ErrorEquals":["Bad"],"IntervalSeconds":1}],"End":true}}}`
	p := &places{done: echoed}
	p.once("Work", fails)
	got := run(t, start(t, definition, p.handle), "", `{"a":1}`)
	want := []string{
		"ExecutionStarted", "StateEntered Work",
		"TaskScheduled Work", "TaskFailed Work Bad: worse", "StateFailed Work Bad: worse", "StateRetried Work",
		"TaskScheduled Work", "TaskSucceeded Work", "StateExited Work", "ExecutionSucceeded",
	}
	if diff := cmp.Diff(want, words(got)); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	for _, event := range got.Events {
		if event.Type == engine.TaskScheduled && string(event.Input) != `{"x":1}` {
			t.Errorf("the Task was scheduled with %s", event.Input)
		}
		if event.Type == engine.TaskSucceeded && string(event.Output) != `{"x":1}` {
			t.Errorf("the Task succeeded with %s", event.Output)
		}
	}
}

func TestAnAnswerAfterTheTimeoutIsNoEvent(t *testing.T) {
	t.Parallel()
	definition := `{"StartAt":"Work","States":{
		"Work":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","TimeoutSeconds":1,"Catch":[{"ErrorEquals":["States.Timeout"],"Next":"Late"}],"End":true},
		"Late":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","End":true}}}`
	p := &places{done: echoed}
	timedOut, answered := make(chan struct{}), make(chan struct{})
	p.once("Work", func(task engine.Task) (json.RawMessage, error) {
		<-timedOut
		defer close(answered)
		return task.Input, nil
	})
	p.once("Late", func(task engine.Task) (json.RawMessage, error) { close(timedOut); <-answered; return task.Input, nil })
	got := run(t, start(t, definition, p.handle), "", `{}`)
	want := []string{
		"ExecutionStarted", "StateEntered Work", "TaskScheduled Work", "TaskTimedOut Work States.Timeout: ",
		"StateFailed Work States.Timeout: ", "StateCaught Work", "StateExited Work",
		"StateEntered Late", "TaskScheduled Late", "TaskSucceeded Late", "StateExited Late", "ExecutionSucceeded",
	}
	if diff := cmp.Diff(want, words(got)); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func TestAMapTellsHowManyItemsItHas(t *testing.T) {
	const inner = `"ItemProcessor":{"StartAt":"B","States":{"B":{"Type":"Pass","End":true}}}`
	tests := []struct {
		name, state, input, output string
		want                       int
	}{
		{"the input is the items", inner, `["x","y"]`, `["x","y"]`, 2},
		{"the items are at a path", `"ItemsPath":"$.items",` + inner, `{"items":[1,2,3]}`, `[1,2,3]`, 3},
		{"there are none", `"ItemsPath":"$.items",` + inner, `{"items":[]}`, `[]`, 0},
		{
			"a selector makes more of every item", `"ItemsPath":"$.items","ItemSelector":{"item.$":"$$.Map.Item.Value","of.$":"$.of"},` + inner,
			`{"of":7,"items":["x"]}`, `[{"item":"x","of":7}]`, 1,
		},
		{
			"Parameters are a selector of old", `"ItemsPath":"$.items","Parameters":{"index.$":"$$.Map.Item.Index"},` + inner,
			`{"items":["x","y"]}`, `[{"index":0},{"index":1}]`, 2,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			definition := `{"StartAt":"A","States":{"A":{"Type":"Map",` + test.state + `,"End":true}}}`
			got := run(t, start(t, definition, echo), "", test.input)
			if diff := cmp.Diff(test.output, string(got.Output)); diff != "" {
				t.Errorf("output (-want +got):\n%s", diff)
			}
			started := slices.DeleteFunc(got.Events, func(event engine.Event) bool { return event.Type != engine.MapStateStarted })
			if len(started) != 1 || started[0].Length != test.want || started[0].State != "A" {
				t.Errorf("the Map has started as %+v, want once with %d items", started, test.want)
			}
		})
	}
}

func TestStoppingAnExecutionIsTheLastOfItsEvents(t *testing.T) {
	work := newBlocking()
	definition := `{"StartAt":"A","States":{"A":{"Type":"Map","ItemProcessor":{"StartAt":"Work","States":{
		"Work":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","End":true}}},"End":true}}}`
	x := begin(t, start(t, definition, work.handle), `["only"]`)
	<-work.called
	if err := x.StopWith("Operator", "wrong day"); err != nil {
		t.Fatal(err)
	}
	got := ending(t, x, engine.Aborted)
	want := []string{
		"ExecutionStarted", "StateEntered A", "MapStateStarted A", "MapIterationStarted A[0]", "StateEntered Work[0]", "TaskScheduled Work[0]",
		"ExecutionAborted Operator: wrong day",
	}
	if diff := cmp.Diff(want, words(got)); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func TestATimeoutOfTheStateMachineIsTheLastOfItsEvents(t *testing.T) {
	t.Parallel()
	definition := `{"StartAt":"A","TimeoutSeconds":1,"States":{"A":{"Type":"Map","ItemProcessor":{"StartAt":"Work","States":{
		"Work":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","End":true}}},"End":true}}}`
	got := ending(t, begin(t, start(t, definition, newBlocking().handle), `["only"]`), engine.TimedOut)
	want := []string{
		"ExecutionStarted", "StateEntered A", "MapStateStarted A", "MapIterationStarted A[0]", "StateEntered Work[0]", "TaskScheduled Work[0]",
		"ExecutionTimeout",
	}
	if diff := cmp.Diff(want, words(got)); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

// patient starts an engine whose retries take as long as the definition says.
func patient(t *testing.T, definition string, handler engine.TaskHandler) *engine.Engine {
	t.Helper()
	return startWith(t, engine.Config{Definition: definition, Handler: handler, RetryMillis: -1})
}

func TestAStateThatWasAbortedBeforeItsRetryIsNotTriedAgain(t *testing.T) {
	definition := `{"StartAt":"A","States":{
		"A":{"Type":"Parallel","Branches":[
			{"StartAt":"Retrying","States":{"Retrying":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke",
				"Retry":[{"ErrorEquals":["Bad"],"IntervalSeconds":600}],"End":true}}},
			{"StartAt":"Failing","States":{"Failing":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","End":true}}}],
			"Catch":[{"ErrorEquals":["States.ALL"],"Next":"B"}],"End":true},
		"B":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","End":true}}}`
	p := &places{done: echoed}
	waits := make(chan struct{})
	p.once("Retrying[0]", fails)
	p.once("Failing[1]", func(task engine.Task) (json.RawMessage, error) { <-waits; return fails(task) })
	x := begin(t, patient(t, definition, p.handle), `{}`)
	until(t, x, "StateFailed Retrying[0] Bad: worse", 1)
	close(waits)
	ending(t, x, engine.Succeeded)
	if diff := cmp.Diff([]string{"B", "Failing[1]", "Retrying[0]"}, p.forget()); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
}

func TestAMapThatWasAbortedBeforeItsRetryIsNotTriedAgain(t *testing.T) {
	definition := `{"StartAt":"A","States":{"A":{"Type":"Map","ItemProcessor":{"StartAt":"Work","States":{
		"Work":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","End":true}}},
		"Retry":[{"ErrorEquals":["Bad"],"IntervalSeconds":600}],"End":true}}}`
	p := &places{done: echoed}
	p.once("Work[0]", fails)
	e := patient(t, definition, p.handle)
	x := begin(t, e, `["only"]`)
	until(t, x, "StateFailed A Bad: worse", 1)
	if err := x.Stop(); err != nil {
		t.Fatal(err)
	}
	ending(t, x, engine.Aborted)
	// Whatever the stopped one still asked would be asked before this one.
	run(t, e, "r2", `[]`)
	if diff := cmp.Diff([]string{"Work[0]"}, p.forget()); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
}

// ticking is a clock that is a second further every time it is asked.
type ticking struct {
	mu sync.Mutex
	at time.Time
}

func (c *ticking) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(time.Second)
	return c.at
}

func TestTimesComeFromTheGivenClock(t *testing.T) {
	clock := &ticking{at: startedAt.Add(123456 * time.Nanosecond)}
	e, err := engine.Start(t.Context(), engine.Config{
		Definition: `{"StartAt":"A","States":{"A":{"Type":"Fail","Error":"E"}}}`, StateMachineARN: machineARN, Now: clock.now,
		Handler: func(context.Context, engine.Task) (json.RawMessage, error) { return nil, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	x := begin(t, e, `{}`)
	got := ending(t, x, engine.Failed)
	last := startedAt
	for _, event := range got.Events {
		if !event.At.After(last) || event.At != event.At.Truncate(time.Millisecond) {
			t.Errorf("%s at %s, want a whole millisecond after %s", event, event.At, last)
		}
		last = event.At
	}
	d := x.Describe()
	if first := got.Events[0].At; d.Started != first || d.Ended != last {
		t.Errorf("from %s to %s, want the times of the first and the last event, %s and %s", d.Started, d.Ended, first, last)
	}
	redrive(t, x)
	got = ending(t, x, engine.Failed)
	redriven := got.Events[slices.IndexFunc(got.Events, func(event engine.Event) bool { return event.Type == engine.ExecutionRedriven })]
	again := x.Describe()
	if again.Started != d.Started || again.Redriven != redriven.At || !again.Ended.After(again.Redriven) || redriven.Attempt != 1 {
		t.Errorf("after a redrive %+v, want it redriven at %s", again, redriven.At)
	}
}

func TestWithoutAClockTheTimesAreTheEnginesOwn(t *testing.T) {
	e, err := engine.Start(t.Context(), engine.Config{Definition: oneTask, StateMachineARN: machineARN, Handler: echo})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	x := begin(t, e, `{}`)
	events := ending(t, x, engine.Succeeded).Events
	d := x.Describe()
	if first, last := events[0].At, events[len(events)-1].At; first.IsZero() || d.Started != first || d.Ended != last {
		t.Errorf("from %s to %s, want the times of the first and the last event, %s and %s", d.Started, d.Ended, first, last)
	}
}

func TestExecutionsAreGivenNewestFirst(t *testing.T) {
	work := newBlocking()
	e := start(t, oneTask, work.handle)
	for _, name := range []string{"first", "second", "third"} {
		if _, err := e.StartExecution(name, nil); err != nil {
			t.Fatal(err)
		}
	}
	var names []string
	for _, x := range e.Executions() {
		names = append(names, x.Name)
		if d := x.Describe(); d.Status != engine.Running || !d.Ended.IsZero() || len(x.Events()) == 0 {
			t.Errorf("%s is described as %+v with the events %v", x.Name, d, x.Events())
		}
	}
	if diff := cmp.Diff([]string{"third", "second", "first"}, names); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}
