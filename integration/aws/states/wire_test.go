package states_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestAMemberThatIsLeftOutIsRefused as no client of the SDK does.
func TestAMemberThatIsLeftOutIsRefused(t *testing.T) {
	w := start(t, oneTask, (&answers{}).handle)
	request := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("{}"))
	request.Header.Set("X-Amz-Target", "AWSStepFunctions.DescribeExecution")
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=tester/20261123/sa-east-1/states/aws4_request")
	answer := httptest.NewRecorder()
	w.server.ServeHTTP(answer, request)
	want := "Value null at 'executionArn' failed to satisfy constraint: Member must not be null"
	if answer.Code != http.StatusBadRequest || !strings.Contains(answer.Body.String(), want) {
		t.Errorf("found %d %s; want %q", answer.Code, answer.Body, want)
	}
}
