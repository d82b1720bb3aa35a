package asl_test

import (
	"encoding/json"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/simulation/asl"
)

const mapOfTasks = `"A":{"Type":"Map","ItemProcessor":{"StartAt":"T","States":{"T":{` + work + `,"Next":"U"},"U":{` + work + `,"End":true}}},"End":true}`

func TestAnAbortedExecutionDoesNothingMore(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1, machine(mapOfTasks), script{"T": {{result: `{"Payload":1}`, takes: time.Minute}}})
	x := w.start("r1", `[1,2]`)
	w.After(time.Second, func() { x.Abort("Operator", "wrong day") })
	w.After(2*time.Second, func() { x.Abort("Operator", "again") })
	w.run()
	r := x.Result()
	got := fmt.Sprintf("%s %s: %s after %v, %d events", r.Status, r.Error, r.Cause, since(r.Ended), r.Events)
	if want := "ABORTED Operator: wrong day after 1s, 12 events"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if diff := cmp.Diff([]string{"T", "T"}, w.finished); diff != "" {
		t.Errorf("functions that were under way run on, others do not begin (-want +got):\n%s", diff)
	}
	if last := w.events[len(w.events)-1]; last != "ExecutionAborted Operator: wrong day" {
		t.Errorf("the last event is %s", last)
	}
}

func TestAFailedIterationAbortsTheOthers(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		w := newWorld(t, seed, machine(mapOfTasks), script{"T": {
			{result: `{"Payload":1}`, takes: time.Minute}, {err: &asl.TaskError{Name: "Bad"}, takes: time.Second}, {result: `{"Payload":1}`, takes: time.Minute},
		}})
		x := w.start("r1", `[1,2,3]`)
		w.run()
		r := x.Result()
		// 2 for the start; the Map 3 with its end; 3 iterations of 6 events with their end, including TaskFailed and
		// TaskStateAborted.
		got := fmt.Sprintf("%s %s after %v, %d transitions, %d events, %d calls, %d done", r.Status, r.Error, since(r.Ended), r.Transitions, r.Events, len(r.Calls), len(w.finished))
		if want := "FAILED Bad after 1s, 4 transitions, 24 events, 3 calls, 3 done"; got != want {
			t.Errorf("seed %d: got %s, want %s\n%v", seed, got, want, w.events)
		}
	}
}

func TestAFunctionThatIsKilledNeverAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1, machine(`"A":{`+work+`,"TimeoutSeconds":40,"End":true}`), nil)
	w.runner.Do = func(*asl.Execution, string, string, any) (json.RawMessage, error) {
		w.Sleep(time.Second)
		w.Current().Kill()
		return nil, nil
	}
	x := w.start("r1", `{}`)
	w.run()
	if r := x.Result(); r.Error != "States.Timeout" || since(r.Ended) != 40*time.Second {
		t.Errorf("ended with %s after %v", r.Error, since(r.Ended))
	}
}

func TestAnAnswerAfterTheTimeoutIsNotHeard(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1, machine(`"A":{`+work+`,"TimeoutSeconds":1,"Catch":[{"ErrorEquals":["States.Timeout"],"Next":"B"}],"End":true},"B":{"Type":"Wait","Seconds":60,"End":true}`),
		script{"A": {{result: `{"Payload":"late"}`, takes: 2 * time.Second}}})
	x := w.start("r1", `{}`)
	w.run()
	if r := x.Result(); string(r.Output) != `{"Cause":"","Error":"States.Timeout"}` {
		t.Errorf("output %s", r.Output)
	}
}

func TestTheHistoryHasAtMost25000Events(t *testing.T) {
	t.Parallel()
	const each = `"A":{"Type":"Map","ItemProcessor":{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}},"Next":"B"},"B":{"Type":"Succeed"}`
	tests := []struct {
		name, want    string
		items, events int
	}{
		// 1 for the start, 4 for A, 4 an item, 2 for B, 1 for the end.
		{"an execution that fits", "SUCCEEDED ", 6247, 24996},
		{"an execution whose last event is its success", "SUCCEEDED ", 6248, 25000},
		{"an execution with one item too many", "FAILED States.Runtime", 6249, 25000},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := interpret(t, compile(t, machine(each)), "r1", 1, nil, "["+items(test.items)+"]")
			if status := fmt.Sprintf("%s %s", got.Status, got.Error); status != test.want || got.Events != test.events {
				t.Errorf("%s with %d events, want %s with %d", status, got.Events, test.want, test.events)
			}
		})
	}
}

func TestAnExecutionThatRunsOutOfEventsInAMapEndsAtOnce(t *testing.T) {
	t.Parallel()
	definition := machine(`"A":{"Type":"Map","ItemProcessor":{"StartAt":"P","States":{
		"P":{"Type":"Wait","Seconds":1,"Next":"Q"},"Q":{"Type":"Pass","Next":"P"}}},"Catch":[{"ErrorEquals":["States.ALL"],"Next":"B"}],"End":true},"B":{"Type":"Succeed"}`)
	w := newWorld(t, 1, definition, nil)
	x := w.start("r1", `[1,2,3]`)
	w.run()
	r := x.Result()
	if r.Status != engine.Failed || r.Error != "States.Runtime" || r.Cause != "The execution reached the maximum number of history events (25000)." || r.Events != asl.MaxEvents {
		t.Errorf("%s %s: %s, %d events", r.Status, r.Error, r.Cause, r.Events)
	}
}

func TestExecutionsCanBeWaitedForAndRunSideBySide(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1, machine(`"A":{"Type":"Wait","SecondsPath":"$.s","End":true}`), nil)
	var got []string
	for _, seconds := range []int{3, 1, 2} {
		x := w.start("same-name", fmt.Sprintf(`{"s":%d}`, seconds))
		w.Spawn("waiting", func() { got = append(got, string(x.Wait().Output)) })
	}
	w.run()
	if diff := cmp.Diff([]string{`{"s":1}`, `{"s":2}`, `{"s":3}`}, got); diff != "" {
		t.Errorf("ends (-want +got):\n%s", diff)
	}
}

func TestNoExecutionLeavesAGoroutine(t *testing.T) {
	before := runtime.NumGoroutine()
	for seed := range uint64(20) {
		w := newWorld(t, seed, machine(mapOfTasks), script{"T": {{result: "1", takes: time.Hour}}})
		w.start("r1", `[1,2,3]`)
		w.After(time.Minute, w.Stop)
		w.run()
	}
	if after := runtime.NumGoroutine(); after > before {
		t.Errorf("%d goroutines, %d before", after, before)
	}
}
