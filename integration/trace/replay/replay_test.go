package replay_test

import (
	"strings"
	"testing"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/trace"
	"eks-scaling-automation/integration/trace/replay"
)

const machine = `{"StartAt":"Each","States":{
	"Each":{"Type":"Map","Label":"Unit","ItemProcessor":{
		"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"Work","States":{
			"Work":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke",
				"Parameters":{"FunctionName":"f","Payload":{"me.$":"$$.Execution.Name","v.$":"$"}},"OutputPath":"$.Payload",
				"Retry":[{"ErrorEquals":["Busy"],"MaxAttempts":1}],"End":true}}},"Next":"Enough?"},
	"Enough?":{"Type":"Choice","Choices":[{"Variable":"$[0]","StringEquals":"yes","Next":"Good"}],"Default":"Bad"},
	"Good":{"Type":"Succeed"},"Bad":{"Type":"Fail","Error":"TooLittle","Cause":"it was not enough"}}}`

// recorded is a run with an execution of an item, whose Task succeeds at the second attempt.
func recorded() trace.Trace {
	work := []byte(`{"FunctionName":"f","Payload":{"v":7,"me":"child"}}`)
	visits := func(states ...string) (path []trace.Visit) {
		for _, state := range states {
			path = append(path, trace.Visit{State: state})
		}
		return path
	}
	return trace.Trace{
		Format: trace.Format, StateMachine: "arn:aws:states:sa-east-1:123456789012:stateMachine:m", Definition: machine,
		Executions: []trace.Execution{
			{
				Name: "r1", StartTime: "2026-11-24T12:00:00.000Z", Input: []byte(`[7]`), Path: visits("Each", "Enough?", "Good"),
				Status: engine.Succeeded, Output: []byte(`["yes"]`),
			},
			{
				Name: "child", Of: &trace.Item{Execution: "r1", State: "Each"}, Input: []byte(`7`), Path: visits("Work"),
				Tasks: []trace.Task{
					{State: "Work", Attempt: 1, Input: work, Error: "Busy"},
					{State: "Work", Attempt: 2, Input: work, Result: []byte(`{"Payload":"yes"}`)},
				},
				Status: engine.Succeeded, Output: []byte(`"yes"`),
			},
		},
	}
}

func TestATraceIsReplayed(t *testing.T) {
	t.Parallel()
	if err := replay.Run(recorded()); err != nil {
		t.Error(err)
	}
}

func TestWhatATraceDoesNotTellIsFound(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*trace.Trace)
		want   string
	}{
		{"a Task is missing", func(x *trace.Trace) { x.Executions[1].Tasks = x.Executions[1].Tasks[:1] }, "child: no Task of Work is left in the trace with the input"},
		{"a Task has another input", func(x *trace.Trace) { x.Executions[1].Tasks[0].Input = []byte(`{}`) }, "child: Task Work, attempt 1, was not asked for"},
		{"a Task has another result", func(x *trace.Trace) { x.Executions[1].Tasks[1].Result = []byte(`{"Payload":"no"}`) }, "r1: ended FAILED TooLittle; the trace has SUCCEEDED"},
		{"a state is missing", func(x *trace.Trace) { x.Executions[0].Path = x.Executions[0].Path[:2] }, "r1: the path is map[[]:[Each Enough? Good]]; the trace has map[[]:[Each Enough?]]"},
		{"another output", func(x *trace.Trace) { x.Executions[1].Output = nil }, `child: the output is "yes"; the trace has `},
		{"an execution is missing", func(x *trace.Trace) { x.Executions = x.Executions[:1] }, "2 executions; the trace has 1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			changed := recorded()
			test.change(&changed)
			if err := replay.Run(changed); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v; want one that says %q", err, test.want)
			}
		})
	}
}
