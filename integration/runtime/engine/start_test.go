package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/testkit/leaktest"
)

const oneTask = `{"StartAt":"Work","States":{"Work":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","End":true}}}`

// blocking is a handler that says when it was called and returns when told to.
type blocking struct {
	called  chan engine.Task
	release chan struct{}
}

func newBlocking() blocking {
	return blocking{called: make(chan engine.Task, 10), release: make(chan struct{})}
}

func (b blocking) handle(ctx context.Context, task engine.Task) (json.RawMessage, error) {
	b.called <- task
	select {
	case <-b.release:
		return json.RawMessage(`"done"`), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func TestTheNamesOfExecutionsFollowTheRulesOfAWS(t *testing.T) {
	work := newBlocking()
	e := start(t, oneTask, work.handle)
	first, err := e.StartExecution("r1", json.RawMessage(`{"a": 1}`))
	if err != nil {
		t.Fatal(err)
	}
	<-work.called

	again, err := e.StartExecution("r1", json.RawMessage(`{"a":1}`))
	if err != nil || again != first {
		t.Errorf("same name and input while it runs: got another execution (%v)", err)
	}
	_, err = e.StartExecution("r1", json.RawMessage(`{"a":2}`))
	wantCode(t, "same name, other input", err, engine.CodeExecutionAlreadyExists)

	close(work.release)
	if _, err := first.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err = e.StartExecution("r1", json.RawMessage(`{"a":1}`))
	wantCode(t, "same name and input after it ended", err, engine.CodeExecutionAlreadyExists)
	if n := len(work.called); n != 0 {
		t.Errorf("%d further runs", n)
	}
}

func wantCode(t *testing.T, when string, err error, code string) {
	t.Helper()
	refused, ok := errors.AsType[*engine.StartError](err)
	if !ok || refused.Code != code {
		t.Errorf("%s: got %v, want %s", when, err, code)
	}
}

func TestAStartThatAWSWouldRefuseIsRefused(t *testing.T) {
	e := start(t, oneTask, newBlocking().handle)
	tests := []struct {
		name, execution, input, want string
	}{
		{"a colon in the name", "sunday:06:30", "{}", engine.CodeInvalidName},
		{"a space in the name", "run 1", "{}", engine.CodeInvalidName},
		{"81 characters", strings.Repeat("x", 81), "{}", engine.CodeInvalidName},
		{"input that is no JSON", "r1", "{", engine.CodeInvalidExecutionInput},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := e.StartExecution(test.execution, json.RawMessage(test.input))
			wantCode(t, test.name, err, test.want)
		})
	}
}

func TestAnExecutionWithoutANameGetsAFreshOne(t *testing.T) {
	work := newBlocking()
	close(work.release)
	e := start(t, oneTask, work.handle)
	one, err := e.StartExecution("", nil)
	if err != nil {
		t.Fatal(err)
	}
	other, err := e.StartExecution("", nil)
	if err != nil {
		t.Fatal(err)
	}
	if one.Name == "" || one.Name == other.Name {
		t.Errorf("names %q and %q", one.Name, other.Name)
	}
}

func TestADuplicateRunsASecondTimeUnderTheSameName(t *testing.T) {
	work := newBlocking()
	e := start(t, oneTask, work.handle)
	first, err := e.StartExecution("r1", nil)
	if err != nil {
		t.Fatal(err)
	}
	second, err := e.StartDuplicate("r1", nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if task := <-work.called; task.Execution != "r1" {
			t.Errorf("a Task of execution %q", task.Execution)
		}
	}
	close(work.release)
	for _, x := range []*engine.Execution{first, second} {
		if result, err := x.Wait(t.Context()); err != nil || result.Status != engine.Succeeded {
			t.Errorf("%s: %s, %v", x.ARN, result.Status, err)
		}
	}
}

func TestAStoppedExecutionIsAborted(t *testing.T) {
	work := newBlocking()
	e := start(t, oneTask, work.handle)
	x, err := e.StartExecution("r1", nil)
	if err != nil {
		t.Fatal(err)
	}
	<-work.called
	if err := x.Stop(); err != nil {
		t.Fatal(err)
	}
	got, err := x.Wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got.Status != engine.Aborted || got.Error != "" {
		t.Errorf("ended as %s %s", got.Status, got.Error)
	}
}

func TestTimeoutsOfTheTaskAndOfTheStateMachine(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, definition, want string
	}{
		{
			"a Task that takes too long can be caught",
			`{"StartAt":"Work","States":{
				"Work":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","TimeoutSeconds":1,
					"Catch":[{"ErrorEquals":["States.Timeout"],"Next":"Late"}],"End":true},
				"Late":{"Type":"Succeed"}}}`,
			"SUCCEEDED  [Work Late]",
		},
		{
			"an execution that takes too long ends as timed out",
			`{"StartAt":"Work","TimeoutSeconds":1,"States":{
				"Work":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke",
					"Catch":[{"ErrorEquals":["States.ALL"],"Next":"Late"}],"End":true},
				"Late":{"Type":"Succeed"}}}`,
			"TIMED_OUT States.Timeout [Work]",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := run(t, start(t, test.definition, newBlocking().handle), "", "")
			if diff := cmp.Diff(test.want, summary(got)); diff != "" {
				t.Errorf("end (-want +got):\n%s", diff)
			}
		})
	}
}

func TestADefinitionThatCannotRunIsRefusedWithTheReason(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, definition, want string
	}{
		{"no JSON", `{`, "the definition is no JSON"},
		{"a Next that leads nowhere", `{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"}}}`, "B"},
		{"a field that does not exist", `{"StartAt":"A","States":{"A":{"Type":"Pass","Ned":true}}}`, "state A, Ned: is not implemented for a Pass state"},
		{"JSONata", `{"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{"Type":"Succeed"}}}`, `definition, QueryLanguage: found "JSONata"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := engine.Start(t.Context(), engine.Config{
				Definition: test.definition, StateMachineARN: machineARN, Handler: newBlocking().handle,
			})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q in it", err, test.want)
			}
		})
	}
}

func TestAConfigThatLacksSomethingIsRefused(t *testing.T) {
	tests := []struct {
		name   string
		config engine.Config
		want   string
	}{
		{"no handler", engine.Config{Definition: oneTask, StateMachineARN: machineARN}, "Config.Handler is missing"},
		{"the ARN of something else", engine.Config{
			Definition: oneTask, StateMachineARN: "arn:aws:sns:sa-east-1:123456789012:alerts", Handler: newBlocking().handle,
		}, "is no state machine ARN"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := engine.Start(t.Context(), test.config)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q in it", err, test.want)
			}
		})
	}
}

func TestCloseAbandonsWhatStillRuns(t *testing.T) {
	work := newBlocking()
	e := start(t, oneTask, work.handle)
	x, err := e.StartExecution("r1", nil)
	if err != nil {
		t.Fatal(err)
	}
	<-work.called
	if err := e.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if _, err := x.Wait(t.Context()); err == nil || !strings.Contains(err.Error(), "execution r1 did not end") {
		t.Errorf("wait after close: %v", err)
	}
	if _, err := e.StartExecution("r2", nil); err == nil {
		t.Error("a closed engine started an execution")
	}
}

func TestTheEngineNeverOutlivesItsParent(t *testing.T) {
	leaktest.NoneAfter(t, func() error {
		work := newBlocking()
		e, err := engine.Start(context.Background(), engine.Config{
			Definition: oneTask, StateMachineARN: machineARN, Handler: work.handle,
		})
		if err != nil {
			return err
		}
		if _, err := e.StartExecution("r1", nil); err != nil {
			return err
		}
		<-work.called
		return nil
	})
}
