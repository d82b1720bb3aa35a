package engine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/world/clock"
)

// startVirtual starts an engine under a virtual time.
func startVirtual(t *testing.T, definition string, handler engine.TaskHandler) (*engine.Engine, *clock.VirtualTime) {
	t.Helper()
	v := clock.Virtual(startedAt).Virtual()
	return startWith(t, engine.Config{Definition: definition, Handler: handler, Virtual: v}), v
}

// runVirtual starts executions with names and lets all time pass.
func runVirtual(t *testing.T, e *engine.Engine, v *clock.VirtualTime, names ...string) []*engine.Execution {
	t.Helper()
	var all []*engine.Execution
	for _, name := range names {
		x, err := e.StartExecution(name, nil)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, x)
	}
	if quiet, err := v.Run(t.Context(), time.Time{}, nil); err != nil || !quiet {
		t.Fatalf("quiet: %t (%v)", quiet, err)
	}
	return all
}

// stamped are the events of some types, each with the seconds since the start.
func stamped(x *engine.Execution, types ...engine.EventType) []string {
	var lines []string
	for _, event := range x.Events() {
		if slices.Contains(types, event.Type) {
			lines = append(lines, fmt.Sprintf("%v %s %s", event.At.Sub(startedAt).Seconds(), event.Type, event.State))
		}
	}
	return lines
}

func TestUnderAVirtualTimeAWaitTakesAsLongAsItSays(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ wait, input string }{
		"Seconds":       {`"Seconds":1200`, `{}`},
		"SecondsPath":   {`"SecondsPath":"$.wait"`, `{"wait":1200}`},
		"Timestamp":     {`"Timestamp":"2025-03-04T06:50:00Z"`, `{}`},
		"TimestampPath": {`"TimestampPath":"$.until"`, `{"until":"2025-03-04T03:50:00-03:00"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, v := startVirtual(t, `{"StartAt":"A","States":{"A":{"Type":"Wait",`+row.wait+`,"Next":"B"},"B":{"Type":"Succeed"}}}`, echo)
			x, err := e.StartExecution("r1", json.RawMessage(row.input))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := v.Run(t.Context(), time.Time{}, nil); err != nil {
				t.Fatal(err)
			}
			if d := x.Describe(); d.Status != engine.Succeeded || d.Ended.Sub(d.Started) != 20*time.Minute {
				t.Errorf("%s after %v; want SUCCEEDED after 20 minutes (%s)", d.Status, d.Ended.Sub(d.Started), d.Cause)
			}
		})
	}
}

func TestUnderAVirtualTimeRetriesAreAsFarApartAsTheDefinitionSays(t *testing.T) {
	t.Parallel()
	definition := `{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke",
		"Retry":[{"ErrorEquals":["Bad"],"IntervalSeconds":10,"BackoffRate":2,"MaxDelaySeconds":30,"MaxAttempts":4%s}],"End":true}}}`
	fails := func(context.Context, engine.Task) (json.RawMessage, error) {
		return nil, &engine.TaskError{Name: "Bad"}
	}
	e, v := startVirtual(t, fmt.Sprintf(definition, ""), fails)
	got := stamped(runVirtual(t, e, v, "r1")[0], engine.TaskScheduled)
	if diff := cmp.Diff([]string{"0 TaskScheduled A", "10 TaskScheduled A", "30 TaskScheduled A", "60 TaskScheduled A", "90 TaskScheduled A"}, got); diff != "" {
		t.Errorf("attempts (-want +got):\n%s", diff)
	}

	var jittered [2][]string
	for i := range jittered {
		e, v := startVirtual(t, fmt.Sprintf(definition, `,"JitterStrategy":"FULL"`), fails)
		jittered[i] = stamped(runVirtual(t, e, v, "r1")[0], engine.TaskScheduled)
	}
	if diff := cmp.Diff(jittered[0], jittered[1]); diff != "" || slices.Equal(jittered[0], got) {
		t.Errorf("the jitter is not the same for the same seed, or there is none (-one +other):\n%s", diff)
	}
}

func TestUnderAVirtualTimeExecutionsInterleaveByTheirTimers(t *testing.T) {
	t.Parallel()
	definition := `{"StartAt":"Wait","States":{"Wait":{"Type":"Wait","Seconds":30,"Next":"Work"},
		"Work":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Next":"Wait2"},
		"Wait2":{"Type":"Wait","Seconds":30,"Next":"Work2"},
		"Work2":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","End":true}}}`
	var mu sync.Mutex
	var order []string
	var e *engine.Engine
	var v *clock.VirtualTime
	e, v = startVirtual(t, definition, func(_ context.Context, task engine.Task) (json.RawMessage, error) {
		mu.Lock()
		defer mu.Unlock()
		order = append(order, fmt.Sprintf("%v %s %s", v.Now().Sub(startedAt).Seconds(), task.Execution, task.State))
		return task.Input, nil
	})
	v.At(startedAt.Add(10*time.Second), func() {
		if _, err := e.StartExecution("late", nil); err != nil {
			t.Error(err)
		}
	})
	runVirtual(t, e, v, "one", "two")
	want := []string{"30 one Work", "30 two Work", "40 late Work", "60 one Work2", "60 two Work2", "70 late Work2"}
	if diff := cmp.Diff(want, order); diff != "" {
		t.Errorf("Tasks (-want +got):\n%s", diff)
	}
}

func TestUnderAVirtualTimeTimeoutsAreReachedByIt(t *testing.T) {
	t.Parallel()
	loop := `"Work":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","TimeoutSeconds":40,
		"Catch":[{"ErrorEquals":["States.Timeout"],"Next":"Late"}],"Next":"Wait"},
		"Wait":{"Type":"Wait","Seconds":60,"Next":"Work"},"Late":{"Type":"Succeed"}`
	for name, row := range map[string]struct {
		machine string
		takes   time.Duration // of each Task
		status  engine.Status
		after   time.Duration
	}{
		"of the state machine": {`"TimeoutSeconds":3600,`, 0, engine.TimedOut, time.Hour},
		"of a Task":            {``, 41 * time.Second, engine.Succeeded, 40 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, v := startVirtual(t, `{"StartAt":"Work",`+row.machine+`"States":{`+loop+`}}`, func(ctx context.Context, task engine.Task) (json.RawMessage, error) {
				if row.takes > 0 {
					defer clock.WorkOf(ctx).Sleep(row.takes)()
				}
				return task.Input, nil
			})
			d := runVirtual(t, e, v, "r1")[0].Describe()
			if d.Status != row.status || d.Ended.Sub(d.Started) != row.after {
				t.Errorf("%s after %v; want %s after %v", d.Status, d.Ended.Sub(d.Started), row.status, row.after)
			}
		})
	}
}

func TestUnderAVirtualTimeTheContextObjectIsOfIt(t *testing.T) {
	t.Parallel()
	e, v := startVirtual(t, `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":60,"Next":"A"},
		"A":{"Type":"Pass","Parameters":{"started.$":"$$.Execution.StartTime","entered.$":"$$.State.EnteredTime"},"End":true}}}`, echo)
	got := string(runVirtual(t, e, v, "r1")[0].Describe().Output)
	if want := `{"started":"2025-03-04T06:30:00.000Z","entered":"2025-03-04T06:31:00.000Z"}`; got != want {
		t.Errorf("got %s; want %s", got, want)
	}
}

func TestUnderAVirtualTimeALongWorkIsQuick(t *testing.T) {
	t.Parallel()
	e, v := startVirtual(t, `{"StartAt":"Map","States":{"Map":{"Type":"Map","ItemsPath":"$.items","ItemProcessor":{"StartAt":"W","States":{
		"W":{"Type":"Wait","SecondsPath":"$","Next":"T"},"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","End":true}}},"End":true}}}`, echo)
	x, err := e.StartExecution("r1", json.RawMessage(`{"items":[`+strings.TrimSuffix(strings.Repeat("3600,1800,7200,", 20), ",")+`]}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Run(t.Context(), time.Time{}, nil); err != nil {
		t.Fatal(err)
	}
	// 40 items at a time: the next 20 begin as the first ones end.
	if d := x.Describe(); d.Status != engine.Succeeded || d.Ended.Sub(d.Started) != 3*time.Hour {
		t.Errorf("%s after %v", d.Status, d.Ended.Sub(d.Started))
	}
}

// TestUnderAVirtualTimeTheCourseIsTheSameEachTime has Tasks take longer one time than the other, as real ones do.
func TestUnderAVirtualTimeTheCourseIsTheSameEachTime(t *testing.T) {
	t.Parallel()
	states := `"Work":{` + invoke + `,"Next":"Wait"},"Wait":{"Type":"Wait","Seconds":60,"Next":"Again"},"Again":{` + invoke + `,"End":true}`
	const fields = `"MaxConcurrency":7,"ItemSelector":{"i.$":"$$.Map.Item.Index"},`
	inline := strings.Replace(strings.Replace(each(fields, states), `"DISTRIBUTED","ExecutionType":"STANDARD"`, `"INLINE"`, 1), `"Label":"Unit",`, ``, 1)
	for name, definition := range map[string]string{"inline": inline, "distributed": each(fields, states)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var courses [3][]string
			for i := range courses {
				e, v := startVirtual(t, definition, func(_ context.Context, task engine.Task) (json.RawMessage, error) {
					courses[i] = append(courses[i], task.State+string(task.Input))
					for range len(courses[i]) * i % 7 * 100 {
						runtime.Gosched()
					}
					return task.Input, nil
				})
				x := begin(t, e, `{"items":[`+strings.TrimSuffix(strings.Repeat(`"a",`, 50), ",")+`]}`)
				if _, err := v.Run(t.Context(), time.Time{}, nil); err != nil {
					t.Fatal(err)
				}
				ending(t, x, engine.Succeeded)
			}
			for i, course := range courses {
				if diff := cmp.Diff(courses[0], course); diff != "" {
					t.Errorf("course %d (-first +this):\n%s", i, diff)
				}
			}
		})
	}
}
