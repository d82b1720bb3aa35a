package asl_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/simulation/asl"
)

// distributed is a machine of one distributed Map with these states, and with fields of its own.
func distributed(states, fields string) string {
	return machine(`"A":{"Type":"Map","Label":"Unit","ItemsPath":"$.l","ItemProcessor":{
		"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"P","States":{` + states + `}},"Next":"B",` + fields + `},
		"B":{"Type":"Succeed"},"C":{"Type":"Pass","Parameters":{"caught.$":"$"},"End":true}`)
}

const caught = `"Catch":[{"ErrorEquals":["States.ALL"],"ResultPath":"$.error","Next":"C"}]`

func TestEachItemOfADistributedMapHasAnExecutionOfItsOwn(t *testing.T) {
	t.Parallel()
	got := interpret(t, compile(t, distributed(`"P":{"Type":"Pass","Parameters":{
		"id.$":"$$.Execution.Id","name.$":"$$.Execution.Name","start.$":"$$.Execution.StartTime","given.$":"$$.Execution.Input"},"End":true}`,
		`"ItemSelector":{"v.$":"$$.Map.Item.Value","of.$":"$$.Execution.Name"},"MaxConcurrencyPath":"$.c","ToleratedFailurePercentage":100.0`)),
		"r1", 1, nil, `{"l":["x","y"],"c":1}`)
	names := regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}`).FindAllString(string(got.Output), -1)
	if len(names) != 4 || names[0] != names[1] || names[2] != names[3] || names[0] == names[2] {
		t.Fatalf("the names are %v in %s; want one for each child, in its ARN too", names, got.answer())
	}
	child := func(name, item string) string {
		arn := strings.Replace(machineARN, ":stateMachine:", ":execution:", 1) + "/Unit:" + name
		return `{"given":{"of":"r1","v":"` + item + `"},"id":"` + arn + `","name":"` + name + `","start":"2026-11-24T00:00:00.000Z"}`
	}
	if diff := cmp.Diff("["+child(names[0], "x")+","+child(names[2], "y")+"]", string(got.Output)); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
	// 1 for the start; 6 for A, including 2 about the map run; 2 for B; 1 for the end. The children's are in their own histories.
	if diff := cmp.Diff([]string{"A", "B"}, got.Path); diff != "" || got.Events != 10 || got.Transitions != 2 {
		t.Errorf("%d events, %d transitions, path (-want +got):\n%s", got.Events, got.Transitions, diff)
	}
}

func TestADistributedMapToleratesFailures(t *testing.T) {
	t.Parallel()
	const task = `"P":{` + work + `,"End":true}`
	bad, good := fails("Bad"), answers("1")
	tests := []struct{ name, fields, want string }{
		{"none without a percentage", caught, `{"caught":{"error":{"Cause":"The specified tolerated failure threshold was exceeded","Error":"States.ExceedToleratedFailureThreshold"},"l":[1,2,3]}}`},
		{
			"none, by the name of the error", `"Catch":[{"ErrorEquals":["States.ExceedToleratedFailureThreshold"],"ResultPath":"$","Next":"C"}]`,
			`{"caught":{"Cause":"The specified tolerated failure threshold was exceeded","Error":"States.ExceedToleratedFailureThreshold"}}`,
		},
		{"fewer than fail", `"ToleratedFailurePercentage":33.3`, `States.ExceedToleratedFailureThreshold: The specified tolerated failure threshold was exceeded`},
		{
			"as many as fail", `"ToleratedFailurePercentage":34`, `[1,{"Cause":"because","Error":"Bad","ExecutionArn":"ARN","Input":"2","InputDetails":{"Included":true},` +
				`"Name":"NAME","RedriveCount":0,"RedriveStatus":"REDRIVABLE_BY_MAP_RUN","StartDate":"2026-11-24T00:00:00.000Z",` +
				`"StateMachineArn":"` + machineARN + `/Unit","Status":"FAILED","StopDate":"2026-11-24T00:00:00.000Z"},1]`,
		},
		{"all, and what becomes of them is not wanted", `"ToleratedFailurePercentage":100.0,"ResultPath":null`, `{"l":[1,2,3]}`},
	}
	names := regexp.MustCompile(`"ExecutionArn":"[^"]*/Unit:[-0-9a-f]{36}"|"Name":"[-0-9a-f]{36}"`)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := interpret(t, compile(t, distributed(task, `"MaxConcurrency":1,`+test.fields)), "r1", 1, script{"P": {good, bad, good}}, `{"l":[1,2,3]}`)
			answer := names.ReplaceAllStringFunc(got.answer(), func(found string) string {
				if strings.HasPrefix(found, `"Name`) {
					return `"Name":"NAME"`
				}
				return `"ExecutionArn":"ARN"`
			})
			if diff := cmp.Diff(test.want, answer); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
		})
	}
}

func TestResultsOfADistributedMapThatAreTooLargeAreCaughtByName(t *testing.T) {
	t.Parallel()
	large := `"` + strings.Repeat("x", 200<<10) + `"`
	const named = `"Catch":[{"ErrorEquals":["States.DataLimitExceeded"],"ResultPath":"$.x","Next":"B"},{"ErrorEquals":["States.ALL"],"Next":"C"}]`
	for fields, want := range map[string]string{
		caught:                        "States.DataLimitExceeded",
		`"ResultPath":null,` + caught: "States.DataLimitExceeded",
		named:                         "",
	} {
		got := interpret(t, compile(t, distributed(`"P":{"Type":"Pass","Parameters":{"x.$":"$.x"},"End":true}`, `"ItemSelector":{"x.$":"$.x"},`+fields)),
			"r1", 1, nil, `{"l":[1,2],"x":`+large+`}`)
		if got.Error != want {
			t.Errorf("%s: ended as %s %s; want %q", fields, got.Status, got.Error, want)
		}
	}
	beside := interpret(t, compile(t, distributed(`"P":{"Type":"Pass","Parameters":{"x.$":"$.x"},"End":true}`, `"ItemSelector":{"x.$":"$.x"},"ResultPath":"$.r",`+named)),
		"r1", 1, nil, `{"l":[1],"x":`+large+`}`)
	if beside.Error != "States.DataLimitExceeded" {
		t.Errorf("a result that is too large beside the input: ended as %s %s", beside.Status, beside.Error)
	}
}

// ends are how the children of an execution ended, and after how long.
func ends(x *asl.Execution) string {
	var all []string
	for _, child := range x.Children() {
		r := child.Result()
		all = append(all, fmt.Sprintf("%s %s: %s %s %s", child.Input, r.Status, r.Error, r.Cause, since(r.Ended)))
	}
	return strings.Join(all, "; ")
}

func TestChildrenEndWithTheirParent(t *testing.T) {
	t.Parallel()
	const task = `"P":{` + work + `,"Next":"Q"},"Q":{"Type":"Succeed"}`
	takes := script{"P": {{result: `{"Payload":1}`, takes: time.Minute}}}
	w := newWorld(t, 1, distributed(task, caught), takes)
	x := w.start("r1", `{"l":[1,2]}`)
	w.After(time.Second, func() { x.Abort("Operator", "wrong day") })
	w.run()
	if got, want := ends(x), "1 ABORTED:   1s; 2 ABORTED:   1s"; got != want || x.Result().Status != engine.Aborted {
		t.Errorf("the run ended as %s, its children as %s; want %s", x.Result().Status, got, want)
	}

	w = newWorld(t, 1, `{"TimeoutSeconds":30,`+distributed(task, caught)[1:], takes)
	x = w.start("r1", `{"l":[1]}`)
	w.run()
	if got, want := ends(x), "1 ABORTED:   30s"; got != want || x.Result().Status != engine.TimedOut {
		t.Errorf("the run ended as %s, its children as %s; want %s", x.Result().Status, got, want)
	}
}

func TestAChildEndsAlone(t *testing.T) {
	t.Parallel()
	const task = `"P":{` + work + `,"End":true}`
	const full = "States.Runtime The execution reached the maximum number of history events (25000)."
	tests := []struct {
		name, fields, want string
		end                func(*asl.Execution)
		status             engine.Status
	}{
		{"stopped by a person", `"ToleratedFailurePercentage":100.0`, "1 SUCCEEDED:   1m0s; 2 ABORTED: Operator wrong unit 1s; 3 SUCCEEDED:   1m1s", func(x *asl.Execution) { x.Abort("Operator", "wrong unit") }, engine.Succeeded},
		{"out of events", `"ToleratedFailurePercentage":100.0`, "1 SUCCEEDED:   1m0s; 2 FAILED: " + full + " 1s; 3 SUCCEEDED:   1m1s", (*asl.Execution).RunOutOfEvents, engine.Succeeded},
		{"one too many", `"ResultPath":null`, "1 ABORTED:   1s; 2 FAILED: " + full + " 1s", (*asl.Execution).RunOutOfEvents, engine.Failed},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 1, distributed(task, `"MaxConcurrency":2,`+test.fields), script{"P": {{result: `{"Payload":1}`, takes: time.Minute}}})
			x := w.start("r1", `{"l":[1,2,3]}`)
			w.After(time.Second, func() { test.end(x.Children()[1]) })
			w.run()
			if got := ends(x); got != test.want || x.Result().Status != test.status {
				t.Errorf("the run ended as %s, its children as %s; want %s", x.Result().Status, got, test.want)
			}
			for _, child := range x.Children() {
				if child.Parent != x {
					t.Error("a child does not know its parent")
				}
				test.end(child) // does nothing any more
			}
		})
	}
}

func TestAChildHasAHistoryOfItsOwn(t *testing.T) {
	t.Parallel()
	const loop = `"P":{"Type":"Choice","Choices":[{"Variable":"$","StringEquals":"long","Next":"W"}],"Default":"Q"},
		"W":{"Type":"Wait","Seconds":1,"Next":"P"},"Q":{"Type":"Succeed"}`
	w := newWorld(t, 1, distributed(loop, `"ToleratedFailurePercentage":100.0`), nil)
	x := w.start("r1", `{"l":["long","short"]}`)
	w.run()
	long, short := x.Children()[0].Result(), x.Children()[1].Result()
	if long.Events != asl.MaxEvents || long.Error != "States.Runtime" || short.Events != 6 || x.Result().Events != 10 {
		t.Errorf("%d events with %s, %d events, and %d of the parent", long.Events, long.Error, short.Events, x.Result().Events)
	}
}
