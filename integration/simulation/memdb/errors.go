package memdb

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
)

// ErrUnsupported is the cause of an error when a request needs a part of DynamoDB that this package does not have.
var ErrUnsupported = errors.New("not implemented by the in-memory DynamoDB")

func unsupported(what string) error {
	return fmt.Errorf("%s: %w", what, ErrUnsupported)
}

func invalid(format string, a ...any) error {
	return &smithy.GenericAPIError{Code: "ValidationException", Message: fmt.Sprintf(format, a...), Fault: smithy.FaultClient}
}

// itemError is a validation error that depends on the stored item. In a transaction it cancels the transaction, while any
// other validation error makes the request invalid.
type itemError struct{ *smithy.GenericAPIError }

func (e itemError) Unwrap() error { return e.GenericAPIError }

func invalidForItem(message string) error {
	return itemError{&smithy.GenericAPIError{Code: "ValidationException", Message: message, Fault: smithy.FaultClient}}
}

func conditionFailed(found item) error {
	return &types.ConditionalCheckFailedException{Message: aws.String("The conditional request failed"), Item: copyItem(found)}
}

// finish gives an error the form in which the SDK returns it. The output is nil then.
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
			return unsupported(f.name)
		}
	}
	return nil
}

type field struct {
	name  string
	given bool
}
