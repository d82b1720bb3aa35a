package clitest

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"eks-scaling-automation/shared/deployment"
)

// AtServer makes every AWS client talk to a URL, once a call.
func AtServer(t *testing.T, url string) {
	t.Helper()
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": url, "AWS_REGION": "sa-east-1", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y",
		"AWS_CONFIG_FILE": "/nowhere", "AWS_SHARED_CREDENTIALS_FILE": "/nowhere", "AWS_PROFILE": "", "AWS_MAX_ATTEMPTS": "1",
	} {
		t.Setenv(name, value)
	}
}

// BesideStack is AWS with a deployed stack; calls of other services go to the handler.
func BesideStack(others http.HandlerFunc) http.Handler {
	var outputs strings.Builder
	for name, value := range map[string]string{
		"ConfigTableName": deployment.ConfigTable, "LogsTableName": deployment.LogsTable, "AlertTopicArn": "t", "ReconcileScheduleGroupName": "r",
		"StateMachineArn": "arn:aws:states:sa-east-1:123456789012:stateMachine:eks-scaling", "ScheduleGroupName": "b", "ReconcileExpression": "e",
		"SchedulerRoleArn": "s", "DeadLetterQueueUrl": "q", "DeadLetterQueueArn": "q", "ExecutionsConsole": "c",
	} {
		outputs.WriteString("<member><OutputKey>" + name + "</OutputKey><OutputValue>" + value + "</OutputValue></member>")
	}
	stack := "<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>EksScaling</StackName><StackStatus>CREATE_COMPLETE</StackStatus>" +
		"<Outputs>" + outputs.String() + "</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Authorization"), "/cloudformation/") {
			others(w, r)
			return
		}
		w.Header()["Date"] = nil // so that it is Monday
		_, _ = io.WriteString(w, stack)
	})
}
