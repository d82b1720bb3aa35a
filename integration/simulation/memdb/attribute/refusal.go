package attribute

import (
	"errors"
	"fmt"

	"github.com/aws/smithy-go"
)

// ErrUnsupported is the cause of an error if a request needs an unimplemented part of DynamoDB.
var ErrUnsupported = errors.New("not implemented by the in-memory DynamoDB")

// Unsupported returns the error for an unimplemented part of DynamoDB.
func Unsupported(what string) error {
	return fmt.Errorf("%s: %w", what, ErrUnsupported)
}

// Invalid returns DynamoDB's error for an invalid request.
func Invalid(format string, a ...any) error {
	return &smithy.GenericAPIError{Code: "ValidationException", Message: fmt.Sprintf(format, a...), Fault: smithy.FaultClient}
}
