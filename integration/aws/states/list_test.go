package states_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/google/go-cmp/cmp"
)

func (w world) list(in sfn.ListExecutionsInput) (names []string, next *string) {
	w.t.Helper()
	in.StateMachineArn = aws.String(machineARN)
	out, err := w.ListExecutions(w.t.Context(), &in)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, item := range out.Executions {
		names = append(names, *item.Name)
	}
	return names, out.NextToken
}

func TestExecutionsAreListedNewestFirst(t *testing.T) {
	w := start(t, oneTask, failing("Work", nil, bad).handle)
	if names, next := w.list(sfn.ListExecutionsInput{}); len(names) > 0 || next != nil {
		t.Errorf("before any: %v", names)
	}
	w.begins("fine", `{}`)
	w.ends("fine", types.ExecutionStatusSucceeded)
	w.begins("broken", `{}`)
	w.ends("broken", types.ExecutionStatusFailed)
	for filter, want := range map[types.ExecutionStatus][]string{
		"": {"broken", "fine"}, types.ExecutionStatusFailed: {"broken"}, types.ExecutionStatusSucceeded: {"fine"}, types.ExecutionStatusRunning: nil,
	} {
		names, _ := w.list(sfn.ListExecutionsInput{StatusFilter: filter})
		if diff := cmp.Diff(want, names); diff != "" {
			t.Errorf("filtered by %q (-want +got):\n%s", filter, diff)
		}
	}
	w.redrives("broken")
	w.ends("broken", types.ExecutionStatusSucceeded)
	out, err := w.ListExecutions(t.Context(), &sfn.ListExecutionsInput{StateMachineArn: aws.String(machineARN), MaxResults: 1})
	if err != nil {
		t.Fatal(err)
	}
	got, d := out.Executions[0], w.describe("broken")
	want := types.ExecutionListItem{
		ExecutionArn: d.ExecutionArn, StateMachineArn: d.StateMachineArn, Name: d.Name, Status: d.Status, StartDate: d.StartDate, StopDate: d.StopDate,
		RedriveCount: aws.Int32(1), RedriveDate: d.RedriveDate,
	}
	if diff := cmp.Diff(inJSON(t, want), inJSON(t, got)); diff != "" {
		t.Errorf("item (-want +got):\n%s", diff)
	}
}

func TestAListInPagesMissesNothingThatIsStartedMeanwhile(t *testing.T) {
	w := start(t, oneTask, failing("Work", nil, bad, nil, nil, bad).handle)
	for i := range 5 {
		w.begins(fmt.Sprint("r", i), `{}`)
		if _, err := w.engine.Executions()[0].Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	pages := func(in sfn.ListExecutionsInput, between func()) (all [][]string) {
		for {
			names, next := w.list(in)
			all = append(all, names)
			if next == nil {
				return all
			}
			in.NextToken = next
			between()
		}
	}
	extra := 0
	got := pages(sfn.ListExecutionsInput{MaxResults: 2}, func() { w.begins(fmt.Sprint("extra", extra), `{}`); extra++ })
	if diff := cmp.Diff([][]string{{"r4", "r3"}, {"r2", "r1"}, {"r0"}}, got); diff != "" {
		t.Errorf("pages of 2 (-want +got):\n%s", diff)
	}
	got = pages(sfn.ListExecutionsInput{MaxResults: 1, StatusFilter: types.ExecutionStatusFailed}, func() {})
	if diff := cmp.Diff([][]string{{"r4"}, {"r1"}}, got); diff != "" {
		t.Errorf("pages of 1 that failed (-want +got):\n%s", diff)
	}
}

func TestTheStateMachineIsDescribedAndListed(t *testing.T) {
	w := start(t, oneTask, (&answers{}).handle)
	d, err := w.DescribeStateMachine(t.Context(), &sfn.DescribeStateMachineInput{StateMachineArn: aws.String(machineARN)})
	if err != nil {
		t.Fatal(err)
	}
	list, err := w.ListStateMachines(t.Context(), &sfn.ListStateMachinesInput{MaxResults: 1})
	if err != nil {
		t.Fatal(err)
	}
	if d.CreationDate.Before(beginning) || d.CreationDate.After(w.clock.now()) {
		t.Errorf("created at %s", d.CreationDate)
	}
	got := fmt.Sprintln(*d.StateMachineArn, *d.Name, d.Status, d.Type, *d.RoleArn, *d.Definition)
	if diff := cmp.Diff(fmt.Sprintln(machineARN, "eks-scaling", "ACTIVE STANDARD", roleARN, oneTask), got); diff != "" {
		t.Errorf("description (-want +got):\n%s", diff)
	}
	want := []types.StateMachineListItem{{StateMachineArn: d.StateMachineArn, Name: d.Name, Type: d.Type, CreationDate: d.CreationDate}}
	if diff := cmp.Diff(inJSON(t, want), inJSON(t, list.StateMachines)); diff != "" || list.NextToken != nil {
		t.Errorf("list (-want +got):\n%s", diff)
	}
}

func TestInAnotherRegionThereIsNothing(t *testing.T) {
	w := start(t, oneTask, (&answers{}).handle)
	w.begins("r1", `{}`)
	elsewhere := client(aws.ToString(w.Options().BaseEndpoint), "eu-west-1")
	list, err := elsewhere.ListStateMachines(t.Context(), &sfn.ListStateMachinesInput{})
	if err != nil || len(list.StateMachines) > 0 {
		t.Errorf("found %v, %v", list.StateMachines, err)
	}
	_, err = elsewhere.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: aws.String(executionARN("r1"))})
	wantError(t, err, "ExecutionDoesNotExist", "Execution Does Not Exist: '"+executionARN("r1")+"'")
	_, err = elsewhere.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: aws.String(machineARN)})
	wantError(t, err, "StateMachineDoesNotExist", "State Machine Does Not Exist: '"+machineARN+"'")
}
