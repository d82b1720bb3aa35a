package awserr_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"

	smithy "github.com/aws/smithy-go"
	transport "github.com/aws/smithy-go/transport/http"

	"eks-scaling-automation/shared/aws/awserr"
)

func TestPlain(t *testing.T) {
	t.Parallel()
	bySDK := func(err error) error {
		return fmt.Errorf("node group production/big: %w", &smithy.OperationError{
			ServiceID: "EKS", OperationName: "DescribeNodegroup", Err: fmt.Errorf("https response error StatusCode: 404, RequestID: r, %w", err),
		})
	}
	for name, row := range map[string]struct {
		err  error
		want string
	}{
		"what a service answered": {
			bySDK(&smithy.GenericAPIError{Code: "ResourceNotFoundException", Message: "No node group found"}),
			"node group production/big: EKS answered ResourceNotFoundException: No node group found",
		},
		"without a message": {bySDK(&smithy.GenericAPIError{Code: "Throttled"}), "node group production/big: EKS answered Throttled"},
		"of the network":    {bySDK(errors.New("refused")), bySDK(errors.New("refused")).Error()},
		"our own":           {errors.New("no such cluster"), "no such cluster"},
	} {
		if got := awserr.Plain(row.err); got != row.want {
			t.Errorf("%s: found %q; want %q", name, got, row.want)
		}
	}
}

func TestKindsOfErrors(t *testing.T) {
	t.Parallel()
	answer := func(code, message string, status int) error {
		return &smithy.OperationError{ServiceID: "EKS", OperationName: "DescribeNodegroup", Err: &transport.ResponseError{
			Response: &transport.Response{Response: &http.Response{StatusCode: status}},
			Err:      &smithy.GenericAPIError{Code: code, Message: message},
		}}
	}
	kinds := map[string]func(error) bool{
		"throttled": awserr.Throttled, "denied": awserr.Denied, "refused": awserr.CredentialsRefused, "missing": awserr.Missing,
		"fault": awserr.ServiceFault, "unsent": awserr.Unsent, "timed out": awserr.TimedOut,
	}
	for _, row := range []struct {
		err  error
		want string
	}{
		{answer("ThrottlingException", "", 400), "throttled"},
		{answer("SomeCode", "", 429), "throttled"},
		{answer("InvalidRequestException", "Request limit exceeded.", 400), "throttled"},
		{answer("InvalidRequestException", "no", 400), ""},
		{answer("AccessDenied", "", 403), "denied"},
		{answer("ExpiredToken", "", 403), "refused"},
		{answer("QueueDoesNotExist", "", 400), "missing"},
		{answer("ServerException", "", 400), "fault"},
		{answer("SomeCode", "", 502), "fault"},
		{&transport.RequestSendError{Err: errors.New("refused")}, "unsent"},
		{fmt.Errorf("x: %w", context.DeadlineExceeded), "timed out"},
		{errors.New("our own"), ""},
	} {
		for kind, is := range kinds {
			if got := is(row.err); got != (kind == row.want) {
				t.Errorf("%v is %s: %t; want %q alone", row.err, kind, got, row.want)
			}
		}
	}
}

func TestAction(t *testing.T) {
	t.Parallel()
	api := &smithy.GenericAPIError{Code: "AccessDenied", Message: "no"}
	operation := &smithy.OperationError{ServiceID: "STS", OperationName: "AssumeRole", Err: api}
	nested := &smithy.OperationError{ServiceID: "EKS", OperationName: "DescribeNodegroup", Err: fmt.Errorf("get credentials: %w", operation)}
	for _, row := range []struct {
		rule   string
		err    error
		action string
		ok     bool
	}{
		{"before the operation", fmt.Errorf("node group big: %w", nested), "node group big", true},
		{"before the answer of a service alone", fmt.Errorf("table logs: %w", api), "table logs", true},
		{"nothing before it", operation, "", true},
		{"not from AWS", errors.New("node group big: gone"), "", false},
	} {
		if action, ok := awserr.Action(row.err); action != row.action || ok != row.ok {
			t.Errorf("%s: found %q, %t; want %q, %t", row.rule, action, ok, row.action, row.ok)
		}
	}
}
