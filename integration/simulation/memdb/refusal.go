package memdb

import (
	"errors"
	"fmt"

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
