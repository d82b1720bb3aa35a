package endpointtest

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Post calls an operation of the AWS JSON protocol, for services whose SDK is not a dependency. It returns the answer, with the
// type of the error in "__type".
func Post(t *testing.T, c aws.Config, service, operation, body string) map[string]any {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, *c.BaseEndpoint, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	request.Header.Set("X-Amz-Target", service+"."+operation)
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=somebody/20260310/"+c.Region+"/"+service+"/aws4_request, Signature=local")
	response, err := c.HTTPClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var answer map[string]any
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	if refused := answer["__type"] != nil; refused == (response.StatusCode == http.StatusOK) {
		t.Errorf("%s: found the status %d with %v", operation, response.StatusCode, answer)
	}
	return answer
}
