package states_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/statemachine"
)

// TestPreviousEventIDsLeadToTheIteration has iterations run side by side, each of them with two steps and a retry.
func TestPreviousEventIDsLeadToTheIteration(t *testing.T) {
	const definition = `{"StartAt":"Outer","States":{"Outer":{"Type":"Map","ItemProcessor":{"StartAt":"Inner","States":{
		"Inner":{"Type":"Map","MaxConcurrency":2,"ItemProcessor":{"StartAt":"One","States":{
			"One":{` + work + `,"Retry":[{"ErrorEquals":["Bad"],"IntervalSeconds":1}],"Next":"Pause"},
			"Pause":{"Type":"Wait","Seconds":1,"Next":"Two"},
			"Two":{` + work + `,"End":true}}},"End":true}}},"End":true}}}`
	w := start(t, definition, failing("One", bad, nil, bad, nil, nil, bad, bad, nil).handle)
	w.begins("r1", `[[0,1,2,3],[10,11,12,13],[20,21,22,23]]`)
	w.ends("r1", types.ExecutionStatusSucceeded)
	events := w.history()
	tasks := 0
	for _, e := range events {
		if e.TaskScheduledEventDetails == nil {
			continue
		}
		tasks++
		outer, inner := iterations(events, e, "Outer"), iterations(events, e, "Inner")
		if found := fmt.Sprint(10*outer + inner); found != *e.TaskScheduledEventDetails.Parameters {
			t.Errorf("event %d leads to the item %s, but is about %s", e.Id, found, *e.TaskScheduledEventDetails.Parameters)
		}
	}
	if tasks != 2*12+4 {
		t.Errorf("found %d Tasks scheduled, want 2 for each of 12 items and 4 retries", tasks)
	}
}

// iterations is the iteration of a Map that an event leads back to first.
func iterations(events []types.HistoryEvent, e types.HistoryEvent, name string) int {
	for e.PreviousEventId != 0 {
		e = events[e.PreviousEventId-1]
		if details := e.MapIterationStartedEventDetails; details != nil && *details.Name == name {
			return int(details.Index)
		}
	}
	return -1
}

func TestTheHistoryOfAnExecutionThatRunsOnlyGrows(t *testing.T) {
	const definition = `{"StartAt":"A","States":{"A":{"Type":"Map","ItemProcessor":{"StartAt":"Work","States":{"Work":{` + work + `,
		"Catch":[{"ErrorEquals":["States.ALL"],"Next":"B"}],"Next":"B"},"B":{"Type":"Pass","End":true}}},"End":true}}}`
	b := newBlocking()
	w := start(t, definition, b.handle)
	w.begins("r1", `["x","y"]`)
	if at := w.history(); len(at) == 0 || at[0].Type != types.HistoryEventTypeExecutionStarted {
		t.Errorf("at once the history is %v, want it to begin", lines(at))
	}
	<-b.called
	<-b.called
	during := lines(w.history())
	if len(during) < 9 || w.describe("r1").Status != types.ExecutionStatusRunning {
		t.Errorf("while both iterations run the history is %v", during)
	}
	close(b.release)
	w.ends("r1", types.ExecutionStatusSucceeded)
	after := lines(w.history())
	if diff := cmp.Diff(during, after[:len(during)]); diff != "" {
		t.Errorf("what was written has changed (-before +after):\n%s", diff)
	}
}

func TestAHistoryComesInPages(t *testing.T) {
	w := start(t, oneTask, (&answers{}).handle)
	w.begins("r1", `{}`)
	w.ends("r1", types.ExecutionStatusSucceeded)
	whole := w.history()
	for name, reverse := range map[string]bool{"oldest_first": false, "newest_first": true} {
		for size := range len(whole) + 1 {
			t.Run(fmt.Sprintf("%s_by_%d", name, size+1), func(t *testing.T) {
				var got []types.HistoryEvent
				pages := sfn.NewGetExecutionHistoryPaginator(w, &sfn.GetExecutionHistoryInput{
					ExecutionArn: aws.String(executionARN("r1")), ReverseOrder: reverse, MaxResults: int32(size + 1),
				})
				for pages.HasMorePages() {
					page, err := pages.NextPage(t.Context())
					if err != nil {
						t.Fatal(err)
					}
					if len(page.Events) == 0 || len(page.Events) > size+1 {
						t.Errorf("a page of %d events, want 1 to %d", len(page.Events), size+1)
					}
					got = append(got, page.Events...)
				}
				want := slices.Clone(whole)
				if reverse {
					slices.Reverse(want)
				}
				if diff := cmp.Diff(lines(want), lines(got)); diff != "" {
					t.Errorf("events (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// productAnswers holds the product functions' answers, reduced to what the definition reads: two units, one without a decision,
// and two node groups, one of them unscalable. Decide is called again after their wave.
func productAnswers(_ context.Context, task engine.Task) (json.RawMessage, error) {
	payloads := map[string]string{
		"LoadConfig": `{"run":{"dryRun":false},"units":["a","b"],"concurrency":2,"signals":false,"readings":{}}`,
		"Decide": `{"run":{"dryRun":false},"unit":"a","round":1,"cluster":{"concurrency":1},"at":"","goodUntil":"","wanted":{},"basis":"","guards":[],
			"next":"scale","wave":{"decisions":[{"nodegroup":"x"},{"nodegroup":"y"}]}}`,
		"Scale":                  `{"decision":{},"progress":{"status":"pending","delaySeconds":1}}`,
		"WaitForNodegroupActive": `{"decision":{},"progress":{"status":"ended"}}`,
		"Audit":                  `{"outcome":"succeeded"}`,
		"AuditUnit":              `{"unit":"a","outcome":"succeeded"}`,
		"AuditRun":               `{"outcome":"failed","error":"NodegroupError","message":"no","alert":{"subject":"s","message":"m"}}`,
	}
	if task.State == "Decide" && strings.Contains(string(task.Input), `"round":1`) {
		payloads["Decide"] = `{"next":"done"}`
	}
	switch place := task.State + fmt.Sprint(task.Iteration); {
	case place == "Decide[]" && strings.Contains(string(task.Input), `"unit":"b"`), place == "Scale[1]":
		return nil, bad
	case place == "NotifyFailure[]":
		return json.RawMessage(`{"MessageId":"1"}`), nil
	}
	return json.RawMessage(fmt.Sprintf(`{"Payload":%s,"StatusCode":200}`, payloads[task.State])), nil
}

func TestTheHistoryOfTheProductsRunCanBeFollowed(t *testing.T) {
	w := start(t, statemachine.Definition, productAnswers)
	w.begins("r1", `{}`)
	w.ends("r1", types.ExecutionStatusFailed)
	events := w.history()
	canBeFollowed(t, events)
	counts := map[types.HistoryEventType]int{}
	all := slices.Clone(events)
	for _, unit := range w.engine.Executions()[0].Children() {
		ofUnit := w.historyOf(unit.ARN)
		canBeFollowed(t, ofUnit)
		all = append(all, ofUnit...)
	}
	for _, e := range all {
		counts[e.Type]++
	}
	got := []int{
		counts["MapRunStarted"], counts["MapRunSucceeded"], counts["ExecutionSucceeded"],
		counts["MapStateStarted"], counts["MapIterationStarted"], counts["MapIterationSucceeded"], counts["MapStateExited"],
		counts["TaskScheduled"], counts["TaskSucceeded"], counts["TaskFailed"], counts["TaskStateEntered"], counts["TaskStateExited"],
	}
	if diff := cmp.Diff([]int{1, 1, 2, 2, 2, 2, 2, 13, 11, 2, 13, 13}, got); diff != "" {
		t.Errorf("counts (-want +got):\n%s\n%v", diff, lines(all))
	}
	last := lines(events[len(events)-2:])
	if want := fmt.Sprintf("%d<-%d ExecutionFailed NodegroupError", len(events), len(events)-1); last[1] != want {
		t.Errorf("the history ends with %v, want %s", last, want)
	}
}

// canBeFollowed requires events of known types that each lead back to an earlier one.
func canBeFollowed(t *testing.T, events []types.HistoryEvent) {
	t.Helper()
	known := types.HistoryEventType("").Values()
	for i, e := range events {
		if e.Id != int64(i+1) || e.PreviousEventId >= e.Id || (e.PreviousEventId == 0) != (i < 2) {
			t.Errorf("event %d has the id %d and follows %d", i+1, e.Id, e.PreviousEventId)
		}
		if !slices.Contains(known, e.Type) {
			t.Errorf("event %d is of the type %s, which AWS does not know", e.Id, e.Type)
		}
		if i > 0 && e.Timestamp.Before(*events[i-1].Timestamp) {
			t.Errorf("event %d is of %s, before the one before it", e.Id, e.Timestamp)
		}
	}
}
