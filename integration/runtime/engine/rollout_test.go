package engine_test

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/runtime/engine"
)

//go:embed testdata/rollout.asl.json
var rollout string

const machineARN = "arn:aws:states:sa-east-1:123456789012:stateMachine:eks-scaling"

var startedAt = time.Date(2025, 3, 4, 6, 30, 0, 0, time.UTC)

// reply is what lambda:invoke answers for a function that returned payload.
func reply(payload string) json.RawMessage {
	return json.RawMessage(fmt.Sprintf(`{"Payload":%s,"StatusCode":200,"ExecutedVersion":"$LATEST"}`, payload))
}

// script answers Tasks: for each state the outcomes one after the other, the
// last one for ever.
type script struct {
	mu      sync.Mutex
	answers map[string][]outcome
	asked   []engine.Task
}

type outcome struct {
	result json.RawMessage
	err    error
}

func (s *script) handle(_ context.Context, task engine.Task) (json.RawMessage, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, task)
	answers := s.answers[task.State]
	if len(answers) == 0 {
		return nil, fmt.Errorf("the script has no answer for state %s", task.State)
	}
	if len(answers) > 1 {
		s.answers[task.State] = answers[1:]
	}
	return answers[0].result, answers[0].err
}

// asksOf are the inputs of the Tasks of one state, in order.
func (s *script) asksOf(state string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var inputs []string
	for _, task := range s.asked {
		if task.State == state {
			inputs = append(inputs, string(task.Input))
		}
	}
	return inputs
}

func start(t *testing.T, definition string, handler engine.TaskHandler) *engine.Engine {
	t.Helper()
	return startWith(t, engine.Config{Definition: definition, Handler: handler, Now: func() time.Time { return startedAt }})
}

// startWith starts an engine of the test's state machine, and closes it when the test ends.
func startWith(t *testing.T, c engine.Config) *engine.Engine {
	t.Helper()
	c.StateMachineARN = machineARN
	e, err := engine.Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Errorf("close the engine: %v", err)
		}
	})
	return e
}

// run is one execution from start to end.
func run(t *testing.T, e *engine.Engine, name, input string) engine.Result {
	t.Helper()
	x, err := e.StartExecution(name, json.RawMessage(input))
	if err != nil {
		t.Fatal(err)
	}
	result, err := x.Wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return result
}

const oneCluster = `{"clusters":[{"name":"production","nodegroups":[{"name":"big"}]}]}`

func TestTheWholePathOfARunThatSucceeds(t *testing.T) {
	s := &script{answers: map[string][]outcome{
		"Load":  {{result: reply(oneCluster)}},
		"Scale": {{result: reply(`{"outcome":"active"}`)}},
	}}
	got := run(t, start(t, rollout, s.handle), "r1", `{"actor":"ana"}`)

	if got.Status != engine.Succeeded {
		t.Fatalf("status %s (%s: %s)", got.Status, got.Error, got.Cause)
	}
	wantPath := []string{
		"Load", "AnythingToDo?", "ForEachCluster", "ForEachNodegroup", "Scale", "WaitBeforeCheck", "AnyFailed?", "Succeeded",
	}
	if diff := cmp.Diff(wantPath, got.Path); diff != "" {
		t.Errorf("path (-want +got):\n%s", diff)
	}
	if got.Transitions != len(wantPath) {
		t.Errorf("transitions: got %d, want %d", got.Transitions, len(wantPath))
	}
	var output struct{ Results [][]struct{ Outcome string } }
	if err := json.Unmarshal(got.Output, &output); err != nil || output.Results[0][0].Outcome != "active" {
		t.Errorf("output %s (%v)", got.Output, err)
	}
}

func TestTheContextObjectIsTheOneOfAWSAlsoInsideMaps(t *testing.T) {
	s := &script{answers: map[string][]outcome{
		"Load":  {{result: reply(oneCluster)}},
		"Scale": {{err: &engine.TaskError{Name: "ThrottledError"}}, {result: reply(`{"outcome":"active"}`)}},
	}}
	run(t, start(t, rollout, s.handle), "r1", `{"actor":"ana"}`)

	wantLoad := []string{`{"FunctionName":"load","Payload":{"input":{"actor":"ana"},` +
		`"execution":"arn:aws:states:sa-east-1:123456789012:execution:eks-scaling:r1","startedAt":"2025-03-04T06:30:00.000Z"}}`}
	if diff := cmp.Diff(wantLoad, s.asksOf("Load")); diff != "" {
		t.Errorf("input of Load (-want +got):\n%s", diff)
	}
	scale := `{"FunctionName":"scale","Payload":{"nodegroup":"big","execution":"r1","actor":"ana","state":"Scale","retries":%d}}`
	wantScale := []string{fmt.Sprintf(scale, 0), fmt.Sprintf(scale, 1)}
	if diff := cmp.Diff(wantScale, s.asksOf("Scale")); diff != "" {
		t.Errorf("inputs of Scale (-want +got):\n%s", diff)
	}
}

func TestARetryIsCountedAndNotEnteredAgain(t *testing.T) {
	s := &script{answers: map[string][]outcome{
		"Load": {
			{err: &engine.TaskError{Name: "ThrottledError", Cause: "slow down"}},
			{err: &engine.TaskError{Name: "Lambda.ServiceException", Cause: "oops"}},
			{result: reply(`{"clusters":[]}`)},
		},
	}}
	got := run(t, start(t, rollout, s.handle), "r1", "")

	if diff := cmp.Diff([]string{"Load", "AnythingToDo?", "Skipped"}, got.Path); diff != "" {
		t.Errorf("path (-want +got):\n%s", diff)
	}
	if got.Transitions != 5 {
		t.Errorf("transitions: got %d, want 3 states and 2 retries", got.Transitions)
	}
	var retries []string
	for _, event := range got.Events {
		if event.Type == engine.StateFailed || event.Type == engine.StateRetried {
			retries = append(retries, fmt.Sprintf("%s %d", event, event.Attempt))
		}
	}
	want := []string{
		"StateFailed Load ThrottledError: slow down 0", "StateRetried Load 1",
		"StateFailed Load Lambda.ServiceException: oops 0", "StateRetried Load 2",
	}
	if diff := cmp.Diff(want, retries); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func TestAnErrorIsMatchedByItsName(t *testing.T) {
	tests := []struct {
		name              string
		err               error
		wantError, wantAt string // how the execution ends, and in which state
	}{
		{"an error no retrier names is final", &engine.TaskError{Name: "ConfigInvalidError", Cause: "bad"}, "ConfigInvalidError: bad", "Load"},
		{"retries end", &engine.TaskError{Name: "ThrottledError", Cause: "slow"}, "ThrottledError: slow", "Load"},
		{"an error without a name is the handler's", &engine.TaskError{Cause: "?"}, "States.Runtime: the handler of state Load failed: : ?", "Load"},
		{"a handler's own failure shows as States.Runtime", fmt.Errorf("no such function"), "States.Runtime: the handler of state Load failed: no such function", "Load"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := &script{answers: map[string][]outcome{"Load": {{err: test.err}}}}
			got := run(t, start(t, rollout, s.handle), "", "")
			if got.Status != engine.Failed {
				t.Fatalf("status %s", got.Status)
			}
			if diff := cmp.Diff(test.wantError, got.Error+": "+got.Cause); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			if last := got.Path[len(got.Path)-1]; last != test.wantAt {
				t.Errorf("ended in %s, want %s", last, test.wantAt)
			}
		})
	}
}

func TestACaughtErrorReachesTheFailStateThroughErrorPathAndCausePath(t *testing.T) {
	s := &script{answers: map[string][]outcome{
		"Load":   {{result: reply(oneCluster)}},
		"Scale":  {{err: &engine.TaskError{Name: "AccessDeniedError", Cause: "not allowed"}}},
		"Notify": {{result: json.RawMessage(`{"MessageId":"1"}`)}},
	}}
	got := run(t, start(t, rollout, s.handle), "r1", `{"actor":"ana"}`)

	if diff := cmp.Diff("FAILED AccessDeniedError: not allowed", fmt.Sprintf("%s %s: %s", got.Status, got.Error, got.Cause)); diff != "" {
		t.Errorf("end (-want +got):\n%s", diff)
	}
	wantEnd := []string{"Scale", "ScaleFailed", "AnyFailed?", "Notify", "Failed"}
	if diff := cmp.Diff(wantEnd, got.Path[4:]); diff != "" {
		t.Errorf("end of the path (-want +got):\n%s", diff)
	}
	want := []string{`{"TopicArn":"arn:aws:sns:sa-east-1:123456789012:alerts","Message":"r1 failed"}`}
	if diff := cmp.Diff(want, s.asksOf("Notify")); diff != "" {
		t.Errorf("input of Notify (-want +got):\n%s", diff)
	}
}

func TestEveryEventInsideMapsSaysInWhichIteration(t *testing.T) {
	s := &script{answers: map[string][]outcome{
		"Load": {{result: reply(`{"clusters":[
			{"name":"a","nodegroups":[{"name":"a0"},{"name":"a1"}]},
			{"name":"b","nodegroups":[]},
			{"name":"c","nodegroups":[{"name":"c0"},{"name":"c1"},{"name":"c2"}]}]}`)}},
		"Scale": {{result: reply(`{"outcome":"active"}`)}},
	}}
	got := run(t, start(t, rollout, s.handle), "r1", `{"actor":"ana"}`)

	entered := got.Entered("Scale")
	slices.SortFunc(entered, slices.Compare)
	want := [][]int{{0, 0}, {0, 1}, {2, 0}, {2, 1}, {2, 2}}
	if diff := cmp.Diff(want, entered); diff != "" {
		t.Errorf("iterations of Scale (-want +got):\n%s", diff)
	}
	nodegroups := s.nodegroupsByIteration(t)
	wantNodegroups := map[string][]int{"a0": {0, 0}, "a1": {0, 1}, "c0": {2, 0}, "c1": {2, 1}, "c2": {2, 2}}
	if diff := cmp.Diff(wantNodegroups, nodegroups); diff != "" {
		t.Errorf("node groups by iteration (-want +got):\n%s", diff)
	}
	var types []string
	for _, event := range got.Events {
		if event.State == "ForEachCluster" && len(event.Iteration) == 1 && event.Iteration[0] == 1 {
			types = append(types, string(event.Type))
		}
	}
	if diff := cmp.Diff([]string{"MapIterationStarted", "MapIterationSucceeded"}, types); diff != "" {
		t.Errorf("events of iteration 1 (-want +got):\n%s", diff)
	}
	if last := got.Events[len(got.Events)-1].Type; last != engine.ExecutionSucceeded {
		t.Errorf("the last event is %s", last)
	}
}

// nodegroupsByIteration is where each node group was asked to scale.
func (s *script) nodegroupsByIteration(t *testing.T) map[string][]int {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	where := map[string][]int{}
	for _, task := range s.asked {
		if task.State != "Scale" {
			continue
		}
		var input struct{ Payload struct{ Nodegroup string } }
		if err := json.Unmarshal(task.Input, &input); err != nil {
			t.Fatal(err)
		}
		where[input.Payload.Nodegroup] = task.Iteration
	}
	return where
}
