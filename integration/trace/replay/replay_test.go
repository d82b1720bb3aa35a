package replay_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/trace"
	"eks-scaling-automation/integration/trace/replay"
)

// machine has two units in executions of their own, and two waves in an inline Map in each.
const machine = `{"StartAt":"Each","States":{
	"Each":{"Type":"Map","Label":"Unit","ItemsPath":"$.units","ResultPath":"$.ended","ItemProcessor":{
		"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"Waves","States":{
			"Waves":{"Type":"Map","ItemsPath":"$.waves","ResultPath":"$.done","ItemProcessor":{"StartAt":"Work","States":{
				"Work":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke",
					"Parameters":{"FunctionName":"f","Payload":{"me.$":"$$.Execution.Name","v.$":"$"}},"OutputPath":"$.Payload",
					"Retry":[{"ErrorEquals":["Busy"],"MaxAttempts":1}],"Next":"Kept"},
				"Kept":{"Type":"Pass","End":true}}},"End":true}}},"Next":"Enough?"},
	"Enough?":{"Type":"Choice","Choices":[{"Variable":"$.ended[0].done[0]","StringEquals":"1 done","Next":"Good"}],"Default":"Bad"},
	"Good":{"Type":"Succeed"},"Bad":{"Type":"Fail","Error":"TooLittle","Cause":"it was not enough"}}}`

const input = `{"units":[{"waves":[1,2]},{"waves":[3,4]}]}`

// recorded is a run of the machine. The Task of wave 2 is busy at first.
func recorded(t *testing.T) trace.Trace {
	t.Helper()
	x := trace.Trace{Format: trace.Format, StateMachine: "arn:aws:states:sa-east-1:123456789012:stateMachine:m", Definition: machine}
	busy := map[string]bool{"2": true}
	var err error
	x.Executions, err = replay.Interpreter{}.Run(replay.Start{
		Definition: machine, StateMachineARN: x.StateMachine, Name: "r1", Input: json.RawMessage(input), Time: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC),
	}, func(task replay.Task) (json.RawMessage, error) {
		var sent struct{ Payload struct{ V json.RawMessage } }
		if err := json.Unmarshal(task.Input, &sent); err != nil {
			return nil, err
		}
		v := string(sent.Payload.V)
		if busy[v] {
			busy[v] = false
			return nil, &engine.TaskError{Name: "Busy", Cause: "later"}
		}
		return json.RawMessage(fmt.Sprintf(`{"Payload":"%s done"}`, v)), nil
	})
	if err != nil || x.Executions[0].Status != engine.Succeeded || len(x.Executions) != 3 {
		t.Fatalf("recording: %v, %+v", err, x.Executions)
	}
	return x
}

// wrong is the interpreter with a change of the definition that it reads, or of what it does.
type wrong struct {
	reads func(string) string
	does  func([]trace.Execution)
}

func (e wrong) Run(s replay.Start, answer replay.Answer) ([]trace.Execution, error) {
	if e.reads != nil {
		s.Definition = e.reads(s.Definition)
	}
	ran, err := replay.Interpreter{}.Run(s, answer)
	if err == nil && e.does != nil {
		e.does(ran)
	}
	return ran, err
}

func without(field string) func(string) string {
	return func(definition string) string { return strings.Replace(definition, field, "", 1) }
}

func TestAnEngineThatDoesTheSameIsAccepted(t *testing.T) {
	t.Parallel()
	for name, e := range map[string]replay.Engine{
		"the same": replay.Interpreter{},
		"executions of items in another order": wrong{does: func(ran []trace.Execution) {
			slices.Reverse(ran[1:])
		}},
		"iterations take turns in another way": wrong{does: func(ran []trace.Execution) {
			for _, x := range ran[1:] {
				slices.SortStableFunc(x.Path[1:], func(a, b trace.Visit) int { return b.Iteration[0] - a.Iteration[0] })
			}
		}},
		"iterations one after the other": wrong{reads: func(definition string) string {
			return strings.ReplaceAll(definition, `"Type":"Map",`, `"Type":"Map","MaxConcurrency":1,`)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := replay.Run(recorded(t), e); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAWrongEngineIsFound(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		engine wrong
		want   string
	}{
		"it loses a ResultPath": {
			wrong{reads: without(`"ResultPath":"$.done",`)},
			`Waves, state 1 of the path: the output is ["1 done","2 done"]; the trace has {"done":["1 done","2 done"],"waves":[1,2]}`,
		},
		"it loses a ResultPath that no path depends on": {
			wrong{reads: without(`,"ResultPath":"$.ended"`)},
			`r1: Each, state 1 of the path: the output is [`,
		},
		"it swaps the outputs of two items": {
			wrong{does: func(ran []trace.Execution) { ran[1].Output, ran[2].Output = ran[2].Output, ran[1].Output }},
			`: the output is {"done":["3 done","4 done"],"waves":[3,4]}; the trace has {"done":["1 done","2 done"],"waves":[1,2]}`,
		},
		"it swaps the outputs of two iterations": {
			wrong{does: func(ran []trace.Execution) {
				first, last := &ran[2].Path[len(ran[2].Path)-2], &ran[2].Path[len(ran[2].Path)-1]
				first.Output, last.Output = last.Output, first.Output
			}},
			`[0]: Kept, state 2 of the path: the output is "4 done"; the trace has "3 done"`,
		},
		"it enters a state with another input": {
			wrong{does: func(ran []trace.Execution) { ran[0].Path[1].Input = json.RawMessage(`{}`) }},
			`r1: Enough?, state 2 of the path: the input is {}; the trace has {"ended":`,
		},
		"it takes items for one another": {
			wrong{does: func(ran []trace.Execution) { ran[1].Of, ran[2].Of = ran[2].Of, ran[1].Of }},
			`: the input is {"waves":[3,4]}; the trace has {"waves":[1,2]}`,
		},
		"it does not retry": {
			wrong{reads: without(`"Retry":[{"ErrorEquals":["Busy"],"MaxAttempts":1}],`)},
			"Task Work, attempt 2, was not asked for",
		},
		"it runs an item twice": {
			wrong{does: func(ran []trace.Execution) { ran[2].Of = ran[1].Of }},
			"r1: item 0 of Each has one execution too many",
		},
		"it goes elsewhere": {
			wrong{reads: func(definition string) string {
				return strings.Replace(definition, `"StringEquals":"1 done"`, `"StringEquals":"2 done"`, 1)
			}},
			"r1: state 3 of the path is Bad; the trace has Good",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := replay.Run(recorded(t), test.engine); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v; want one that says %q", err, test.want)
			}
		})
	}
}

func TestDifferencesFromATraceAreFound(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*trace.Trace)
		want   string
	}{
		"a Task is missing":         {func(x *trace.Trace) { x.Executions[1].Tasks = x.Executions[1].Tasks[:2] }, "no Task of Work is left in the trace with the input"},
		"a Task has another input":  {func(x *trace.Trace) { x.Executions[1].Tasks[0].Input = []byte(`{}`) }, "Task Work, attempt 1, was not asked for"},
		"a Task has another result": {func(x *trace.Trace) { x.Executions[1].Tasks[0].Result = []byte(`{"Payload":"no"}`) }, "r1: ended FAILED; the trace has SUCCEEDED"},
		"a state is missing":        {func(x *trace.Trace) { x.Executions[0].Path = x.Executions[0].Path[:2] }, "r1: the path is [Each Enough? Good]; the trace has [Each Enough?]"},
		"another output":            {func(x *trace.Trace) { x.Executions[1].Output = nil }, `the output is {"done":["1 done","2 done"],"waves":[1,2]}; the trace has missing`},
		"an execution is missing":   {func(x *trace.Trace) { x.Executions = x.Executions[:2] }, "item 1 of Each has no execution in the trace"},
		"an execution that none ran": {func(x *trace.Trace) {
			x.Executions = append(x.Executions, trace.Execution{Name: "more", Of: &trace.Item{State: "Each", Index: 2}})
		}, "more: was not run"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := recorded(t)
			test.change(&changed)
			if err := replay.Run(changed, replay.Interpreter{}); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v; want one that says %q", err, test.want)
			}
		})
	}
}

func TestARunThatWasStoppedIsLeftOutAndOthersAreNot(t *testing.T) {
	t.Parallel()
	x := recorded(t)
	stopped, other := x.Executions[0], x.Executions[0]
	stopped.Name, stopped.Status, stopped.Path = "stopped", engine.Aborted, nil
	other.Name, other.Output = "other", json.RawMessage(`7`)
	x.Executions = append(x.Executions, stopped, other, x.Executions[1], x.Executions[2])
	err := replay.Run(x, replay.Interpreter{})
	if err == nil || !strings.HasPrefix(err.Error(), "other: the output is {") || strings.Contains(err.Error(), "stopped") {
		t.Errorf("error %v; want one about the output of other alone", err)
	}
}
