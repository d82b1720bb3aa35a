package states_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"eks-scaling-automation/integration/aws/states"
	"eks-scaling-automation/integration/runtime/engine"
)

const (
	region     = "sa-east-1"
	machineARN = "arn:aws:states:sa-east-1:123456789012:stateMachine:eks-scaling"
	roleARN    = "arn:aws:iam::123456789012:role/eks-scaling-states"
)

func executionARN(name string) string {
	return "arn:aws:states:sa-east-1:123456789012:execution:eks-scaling:" + name
}

// clock advances a millisecond with every reading, and further when a test says so.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time { return c.advance(time.Millisecond) }

func (c *clock) advance(d time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
	return c.at
}

var beginning = time.Date(2026, 11, 23, 12, 0, 0, 250_000_000, time.UTC)

// world is a server over an engine that runs one definition, and a client that never retries.
type world struct {
	*sfn.Client
	t      *testing.T
	server *states.Server
	engine *engine.Engine
	clock  *clock
}

func start(t *testing.T, definition string, handler engine.TaskHandler) world {
	t.Helper()
	return startLimited(t, definition, handler, 0)
}

// startLimited is start with another limit on the events of a history.
func startLimited(t *testing.T, definition string, handler engine.TaskHandler, most int) world {
	t.Helper()
	c := &clock{at: beginning}
	e, err := engine.Start(t.Context(), engine.Config{
		Definition: definition, StateMachineARN: machineARN, Handler: handler, Now: c.now, History: states.NewCounter, MaxEvents: most,
	})
	if err != nil {
		t.Fatal(err)
	}
	server := states.New(states.Options{Engine: e, StateMachineARN: machineARN, Definition: definition, RoleARN: roleARN, Now: c.now})
	at := httptest.NewServer(server)
	t.Cleanup(func() {
		at.Close()
		if err := e.Close(); err != nil {
			t.Errorf("close the engine: %v", err)
		}
	})
	return world{client(at.URL, region), t, server, e, c}
}

func client(url, region string) *sfn.Client {
	return sfn.New(sfn.Options{
		Region: region, BaseEndpoint: aws.String(url), Retryer: aws.NopRetryer{}, HTTPClient: plainBodies{},
		Credentials: credentials.NewStaticCredentialsProvider("tester", "secret", ""),
	})
}

// plainBodies hides the WriteTo method of the SDK's request bodies. The SDK closes the body as soon as an answer begins, and
// WriteTo then returns io.EOF: net/http, if it is still sending, closes the connection, and the rest of the answer is lost.
type plainBodies struct{}

func (plainBodies) Do(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		r.Body = struct{ io.ReadCloser }{r.Body}
	}
	return http.DefaultClient.Do(r)
}

// begins starts an execution.
func (w world) begins(name, input string) *sfn.StartExecutionOutput {
	w.t.Helper()
	out, err := w.StartExecution(w.t.Context(), &sfn.StartExecutionInput{
		StateMachineArn: aws.String(machineARN), Name: aws.String(name), Input: aws.String(input),
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

// ends waits for an execution's end, which must be with this status.
func (w world) ends(name string, want types.ExecutionStatus) {
	w.t.Helper()
	i := slices.IndexFunc(w.engine.Executions(), func(x *engine.Execution) bool { return x.Name == name })
	if _, err := w.engine.Executions()[i].Wait(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	if got := w.describe(name).Status; got != want {
		w.t.Fatalf("%s ended as %s, want %s", name, got, want)
	}
}

func (w world) describe(name string) *sfn.DescribeExecutionOutput {
	w.t.Helper()
	out, err := w.DescribeExecution(w.t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: aws.String(executionARN(name))})
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

func (w world) redrives(name string) {
	w.t.Helper()
	if _, err := w.RedriveExecution(w.t.Context(), &sfn.RedriveExecutionInput{ExecutionArn: aws.String(executionARN(name))}); err != nil {
		w.t.Fatal(err)
	}
}

// history is the whole history of r1.
func (w world) history() []types.HistoryEvent {
	w.t.Helper()
	return w.historyOf(executionARN("r1"))
}

func (w world) historyOf(arn string) []types.HistoryEvent {
	w.t.Helper()
	out, err := w.GetExecutionHistory(w.t.Context(), &sfn.GetExecutionHistoryInput{ExecutionArn: &arn, MaxResults: 1000})
	if err != nil {
		w.t.Fatal(err)
	}
	if out.NextToken != nil {
		w.t.Fatal("the history is too long for one page")
	}
	return out.Events
}

// lines are events as "5<-4 MapStateStarted 3": the id, the one before it, the type, and what the details say in short.
func lines(events []types.HistoryEvent) []string {
	var all []string
	for _, e := range events {
		all = append(all, strings.TrimSpace(fmt.Sprintf("%d<-%d %s %s", e.Id, e.PreviousEventId, e.Type, gist(e))))
	}
	return all
}

func gist(e types.HistoryEvent) string {
	switch {
	case e.StateEnteredEventDetails != nil:
		return *e.StateEnteredEventDetails.Name
	case e.StateExitedEventDetails != nil:
		return *e.StateExitedEventDetails.Name
	case e.MapStateStartedEventDetails != nil:
		return fmt.Sprint(e.MapStateStartedEventDetails.Length)
	case e.ExecutionRedrivenEventDetails != nil:
		return fmt.Sprint(*e.ExecutionRedrivenEventDetails.RedriveCount)
	case e.TaskFailedEventDetails != nil:
		return *e.TaskFailedEventDetails.Error
	case e.MapRunStartedEventDetails != nil:
		return strings.Split(*e.MapRunStartedEventDetails.MapRunArn, ":")[5]
	case e.MapRunRedrivenEventDetails != nil:
		return fmt.Sprint(strings.Split(*e.MapRunRedrivenEventDetails.MapRunArn, ":")[5], " ", *e.MapRunRedrivenEventDetails.RedriveCount)
	case e.MapRunFailedEventDetails != nil:
		return *e.MapRunFailedEventDetails.Error
	case e.ExecutionFailedEventDetails != nil:
		return *e.ExecutionFailedEventDetails.Error
	}
	if iteration := iterationOf(e); iteration != nil {
		return fmt.Sprintf("%s %d", *iteration.Name, iteration.Index)
	}
	return ""
}

func iterationOf(e types.HistoryEvent) *types.MapIterationEventDetails {
	for _, details := range []*types.MapIterationEventDetails{
		e.MapIterationStartedEventDetails, e.MapIterationSucceededEventDetails, e.MapIterationFailedEventDetails, e.MapIterationAbortedEventDetails,
	} {
		if details != nil {
			return details
		}
	}
	return nil
}

// answers do Tasks by the name of their state: for each what it is set to, and for the rest the Task's input.
type answers struct {
	mu    sync.Mutex
	queue map[string][]error
	calls int
}

func (a *answers) handle(_ context.Context, task engine.Task) (json.RawMessage, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calls++
	var err error
	if next := a.queue[task.State]; len(next) > 0 {
		err, a.queue[task.State] = next[0], next[1:]
	}
	return task.Input, err
}

// failing fails a state's first Tasks, each with one of these errors; nil is a success.
func failing(state string, errors ...error) *answers {
	return &answers{queue: map[string][]error{state: errors}}
}

var bad = &engine.TaskError{Name: "Bad", Cause: "worse"}

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
		return task.Input, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

const (
	work    = `"Type":"Task","Resource":"arn:aws:states:::lambda:invoke"`
	oneTask = `{"StartAt":"Work","States":{"Work":{` + work + `,"End":true}}}`
)
