package step

import (
	"errors"
	"strings"

	smithy "github.com/aws/smithy-go"
)

// Plain is an error in words for people: what was being done, and what the service of AWS answered. The SDK would add the
// operation, the status of HTTP and the id of the request.
func Plain(err error) string {
	text := err.Error()
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return text
	}
	what, _, bySDK := strings.Cut(text, "operation error ")
	if !bySDK {
		return text
	}
	answer := api.ErrorCode() + ": " + api.ErrorMessage()
	if operation, ok := errors.AsType[*smithy.OperationError](err); ok {
		answer = operation.Service() + " answered " + answer
	}
	return what + strings.TrimSuffix(answer, ": ")
}
