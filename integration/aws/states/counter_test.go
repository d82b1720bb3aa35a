package states_test

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"eks-scaling-automation/integration/aws/states"
	"eks-scaling-automation/integration/runtime/engine"
)

// looking waits, looks and decides whether to look again, inside a Map, until the answer is "there".
const looking = `{"StartAt":"Each","States":{"Each":{"Type":"Map","ItemsPath":"$.items","ItemProcessor":{"StartAt":"Wait","States":{
	"Wait":{"Type":"Wait","Seconds":1,"Next":"Look"},
	"Look":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Next":"There?"},
	"There?":{"Type":"Choice","Choices":[{"Variable":"$","StringEquals":"there","Next":"Done"}],"Default":"Wait"},
	"Done":{"Type":"Succeed"}}},
	"Catch":[{"ErrorEquals":["States.ALL"],"Next":"Caught"}],"End":true},"Caught":{"Type":"Succeed"}}}`

// patience answers "there" after the given number of looks.
func patience(looks int) engine.TaskHandler {
	return func(context.Context, engine.Task) (json.RawMessage, error) {
		if looks--; looks <= 0 {
			return json.RawMessage(`"there"`), nil
		}
		return json.RawMessage(`"not yet"`), nil
	}
}

// events are all of an execution's history.
func (w world) events(name string) []types.HistoryEvent {
	w.t.Helper()
	var all []types.HistoryEvent
	pages := sfn.NewGetExecutionHistoryPaginator(w.Client, &sfn.GetExecutionHistoryInput{
		ExecutionArn: aws.String(executionARN(name)), MaxResults: 1000, IncludeExecutionData: aws.Bool(false),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(w.t.Context())
		if err != nil {
			w.t.Fatal(err)
		}
		all = append(all, page.Events...)
	}
	return all
}

func TestAnExecutionFailsWithTheLastEventOfAFullHistory(t *testing.T) {
	const most = 500
	w := startLimited(t, looking, patience(most), most)
	w.begins("long", `{"items":[1]}`)
	w.ends("long", types.ExecutionStatusFailed)
	all := w.events("long")
	if last := all[len(all)-1]; len(all) != most || last.Id != most || last.Type != types.HistoryEventTypeExecutionFailed {
		t.Errorf("%d events, the last is %d, %s", len(all), last.Id, last.Type)
	}
	d := w.describe("long")
	if d.RedriveStatus != types.ExecutionRedriveStatusNotRedrivable || aws.ToString(d.RedriveStatusReason) != "Execution history event limit exceeded" {
		t.Errorf("redrive: %s: %s", d.RedriveStatus, aws.ToString(d.RedriveStatusReason))
	}
	if aws.ToString(d.Cause) != "The execution reached the maximum number of history events (25000)." {
		t.Errorf("cause: %s", aws.ToString(d.Cause))
	}
}

func TestALookCostsNineEvents(t *testing.T) {
	var counts []int
	for _, looks := range []int{1, 2, 12} {
		w := start(t, looking, patience(looks))
		name := "looks-" + strconv.Itoa(looks)
		w.begins(name, `{"items":[1]}`)
		w.ends(name, types.ExecutionStatusSucceeded)
		counts = append(counts, len(w.events(name)))
	}
	if counts[1]-counts[0] != 9 || counts[2]-counts[0] != 99 {
		t.Errorf("1, 2 and 12 looks: %v events; want 9 more for each", counts)
	}
}

// TestTheCountOfEventsMatchesTheHistory counts one event after the other, and holds it against what the server shows.
func TestTheCountOfEventsMatchesTheHistory(t *testing.T) {
	inDistributedMap := strings.Replace(looking, `"ItemProcessor":{`, `"Label":"Unit","ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},`, 1)
	for kind, definition := range map[string]string{"inline": looking, "distributed": inDistributedMap} {
		t.Run(kind, func(t *testing.T) {
			w := start(t, definition, func(context.Context, engine.Task) (json.RawMessage, error) {
				return nil, &engine.TaskError{Name: "Bad"}
			})
			w.begins("caught", `{"items":[1,2,3]}`)
			w.ends("caught", types.ExecutionStatusSucceeded)
			counter, count := states.NewCounter(), 0
			for _, e := range w.engine.Executions()[0].Events() {
				count = counter.Add(e)
			}
			if shown := len(w.events("caught")); count != shown {
				t.Errorf("counted %d events; the history has %d", count, shown)
			}
		})
	}
}
