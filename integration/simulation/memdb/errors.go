package memdb

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"

	"eks-scaling-automation/integration/simulation/memdb/attribute"
)

// ErrUnsupported is the cause of an error if a request needs an unimplemented part of DynamoDB.
var ErrUnsupported = attribute.ErrUnsupported

// finish wraps an error as the SDK does. The output is nil then.
func finish[T any](operation string, out *T, err error) (*T, error) {
	if err != nil {
		return nil, &smithy.OperationError{ServiceID: "DynamoDB", OperationName: operation, Err: err}
	}
	return out, nil
}

// alive fails like the SDK once the context has ended.
func alive(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return &aws.RequestCanceledError{Err: err}
	}
	return nil
}

// refuse fails for the first of pairs (name of a field, whether the request has it) that is present.
func refuse(fields ...field) error {
	for _, f := range fields {
		if f.given {
			return attribute.Unsupported(f.name)
		}
	}
	return nil
}

type field struct {
	name  string
	given bool
}
