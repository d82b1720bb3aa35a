package asl_test

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"eks-scaling-automation/integration/aws/states"
	"eks-scaling-automation/integration/runtime/engine"
)

// realEngine is the npm engine with one machine, and the API that writes its histories.
type realEngine struct {
	*engine.Engine

	history *sfn.Client

	mu    sync.Mutex
	plays map[string]*player // by the name of the execution
}

func startEngine(t *testing.T, definition string) *realEngine {
	t.Helper()
	r := &realEngine{plays: map[string]*player{}}
	now := func() time.Time { return midnight }
	e, err := engine.Start(t.Context(), engine.Config{Definition: definition, StateMachineARN: machineARN, Handler: r.handle, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	r.Engine = e
	server := httptest.NewServer(states.New(states.Options{
		Engine: e, StateMachineARN: machineARN, Definition: definition, RoleARN: "arn:aws:iam::123456789012:role/r", Now: now,
	}))
	r.history = sfn.New(sfn.Options{
		Region: "sa-east-1", BaseEndpoint: aws.String(server.URL),
		Credentials: credentials.NewStaticCredentialsProvider("tester", "secret", ""),
	})
	t.Cleanup(func() {
		server.Close()
		if err := e.Close(); err != nil {
			t.Errorf("close the engine: %v", err)
		}
	})
	return r
}

// handle does a Task. Waits and retries take no time in this engine, so a Task that takes time takes none either, unless
// it outlasts the timeout that the test is about.
func (r *realEngine) handle(ctx context.Context, task engine.Task) (json.RawMessage, error) {
	started := r.startedAs(task.Execution)
	r.mu.Lock()
	result, takes, err := r.plays[started].answer(task.State, task.Input)
	r.mu.Unlock()
	if takes >= outlasting {
		<-ctx.Done()
	}
	return result, err
}

// startedAs is the name of the execution that was started and has the one with a name as a child, if that is not its own.
func (r *realEngine) startedAs(name string) string {
	for _, x := range r.Executions() {
		if slices.ContainsFunc(x.Children(), func(child *engine.Execution) bool { return child.Name == name }) {
			return x.Name
		}
	}
	return name
}

// outlasting is longer than every timeout in the tests.
const outlasting = time.Hour

// run runs an execution and returns its end.
func (r *realEngine) run(t *testing.T, name string, s script, input string) ending {
	t.Helper()
	r.mu.Lock()
	r.plays[name] = s.play()
	r.mu.Unlock()
	x, err := r.StartExecution(name, json.RawMessage(input))
	if err != nil {
		t.Fatal(err)
	}
	return r.end(t, x)
}

func (r *realEngine) end(t *testing.T, x *engine.Execution) ending {
	t.Helper()
	result, err := x.Wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	e := endingOf(t, result.Status, result.Output, result.Error, result.Cause)
	e.Path, e.Transitions = result.Path, result.Transitions
	pages := sfn.NewGetExecutionHistoryPaginator(r.history, &sfn.GetExecutionHistoryInput{ExecutionArn: aws.String(x.ARN), MaxResults: 1000})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		e.Count += len(page.Events)
	}
	var words []string
	for _, event := range result.Events {
		words = append(words, event.String())
	}
	e.Happened = happened(words)
	for _, child := range x.Children() {
		e.Children = append(e.Children, r.end(t, child))
	}
	return e
}
