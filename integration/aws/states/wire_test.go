package states_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// wired is an answer as it is on the wire.
type wired struct {
	Status                       int
	ContentType, ErrorTypeHeader string
	Type                         string `json:"__type"`
	Message, ExecutionArn        string
	StartDate                    json.Number
}

func (w world) post(target, authorization, body string) wired {
	w.t.Helper()
	request, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.url, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	request.Header.Set("X-Amz-Target", target)
	request.Header.Set("Authorization", authorization)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	answer := wired{Status: response.StatusCode, ContentType: response.Header.Get("Content-Type"), ErrorTypeHeader: response.Header.Get("X-Amzn-ErrorType")}
	if err := json.Unmarshal(data, &answer); err != nil {
		w.t.Fatalf("%v in %s", err, data)
	}
	return answer
}

const signed = "AWS4-HMAC-SHA256 Credential=tester/20261123/sa-east-1/states/aws4_request, SignedHeaders=host, Signature=x"

func TestTheAnswerToAStart(t *testing.T) {
	w := start(t, oneTask, (&answers{}).handle)
	got := w.post("AWSStepFunctions.StartExecution", signed, `{"stateMachineArn":"`+machineARN+`","name":"r1"}`)
	// The clock was asked once before, by the server: it is 12:00:00.252 now, in seconds since 1970.
	want := wired{Status: 200, ContentType: "application/x-amz-json-1.0", ExecutionArn: executionARN("r1"), StartDate: "1795435200.252"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
}

// What no client of the SDK sends.
func TestARequestThatCannotBeReadIsRefused(t *testing.T) {
	w := start(t, oneTask, (&answers{}).handle)
	tests := map[string]struct {
		target, authorization, body, errorType, message string
	}{
		"an_unknown_operation": {
			"AWSStepFunctions.CreateActivity", signed, `{}`, "UnknownOperationException", `the local Step Functions does not know "AWSStepFunctions.CreateActivity"`,
		},
		"another_service": {
			"DynamoDB_20120810.ListTables", signed, `{}`, "UnknownOperationException", `the local Step Functions does not know "DynamoDB_20120810.ListTables"`,
		},
		"no_signature": {"AWSStepFunctions.ListStateMachines", "", `{}`, "MissingAuthenticationTokenException", "Missing Authentication Token"},
		"no_JSON": {
			"AWSStepFunctions.ListStateMachines", signed, `{`, "SerializationException", "the body is not what ListStateMachines takes: unexpected EOF",
		},
		"an_unknown_member": {
			"AWSStepFunctions.StartExecution", signed, `{"traceHeader":"x"}`, "SerializationException",
			`the body is not what StartExecution takes: json: unknown field "traceHeader"`,
		},
		"a_member_left_out": {
			"AWSStepFunctions.DescribeExecution", signed, `{}`, "ValidationException",
			"1 validation error detected: Value null at 'executionArn' failed to satisfy constraint: Member must not be null",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := w.post(test.target, test.authorization, test.body)
			want := wired{
				Status: 400, ContentType: "application/x-amz-json-1.0", ErrorTypeHeader: test.errorType, Type: test.errorType, Message: test.message,
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
		})
	}
}
