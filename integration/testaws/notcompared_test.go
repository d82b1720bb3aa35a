package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/trace"
)

func TestWhatIsNotComparedIsCountedAndSaid(t *testing.T) {
	t.Parallel()
	const retried, caught = `{"status":"RETRIABLE","error":"Busy","cause":"soon"`,
		`{"status":"CAUGHT_ERROR","nextState":"Note","error":"Busy","cause":"later","output":"{\"Error\":\"Busy\",\"Cause\":\"later\"}"`
	tests := []struct {
		name    string
		change  func(*trace.Execution)
		replies []reply // of Work
		want    []string
	}{
		{
			"an answer without inspection data, and one without what the service is sent",
			nil,
			[]reply{{body: retried + `}`}, {body: caught + `,"inspectionData":{"input":"7"}}`}},
			[]string{
				"not compared: busy: execution r1: Work (attempt 1): what the service is sent: the answer has no afterParameters",
				"not compared: busy: execution r1: Work (attempt 2): what the service is sent: the answer has no afterParameters",
				"3 compared: 3 as in the traces, 0 different. 3 not compared.",
			},
		},
		{
			"an answer without a status",
			nil,
			[]reply{{body: `{}`}, {body: `{}`}},
			[]string{"not compared: busy: execution r1: Work (attempt 1): the answer has no status", "3 compared: 3 as in the traces, 0 different. 3 not compared."},
		},
		{
			"a Task without an attempt",
			func(x *trace.Execution) { x.Tasks = nil },
			nil,
			[]string{"not compared: Work: its service was not called (1)", "3 compared: 3 as in the traces, 0 different. 2 not compared."},
		},
		{
			"an attempt without an answer",
			func(x *trace.Execution) {
				x.Tasks[1].Error, x.Tasks[1].Cause = "", ""
			},
			[]reply{{body: retried + `,"inspectionData":{"afterParameters":"{\"FunctionName\":\"f\",\"Payload\":7}"}}`}},
			[]string{"not compared: Work: the execution ended before its service answered (1)", "4 compared: 4 as in the traces, 0 different. 2 not compared."},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			x := recorded()
			if test.change != nil {
				test.change(&x.Executions[0])
			}
			code, printed, err := comparison(t, asRecorded("Work", test.replies...), x)
			if code != same || err != nil {
				t.Errorf("code %d, error %v; want %d", code, err, same)
			}
			for _, line := range test.want {
				if !strings.Contains(printed, line+"\n") {
					t.Errorf("printed:\n%s\nwant the line %q", printed, line)
				}
			}
		})
	}
}

// waiting is a run of a distributed Map with a selector, whose only item waits.
func waiting(seconds string) trace.Trace {
	const text = `{"StartAt":"Each","States":{"Each":{"Type":"Map","Label":"L","ItemSelector":{"s.$":"$$.Map.Item.Value"},"ItemProcessor":{
		"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"Wait","States":{
			"Wait":{"Type":"Wait","SecondsPath":"$.s","End":true}}},"End":true}}}`
	item := []byte(`{"s":` + seconds + `}`)
	return trace.Trace{
		Format: trace.Format, Name: "waiting", StateMachine: "arn:aws:states:sa-east-1:123456789012:stateMachine:m", Definition: text,
		Executions: []trace.Execution{
			{
				Name: "r1", Input: []byte(`[` + seconds + `]`), StartTime: "2026-11-24T12:00:00.000Z",
				Path: []trace.Visit{{State: "Each", Type: "Map", Input: []byte(`[` + seconds + `]`), Result: []byte(`[1]`), Output: []byte(`[1]`)}},
			},
			{
				Name: "child", Of: &trace.Item{Execution: "r1", State: "Each"}, Input: item, StartTime: "2026-11-24T12:00:00.000Z",
				Path: []trace.Visit{{State: "Wait", Type: "Wait", Input: item, Output: item}},
			},
		},
	}
}

func TestTheInputsOfItemsAreCompared(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		items, want string
		code        int
	}{
		"the same":    {`"afterItemSelector":"[{\"s\":3}]"`, "2 compared: 2 as in the traces, 0 different. 0 not compared.", same},
		"other ones":  {`"afterItemSelector":"[{\"s\":4}]"`, `waiting: execution r1: Each: the input of the items is [{"s":4}]; the trace has [{"s":3}]`, differs},
		"none at all": {`"maxConcurrency":0`, "not compared: waiting: execution r1: Each: the input of the items: the answer has no afterItemSelector", same},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &stepFunctions{replies: map[string][]reply{
				"Each": {{body: `{"status":"SUCCEEDED","output":"[1]","inspectionData":{` + row.items + `}}`}},
				"Wait": {{body: `{"status":"SUCCEEDED","output":"{\"s\":3}"}`}},
			}}
			code, printed, err := comparison(t, s, waiting("3"))
			if code != row.code || err != nil || !strings.Contains(printed, row.want+"\n") {
				t.Errorf("code %d, error %v; want %d, and the line %q in\n%s", code, err, row.code, row.want, printed)
			}
		})
	}
}

func TestNothingComparedIsNoSuccess(t *testing.T) {
	t.Parallel()
	x := waiting("300") // as long as TestState runs
	x.Executions[0].Path[0].Result = nil
	code, printed, err := comparison(t, &stepFunctions{}, x)
	want := "not compared: Each: the trace does not have the result of every item (1)\n" +
		"not compared: Wait: it waits for longer than TestState runs (1)\n0 compared: 0 as in the traces, 0 different. 2 not compared.\n"
	if code != unknown || err != nil || !strings.HasSuffix(printed, want) {
		t.Errorf("code %d, error %v; want %d, and at the end of\n%s\nthe lines\n%s", code, err, unknown, printed, want)
	}
}

// TestTheInputsOfIterationsAreFoundInThePath although the iterations take turns, and the Map is in an iteration of another one.
func TestTheInputsOfIterationsAreFoundInThePath(t *testing.T) {
	t.Parallel()
	visit := func(input string, iteration ...int) trace.Visit {
		return trace.Visit{Iteration: iteration, Input: []byte(input)}
	}
	path := []trace.Visit{
		visit(`"outer"`), visit(`"the Map"`, 0), visit(`"first"`, 0, 0), visit(`"of another"`, 1, 0), visit(`"second"`, 0, 1), visit(`"later"`, 0, 0),
		visit(`"deeper"`, 0, 1, 0), visit(`"after the Map"`, 0), visit(`"its own items"`, 0, 0),
	}
	var got []string
	for _, input := range iterationsOf(path, 1) {
		got = append(got, string(input))
	}
	if diff := cmp.Diff([]string{`"first"`, `"second"`}, got); diff != "" {
		t.Errorf("inputs (-want +got):\n%s", diff)
	}
}
