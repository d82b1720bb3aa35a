package engine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/integration/runtime/engine"
)

func TestMaxConcurrencyLimitsTheItems(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		fields, concurrency string
		want                time.Duration // of 100 items of a minute each
	}{
		"no field":     {``, `1`, time.Minute},
		"0":            {`"MaxConcurrency":0,`, `1`, time.Minute},
		"50":           {`"MaxConcurrency":50,`, `1`, 2 * time.Minute},
		"a path to 0":  {`"MaxConcurrencyPath":"$.c",`, `0`, time.Minute},
		"a path to 25": {`"MaxConcurrencyPath":"$.c",`, `25`, 4 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, v := startVirtual(t, each(row.fields+`"ResultPath":null,`, `"Work":{"Type":"Wait","Seconds":60,"End":true}`), echo)
			x := begin(t, e, `{"items":[`+strings.TrimSuffix(strings.Repeat(`1,`, 100), ",")+`],"c":`+row.concurrency+`}`)
			if _, err := v.Run(t.Context(), time.Time{}, nil); err != nil {
				t.Fatal(err)
			}
			if d := x.Describe(); d.Ended.Sub(d.Started) != row.want {
				t.Errorf("%s after %v; want %v", d.Status, d.Ended.Sub(d.Started), row.want)
			}
		})
	}
}

func TestTheLimitsApplyToEachExecution(t *testing.T) {
	t.Parallel()
	half := fmt.Sprintf("%q", strings.Repeat("é", 66<<10))
	const caught = `"Catch":[{"ErrorEquals":["States.ALL"],"Next":"End"}],`
	const byName = `"Catch":[{"ErrorEquals":["States.DataLimitExceeded"],"ResultPath":"$.x","Next":"End"},{"ErrorEquals":["States.ALL"],"Next":"Each"}],`
	double := `"Work":{"Type":"Pass","Parameters":{"one.$":"$","two.$":"$"},"End":true}`
	for name, row := range map[string]struct{ fields, states, input, want, children string }{
		"the output of a child": {
			`"ItemSelector":{"x.$":"$.x"},"ToleratedFailurePercentage":100,"ResultSelector":{"e.$":"$[0].Error"},`, double, `{"items":[1],"x":%s}`,
			`SUCCEEDED  [Each End] {"e":"States.DataLimitExceeded"}`, "FAILED",
		},
		"the input of a child": {
			`"ItemSelector":{"x.$":"$.x","y.$":"$.x"},` + caught, work, `{"items":[1],"x":%s}`, `FAILED States.DataLimitExceeded [Each]`, "",
		},
		"the results together, which nothing catches": {
			`"ItemSelector":{"x.$":"$.x"},"ResultPath":null,` + caught, work, `{"items":[1,2],"x":%s}`, `FAILED States.DataLimitExceeded [Each]`, "SUCCEEDED SUCCEEDED",
		},
		"the results together, caught by name": {
			`"ItemSelector":{"x.$":"$.x"},` + byName, work, `{"items":[1,2],"x":%s}`, "SUCCEEDED  [Each End] " +
				`{"items":[1,2],"x":{"Error":"States.DataLimitExceeded","Cause":"The state/task 'Each' returned a result with a size exceeding the maximum number of bytes service limit."}}`,
			"SUCCEEDED SUCCEEDED",
		},
		"a result beside the input, which nothing catches": {
			`"ItemSelector":{"x.$":"$.x"},"ResultPath":"$.results",` + byName, work, `{"items":[1],"x":%s}`, `FAILED States.DataLimitExceeded [Each]`, "SUCCEEDED",
		},
		"the records of the failed together": {
			`"ItemSelector":{"x.$":"$.x"},"ToleratedFailurePercentage":100,` + caught, double, `{"items":[1,2],"x":%s}`, `FAILED States.DataLimitExceeded [Each]`, "FAILED FAILED",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := begin(t, start(t, each(row.fields, row.states), echo), fmt.Sprintf(row.input, half))
			got, err := x.Wait(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			expect(t, "end", row.want, inShort(got))
			var statuses []string
			for _, child := range x.Children() {
				statuses = append(statuses, string(child.Describe().Status))
			}
			expect(t, "children", row.children, strings.Join(statuses, " "))
		})
	}
}

func TestAMapRunWhoseResultIsTooLargeIsRunAgainByARedrive(t *testing.T) {
	t.Parallel()
	half := fmt.Sprintf("%q", strings.Repeat("x", 140<<10))
	calls := 0
	x := begin(t, start(t, each(`"MaxConcurrency":1,`, work), func(context.Context, engine.Task) (json.RawMessage, error) {
		if calls++; calls <= 2 {
			return json.RawMessage(half), nil
		}
		return json.RawMessage(`"small"`), nil
	}), `{"items":["a","b"]}`)
	ending(t, x, engine.Failed)
	redrive(t, x)
	expect(t, "output", `["small","small"]`, string(ending(t, x, engine.Succeeded).Output))
	expect(t, "Map Runs", "SUCCEEDED 0 map[SUCCEEDED:2], FAILED 0 map[SUCCEEDED:2]", mapRun(x))
}

func TestAChildHasAHistoryOfItsOwn(t *testing.T) {
	t.Parallel()
	loop := `"Work":{` + invoke + `,"Next":"More?"},"More?":{"Type":"Choice","Choices":[{"Variable":"$","StringEquals":"long","Next":"Work"}],"Default":"Done"},"Done":{"Type":"Succeed"}`
	e := startWith(t, engine.Config{
		Definition: each(`"ToleratedFailurePercentage":100,`, loop), Handler: echo, History: func() engine.History { return &tally{} }, MaxEvents: 100,
	})
	x := begin(t, e, `{"items":["long","a","b","c"]}`)
	got := ending(t, x, engine.Succeeded)
	children := x.Children()
	d := children[0].Describe()
	if d.Status != engine.Failed || !d.HistoryFull || len(children[0].Events()) != 100 {
		t.Errorf("the long one: %s with %d events", d.Status, len(children[0].Events()))
	}
	if n := len(got.Events); n != 9 {
		t.Errorf("%d events of the parent: %v", n, words(got))
	}
	if d := x.MapRuns()[0].Describe(); d.NotRedrivable != 1 || d.Counts[engine.Succeeded] != 3 {
		t.Errorf("Map Run %+v", d)
	}
	if !strings.Contains(string(got.Output), `"RedriveStatus":"NOT_REDRIVABLE","RedriveStatusReason":"Execution history event limit exceeded"`) {
		t.Errorf("output %s", got.Output)
	}
}

func TestAnItemWaitsForItsRedrive(t *testing.T) {
	t.Parallel()
	i := &items{}
	i.once(bad, "one", "two")
	x, v := virtualRun(t, waiting(`"MaxConcurrency":1,"ToleratedFailurePercentage":100,`), i, `{"items":["one","two","slow"]}`, 20*time.Second)
	if err := x.Stop(); err != nil {
		t.Fatal(err)
	}
	passUntil(t, v, 30*time.Second)
	redrive(t, x)
	passUntil(t, v, 40*time.Second)
	expect(t, "children", []string{`"one" RUNNING 1`, `"slow" PENDING_REDRIVE 0`, `"two" PENDING_REDRIVE 0`}, statuses(x))
	expect(t, "Map Run", "RUNNING 1 map[PENDING_REDRIVE:2 RUNNING:1]", mapRun(x))
	if err := x.Stop(); err != nil {
		t.Fatal(err)
	}
	passUntil(t, v, time.Hour)
	expect(t, "children after another stop", []string{`"one" ABORTED 1`, `"slow" ABORTED 0`, `"two" FAILED 0`}, statuses(x))
}

func TestARedriveRightAfterAStopWaitsForTheChildren(t *testing.T) {
	t.Parallel()
	x, v := virtualRun(t, waiting(``), &items{}, `{"items":["a","b"]}`, 20*time.Second)
	if err := x.Stop(); err != nil {
		t.Fatal(err)
	}
	ending(t, x, engine.Aborted)
	redrive(t, x)
	passUntil(t, v, time.Hour)
	ending(t, x, engine.Succeeded)
	expect(t, "children", []string{`"a" SUCCEEDED 1`, `"b" SUCCEEDED 1`}, statuses(x))
}

func TestDuplicatesHaveChildrenOfTheirOwn(t *testing.T) {
	t.Parallel()
	e := start(t, each(``, work), (&items{}).handle)
	first := begin(t, e, `{"items":["a"]}`)
	second, err := e.StartDuplicate("r1", json.RawMessage(`{"items":["a"]}`))
	if err != nil {
		t.Fatal(err)
	}
	ending(t, first, engine.Succeeded)
	ending(t, second, engine.Succeeded)
	one, other := first.Children(), second.Children()
	if len(one) != 1 || len(other) != 1 || one[0].ARN == other[0].ARN {
		t.Errorf("children %v and %v", one, other)
	}
	for _, x := range []*engine.Execution{one[0], other[0], second} {
		if found := e.Find(x.ARN); found != x {
			t.Errorf("%s finds another execution", x.ARN)
		}
	}
	if m := one[0].MapRun(); m.Execution != first || e.MapRun(m.ARN) != m || len(e.Executions()) != 2 {
		t.Errorf("Map Run of %s, %d executions", m.Execution.ARN, len(e.Executions()))
	}
}

func TestChildrenKeepTheDefinitionOfTheirRun(t *testing.T) {
	t.Parallel()
	definition := func(version string) string {
		return each(`"MaxConcurrency":1,"ResultPath":null,`, `"Work":{`+invoke+`,"Parameters":{"item":"`+version+`"},"Next":"Again"},
			"Again":{`+invoke+`,"Parameters":{"item":"`+version+`"},"End":true}`)
	}
	i := &items{}
	var e *engine.Engine
	i.once(func() error {
		if err := e.Update(definition("new")); err != nil {
			t.Error(err)
		}
		return bad()
	}, "old")
	e = start(t, definition("old"), i.handle)
	x := begin(t, e, `{"items":["a","b"]}`)
	ending(t, x, engine.Failed)
	redrive(t, x)
	ending(t, x, engine.Succeeded)
	expect(t, "Tasks", []string{"Again old", "Again old", "Work old", "Work old", "Work old"}, i.forget())
	run(t, e, "r2", `{"items":["a"]}`)
	expect(t, "Tasks of a new run", []string{"Again new", "Work new"}, i.forget())
}

func TestCloseAbandonsChildrenToo(t *testing.T) {
	t.Parallel()
	b := newBlocking()
	e := start(t, each(``, work), b.handle)
	x := begin(t, e, `{"items":["a"]}`)
	<-b.called
	if err := e.Close(); err != nil {
		t.Error(err)
	}
	for _, x := range append(x.Children(), x) {
		if _, err := x.Wait(t.Context()); err == nil || !strings.Contains(err.Error(), "did not end") {
			t.Errorf("%s: %v", x.Name, err)
		}
	}
}
