package engine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/runtime/engine"
)

// TestWhatIsBeyond256KiBIsTooLargeAndOnlyCaughtByName doubles an input that is a little over a half of what a state takes.
func TestWhatIsBeyond256KiBIsTooLargeAndOnlyCaughtByName(t *testing.T) {
	t.Parallel()
	const caught = `"Catch":[{"ErrorEquals":["States.ALL"],"Next":"B"}],`
	const retried = `"Retry":[{"ErrorEquals":["States.ALL"]}],`
	double := `"Parameters":{"one.$":"$","two.$":"$"},`
	inner := func(state string) string {
		return `"Map":{"Type":"Map","ItemProcessor":{"StartAt":"A","States":{` + state + `}},` + caught + retried + `"End":true}`
	}
	for name, row := range map[string]struct{ states, input, want string }{
		"the output of a Pass": {`"A":{"Type":"Pass",` + double + `"Next":"B"}`, `%s`, "FAILED States.DataLimitExceeded [A]"},
		"the input of a Task":  {`"A":{` + invoke + `,` + double + caught + retried + `"Next":"B"}`, `%s`, "FAILED States.DataLimitExceeded [A]"},
		"the input of a Task, caught by name": {
			`"A":{` + invoke + `,` + double + retried + `"Catch":[{"ErrorEquals":["States.DataLimitExceeded"],"Next":"B"},{"ErrorEquals":["States.ALL"],"Next":"A"}],"Next":"A"}`,
			`%s`, "SUCCEEDED  [A B]",
		},
		"a result that is laid beside the input": {
			`"A":{` + invoke + `,"ResultPath":"$.result",` + caught + `"Next":"B"}`, `{"x":%s}`, "FAILED States.DataLimitExceeded [A]",
		},
		"the results of a Map, though little of them is selected": {
			`"A":{"Type":"Map","ItemsPath":"$.items","ItemSelector":{"x.$":"$.x"},"ItemProcessor":{"StartAt":"In","States":{"In":{"Type":"Pass","End":true}}},
				"ResultSelector":{"n.$":"States.ArrayLength($)"},` + caught + `"Next":"B"}`,
			`{"items":[1,2],"x":%s}`, "FAILED States.DataLimitExceeded [A In In]",
		},
		"the input of an iteration": {
			`"A":{"Type":"Map","ItemsPath":"$.items","ItemSelector":{"one.$":"$.x","two.$":"$.x"},
				"ItemProcessor":{"StartAt":"In","States":{"In":{"Type":"Pass","End":true}}},` + caught + `"Next":"B"}`,
			`{"items":[1],"x":%s}`, "FAILED States.DataLimitExceeded [A]",
		},
		"the output of a state in an iteration": {inner(`"A":{"Type":"Pass",` + double + `"End":true}`), `[%s]`, "FAILED States.DataLimitExceeded [Map A]"},
		"a half of it twice is fine":            {`"A":{"Type":"Pass","Parameters":{"one.$":"$"},"Next":"B"}`, `%s`, "SUCCEEDED  [A B]"},
		"a Map that fails with something else, after results that are too large together, is caught": {
			`"A":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":1,"ItemSelector":{"x.$":"$.x","i.$":"$$.Map.Item.Value"},
				"ItemProcessor":{"StartAt":"In","States":{"In":{"Type":"Choice","Choices":[{"Variable":"$.i","NumericEquals":3,"Next":"Bad"}],"Default":"Good"},
				"Good":{"Type":"Succeed"},"Bad":{"Type":"Fail","Error":"E","Cause":"c"}}},"Catch":[{"ErrorEquals":["E"],"Next":"B"}],"Next":"B"}`,
			`{"items":[1,2,3],"x":%s}`, "SUCCEEDED  [A In Good In Good In Bad B]",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			definition := `{"StartAt":"A","States":{` + row.states + `,"B":{"Type":"Succeed"}}}`
			if strings.HasPrefix(row.states, `"Map"`) {
				definition = `{"StartAt":"Map","States":{` + row.states + `,"B":{"Type":"Succeed"}}}`
			}
			half := fmt.Sprintf("%q", strings.Repeat("é", 66<<10))
			got := run(t, start(t, definition, echo), "", fmt.Sprintf(row.input, half))
			if diff := cmp.Diff(row.want, summary(got)); diff != "" {
				t.Errorf("end (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAnInputBeyond256KiBStartsNothing(t *testing.T) {
	t.Parallel()
	e := start(t, oneTask, echo)
	_, err := e.StartExecution("", json.RawMessage(`"`+strings.Repeat("x", 256<<10)+`"`))
	wantCode(t, "too large", err, engine.CodeValidation)
}

// most is how many events the histories of these tests have room for.
const most = 500

// tally is a history with an event for each of the engine's.
type tally struct{ n int }

func (c *tally) Add(engine.Event) int {
	c.n++
	return c.n
}

func TestAHistoryHasRoomFor25000Events(t *testing.T) {
	t.Parallel()
	if got := start(t, oneTask, echo).MaxEvents(); got != 25_000 {
		t.Errorf("found %d", got)
	}
}

func TestAnExecutionWithTooLongAHistoryFailsFromOutside(t *testing.T) {
	t.Parallel()
	definition := `{"StartAt":"Map","States":{"Map":{"Type":"Map","ItemProcessor":{"StartAt":"Work","States":{
		"Work":{` + invoke + `,"Catch":[{"ErrorEquals":["States.ALL"],"Next":"Work"}],"Next":"Again"},
		"Again":{"Type":"Choice","Choices":[{"Variable":"$","NumericEquals":1,"Next":"Work"}],"Default":"Never"},"Never":{"Type":"Succeed"}}},"Catch":[{"ErrorEquals":["States.ALL"],"Next":"Caught"}],"Next":"Caught"},"Caught":{"Type":"Succeed"}}}`
	e := startWith(t, engine.Config{
		Definition: definition, History: func() engine.History { return &tally{} }, MaxEvents: most,
		Handler: func(context.Context, engine.Task) (json.RawMessage, error) { return json.RawMessage(`1`), nil },
	})
	x, err := e.StartExecution("r1", json.RawMessage(`[1,2]`))
	if err != nil {
		t.Fatal(err)
	}
	got, err := x.Wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := "FAILED States.Runtime: The execution reached the maximum number of history events (25000)."
	if diff := cmp.Diff(want, fmt.Sprintf("%s %s: %s", got.Status, got.Error, got.Cause)); diff != "" {
		t.Errorf("end (-want +got):\n%s", diff)
	}
	if len(got.Events) != most || got.Events[most-1].Type != engine.ExecutionFailed {
		t.Errorf("%d events, the last is %s", len(got.Events), got.Events[len(got.Events)-1])
	}
	if slices.Contains(got.Path, "Caught") {
		t.Error("it was caught")
	}
	if err := x.Redrive(); err == nil || !strings.Contains(err.Error(), "Execution history event limit exceeded") {
		t.Errorf("redriven: %v", err)
	}
	if len(x.Events()) != most {
		t.Errorf("%d events after the end", len(x.Events()))
	}
}
