package lambda_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/runtime/lambda"
	"eks-scaling-automation/integration/runtime/lambda/lambdatest"
	"eks-scaling-automation/integration/testkit/leaktest"
)

// echo is the binary of testdata/echo. The processes that a test starts of
// itself find it in their environment.
var echo = os.Getenv("LAMBDAHOST_TEST_ECHO")

func TestMain(m *testing.M) {
	if echo != "" {
		os.Exit(m.Run())
	}
	dir, err := os.MkdirTemp("", "lambda")
	if err != nil {
		panic(err)
	}
	echo = lambda.Bootstrap(dir, "echo")
	compiled := filepath.Join(dir, "compiled")
	err = lambda.Compile(context.Background(), compiled, []string{"eks-scaling-automation/integration/runtime/lambda/testdata/echo"})
	if err == nil {
		err = lambda.Link(filepath.Join(compiled, "echo"), echo)
	}
	if err == nil {
		err = os.Setenv("LAMBDAHOST_TEST_ECHO", echo)
	}
	if err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// hosting runs a host with the echo function, named scale, with the given changes.
func hosting(t *testing.T, change func(*lambda.Function)) *lambda.Host {
	t.Helper()
	host := lambdatest.Start(t, lambda.Config{Now: time.Now, Region: "sa-east-1"})
	function := lambda.Function{Name: "scale", Binary: echo, Timeout: time.Minute}
	if change != nil {
		change(&function)
	}
	if err := host.Register(function); err != nil {
		t.Fatal(err)
	}
	return host
}

func payload(do, text string) []byte {
	b, err := json.Marshal(map[string]string{"Do": do, "Text": text})
	if err != nil {
		panic(err)
	}
	return b
}

type response struct {
	Text      string
	Env       []string
	PID       int
	ARN       string
	RequestID string
	Deadline  int64
}

// ask has the function answer about itself.
func ask(t *testing.T, host *lambda.Host) response {
	t.Helper()
	var r response
	if err := json.Unmarshal(lambdatest.Invoke(t, host, "scale", payload("", "hello")), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAFunctionAnswersItsCaller(t *testing.T) {
	host := hosting(t, nil)
	before := time.Now()
	got := ask(t, host)

	if got.Text != "hello" {
		t.Errorf("text %q", got.Text)
	}
	if want := "arn:aws:lambda:sa-east-1:123456789012:function:scale"; got.ARN != want {
		t.Errorf("ARN %s, want %s", got.ARN, want)
	}
	if left := time.UnixMilli(got.Deadline).Sub(before); left < time.Minute-time.Millisecond || left > 2*time.Minute {
		t.Errorf("the deadline is %v away, want a minute", left)
	}
	records := host.Invocations()
	if len(records) != 1 || records[0].RequestID != got.RequestID || !records[0].Cold {
		t.Errorf("records %+v, want the one cold invocation %s", records, got.RequestID)
	}
	if _, err := host.Invoke(t.Context(), got.ARN, nil); err != nil {
		t.Errorf("invoke by ARN, without a payload: %v", err)
	}
}

func TestAFunctionGetsTheEnvironmentOfLambdaAndNothingElse(t *testing.T) {
	t.Setenv("AWS_PROFILE", "production")
	host := hosting(t, func(f *lambda.Function) {
		f.Env = map[string]string{"TABLE": "eks-scaling-config", "AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
	})
	var got []string
	var token, stream string
	for _, variable := range ask(t, host).Env {
		name, value, _ := strings.Cut(variable, "=")
		switch name {
		case "AWS_SESSION_TOKEN":
			token, value = value, "SANDBOX"
		case "AWS_LAMBDA_LOG_STREAM_NAME":
			stream = value
		}
		if name != "AWS_LAMBDA_RUNTIME_API" && name != "AWS_LAMBDA_LOG_STREAM_NAME" {
			got = append(got, name+"="+value)
		}
	}
	if stream != "[$LATEST]"+token {
		t.Errorf("the session token is %s; want the sandbox's of the log stream %s", token, stream)
	}
	slices.Sort(got)
	want := []string{
		"AWS_ACCESS_KEY_ID=lambda-scale",
		"AWS_DEFAULT_REGION=sa-east-1",
		"AWS_ENDPOINT_URL=http://127.0.0.1:1",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=128",
		"AWS_LAMBDA_FUNCTION_NAME=scale",
		"AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
		"AWS_LAMBDA_INITIALIZATION_TYPE=on-demand",
		"AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/scale",
		"AWS_REGION=sa-east-1",
		"AWS_SECRET_ACCESS_KEY=local",
		"AWS_SESSION_TOKEN=SANDBOX",
		"LAMBDA_RUNTIME_DIR=/var/runtime",
		"LAMBDA_TASK_ROOT=" + filepath.Dir(echo),
		"LANG=en_US.UTF-8",
		"LD_LIBRARY_PATH=/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib",
		"PATH=/usr/local/bin:/usr/bin/:/bin:/opt/bin",
		"TABLE=eks-scaling-config",
		"TZ=:UTC",
		"_HANDLER=bootstrap",
		"_X_AMZN_TRACE_ID=", // set by aws-lambda-go
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("environment (-want +got):\n%s", diff)
	}
}

func TestASandboxIsReusedWhileItIsIdle(t *testing.T) {
	host := hosting(t, nil)
	first, second := ask(t, host), ask(t, host)
	if first.PID != second.PID {
		t.Errorf("process %d, then %d", first.PID, second.PID)
	}
	if err := host.Cool("scale"); err != nil {
		t.Fatal(err)
	}
	if third := ask(t, host); third.PID == second.PID {
		t.Errorf("process %d answered after it was cooled", third.PID)
	}
	var cold []bool
	for _, record := range host.Invocations() {
		cold = append(cold, record.Cold)
	}
	if diff := cmp.Diff([]bool{true, false, true}, cold); diff != "" {
		t.Errorf("cold (-want +got):\n%s", diff)
	}
}

func TestASandboxServesOneInvocationAtATime(t *testing.T) {
	var met sync.WaitGroup
	met.Add(2)
	meeting := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		met.Done()
		met.Wait() // both are inside their functions now
		_, _ = fmt.Fprint(w, "met")
	}))
	defer meeting.Close()
	host := hosting(t, nil)
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			if got := lambdatest.Invoke(t, host, "scale", payload("get", meeting.URL)); string(got) != `"met"` {
				t.Errorf("answer %s", got)
			}
		})
	}
	both.Wait()
	for _, record := range host.Invocations() {
		if !record.Cold {
			t.Error("two invocations at a time shared a sandbox")
		}
	}
}

func TestTheLogHasWholeLines(t *testing.T) {
	var log bytes.Buffer
	host := hosting(t, func(f *lambda.Function) { f.Log = &log })
	for _, text := range []string{"one\ntw", "o\n", "never ended"} {
		lambdatest.Invoke(t, host, "scale", payload("print", text))
	}
	if err := host.Close(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("one\ntwo\nnever ended\n", log.String()); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
}

func TestAFunctionWorksOnAfterItsCallerHasLeft(t *testing.T) {
	inside, leave := make(chan struct{}), make(chan struct{})
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(inside)
		<-leave
	}))
	defer elsewhere.Close()
	host := hosting(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-inside
		cancel()
	}()
	if _, err := host.Invoke(ctx, "scale", payload("get", elsewhere.URL)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	close(leave)
	ask(t, host) // in a sandbox of its own, or in the same one afterwards
}

func TestCloseEndsWhatStillRuns(t *testing.T) {
	inside := make(chan struct{})
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(inside)
		<-r.Context().Done()
	}))
	defer elsewhere.Close()
	host := hosting(t, nil)
	answer := make(chan error, 1)
	go func() {
		_, err := host.Invoke(t.Context(), "scale", payload("get", elsewhere.URL))
		answer <- err
	}()
	<-inside
	if err := host.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-answer; err == nil || !strings.Contains(err.Error(), "is closed") {
		t.Errorf("the invocation that ran: %v", err)
	}
	if _, err := host.Invoke(t.Context(), "scale", nil); err == nil {
		t.Error("a closed host invoked a function")
	}
}

func TestSandboxesNeverOutliveTheHost(t *testing.T) {
	leaktest.NoneAfter(t, func() error {
		host, err := lambda.Start(lambda.Config{Now: time.Now})
		if err != nil {
			return err
		}
		if err := host.Register(lambda.Function{Name: "scale", Binary: echo, Timeout: time.Hour}); err != nil {
			return err
		}
		if _, err := host.Invoke(context.Background(), "scale", payload("", "")); err != nil {
			return err
		}
		inside := make(chan struct{})
		elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			close(inside)
			<-r.Context().Done()
		}))
		go func() { _, _ = host.Invoke(context.Background(), "scale", payload("get", elsewhere.URL)) }()
		<-inside
		return nil
	})
}
