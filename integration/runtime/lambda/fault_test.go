package lambda_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/runtime/lambda"
)

func TestAFailureIsAnsweredInLambdasWords(t *testing.T) {
	tests := []struct {
		name, do, init string
		timeout        time.Duration
		want           string
		survives       bool // whether the sandbox serves the next invocation
	}{
		{name: "an error shows under its type", do: "fail", want: `{"errorMessage":"x","errorType":"namedError"}`, survives: true},
		{name: "a wrapped error does not", do: "fail wrapped", want: `{"errorMessage":"wrapped: x","errorType":"wrapError"}`, survives: true},
		{name: "a panic", do: "panic", want: `"errorMessage":"x","errorType":"string"`},
		{name: "an exit", do: "exit", want: `{"errorMessage":"RequestId: ID Error: Runtime exited with error: exit status 3","errorType":"Runtime.ExitError"}`},
		{name: "an exit before it was ready", init: "exit", want: `{"errorMessage":"RequestId: ID Error: Runtime exited with error: exit status 7","errorType":"Runtime.ExitError"}`},
		{name: "an error before it was ready", init: "error", want: `{"errorType":"Runtime.NoConfig","errorMessage":"no configuration"}`},
		{name: "too slow", do: "hang", timeout: 30 * time.Millisecond, want: `{"errorMessage":"RequestId: ID Error: Task timed out after 0.03 seconds","errorType":"Sandbox.Timedout"}`},
		{name: "a response that breaks off", do: "break off", want: `{"errorMessage":"broken off","errorType":"errorString"}`, survives: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			host := hosting(t, func(f *lambda.Function) {
				f.Env = map[string]string{"INIT": test.init}
				if test.timeout > 0 {
					f.Timeout = test.timeout
				}
			})
			got, err := host.Invoke(t.Context(), "scale", payload(test.do, "x"))
			if err != nil {
				t.Fatal(err)
			}
			if got.FunctionError != "Unhandled" {
				t.Errorf("FunctionError %q", got.FunctionError)
			}
			text := requestID.ReplaceAllString(string(got.Payload), "RequestId: ID")
			if !strings.Contains(text, test.want) {
				t.Errorf("payload %s, want %s", text, test.want)
			}
			if test.survives && ask(t, host).Text == "hello" && host.Invocations()[1].Cold {
				t.Error("the sandbox did not survive an error that is no crash")
			}
		})
	}
}

var requestID = regexp.MustCompile(`RequestId: [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

func TestAKilledSandboxHasDoneAllOfItsWorkOrNone(t *testing.T) {
	tests := []struct {
		name  string
		point lambda.KillPoint
		work  int32
	}{
		{"killed before the handler", lambda.BeforeHandler, 0},
		{"killed after it has worked", lambda.AfterHandler, 1},
	}
	for _, test := range tests {
		for _, warm := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, warm %t", test.name, warm), func(t *testing.T) {
				var work atomic.Int32
				elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { work.Add(1) }))
				defer elsewhere.Close()
				host := hosting(t, nil)
				if warm {
					ask(t, host)
				}
				if err := host.KillNext("scale", test.point); err != nil {
					t.Fatal(err)
				}
				got, err := host.Invoke(t.Context(), "scale", payload("get", elsewhere.URL))
				if err != nil {
					t.Fatal(err)
				}
				if !strings.Contains(string(got.Payload), `Runtime exited with error: signal: killed","errorType":"Runtime.ExitError"`) {
					t.Errorf("payload %s", got.Payload)
				}
				if work.Load() != test.work {
					t.Errorf("it worked %d times, want %d", work.Load(), test.work)
				}
				if ask(t, host).Text != "hello" {
					t.Error("the next invocation fails too")
				}
			})
		}
	}
}

func TestLambdaItselfCanFail(t *testing.T) {
	host := hosting(t, nil)
	if err := host.FailNext("scale", 2, lambda.ServiceException()); err != nil {
		t.Fatal(err)
	}
	if err := host.FailNext("scale", 1, lambda.TooManyRequests()); err != nil {
		t.Fatal(err)
	}
	var got []string
	for range 4 {
		_, err := host.Invoke(t.Context(), "scale", payload("", ""))
		got = append(got, fmt.Sprint(err))
	}
	want := []string{
		"Lambda.ServiceException: The service encountered an internal error.",
		"Lambda.ServiceException: The service encountered an internal error.",
		"Lambda.TooManyRequestsException: Rate Exceeded.",
		"<nil>",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}

func TestACallThatLambdaRefuses(t *testing.T) {
	host := hosting(t, nil)
	tests := []struct{ name, function, payload, want string }{
		{"an unknown function", "scael", "{}", "Lambda.ResourceNotFoundException: Function not found: scael (registered: scale)"},
		{"a payload that is no JSON", "scale", "{", `Lambda.InvalidRequestContentException: Could not parse request body into json: "{"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := host.Invoke(t.Context(), test.function, []byte(test.payload))
			if _, ok := errors.AsType[*lambda.ServiceError](err); !ok || err.Error() != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func TestAFunctionThatLambdaWouldNotAcceptIsRefused(t *testing.T) {
	host := hosting(t, nil)
	tests := []struct {
		name     string
		function lambda.Function
		want     string
	}{
		{"no name", lambda.Function{Binary: echo}, "it has no name"},
		{"a second one of the same name", lambda.Function{Name: "scale", Binary: echo}, "it is registered already"},
		{"a binary of another name", lambda.Function{Name: "f", Binary: "/bin/sh"}, "only one called bootstrap"},
		{"no binary", lambda.Function{Name: "f", Binary: filepath.Join(t.TempDir(), "bootstrap")}, "build its binary first"},
		{
			"a variable that Lambda sets",
			lambda.Function{Name: "f", Binary: echo, Env: map[string]string{"AWS_REGION": "x"}},
			"must not contain AWS_REGION",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if err := host.Register(test.function); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q in it", err, test.want)
			}
		})
	}
}
