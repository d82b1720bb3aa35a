package states_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/google/go-cmp/cmp"
)

// described is a DescribeExecution of r1 in short; times are left to the tests that are about them.
type described struct {
	Status                         types.ExecutionStatus
	Input, Output, Error, Cause    string
	Stopped                        bool
	Redrives                       int32
	RedriveStatus                  types.ExecutionRedriveStatus
	RedriveStatusReason            string
	InputIncluded, OutputIncluded  bool
	ExecutionARN, MachineARN, Name string
}

func (w world) described() described {
	w.t.Helper()
	d := w.describe("r1")
	return described{
		Status: d.Status, Input: *d.Input, Output: aws.ToString(d.Output), Error: aws.ToString(d.Error), Cause: aws.ToString(d.Cause),
		Stopped: d.StopDate != nil, Redrives: *d.RedriveCount, RedriveStatus: d.RedriveStatus, RedriveStatusReason: aws.ToString(d.RedriveStatusReason),
		InputIncluded: d.InputDetails.Included, OutputIncluded: d.OutputDetails != nil && d.OutputDetails.Included,
		ExecutionARN: *d.ExecutionArn, MachineARN: *d.StateMachineArn, Name: *d.Name,
	}
}

func TestAnExecutionIsDescribedAsItStands(t *testing.T) {
	b := newBlocking()
	w := start(t, oneTask, b.handle)
	started := w.begins("r1", `{"a": 1}`)
	<-b.called
	want := described{
		Status: types.ExecutionStatusRunning, Input: `{"a": 1}`, InputIncluded: true,
		RedriveStatus: types.ExecutionRedriveStatusNotRedrivable, RedriveStatusReason: "Execution is RUNNING and cannot be redriven",
		ExecutionARN: executionARN("r1"), MachineARN: machineARN, Name: "r1",
	}
	if diff := cmp.Diff(want, w.described()); diff != "" {
		t.Errorf("while it runs (-want +got):\n%s", diff)
	}
	close(b.release)
	w.ends("r1", types.ExecutionStatusSucceeded)
	want.Status, want.Stopped = types.ExecutionStatusSucceeded, true
	want.Output, want.OutputIncluded = `{"a":1}`, true
	want.RedriveStatusReason = "Execution is SUCCEEDED and cannot be redriven"
	if diff := cmp.Diff(want, w.described()); diff != "" {
		t.Errorf("after its end (-want +got):\n%s", diff)
	}
	d, events := w.describe("r1"), w.history()
	if *started.ExecutionArn != executionARN("r1") || !started.StartDate.Equal(*d.StartDate) || !d.StartDate.Equal(*events[0].Timestamp) {
		t.Errorf("started %s at %s, described as started at %s, with a first event at %s", *started.ExecutionArn, started.StartDate, d.StartDate, events[0].Timestamp)
	}
	if last := events[len(events)-1].Timestamp; !d.StopDate.Equal(*last) || !d.StopDate.After(*d.StartDate) {
		t.Errorf("stopped at %s, want the time of the last event, %s", d.StopDate, last)
	}
}

func TestAStartIsNotRepeated(t *testing.T) {
	b := newBlocking()
	w := start(t, oneTask, b.handle)
	first := w.begins("r1", `{"a":1}`)
	<-b.called
	w.clock.advance(time.Minute)
	if again := w.begins("r1", `{ "a": 1 }`); !again.StartDate.Equal(*first.StartDate) {
		t.Errorf("the same start again is of %s, want %s", again.StartDate, first.StartDate)
	}
	if n := len(w.engine.Executions()); n != 1 {
		t.Errorf("%d executions", n)
	}
	unnamed, err := w.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: aws.String(machineARN)})
	if err != nil {
		t.Fatal(err)
	}
	if newest := w.engine.Executions()[0]; newest.ARN != *unnamed.ExecutionArn || string(newest.Input) != "{}" {
		t.Errorf("without name and input: %s with the input %s", newest.ARN, newest.Input)
	}
	close(b.release)
}

func TestAStoppedExecutionSaysWhy(t *testing.T) {
	b := newBlocking()
	w := start(t, oneTask, b.handle)
	w.begins("r1", `{}`)
	<-b.called
	stop := func() *sfn.StopExecutionOutput {
		t.Helper()
		out, err := w.StopExecution(t.Context(), &sfn.StopExecutionInput{
			ExecutionArn: aws.String(executionARN("r1")), Error: aws.String("Operator"), Cause: aws.String("wrong day"),
		})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	stopped := stop()
	want := described{
		Status: types.ExecutionStatusAborted, Input: `{}`, InputIncluded: true, Error: "Operator", Cause: "wrong day", Stopped: true,
		RedriveStatus: types.ExecutionRedriveStatusRedrivable, ExecutionARN: executionARN("r1"), MachineARN: machineARN, Name: "r1",
	}
	if diff := cmp.Diff(want, w.described()); diff != "" {
		t.Errorf("described (-want +got):\n%s", diff)
	}
	events := w.history()
	last := events[len(events)-1]
	if last.Type != types.HistoryEventTypeExecutionAborted || last.PreviousEventId != 0 || *last.ExecutionAbortedEventDetails.Error != "Operator" ||
		*last.ExecutionAbortedEventDetails.Cause != "wrong day" {
		t.Errorf("the last event is %s", inJSON(t, last))
	}
	w.clock.advance(time.Minute)
	if again := stop(); !again.StopDate.Equal(*stopped.StopDate) {
		t.Errorf("stopped a second time at %s, want the first time, %s", again.StopDate, stopped.StopDate)
	}
}

func TestATimeoutOfTheStateMachineIsItsOwnStatus(t *testing.T) {
	t.Parallel()
	w := start(t, `{"StartAt":"Work","TimeoutSeconds":1,"States":{"Work":{`+work+`,"End":true}}}`, newBlocking().handle)
	w.begins("r1", `{}`)
	w.ends("r1", types.ExecutionStatusTimedOut)
	events := w.history()
	if last := events[len(events)-1]; last.Type != "ExecutionTimedOut" || last.PreviousEventId != 0 || *last.ExecutionTimedOutEventDetails.Error != "States.Timeout" {
		t.Errorf("the last event is %s", inJSON(t, last))
	}
}

func TestARedriveIsDescribed(t *testing.T) {
	w := start(t, oneTask, failing("Work", bad).handle)
	w.begins("r1", `{}`)
	w.ends("r1", types.ExecutionStatusFailed)
	want := described{
		Status: types.ExecutionStatusFailed, Input: `{}`, InputIncluded: true, Error: "Bad", Cause: "worse", Stopped: true,
		RedriveStatus: types.ExecutionRedriveStatusRedrivable, ExecutionARN: executionARN("r1"), MachineARN: machineARN, Name: "r1",
	}
	if diff := cmp.Diff(want, w.described()); diff != "" {
		t.Errorf("before (-want +got):\n%s", diff)
	}
	if d := w.describe("r1"); d.RedriveDate != nil {
		t.Errorf("redriven at %s before it was", d.RedriveDate)
	}
	redriven, err := w.RedriveExecution(t.Context(), &sfn.RedriveExecutionInput{ExecutionArn: aws.String(executionARN("r1"))})
	if err != nil {
		t.Fatal(err)
	}
	w.ends("r1", types.ExecutionStatusSucceeded)
	want.Status, want.Error, want.Cause, want.Redrives = types.ExecutionStatusSucceeded, "", "", 1
	want.Output, want.OutputIncluded = `{}`, true
	want.RedriveStatus, want.RedriveStatusReason = types.ExecutionRedriveStatusNotRedrivable, "Execution is SUCCEEDED and cannot be redriven"
	if diff := cmp.Diff(want, w.described()); diff != "" {
		t.Errorf("after (-want +got):\n%s", diff)
	}
	if d := w.describe("r1"); !d.RedriveDate.Equal(*redriven.RedriveDate) || !d.RedriveDate.After(*d.StartDate) || !d.StopDate.After(*d.RedriveDate) {
		t.Errorf("started %s, redriven %s, stopped %s", d.StartDate, d.RedriveDate, d.StopDate)
	}
}

func TestARedriveIsDoneOnceForAToken(t *testing.T) {
	a := failing("Work", bad, bad, bad)
	w := start(t, oneTask, a.handle)
	w.begins("r1", `{}`)
	redrive := func(token string) *time.Time {
		t.Helper()
		w.ends("r1", types.ExecutionStatusFailed)
		out, err := w.RedriveExecution(t.Context(), &sfn.RedriveExecutionInput{ExecutionArn: aws.String(executionARN("r1")), ClientToken: aws.String(token)})
		if err != nil {
			t.Fatal(err)
		}
		return out.RedriveDate
	}
	first := redrive("one")
	if again := redrive("one"); !again.Equal(*first) || a.calls != 2 {
		t.Errorf("for the same token redriven at %s after %d calls, want %s after 2", again, a.calls, first)
	}
	w.clock.advance(15 * time.Minute)
	if late := redrive("one"); !late.After(*first) {
		t.Errorf("for a token of more than 15 minutes ago redriven at %s, want a new redrive", late)
	}
	redrive("two")
	w.ends("r1", types.ExecutionStatusSucceeded)
	if got := w.described().Redrives; got != 3 {
		t.Errorf("redriven %d times, want 3", got)
	}
}

func TestAfterTwoWeeksAnExecutionIsNotRedrivable(t *testing.T) {
	w := start(t, oneTask, failing("Work", bad).handle)
	w.begins("r1", `{}`)
	w.ends("r1", types.ExecutionStatusFailed)
	w.clock.advance(14*24*time.Hour - time.Minute)
	if got := w.described().RedriveStatus; got != types.ExecutionRedriveStatusRedrivable {
		t.Errorf("shortly before: %s", got)
	}
	w.clock.advance(2 * time.Minute)
	got := w.described()
	if got.RedriveStatus != types.ExecutionRedriveStatusNotRedrivable || got.RedriveStatusReason != "Execution redrivable period exceeded" {
		t.Errorf("shortly after: %s, %s", got.RedriveStatus, got.RedriveStatusReason)
	}
	_, err := w.RedriveExecution(t.Context(), &sfn.RedriveExecutionInput{ExecutionArn: aws.String(executionARN("r1"))})
	wantError(t, err, "ExecutionNotRedrivable", "Execution "+executionARN("r1")+" invalid for redrive as: Execution redrivable period exceeded")
}
