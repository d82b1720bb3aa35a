package engine_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/statemachine"
)

// productAnswers holds the product functions' answers, reduced to what the definition reads: two units of two waves. The second
// one changes two node groups in its second wave. Decide is asked again after each wave.
func productAnswers(task engine.Task) (json.RawMessage, error) {
	var call struct {
		Payload struct {
			Unit  any // its name; to AuditUnit, its end
			Round int
		}
	}
	if err := json.Unmarshal(task.Input, &call); err != nil {
		return nil, err
	}
	const decided = `{"run":{"dryRun":false},"unit":%q,"round":%d,"cluster":{"concurrency":2},"at":"","goodUntil":"","wanted":{},"basis":"","guards":[],
		"next":%q,"wave":{"decisions":%s}}`
	waves := map[string][]string{
		"a": {`[{"nodegroup":"a0"}]`, `[{"nodegroup":"a1"}]`},
		"b": {`[{"nodegroup":"b0"}]`, `[{"nodegroup":"b1"},{"nodegroup":"b2"}]`},
	}
	switch task.State {
	case "LoadConfig":
		return reply(`{"run":{"dryRun":false},"units":["a","b"],"concurrency":2,"signals":false,"readings":{}}`), nil
	case "Decide":
		round, unit := call.Payload.Round, fmt.Sprint(call.Payload.Unit)
		if round == len(waves[unit]) {
			return reply(fmt.Sprintf(decided, unit, round+1, "done", "[]")), nil
		}
		return reply(fmt.Sprintf(decided, unit, round+1, "scale", waves[unit][round])), nil
	case "Scale":
		return reply(`{"decision":{},"progress":{"status":"pending","delaySeconds":1}}`), nil
	case "WaitForNodegroupActive":
		return reply(`{"decision":{},"progress":{"status":"ended"}}`), nil
	case "Audit":
		return reply(`{"outcome":"succeeded"}`), nil
	case "AuditUnit":
		return reply(`{"unit":"u","outcome":"succeeded"}`), nil
	case "AuditRun":
		return reply(`{"outcome":"succeeded"}`), nil
	}
	return nil, fmt.Errorf("no answer for %s", task.State)
}

func TestTheProductsRunIsRedrivenWhereItWasStopped(t *testing.T) {
	p := &places{done: productAnswers}
	waiting, release := make(chan struct{}), make(chan struct{})
	defer close(release)
	// Only the second wave of the second unit has a second node group.
	p.once("WaitForNodegroupActive[1]", func(engine.Task) (json.RawMessage, error) {
		close(waiting)
		<-release
		return nil, errors.New("nobody waits for this any more")
	})
	x := begin(t, start(t, statemachine.Definition, p.handle), `{}`)
	<-waiting
	first, second := x.Children()[0], x.Children()[1]
	if strings.Contains(string(first.Input), `"unit":"b"`) {
		first, second = second, first
	}
	ending(t, first, engine.Succeeded)
	until(t, second, "MapIterationSucceeded ScaleWave[0]", 2)
	if err := x.StopWith("Operator", "wrong day"); err != nil {
		t.Fatal(err)
	}
	stopped := ending(t, x, engine.Aborted)
	if stopped.Error != "Operator" || stopped.Cause != "wrong day" {
		t.Errorf("stopped with %s: %s", stopped.Error, stopped.Cause)
	}
	ending(t, second, engine.Aborted)
	p.forget()
	redrive(t, x)
	ending(t, x, engine.Succeeded)
	got := ending(t, second, engine.Succeeded)
	if diff := cmp.Diff([]string{"AuditRun", "AuditUnit", "Audit[1]", "Decide", "WaitForNodegroupActive[1]"}, p.forget()); diff != "" {
		t.Errorf("asked after the redrive (-want +got):\n%s", diff)
	}
	want := []string{
		"ExecutionRedriven", "TaskScheduled WaitForNodegroupActive[1]", "TaskSucceeded WaitForNodegroupActive[1]",
		"StateExited WaitForNodegroupActive[1]", "StateEntered Active?[1]", "StateExited Active?[1]",
	}
	if diff := cmp.Diff(want, sinceRedrive(got)[:len(want)]); diff != "" {
		t.Errorf("first events since the redrive (-want +got):\n%s", diff)
	}
}

// until returns once the execution has the given number of events of these words. No Task follows upon them that could tell the
// test.
func until(t *testing.T, x *engine.Execution, words string, times int) {
	t.Helper()
	for count(engine.Result{Events: x.Events()}, words) < times {
		if t.Context().Err() != nil {
			t.Fatalf("there was no %s", words)
		}
		runtime.Gosched()
	}
}

func TestARedrivenExecutionHasTheWholeTimeoutAgain(t *testing.T) {
	t.Parallel()
	definition := `{"StartAt":"Work","TimeoutSeconds":1,"States":{"Work":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","End":true}}}`
	release := make(chan struct{})
	defer close(release)
	p := &places{done: echoed}
	hangs := func(task engine.Task) (json.RawMessage, error) { <-release; return task.Input, nil }
	p.once("Work", hangs)
	x := begin(t, start(t, definition, p.handle), `{}`)
	ending(t, x, engine.TimedOut)
	p.once("Work", hangs)
	redrive(t, x)
	ending(t, x, engine.TimedOut)
	redrive(t, x)
	ending(t, x, engine.Succeeded)
}
