package engine_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/world/clock"
)

// waiting is a definition whose items work, wait a minute, and work again.
func waiting(fields string) string {
	return each(fields, `"Work":{`+invoke+`,"Next":"Wait"},"Wait":{"Type":"Wait","Seconds":60,"Next":"Again"},"Again":{`+invoke+`,"End":true}`)
}

// virtualRun starts r1 under a virtual time, and lets it pass until a time after the start.
func virtualRun(t *testing.T, definition string, i *items, input string, after time.Duration) (*engine.Execution, *clock.VirtualTime) {
	t.Helper()
	e, v := startVirtual(t, definition, i.handle)
	x := begin(t, e, input)
	passUntil(t, v, after)
	return x, v
}

func passUntil(t *testing.T, v *clock.VirtualTime, after time.Duration) {
	t.Helper()
	if _, err := v.Run(t.Context(), startedAt.Add(after), nil); err != nil {
		t.Fatal(err)
	}
}

// statuses are how the children stand, in the order of their items, with how often they were redriven.
func statuses(x *engine.Execution) []string {
	var all []string
	for _, child := range x.Children() {
		d := child.Describe()
		all = append(all, fmt.Sprint(string(child.Input), " ", d.Status, " ", d.Redrives))
	}
	slices.Sort(all)
	return all
}

// mapRun is the Map Run of an execution in short.
func mapRun(x *engine.Execution) string {
	var all []string
	for _, m := range x.MapRuns() {
		d := m.Describe()
		all = append(all, fmt.Sprint(d.Status, " ", d.Redrives, " ", d.Counts))
	}
	return strings.Join(all, ", ")
}

func expect(t *testing.T, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestAnUnsuccessfulItemHasItsRecordInTheResult(t *testing.T) {
	t.Parallel()
	i := &items{}
	i.once(bad, "bad")
	x, v := virtualRun(t, waiting(`"ToleratedFailurePercentage":100,`), i, `{"items":["good","bad","stopped"]}`, time.Second)
	if err := x.Children()[2].StopWith("Operator", "wrong unit"); err != nil {
		t.Fatal(err)
	}
	passUntil(t, v, time.Hour)
	got := ending(t, x, engine.Succeeded)
	var results []json.RawMessage
	if err := json.Unmarshal(got.Output, &results); err != nil {
		t.Fatal(err)
	}
	record := func(i int, status, error, cause, stopped string) string {
		child := x.Children()[i]
		return fmt.Sprintf(`{"Cause":%q,"Error":%q,"ExecutionArn":%q,"Input":"\"%s\"","InputDetails":{"Included":true},"Name":%q,"RedriveCount":0,`+
			`"RedriveStatus":"REDRIVABLE_BY_MAP_RUN","StartDate":"2025-03-04T06:30:00.000Z",`+
			`"StateMachineArn":"arn:aws:states:sa-east-1:123456789012:stateMachine:eks-scaling/Unit","Status":%q,"StopDate":%q}`,
			cause, error, child.ARN, strings.Trim(string(child.Input), `"`), child.Name, status, stopped)
	}
	want := []string{`"good"`, record(1, "FAILED", "Bad", "worse", "2025-03-04T06:30:00.000Z"), record(2, "ABORTED", "Operator", "wrong unit", "2025-03-04T06:30:01.000Z")}
	for i, want := range want {
		expect(t, fmt.Sprint("result ", i), want, string(results[i]))
	}
	expect(t, "Map Run", "SUCCEEDED 0 map[ABORTED:1 FAILED:1 SUCCEEDED:1]", mapRun(x))
}

func TestAnItemThatIsStoppedIsNoFailure(t *testing.T) {
	t.Parallel()
	x, v := virtualRun(t, waiting(``), &items{}, `{"items":["stopped"]}`, time.Second)
	if err := x.Children()[0].Stop(); err != nil {
		t.Fatal(err)
	}
	passUntil(t, v, time.Hour)
	ending(t, x, engine.Succeeded)
}

func TestTooManyFailuresAbortTheOtherItems(t *testing.T) {
	t.Parallel()
	i := &items{}
	i.once(bad, "bad")
	x, _ := virtualRun(t, waiting(`"MaxConcurrency":2,`), i, `{"items":["a","bad","never"]}`, time.Hour)
	got := ending(t, x, engine.Failed)
	expect(t, "children", []string{`"a" ABORTED 0`, `"bad" FAILED 0`}, statuses(x))
	expect(t, "Map Run", "FAILED 0 map[ABORTED:1 FAILED:1]", mapRun(x))
	const why = " States.ExceedToleratedFailureThreshold: The specified tolerated failure threshold was exceeded"
	expect(t, "events", []string{
		"ExecutionStarted", "StateEntered Each", "MapStateStarted Each", "MapRunStarted Each", "MapRunFailed Each" + why, "StateFailed Each" + why,
		"ExecutionFailed" + why,
	}, words(got))
}

func TestTheItemsOfAnExecutionThatEndsAreAborted(t *testing.T) {
	t.Parallel()
	limited := strings.Replace(waiting(`"MaxConcurrency":2,`), `{"StartAt"`, `{"TimeoutSeconds":30,"StartAt"`, 1)
	for name, row := range map[string]struct {
		definition string
		stop       bool
		want       engine.Status
	}{
		"stopped":   {waiting(`"MaxConcurrency":2,`), true, engine.Aborted},
		"timed out": {limited, false, engine.TimedOut},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := &items{}
			x, v := virtualRun(t, row.definition, i, `{"items":["a","b","c"]}`, 20*time.Second)
			if row.stop {
				if err := x.Stop(); err != nil {
					t.Fatal(err)
				}
			}
			passUntil(t, v, time.Hour)
			got := ending(t, x, row.want)
			if last := got.Events[len(got.Events)-2]; last.Type != engine.MapRunStarted {
				t.Errorf("before the end: %s", last)
			}
			expect(t, "children", []string{`"a" ABORTED 0`, `"b" ABORTED 0`}, statuses(x))
			expect(t, "Map Run", "ABORTED 0 map[ABORTED:2]", mapRun(x))
			expect(t, "Tasks", []string{"Work a", "Work b"}, i.forget())
		})
	}
}

func TestARedriveContinuesUnsuccessfulItems(t *testing.T) {
	t.Parallel()
	i := &items{}
	i.once(bad, "bad")
	x, v := virtualRun(t, waiting(`"MaxConcurrency":2,"ToleratedFailurePercentage":100,`), i, `{"items":["good","bad","late","later","never"]}`, 90*time.Second)
	if err := x.Stop(); err != nil {
		t.Fatal(err)
	}
	passUntil(t, v, 100*time.Second)
	ending(t, x, engine.Aborted)
	expect(t, "Tasks before", []string{"Again good", "Again late", "Work bad", "Work good", "Work late", "Work later", "Work never"}, i.forget())
	expect(t, "children before", []string{`"bad" FAILED 0`, `"good" SUCCEEDED 0`, `"late" SUCCEEDED 0`, `"later" ABORTED 0`, `"never" ABORTED 0`}, statuses(x))

	redrive(t, x)
	passUntil(t, v, time.Hour)
	got := ending(t, x, engine.Succeeded)
	expect(t, "children", []string{`"bad" SUCCEEDED 1`, `"good" SUCCEEDED 0`, `"late" SUCCEEDED 0`, `"later" SUCCEEDED 1`, `"never" SUCCEEDED 1`}, statuses(x))
	expect(t, "Map Run", "SUCCEEDED 1 map[SUCCEEDED:5]", mapRun(x))
	expect(t, "Tasks", []string{"Again bad", "Again later", "Again never", "Work bad"}, i.forget())
	expect(t, "output", `["good","bad","late","later","never"]`, string(got.Output))
	expect(t, "events", []string{
		"ExecutionRedriven", "MapRunRedriven Each", "MapRunSucceeded Each", "StateExited Each", "StateEntered End", "StateExited End", "ExecutionSucceeded",
	}, sinceRedrive(got))
}

func TestARedriveStartsWhatHadNeverStarted(t *testing.T) {
	t.Parallel()
	i := &items{}
	i.once(bad, "bad")
	x, v := virtualRun(t, waiting(`"MaxConcurrency":1,`), i, `{"items":["bad","never"]}`, time.Hour)
	ending(t, x, engine.Failed)
	expect(t, "children before", []string{`"bad" FAILED 0`}, statuses(x))
	redrive(t, x)
	d := x.MapRuns()[0].Describe()
	if d.Status != engine.Running || d.Redrives != 1 || d.Total != 2 {
		t.Errorf("after the redrive: %+v", d)
	}
	passUntil(t, v, 2*time.Hour)
	ending(t, x, engine.Succeeded)
	expect(t, "children", []string{`"bad" SUCCEEDED 1`, `"never" SUCCEEDED 0`}, statuses(x))
}

func TestARedriveDoesNotRepeatAnEndedMap(t *testing.T) {
	t.Parallel()
	definition := strings.Replace(each(`"ToleratedFailurePercentage":100,"ResultPath":null,`, work), `"End":{"Type":"Pass","End":true}`,
		`"End":{`+invoke+`,"Parameters":"last","End":true}`, 1)
	definition = strings.Replace(definition, `"Parameters":"last"`, `"Parameters":{"item":"last"}`, 1)
	i := &items{}
	i.once(bad, "bad", "last")
	x := begin(t, start(t, definition, i.handle), `{"items":["bad","good"]}`)
	ending(t, x, engine.Failed)
	i.forget()
	redrive(t, x)
	ending(t, x, engine.Succeeded)
	expect(t, "Tasks", []string{"End last"}, i.forget())
	expect(t, "children", []string{`"bad" FAILED 0`, `"good" SUCCEEDED 0`}, statuses(x))
	expect(t, "Map Run", "SUCCEEDED 0 map[FAILED:1 SUCCEEDED:1]", mapRun(x))
}

func TestAnItemIsNotRedrivenByItself(t *testing.T) {
	t.Parallel()
	i := &items{}
	i.once(bad, "bad")
	x := begin(t, start(t, each(``, work), i.handle), `{"items":["bad"]}`)
	ending(t, x, engine.Failed)
	if err := x.Children()[0].Redrive(); err == nil || !strings.Contains(err.Error(), "is redriven with its parent") {
		t.Errorf("got %v", err)
	}
}

func TestEveryRetryOfADistributedMapIsAMapRun(t *testing.T) {
	t.Parallel()
	i := &items{}
	i.once(bad, "bad")
	x := begin(t, start(t, each(`"Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":1}],`, work), i.handle), `{"items":["bad"]}`)
	got := ending(t, x, engine.Succeeded)
	expect(t, "Map Runs", "SUCCEEDED 0 map[SUCCEEDED:1], FAILED 0 map[FAILED:1]", mapRun(x))
	if n := len(got.Entered("Each")); n != 1 || got.Transitions != 3 {
		t.Errorf("entered %d times, %d transitions", n, got.Transitions)
	}
}

func TestAMapInABranchIsAbortedWithTheBranch(t *testing.T) {
	t.Parallel()
	definition := `{"StartAt":"Both","States":{"Both":{"Type":"Parallel","Branches":[` + waiting(``) + `,
		{"StartAt":"Pause","States":{"Pause":{"Type":"Wait","Seconds":10,"Next":"Other"},"Other":{` + invoke + `,"Parameters":{"item":"other"},"End":true}}}],"End":true}}}`
	i := &items{}
	i.once(bad, "other")
	x, v := virtualRun(t, definition, i, `{"items":["a"]}`, time.Hour)
	got := ending(t, x, engine.Failed)
	expect(t, "Map Run", "ABORTED 0 map[ABORTED:1]", mapRun(x))
	if !slices.Contains(words(got), "MapRunAborted Each[0]") {
		t.Errorf("events: %v", words(got))
	}
	redrive(t, x)
	passUntil(t, v, 2*time.Hour)
	ending(t, x, engine.Succeeded)
	expect(t, "children", []string{`"a" SUCCEEDED 1`}, statuses(x))
}
