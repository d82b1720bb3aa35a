package states_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/runtime/engine"
)

// The chains are those that AWS itself has written of executions like these.
func TestTheHistoryIsTheOneThatAWSWrites(t *testing.T) {
	t.Parallel()
	const each = `"Each":{"Type":"Map","MaxConcurrency":1,"ItemProcessor":{"StartAt":"Item","States":{"Item":`
	tests := map[string]struct {
		states, input string
		handler       *answers
		redrive       bool
		want          []string
	}{
		"a_sequence": {
			`"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Choice","Choices":[{"Variable":"$.x","IsPresent":true,"Next":"C"}]},
				"C":{"Type":"Wait","Seconds":1,"Next":"D"},"D":{"Type":"Succeed"}`,
			`{"x":1}`, &answers{}, false,
			[]string{
				"1<-0 ExecutionStarted", "2<-0 PassStateEntered A", "3<-2 PassStateExited A", "4<-3 ChoiceStateEntered B", "5<-4 ChoiceStateExited B",
				"6<-5 WaitStateEntered C", "7<-6 WaitStateExited C", "8<-7 SucceedStateEntered D", "9<-8 SucceedStateExited D", "10<-9 ExecutionSucceeded",
			},
		},
		"a_Task_that_is_retried_then_caught": {
			`"A":{` + work + `,"Retry":[{"ErrorEquals":["Bad"],"MaxAttempts":1,"IntervalSeconds":1}],"Catch":[{"ErrorEquals":["States.ALL"],"Next":"B"}],"End":true},
				"B":{"Type":"Pass","End":true}`,
			`{}`, failing("A", bad, bad), false,
			[]string{
				"1<-0 ExecutionStarted", "2<-0 TaskStateEntered A", "3<-2 TaskScheduled", "4<-3 TaskStarted", "5<-4 TaskFailed Bad",
				"6<-5 TaskScheduled", "7<-6 TaskStarted", "8<-7 TaskFailed Bad", "9<-8 TaskStateExited A",
				"10<-9 PassStateEntered B", "11<-10 PassStateExited B", "12<-11 ExecutionSucceeded",
			},
		},
		"a_Task_that_fails_the_execution": {
			`"A":{` + work + `,"End":true}`, `{}`, failing("A", bad), false,
			[]string{
				"1<-0 ExecutionStarted", "2<-0 TaskStateEntered A", "3<-2 TaskScheduled", "4<-3 TaskStarted", "5<-4 TaskFailed Bad", "6<-5 ExecutionFailed Bad",
			},
		},
		"Maps_in_a_Map": {
			`"A":{"Type":"Map","MaxConcurrency":1,"ItemProcessor":{"StartAt":"Each","States":{` + each + `{"Type":"Pass","End":true}}},"End":true}}},"End":true}`,
			`[[1,2],[3]]`, &answers{}, false,
			[]string{
				"1<-0 ExecutionStarted", "2<-0 MapStateEntered A", "3<-2 MapStateStarted 2",
				"4<-3 MapIterationStarted A 0", "5<-4 MapStateEntered Each", "6<-5 MapStateStarted 2",
				"7<-6 MapIterationStarted Each 0", "8<-7 PassStateEntered Item", "9<-8 PassStateExited Item", "10<-9 MapIterationSucceeded Each 0",
				"11<-9 MapIterationStarted Each 1", "12<-11 PassStateEntered Item", "13<-12 PassStateExited Item", "14<-13 MapIterationSucceeded Each 1",
				"15<-14 MapStateSucceeded", "16<-14 MapStateExited Each", "17<-16 MapIterationSucceeded A 0",
				"18<-16 MapIterationStarted A 1", "19<-18 MapStateEntered Each", "20<-19 MapStateStarted 1",
				"21<-20 MapIterationStarted Each 0", "22<-21 PassStateEntered Item", "23<-22 PassStateExited Item", "24<-23 MapIterationSucceeded Each 0",
				"25<-24 MapStateSucceeded", "26<-24 MapStateExited Each", "27<-26 MapIterationSucceeded A 1",
				"28<-27 MapStateSucceeded", "29<-27 MapStateExited A", "30<-29 ExecutionSucceeded",
			},
		},
		"a_Map_over_nothing": {
			`"A":{"Type":"Pass","Next":"Each"},` + each + `{"Type":"Pass","End":true}}},"End":true}`, `[]`, &answers{}, false,
			[]string{
				"1<-0 ExecutionStarted", "2<-0 PassStateEntered A", "3<-2 PassStateExited A", "4<-3 MapStateEntered Each", "5<-4 MapStateStarted 0",
				"6<-5 MapStateSucceeded", "7<-5 MapStateExited Each", "8<-7 ExecutionSucceeded",
			},
		},
		"a_Map_that_is_caught": {
			`"A":{"Type":"Pass","Next":"Each"},` + each + `{"Type":"Fail","Error":"E"}}},"Catch":[{"ErrorEquals":["States.ALL"],"Next":"B"}],"End":true},
				"B":{"Type":"Pass","End":true}`,
			`[1]`, &answers{}, false,
			[]string{
				"1<-0 ExecutionStarted", "2<-0 PassStateEntered A", "3<-2 PassStateExited A", "4<-3 MapStateEntered Each", "5<-4 MapStateStarted 1",
				"6<-5 MapIterationStarted Each 0", "7<-6 FailStateEntered Item", "8<-7 MapIterationFailed Each 0", "9<-7 MapStateFailed",
				"10<-9 MapStateExited Each", "11<-10 PassStateEntered B", "12<-11 PassStateExited B", "13<-12 ExecutionSucceeded",
			},
		},
		"a_Map_that_is_retried": {
			`"A":{"Type":"Pass","Next":"Each"},` + each + `{"Type":"Fail","Error":"E"}}},
				"Retry":[{"ErrorEquals":["E"],"MaxAttempts":1,"IntervalSeconds":1}],"End":true}`,
			`[1]`, &answers{}, false,
			[]string{
				"1<-0 ExecutionStarted", "2<-0 PassStateEntered A", "3<-2 PassStateExited A", "4<-3 MapStateEntered Each", "5<-4 MapStateStarted 1",
				"6<-5 MapIterationStarted Each 0", "7<-6 FailStateEntered Item", "8<-7 MapIterationFailed Each 0",
				"9<-7 MapStateStarted 1", "10<-9 MapIterationStarted Each 0", "11<-10 FailStateEntered Item", "12<-11 MapIterationFailed Each 0",
				"13<-11 MapStateFailed", "14<-13 ExecutionFailed E",
			},
		},
		"a_redriven_Map": {
			`"A":{"Type":"Pass","Next":"Each"},` + each + `{` + work + `,"End":true}}},"End":true}`,
			`[0,1,2]`, failing("Item", nil, bad), true,
			[]string{
				"1<-0 ExecutionStarted", "2<-0 PassStateEntered A", "3<-2 PassStateExited A", "4<-3 MapStateEntered Each", "5<-4 MapStateStarted 3",
				"6<-5 MapIterationStarted Each 0", "7<-6 TaskStateEntered Item", "8<-7 TaskScheduled", "9<-8 TaskStarted", "10<-9 TaskSucceeded",
				"11<-10 TaskStateExited Item", "12<-11 MapIterationSucceeded Each 0",
				"13<-11 MapIterationStarted Each 1", "14<-13 TaskStateEntered Item", "15<-14 TaskScheduled", "16<-15 TaskStarted", "17<-16 TaskFailed Bad",
				"18<-17 MapIterationFailed Each 1", "19<-17 TaskStateAborted", "20<-17 MapStateFailed", "21<-20 ExecutionFailed Bad",
				"22<-21 ExecutionRedriven 1", "23<-14 TaskScheduled", "24<-23 TaskStarted", "25<-24 TaskSucceeded", "26<-25 TaskStateExited Item",
				"27<-26 MapIterationSucceeded Each 1",
				"28<-26 MapIterationStarted Each 2", "29<-28 TaskStateEntered Item", "30<-29 TaskScheduled", "31<-30 TaskStarted", "32<-31 TaskSucceeded",
				"33<-32 TaskStateExited Item", "34<-33 MapIterationSucceeded Each 2",
				"35<-34 MapStateSucceeded", "36<-34 MapStateExited Each", "37<-36 ExecutionSucceeded",
			},
		},
		"a_redriven_Fail_state": {
			`"A":{"Type":"Fail","Error":"E"}`, `{}`, &answers{}, true,
			[]string{"1<-0 ExecutionStarted", "2<-0 FailStateEntered A", "3<-2 ExecutionFailed E", "4<-3 ExecutionRedriven 1", "5<-4 ExecutionFailed E"},
		},
		"a_Parallel_with_a_branch_that_fails": {
			`"A":{"Type":"Parallel","Branches":[{"StartAt":"Item","States":{"Item":{` + work + `,"End":true}}}],
				"Catch":[{"ErrorEquals":["States.ALL"],"Next":"B"}],"End":true},"B":{"Type":"Succeed"}`,
			`{}`, failing("Item", bad), false,
			[]string{
				"1<-0 ExecutionStarted", "2<-0 ParallelStateEntered A", "3<-2 ParallelStateStarted", "4<-3 TaskStateEntered Item", "5<-4 TaskScheduled",
				"6<-5 TaskStarted", "7<-6 TaskFailed Bad", "8<-7 TaskStateAborted", "9<-7 ParallelStateFailed", "10<-9 ParallelStateExited A",
				"11<-10 SucceedStateEntered B", "12<-11 SucceedStateExited B", "13<-12 ExecutionSucceeded",
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t, `{"StartAt":"A","States":{`+test.states+`}}`, test.handler.handle)
			w.begins("r1", test.input)
			if test.redrive {
				w.ends("r1", types.ExecutionStatusFailed)
				w.redrives("r1")
			}
			if _, err := w.engine.Executions()[0].Wait(t.Context()); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, lines(w.history())); diff != "" {
				t.Errorf("history (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAFailedIterationTakesTheOthersWithIt(t *testing.T) {
	const definition = `{"StartAt":"Each","States":{"Each":{"Type":"Map","ItemProcessor":{"StartAt":"Item","States":{"Item":{` + work + `,"End":true}}},"End":true}}}`
	b := newBlocking()
	w := start(t, definition, func(ctx context.Context, task engine.Task) (json.RawMessage, error) {
		if task.Iteration[0] != 1 {
			return b.handle(ctx, task)
		}
		<-b.called
		<-b.called
		return nil, bad
	})
	w.begins("r1", `["a","b","c"]`)
	w.ends("r1", types.ExecutionStatusFailed)
	events := lines(w.history())
	want := []string{
		"16<-11 TaskFailed Bad", "17<-16 MapIterationFailed Each 1", "18<-16 TaskStateAborted", "19<-16 MapIterationAborted Each 0", "20<-16 TaskStateAborted",
		"21<-16 MapIterationAborted Each 2", "22<-16 TaskStateAborted", "23<-16 MapStateFailed", "24<-23 ExecutionFailed Bad",
	}
	if diff := cmp.Diff(want, events[len(events)-len(want):]); diff != "" {
		t.Errorf("end of the history (-want +got):\n%s", diff)
	}
}

func TestTheDetailsOfEveryEventAreThere(t *testing.T) {
	t.Parallel()
	definition := `{"StartAt":"Work","States":{
		"Work":{` + work + `,"TimeoutSeconds":40,"Parameters":{"FunctionName":"scale","Payload":{"n.$":"$.n"}},"ResultPath":"$.r","Catch":[{"ErrorEquals":["Bad"],"Next":"Publish"}],"End":true},
		"Publish":{"Type":"Task","Resource":"arn:aws:states:::sns:publish","ResultPath":null,"TimeoutSeconds":1,"End":true}}}`
	late := make(chan struct{})
	defer close(late)
	w := start(t, definition, func(_ context.Context, task engine.Task) (json.RawMessage, error) {
		if task.State == "Work" {
			return nil, bad
		}
		<-late
		return task.Input, nil
	})
	w.begins("r1", `{"n": 1}`)
	w.ends("r1", types.ExecutionStatusFailed)
	in := func(text string) (*string, *types.HistoryEventExecutionDataDetails) {
		return &text, &types.HistoryEventExecutionDataDetails{}
	}
	lambda, invoke, sns, publish := aws.String("lambda"), aws.String("invoke"), aws.String("sns"), aws.String("publish")
	executionInput, executionDetails := in(`{"n": 1}`)
	workInput, workDetails := in(`{"n":1}`)
	workOutput, workOutputDetails := in(`{"Error":"Bad","Cause":"worse"}`)
	want := []types.HistoryEvent{
		{Type: "ExecutionStarted", ExecutionStartedEventDetails: &types.ExecutionStartedEventDetails{Input: executionInput, InputDetails: executionDetails, RoleArn: aws.String(roleARN)}},
		{Type: "TaskStateEntered", StateEnteredEventDetails: &types.StateEnteredEventDetails{Name: aws.String("Work"), Input: workInput, InputDetails: workDetails}},
		{Type: "TaskScheduled", TaskScheduledEventDetails: &types.TaskScheduledEventDetails{
			Resource: invoke, ResourceType: lambda, Region: aws.String(region), Parameters: aws.String(`{"FunctionName":"scale","Payload":{"n":1}}`), TimeoutInSeconds: aws.Int64(40),
		}},
		{Type: "TaskStarted", TaskStartedEventDetails: &types.TaskStartedEventDetails{Resource: invoke, ResourceType: lambda}},
		{Type: "TaskFailed", TaskFailedEventDetails: &types.TaskFailedEventDetails{Resource: invoke, ResourceType: lambda, Error: aws.String("Bad"), Cause: aws.String("worse")}},
		{Type: "TaskStateExited", StateExitedEventDetails: &types.StateExitedEventDetails{Name: aws.String("Work"), Output: workOutput, OutputDetails: workOutputDetails}},
		{Type: "TaskStateEntered", StateEnteredEventDetails: &types.StateEnteredEventDetails{Name: aws.String("Publish"), Input: workOutput, InputDetails: workOutputDetails}},
		{Type: "TaskScheduled", TaskScheduledEventDetails: &types.TaskScheduledEventDetails{
			Resource: publish, ResourceType: sns, Region: aws.String(region), Parameters: workOutput, TimeoutInSeconds: aws.Int64(1),
		}},
		{Type: "TaskStarted", TaskStartedEventDetails: &types.TaskStartedEventDetails{Resource: publish, ResourceType: sns}},
		{Type: "TaskTimedOut", TaskTimedOutEventDetails: &types.TaskTimedOutEventDetails{Resource: publish, ResourceType: sns, Error: aws.String("States.Timeout")}},
		{Type: "ExecutionFailed", ExecutionFailedEventDetails: &types.ExecutionFailedEventDetails{Error: aws.String("States.Timeout")}},
	}
	got := w.history()
	for i := range got {
		got[i].Id, got[i].PreviousEventId, got[i].Timestamp = 0, 0, nil
	}
	if diff := cmp.Diff(inJSON(t, want), inJSON(t, got)); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func inJSON(t *testing.T, value any) string {
	t.Helper()
	data, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestWithoutExecutionDataAHistoryHasNoInputsAndOutputs(t *testing.T) {
	w := start(t, oneTask, (&answers{}).handle)
	w.begins("r1", `{"secret":1}`)
	w.ends("r1", types.ExecutionStatusSucceeded)
	out, err := w.GetExecutionHistory(t.Context(), &sfn.GetExecutionHistoryInput{
		ExecutionArn: aws.String(executionARN("r1")), IncludeExecutionData: aws.Bool(false),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range out.Events {
		if details := e.StateEnteredEventDetails; details != nil && (details.Input != nil || *details.Name != "Work") {
			t.Errorf("entered with %s, want Work and no input", inJSON(t, details))
		}
		if details := e.ExecutionSucceededEventDetails; details != nil && details.Output != nil {
			t.Errorf("succeeded with the output %s", *details.Output)
		}
	}
	if diff := cmp.Diff(lines(w.history()), lines(out.Events)); diff != "" {
		t.Errorf("other events than with the data (-with +without):\n%s", diff)
	}
}
