package states_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/runtime/engine"
)

const distributed = `{"StartAt":"Each","States":{"Each":{"Type":"Map","Label":"Unit","MaxConcurrency":2,"ToleratedFailurePercentage":50,"ToleratedFailureCount":3,
	"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"Work","States":{"Work":{` + work + `,"End":true}}},"End":true}}}`

// byItem does Tasks by their input: "bad" fails the first time, "slow" waits until it is let go, and the rest succeeds at once.
type byItem struct {
	called, let chan struct{} // of "slow"
	bad         chan error
}

func newByItem() byItem {
	b := byItem{make(chan struct{}, 10), make(chan struct{}), make(chan error, 1)}
	b.bad <- bad
	close(b.bad)
	return b
}

func (b byItem) handle(ctx context.Context, task engine.Task) (json.RawMessage, error) {
	switch string(task.Input) {
	case `"bad"`:
		return task.Input, <-b.bad
	case `"slow"`:
		b.called <- struct{}{}
		select {
		case <-b.let:
		case <-ctx.Done():
		}
	}
	return task.Input, nil
}

// mapRun is the Map Run of r1.
func (w world) mapRun() (*sfn.DescribeMapRunOutput, types.MapRunListItem) {
	w.t.Helper()
	list, err := w.ListMapRuns(w.t.Context(), &sfn.ListMapRunsInput{ExecutionArn: aws.String(executionARN("r1"))})
	if err != nil {
		w.t.Fatal(err)
	}
	if len(list.MapRuns) != 1 || list.NextToken != nil {
		w.t.Fatalf("%d Map Runs", len(list.MapRuns))
	}
	d, err := w.DescribeMapRun(w.t.Context(), &sfn.DescribeMapRunInput{MapRunArn: list.MapRuns[0].MapRunArn})
	if err != nil {
		w.t.Fatal(err)
	}
	return d, list.MapRuns[0]
}

// children are the executions of the Map Run of r1, newest first, each as its input and its status.
func (w world) children(in sfn.ListExecutionsInput) (all []string, found []types.ExecutionListItem) {
	w.t.Helper()
	d, _ := w.mapRun()
	in.MapRunArn = d.MapRunArn
	pages := sfn.NewListExecutionsPaginator(w, &in)
	for pages.HasMorePages() {
		page, err := pages.NextPage(w.t.Context())
		if err != nil {
			w.t.Fatal(err)
		}
		for _, item := range page.Executions {
			child, err := w.DescribeExecution(w.t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: item.ExecutionArn})
			if err != nil {
				w.t.Fatal(err)
			}
			all, found = append(all, *child.Input+" "+string(item.Status)), append(found, item)
		}
	}
	return all, found
}

// counts returns the counts of a Map Run that are not 0.
func counts(t *testing.T, c any) string {
	t.Helper()
	var all map[string]int
	if err := json.Unmarshal([]byte(inJSON(t, c)), &all); err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if all[name] != 0 {
			told = append(told, fmt.Sprint(name, " ", all[name]))
		}
	}
	return strings.Join(told, ", ")
}

// inShort is a Map Run in short.
func inShort(t *testing.T, d *sfn.DescribeMapRunOutput) string {
	t.Helper()
	if counts(t, d.ItemCounts) != counts(t, d.ExecutionCounts) {
		t.Errorf("items %s, executions %s", counts(t, d.ItemCounts), counts(t, d.ExecutionCounts))
	}
	return fmt.Sprintf("%s, %d at once, tolerates %v%% and %d, redriven %d (%t), stopped %t: %s", d.Status, d.MaxConcurrency, d.ToleratedFailurePercentage,
		d.ToleratedFailureCount, *d.RedriveCount, d.RedriveDate != nil, d.StopDate != nil, counts(t, d.ItemCounts))
}

func want(t *testing.T, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// stand wants the children of r1 to stand so, newest first.
func (w world) stand(want ...string) {
	w.t.Helper()
	got, _ := w.children(sfn.ListExecutionsInput{})
	if diff := cmp.Diff(want, got); diff != "" {
		w.t.Errorf("children (-want +got):\n%s", diff)
	}
}

// waitForTwo waits until two more items are slow. Only two run at a time, so that those before them have ended.
func (b byItem) waitForTwo() { <-b.called; <-b.called }

func TestAMapRunCanBeLookedUp(t *testing.T) {
	b := newByItem()
	w := start(t, distributed, b.handle)
	w.begins("r1", `["bad","slow","good","slow","last"]`)
	b.waitForTwo()
	w.stand(`"slow" RUNNING`, `"good" SUCCEEDED`, `"slow" RUNNING`, `"bad" FAILED`)
	d, item := w.mapRun()
	want(t, "Map Run", "RUNNING, 2 at once, tolerates 50% and 3, redriven 0 (false), stopped false: Failed 1, Pending 1, Running 2, Succeeded 1, Total 5", inShort(t, d))
	prefix := "arn:aws:states:sa-east-1:123456789012:mapRun:eks-scaling/Unit:"
	if !strings.HasPrefix(*d.MapRunArn, prefix) || *d.ExecutionArn != executionARN("r1") {
		t.Errorf("Map Run %s of %s", *d.MapRunArn, *d.ExecutionArn)
	}
	wantItem := types.MapRunListItem{ExecutionArn: d.ExecutionArn, MapRunArn: d.MapRunArn, StateMachineArn: aws.String(machineARN), StartDate: d.StartDate}
	want(t, "item", inJSON(t, wantItem), inJSON(t, item))
	for filter, children := range map[types.ExecutionStatus][]string{"RUNNING": {`"slow" RUNNING`, `"slow" RUNNING`}, "FAILED": {`"bad" FAILED`}, "ABORTED": nil} {
		names, _ := w.children(sfn.ListExecutionsInput{StatusFilter: filter, MaxResults: 1})
		want(t, "children that are "+string(filter), children, names)
	}
	names, _ := w.list(sfn.ListExecutionsInput{})
	want(t, "executions of the state machine", []string{"r1"}, names)
	close(b.let)
	w.ends("r1", types.ExecutionStatusSucceeded)
	d, _ = w.mapRun()
	want(t, "after the end", "SUCCEEDED, 2 at once, tolerates 50% and 3, redriven 0 (false), stopped true: Failed 1, Succeeded 4, Total 5", inShort(t, d))
}

func TestAChildIsAnExecution(t *testing.T) {
	b := newByItem()
	w := start(t, distributed, b.handle)
	w.begins("r1", `["bad","good","slow","slow"]`)
	b.waitForTwo()
	d, _ := w.mapRun()
	_, items := w.children(sfn.ListExecutionsInput{})
	slow, failed := items[0], items[3]
	if slow.ItemCount == nil || *slow.ItemCount != 1 || *slow.MapRunArn != *d.MapRunArn || *slow.StateMachineArn != machineARN+"/Unit" {
		t.Errorf("item %s", inJSON(t, slow))
	}
	child, err := w.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: failed.ExecutionArn})
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprintln(*child.Name, *child.StateMachineArn, *child.MapRunArn, child.Status, *child.Error, *child.Cause, child.RedriveStatus)
	if diff := cmp.Diff(fmt.Sprintln(*failed.Name, machineARN+"/Unit", *d.MapRunArn, "FAILED Bad worse REDRIVABLE_BY_MAP_RUN"), got); diff != "" {
		t.Errorf("description (-want +got):\n%s", diff)
	}
	history, err := w.GetExecutionHistory(t.Context(), &sfn.GetExecutionHistoryInput{ExecutionArn: failed.ExecutionArn})
	if err != nil {
		t.Fatal(err)
	}
	want(t, "history", []string{
		"1<-0 ExecutionStarted", "2<-0 TaskStateEntered Work", "3<-2 TaskScheduled", "4<-3 TaskStarted", "5<-4 TaskFailed Bad", "6<-5 ExecutionFailed Bad",
	}, lines(history.Events))
	_, err = w.RedriveExecution(t.Context(), &sfn.RedriveExecutionInput{ExecutionArn: failed.ExecutionArn})
	wantError(t, err, "ExecutionNotRedrivable", "Execution "+*failed.ExecutionArn+" invalid for redrive as: Execution was started by a Map Run and is redriven with its parent")
	if _, err := w.StopExecution(t.Context(), &sfn.StopExecutionInput{ExecutionArn: slow.ExecutionArn}); err != nil {
		t.Fatal(err)
	}
	close(b.let)
	w.ends("r1", types.ExecutionStatusSucceeded)
	w.stand(`"slow" ABORTED`, `"slow" SUCCEEDED`, `"good" SUCCEEDED`, `"bad" FAILED`)
}

func TestARedrivenMapRunSaysSo(t *testing.T) {
	b := newByItem()
	w := start(t, distributed, b.handle)
	w.begins("r1", `["bad","slow","slow","slow"]`)
	b.waitForTwo()
	if _, err := w.StopExecution(t.Context(), &sfn.StopExecutionInput{ExecutionArn: aws.String(executionARN("r1"))}); err != nil {
		t.Fatal(err)
	}
	for _, child := range w.engine.Executions()[0].Children() {
		if _, err := child.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	w.stand(`"slow" ABORTED`, `"slow" ABORTED`, `"bad" FAILED`)
	d, _ := w.mapRun()
	want(t, "after the stop", "ABORTED, 2 at once, tolerates 50% and 3, redriven 0 (false), stopped true: Aborted 2, Failed 1, Pending 1, Total 4", inShort(t, d))
	w.clock.advance(time.Minute)
	w.redrives("r1")
	b.waitForTwo()
	w.stand(`"slow" RUNNING`, `"slow" RUNNING`, `"bad" SUCCEEDED`)
	d, _ = w.mapRun()
	want(t, "after the redrive", "RUNNING, 2 at once, tolerates 50% and 3, redriven 1 (true), stopped false: Pending 1, Running 2, Succeeded 1, Total 4", inShort(t, d))
	if later := d.RedriveDate.Sub(*d.StartDate); later < time.Minute {
		t.Errorf("redriven %v after the start; want a minute or more", later)
	}
	for filter, n := range map[types.ExecutionRedriveFilter]int{"REDRIVEN": 3, "NOT_REDRIVEN": 0} {
		names, _ := w.children(sfn.ListExecutionsInput{RedriveFilter: filter})
		want(t, string(filter), n, len(names))
	}
	close(b.let)
	w.ends("r1", types.ExecutionStatusSucceeded)
}

func TestTheHistoryOfADistributedMap(t *testing.T) {
	t.Parallel()
	caught := strings.Replace(distributed, `"End":true}}}`, `"Catch":[{"ErrorEquals":["States.ALL"],"Next":"B"}],"Next":"B"},"B":{"Type":"Pass","End":true}}}`, 2)
	caught = strings.Replace(caught, `"Work":{`+work+`,"Catch":[{"ErrorEquals":["States.ALL"],"Next":"B"}],"Next":"B"},"B":{"Type":"Pass","End":true}}}`, `"Work":{`+work+`,"End":true}}}`, 1)
	for name, row := range map[string]struct {
		definition, input string
		redrive           bool
		want              []string
	}{
		"succeeds": {
			distributed, `["a","b"]`, false,
			[]string{
				"1<-0 ExecutionStarted", "2<-0 MapStateEntered Each", "3<-2 MapStateStarted 2", "4<-3 MapRunStarted mapRun", "5<-4 MapRunSucceeded",
				"6<-5 MapStateSucceeded", "7<-5 MapStateExited Each", "8<-7 ExecutionSucceeded",
			},
		},
		"over_nothing": {
			distributed, `[]`, false,
			[]string{
				"1<-0 ExecutionStarted", "2<-0 MapStateEntered Each", "3<-2 MapStateStarted 0", "4<-3 MapRunStarted mapRun", "5<-4 MapRunSucceeded",
				"6<-5 MapStateSucceeded", "7<-5 MapStateExited Each", "8<-7 ExecutionSucceeded",
			},
		},
		"fails_and_is_redriven": {
			distributed, `["bad"]`, true,
			[]string{
				"1<-0 ExecutionStarted", "2<-0 MapStateEntered Each", "3<-2 MapStateStarted 1", "4<-3 MapRunStarted mapRun",
				"5<-4 MapRunFailed States.ExceedToleratedFailureThreshold", "6<-5 MapStateFailed", "7<-6 ExecutionFailed States.ExceedToleratedFailureThreshold",
				"8<-7 ExecutionRedriven 1", "9<-2 MapRunRedriven mapRun 1", "10<-9 MapRunSucceeded", "11<-10 MapStateSucceeded", "12<-10 MapStateExited Each",
				"13<-12 ExecutionSucceeded",
			},
		},
		"is_caught": {
			caught, `["bad"]`, false,
			[]string{
				"1<-0 ExecutionStarted", "2<-0 MapStateEntered Each", "3<-2 MapStateStarted 1", "4<-3 MapRunStarted mapRun",
				"5<-4 MapRunFailed States.ExceedToleratedFailureThreshold", "6<-5 MapStateFailed", "7<-6 MapStateExited Each",
				"8<-7 PassStateEntered B", "9<-8 PassStateExited B", "10<-9 ExecutionSucceeded",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t, row.definition, newByItem().handle)
			w.begins("r1", row.input)
			if row.redrive {
				w.ends("r1", types.ExecutionStatusFailed)
				w.redrives("r1")
			}
			w.ends("r1", types.ExecutionStatusSucceeded)
			if diff := cmp.Diff(row.want, lines(w.history())); diff != "" {
				t.Errorf("history (-want +got):\n%s", diff)
			}
		})
	}
}
