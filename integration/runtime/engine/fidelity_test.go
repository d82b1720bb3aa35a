package engine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/runtime/engine"
)

// echo returns a Task's input as its result.
func echo(_ context.Context, task engine.Task) (json.RawMessage, error) { return task.Input, nil }

// summary is how an execution ended and the way it took.
func summary(r engine.Result) string {
	return fmt.Sprintf("%s %s %v", r.Status, r.Error, r.Path)
}

// What the definition may rely on: these behave on AWS as they do here.
func TestTheEngineBehavesAsAWSDoes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, states, input, want string
	}{
		{
			"a Pass keeps a Result of false",
			`"A":{"Type":"Pass","Result":false,"ResultPath":"$.x","End":true}`,
			`{}`, `{"x":false}`,
		},
		{
			"a Pass keeps a Result of 0",
			`"A":{"Type":"Pass","Result":0,"ResultPath":"$.x","End":true}`,
			`{}`, `{"x":0}`,
		},
		{
			"the loop over waves by an index",
			`"A":{"Type":"Pass","Parameters":{"i.$":"States.MathAdd($.i, 1)","wave.$":"States.ArrayGetItem($.waves, $.i)"},"End":true}`,
			`{"i":1,"waves":[["a"],["b","c"]]}`, `{"i":2,"wave":["b","c"]}`,
		},
		{
			"did any fail",
			`"A":{"Type":"Pass","Parameters":{"any.$":"States.ArrayContains($.wave[*].outcome, 'failed')"},"End":true}`,
			`{"wave":[{"outcome":"active"},{"outcome":"failed"}]}`, `{"any":true}`,
		},
		{
			"did the only one fail",
			`"A":{"Type":"Pass","Parameters":{"any.$":"States.ArrayContains($.wave[*].outcome, 'failed')"},"End":true}`,
			`{"wave":[{"outcome":"active"}]}`, `{"any":false}`,
		},
		{
			"did any fail in an empty wave",
			`"A":{"Type":"Pass","Parameters":{"any.$":"States.ArrayContains($.wave[*].outcome, 'failed')","all.$":"$.wave[*].outcome"},"End":true}`,
			`{"wave":[]}`, `{"any":false,"all":[]}`,
		},
		{
			"all of a list that is not there is States.Runtime",
			`"A":{"Type":"Pass","Parameters":{"all.$":"$.wave[*].outcome"},"End":true}`,
			`{}`, `States.Runtime: Path expression '$.wave[*].outcome' does not point to a value`,
		},
		{
			"an input of 0 is an input",
			`"A":{"Type":"Pass","Parameters":{"x.$":"$"},"End":true}`,
			`0`, `{"x":0}`,
		},
		{
			"$ as the ResultPath replaces the input",
			`"A":{"Type":"Pass","Result":{"x":1},"ResultPath":"$","End":true}`,
			`{"y":2}`, `{"x":1}`,
		},
		{
			"a Map over nothing",
			`"A":{"Type":"Map","ItemsPath":"$.items","ItemProcessor":{"StartAt":"B","States":{"B":{"Type":"Pass","End":true}}},"ResultPath":"$.done","End":true}`,
			`{"items":[]}`, `{"items":[],"done":[]}`,
		},
		{
			"null as the ResultPath keeps the input",
			`"A":{"Type":"Task","Resource":"arn:aws:states:::sns:publish","Parameters":{"x":1},"ResultPath":null,"End":true}`,
			`{"kept":true}`, `{"kept":true}`,
		},
		{
			"a Choice between two numbers in the input",
			`"A":{"Type":"Choice","Choices":[{"Variable":"$.i","NumericLessThanPath":"$.n","Next":"B"}]},"B":{"Type":"Succeed"}`,
			`{"i":1,"n":2}`, `{"i":1,"n":2}`,
		},
		{
			"a Choice that finds nothing without a Default",
			`"A":{"Type":"Choice","Choices":[{"Variable":"$.i","NumericEquals":7,"Next":"B"}]},"B":{"Type":"Succeed"}`,
			`{"i":1}`, `States.NoChoiceMatched: States.NoChoiceMatched`,
		},
		{
			"a path that selects nothing is States.Runtime, which States.ALL does not catch",
			`"A":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"x.$":"$.absent"},
				"Catch":[{"ErrorEquals":["States.ALL"],"Next":"B"}],"End":true},"B":{"Type":"Succeed"}`,
			`{}`, `States.Runtime: Path expression '$.absent' does not point to a value`,
		},
		{
			"a Fail with an Error and a Cause",
			`"A":{"Type":"Fail","Error":"E","Cause":"because"}`,
			`{}`, `E: because`,
		},
		{
			"a Fail with ErrorPath and CausePath",
			`"A":{"Type":"Fail","ErrorPath":"$.error","CausePath":"$.cause"}`,
			`{"error":"E","cause":"because"}`, `E: because`,
		},
		{
			"a Fail whose CausePath is computed",
			`"A":{"Type":"Fail","Error":"E","CausePath":"States.Format('{} of {}', $.n, $.m)"}`,
			`{"n":1,"m":2}`, `E: 1 of 2`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			definition := `{"StartAt":"A","States":{` + test.states + `}}`
			got := run(t, start(t, definition, echo), "", test.input)
			answer := string(got.Output)
			if got.Status != engine.Succeeded {
				answer = got.Error + ": " + got.Cause
			}
			if diff := cmp.Diff(test.want, answer); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAResultBeyond256KiBIsTooLargeAndCannotBeCaught(t *testing.T) {
	definition := `{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke",
		"Catch":[{"ErrorEquals":["States.ALL"],"Next":"B"}],"End":true},"B":{"Type":"Succeed"}}}`
	large := json.RawMessage(`"` + strings.Repeat("x", 256<<10) + `"`)
	got := run(t, start(t, definition, func(context.Context, engine.Task) (json.RawMessage, error) { return large, nil }), "", "")
	if diff := cmp.Diff("FAILED States.DataLimitExceeded [A]", summary(got)); diff != "" {
		t.Errorf("end (-want +got):\n%s", diff)
	}
}

func TestAFailedMapStartsNoFurtherIteration(t *testing.T) {
	definition := `{"StartAt":"A","States":{"A":{"Type":"Map","MaxConcurrency":1,
		"ItemProcessor":{"StartAt":"Work","States":{"Work":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","End":true}}},
		"Catch":[{"ErrorEquals":["Bad"],"Next":"B"}],"End":true},
		"B":{"Type":"Wait","Seconds":1,"End":true}}}`
	var calls atomic.Int32
	got := run(t, start(t, definition, func(context.Context, engine.Task) (json.RawMessage, error) {
		calls.Add(1)
		return nil, &engine.TaskError{Name: "Bad"}
	}), "", "[1,2,3]")
	if diff := cmp.Diff("SUCCEEDED  [A Work B]", summary(got)); diff != "" {
		t.Errorf("end (-want +got):\n%s", diff)
	}
	if calls.Load() != 1 {
		t.Errorf("%d iterations worked, want 1", calls.Load())
	}
}

func TestABranchIsPartOfTheIteration(t *testing.T) {
	definition := `{"StartAt":"Both","States":{"Both":{"Type":"Parallel","Branches":[
		{"StartAt":"Left","States":{"Left":{"Type":"Pass","End":true}}},
		{"StartAt":"Each","States":{"Each":{"Type":"Map","ItemProcessor":{"StartAt":"Right","States":{"Right":{"Type":"Pass","End":true}}},"End":true}}}
		],"End":true}}}`
	got := run(t, start(t, definition, echo), "", `["x","y"]`)
	for state, want := range map[string][][]int{"Both": {{}}, "Left": {{0}}, "Right": {{1, 0}, {1, 1}}} {
		entered := got.Entered(state)
		slices.SortFunc(entered, slices.Compare)
		if diff := cmp.Diff(want, entered); diff != "" {
			t.Errorf("%s (-want +got):\n%s", state, diff)
		}
	}
}

func TestARetriedMapCountsItsIterationsAgain(t *testing.T) {
	definition := `{"StartAt":"A","States":{"A":{"Type":"Map",
		"ItemProcessor":{"StartAt":"Work","States":{"Work":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","End":true}}},
		"Retry":[{"ErrorEquals":["Bad"]}],"End":true}}}`
	var calls atomic.Int32
	got := run(t, start(t, definition, func(_ context.Context, task engine.Task) (json.RawMessage, error) {
		if calls.Add(1) == 1 {
			return nil, &engine.TaskError{Name: "Bad"}
		}
		return task.Input, nil
	}), "", `["only"]`)
	if diff := cmp.Diff([][]int{{0}, {0}}, got.Entered("Work")); diff != "" {
		t.Errorf("iterations of Work (-want +got):\n%s", diff)
	}
}

func BenchmarkExecutionWithOneTask(b *testing.B) {
	e, err := engine.Start(b.Context(), engine.Config{Definition: oneTask, StateMachineARN: machineARN, Handler: echo})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = e.Close() }()
	for b.Loop() {
		x, err := e.StartExecution("", nil)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := x.Wait(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		e, err := engine.Start(b.Context(), engine.Config{Definition: oneTask, StateMachineARN: machineARN, Handler: echo})
		if err != nil {
			b.Fatal(err)
		}
		if err := e.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
