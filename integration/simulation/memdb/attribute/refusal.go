package attribute

import (
	"errors"
	"fmt"

	"github.com/aws/smithy-go"
)

// ErrUnsupported is the cause of an error when a request needs a part of DynamoDB that the in-memory one does not have.
var ErrUnsupported = errors.New("not implemented by the in-memory DynamoDB")

// Unsupported is the error for a part of DynamoDB that the in-memory one does not have.
func Unsupported(what string) error {
	return fmt.Errorf("%s: %w", what, ErrUnsupported)
}

// Invalid is the error of DynamoDB for a bad request.
func Invalid(format string, a ...any) error {
	return &smithy.GenericAPIError{Code: "ValidationException", Message: fmt.Sprintf(format, a...), Fault: smithy.FaultClient}
}
