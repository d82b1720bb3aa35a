package engine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/runtime/engine"
)

// each is a distributed Map called Each, labelled Unit, with further fields. Work is its first state.
func each(fields, states string) string {
	return `{"StartAt":"Each","States":{"Each":{"Type":"Map","Label":"Unit","ItemsPath":"$.items",` + fields + `
		"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"Work","States":{` + states + `}},"Next":"End"},
		"End":{"Type":"Pass","End":true}}}`
}

const work = `"Work":{` + invoke + `,"End":true}`

// items answer Tasks by their item, which is their input, or the field item of it: what is set for it once, and everything else
// with the input.
type items struct {
	mu    sync.Mutex
	next  map[string]func() error
	asked []string
}

func (i *items) handle(_ context.Context, task engine.Task) (json.RawMessage, error) {
	var in struct{ Item string }
	item := strings.Trim(string(task.Input), `"`)
	if json.Unmarshal(task.Input, &in) == nil {
		item = in.Item
	}
	i.mu.Lock()
	next := i.next[item]
	delete(i.next, item)
	i.asked = append(i.asked, task.State+" "+item)
	i.mu.Unlock()
	if next == nil {
		return task.Input, nil
	}
	return task.Input, next()
}

// once sets what comes of the next Task of some items.
func (i *items) once(do func() error, items ...string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.next == nil {
		i.next = map[string]func() error{}
	}
	for _, item := range items {
		i.next[item] = do
	}
}

// forget returns the Tasks so far, sorted, and starts over.
func (i *items) forget() []string {
	i.mu.Lock()
	defer i.mu.Unlock()
	asked := i.asked
	i.asked = nil
	slices.Sort(asked)
	return asked
}

func bad() error { return &engine.TaskError{Name: "Bad", Cause: "worse"} }

func TestEveryItemOfADistributedMapRunsInAnExecutionOfItsOwn(t *testing.T) {
	t.Parallel()
	definition := each(`"ItemSelector":{"item.$":"$$.Map.Item.Value","index.$":"$$.Map.Item.Index","run.$":"$$.Execution.Name","all.$":"$.items"},"ResultPath":"$.done",`,
		`"Work":{`+invoke+`,"ResultPath":null,"Next":"Tell"},
		"Tell":{"Type":"Pass","Parameters":{"in.$":"$","execution.$":"$$.Execution","machine.$":"$$.StateMachine.Id"},"End":true}`)
	x := begin(t, start(t, definition, (&items{}).handle), `{"items":["a","b"]}`)
	got := ending(t, x, engine.Succeeded)

	children := x.Children()
	if len(children) != 2 {
		t.Fatalf("%d children", len(children))
	}
	var want []string
	for i, child := range children {
		want = append(want, wantsChild(t, child, i))
	}
	if diff := cmp.Diff(`{"items":["a","b"],"done":[`+strings.Join(want, ",")+`]}`, string(got.Output)); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
	wantEvents := []string{
		"ExecutionStarted", "StateEntered Each", "MapStateStarted Each", "MapRunStarted Each", "MapRunSucceeded Each", "StateExited Each",
		"StateEntered End", "StateExited End", "ExecutionSucceeded",
	}
	if diff := cmp.Diff(wantEvents, words(got)); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if got.Transitions != 2 || x.Transitions() != 6 {
		t.Errorf("%d transitions, %d with the children's; want 2 and 6", got.Transitions, x.Transitions())
	}
}

// wantsChild requires an item's execution to be like any other, and returns its description.
func wantsChild(t *testing.T, child *engine.Execution, i int) string {
	t.Helper()
	input := fmt.Sprintf(`{"item":"%c","index":%d,"run":"r1","all":["a","b"]}`, 'a'+i, i)
	const arn = "arn:aws:states:sa-east-1:123456789012:execution:eks-scaling/Unit:"
	if len(child.Name) != 36 || child.ARN != arn+child.Name || string(child.Input) != input {
		t.Errorf("child %d: %s, %s, %s", i, child.Name, child.ARN, child.Input)
	}
	result := ending(t, child, engine.Succeeded)
	want := []string{
		"ExecutionStarted", "StateEntered Work", "TaskScheduled Work", "TaskSucceeded Work", "StateExited Work",
		"StateEntered Tell", "StateExited Tell", "ExecutionSucceeded",
	}
	if diff := cmp.Diff(want, words(result)); diff != "" || result.Transitions != 2 {
		t.Errorf("child %d: %d transitions, events (-want +got):\n%s", i, result.Transitions, diff)
	}
	return fmt.Sprintf(`{"in":%s,"execution":{"Id":"%s","Name":"%s","RoleArn":"arn:aws:iam::123456789012:role/eks-scaling","StartTime":"2025-03-04T06:30:00.000Z",`+
		`"RedriveCount":0,"Input":%s},"machine":"arn:aws:states:sa-east-1:123456789012:stateMachine:eks-scaling/Unit"}`,
		input, child.ARN, child.Name, input)
}

// inShort is how an execution ended, its path, and its output.
func inShort(r engine.Result) string {
	return strings.TrimSpace(fmt.Sprintf("%s %s %v %s", r.Status, r.Error, r.Path, r.Output))
}

func TestTheFieldsOfADistributedMap(t *testing.T) {
	t.Parallel()
	const input = `{"items":["a","b"],"c":1}`
	for name, row := range map[string]struct{ fields, input, want string }{
		"none":                             {``, input, `SUCCEEDED  [Each End] ["a","b"]`},
		"over nothing":                     {``, `{"items":[]}`, `SUCCEEDED  [Each End] []`},
		"over what is no list":             {`"Catch":[{"ErrorEquals":["States.ALL"],"Next":"End"}],`, `{"items":1}`, `FAILED States.Runtime [Each]`},
		"ResultPath":                       {`"ResultPath":"$.out",`, input, `SUCCEEDED  [Each End] {"items":["a","b"],"c":1,"out":["a","b"]}`},
		"ResultPath null":                  {`"ResultPath":null,`, input, `SUCCEEDED  [Each End] ` + input},
		"ResultSelector":                   {`"ResultSelector":{"n.$":"States.ArrayLength($)"},`, input, `SUCCEEDED  [Each End] {"n":2}`},
		"ItemSelector":                     {`"ItemSelector":{"v.$":"$$.Map.Item.Value","c.$":"$.c"},`, input, `SUCCEEDED  [Each End] [{"v":"a","c":1},{"v":"b","c":1}]`},
		"MaxConcurrency":                   {`"MaxConcurrency":1,`, input, `SUCCEEDED  [Each End] ["a","b"]`},
		"MaxConcurrencyPath":               {`"MaxConcurrencyPath":"$.c",`, input, `SUCCEEDED  [Each End] ["a","b"]`},
		"MaxConcurrencyPath to 0":          {`"MaxConcurrencyPath":"$.c",`, `{"items":["a"],"c":0}`, `SUCCEEDED  [Each End] ["a"]`},
		"MaxConcurrencyPath to a text":     {`"MaxConcurrencyPath":"$.c",`, `{"items":["a"],"c":"1"}`, `FAILED States.Runtime [Each]`},
		"MaxConcurrencyPath to a fraction": {`"MaxConcurrencyPath":"$.c",`, `{"items":["a"],"c":1.5}`, `FAILED States.Runtime [Each]`},
		"MaxConcurrencyPath below 0, which nothing catches": {
			`"MaxConcurrencyPath":"$.c","Catch":[{"ErrorEquals":["States.ALL"],"Next":"End"}],`, `{"items":["a"],"c":-1}`, `FAILED States.Runtime [Each]`,
		},
		"MaxConcurrencyPath to nothing": {`"MaxConcurrencyPath":"$.c",`, `{"items":["a"]}`, `FAILED States.Runtime [Each]`},
		"Catch": {
			`"Catch":[{"ErrorEquals":["States.ExceedToleratedFailureThreshold"],"ResultPath":"$.e","Next":"End"}],`, `{"items":["bad"]}`,
			`SUCCEEDED  [Each End] {"items":["bad"],"e":{"Error":"States.ExceedToleratedFailureThreshold","Cause":"The specified tolerated failure threshold was exceeded"}}`,
		},
		"Retry": {`"Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":1}],`, `{"items":["a","bad"]}`, `SUCCEEDED  [Each End] ["a","bad"]`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := &items{}
			i.once(bad, "bad")
			got := run(t, start(t, each(row.fields, work), i.handle), "", row.input)
			if diff := cmp.Diff(row.want, inShort(got)); diff != "" {
				t.Errorf("end (-want +got):\n%s\n%s", diff, got.Cause)
			}
		})
	}
}

func TestADistributedMapToleratesALimitedNumberOfFailures(t *testing.T) {
	t.Parallel()
	const exceeded = "States.ExceedToleratedFailureThreshold"
	for name, row := range map[string]struct {
		fields string
		failed int // of 4 items
		want   string
	}{
		"none":                          {``, 0, ""},
		"none without a field":          {``, 1, exceeded},
		"up to the count":               {`"ToleratedFailureCount":2,`, 2, ""},
		"beyond the count":              {`"ToleratedFailureCount":2,`, 3, exceeded},
		"none by a count of 0":          {`"ToleratedFailureCount":0,`, 1, exceeded},
		"up to the percentage":          {`"ToleratedFailurePercentage":50,`, 2, ""},
		"beyond the percentage":         {`"ToleratedFailurePercentage":49,`, 2, exceeded},
		"all":                           {`"ToleratedFailurePercentage":100.0,`, 4, ""},
		"beyond the count of two":       {`"ToleratedFailurePercentage":100,"ToleratedFailureCount":1,`, 2, exceeded},
		"beyond the percentage of two":  {`"ToleratedFailurePercentage":25,"ToleratedFailureCount":3,`, 2, exceeded},
		"up to the smaller one of both": {`"ToleratedFailurePercentage":25,"ToleratedFailureCount":1,`, 1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := []string{"a", "b", "c", "d"}
			i := &items{}
			i.once(bad, all[:row.failed]...)
			got := run(t, start(t, each(row.fields+`"MaxConcurrency":1,`, work), i.handle), "", `{"items":["a","b","c","d"]}`)
			if got.Error != row.want {
				t.Errorf("ended as %s %s; want %q", got.Status, got.Error, row.want)
			}
		})
	}
}

func TestAThousandItemsRunTwoHundredAtATime(t *testing.T) {
	t.Parallel()
	e, v := startVirtual(t, each(`"MaxConcurrency":200,`, `"Work":{`+invoke+`,"Next":"Wait"},"Wait":{"Type":"Wait","Seconds":60,"End":true}`), (&items{}).handle)
	x, err := e.StartExecution("r1", json.RawMessage(`{"items":[`+strings.TrimSuffix(strings.Repeat(`"a",`, 1000), ",")+`]}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Run(t.Context(), time.Time{}, nil); err != nil {
		t.Fatal(err)
	}
	if d := x.Describe(); d.Status != engine.Succeeded || d.Ended.Sub(d.Started) != 5*time.Minute || len(x.Children()) != 1000 {
		t.Errorf("%s after %v, %d children", d.Status, d.Ended.Sub(d.Started), len(x.Children()))
	}
}
