package step_test

import (
	"errors"
	"fmt"
	"testing"

	smithy "github.com/aws/smithy-go"

	"eks-scaling-automation/functions/step"
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
		if got := step.Plain(row.err); got != row.want {
			t.Errorf("%s: found %q; want %q", name, got, row.want)
		}
	}
}
