package main

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/runtime/engine"
)

// Runs with an input that says so fail or wait; the others succeed.
const definition = `{"StartAt": "Which", "States": {
	"Which": {"Type": "Choice", "Default": "Done", "Choices": [
		{"Variable": "$.fails", "IsPresent": true, "Next": "Failed"}, {"Variable": "$.waits", "IsPresent": true, "Next": "Wait"}]},
	"Failed": {"Type": "Fail", "Error": "Any", "Cause": "no capacity"},
	"Wait": {"Type": "Wait", "Seconds": 3600, "Next": "Done"},
	"Done": {"Type": "Pass", "Result": {"message": "1 scaled"}, "End": true}}}`

func startEngine(t *testing.T) *engine.Engine {
	t.Helper()
	e, err := engine.Start(t.Context(), engine.Config{
		Definition: definition, StateMachineARN: "arn:aws:states:sa-east-1:123456789012:stateMachine:m", WaitMillis: -1,
		Handler: func(context.Context, engine.Task) (json.RawMessage, error) {
			return nil, errors.New("there is no task")
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

func startRun(t *testing.T, e *engine.Engine, name, input string) *engine.Execution {
	t.Helper()
	x, err := e.StartExecution(name, json.RawMessage(input))
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func end(t *testing.T, x *engine.Execution) {
	t.Helper()
	if _, err := x.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// tell is what is said of the runs that have ended since the last time.
func tell(r *runs, e *engine.Engine) []string {
	var said []string
	for _, x := range r.ended(e.Executions()) {
		said = append(said, r.sentence(x))
	}
	return said
}

func TestEveryEndOfARunIsReportedOnce(t *testing.T) {
	t.Parallel()
	e, r := startEngine(t), newRuns()
	wants := func(when string, want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, tell(r, e)); diff != "" {
			t.Errorf("%s (-want +told):\n%s", when, diff)
		}
	}
	waits := startRun(t, e, "by-ana", `{"actor": "ana", "reason": "load test", "waits": true}`)
	wants("while it runs")
	if err := waits.StopWith("", "called off"); err != nil {
		t.Fatal(err)
	}
	end(t, waits)
	wants("stopped", "ana (load test): run by-ana aborted: called off")
	wants("told already")
	if err := waits.Redrive(); err != nil {
		t.Fatal(err)
	}
	wants("redriven, while it runs")
	if err := waits.Stop(); err != nil {
		t.Fatal(err)
	}
	end(t, waits)
	wants("stopped again", "ana (load test): run by-ana, redriven, aborted")
	wants("told already")
}

func TestTheStarterAndTheResultOfARunAreReported(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ input, schedule, want string }{
		"a person": {`{"actor": "ana", "reason": "load test"}`, "", "ana (load test): run r succeeded: 1 scaled"},
		"a schedule": {
			`{"actor": "eventbridge-scheduler", "reason": "transition"}`, "weekly-0630", "trigger weekly-0630: run r succeeded: 1 scaled",
		},
		"it fails":                         {`{"actor": "ana", "fails": true}`, "", "ana: run r failed: no capacity"},
		"it does not say who":              {`{}`, "", "somebody: run r succeeded: 1 scaled"},
		"its input is of another form":     {`{"actor": 7}`, "", "somebody: run r succeeded: 1 scaled"},
		"its input has fields of its own ": {`{"reason": "why not", "x": 1}`, "", "somebody (why not): run r succeeded: 1 scaled"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, r := startEngine(t), newRuns()
			x := startRun(t, e, "r", row.input)
			if row.schedule != "" {
				r.fired(x, row.schedule)
			}
			end(t, x)
			if diff := cmp.Diff([]string{row.want}, tell(r, e)); diff != "" {
				t.Errorf("(-want +told):\n%s", diff)
			}
		})
	}
}
