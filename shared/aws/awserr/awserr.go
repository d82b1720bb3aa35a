// Package awserr interprets errors from AWS: what a service answered, and whether it answered at all. It names kinds of
// errors; what to do about them is up to the caller.
package awserr

import (
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"

	smithy "github.com/aws/smithy-go"
	transport "github.com/aws/smithy-go/transport/http"

	"eks-scaling-automation/shared/account"
)

// Services use different codes for the same kind of error.
var (
	throttled = []string{
		"ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded", "ProvisionedThroughputExceededException",
	}
	denied             = []string{"AccessDeniedException", "AccessDenied", "AuthorizationError", "UnauthorizedOperation"}
	credentialsRefused = []string{
		"ExpiredTokenException", "ExpiredToken", "UnrecognizedClientException", "InvalidClientTokenId", "InvalidSignatureException",
		"SignatureDoesNotMatch", "MissingAuthenticationTokenException", "MissingAuthenticationToken",
	}
	missing = []string{"ResourceNotFoundException", "StateMachineDoesNotExist", "QueueDoesNotExist"}
	faults  = []string{"ServerException", "ServiceUnavailableException", "InternalServerError"}
)

// Has reports whether a service answered with one of the codes.
func Has(err error, codes ...string) bool {
	api, ok := errors.AsType[smithy.APIError](err)
	return ok && slices.Contains(codes, api.ErrorCode())
}

// Throttled reports whether a service received too many requests.
func Throttled(err error) bool {
	if Has(err, throttled...) || status(err) == http.StatusTooManyRequests {
		return true
	}
	// EKS also throttles under this code. Only the message tells.
	api, ok := errors.AsType[smithy.APIError](err)
	return ok && api.ErrorCode() == "InvalidRequestException" && strings.Contains(api.ErrorMessage(), "Request limit exceeded")
}

// Denied reports whether the caller lacks a permission.
func Denied(err error) bool { return Has(err, denied...) }

// CredentialsRefused reports whether a service does not accept the credentials themselves.
func CredentialsRefused(err error) bool { return Has(err, credentialsRefused...) }

// AssumingRole reports whether a call failed because STS did not let its caller assume a role.
func AssumingRole(err error) bool { return Permission(err) == "sts:AssumeRole" }

// Missing reports whether the resource does not exist.
func Missing(err error) bool { return Has(err, missing...) }

// ServiceFault reports whether the service itself failed.
func ServiceFault(err error) bool {
	return Has(err, faults...) || status(err) >= http.StatusInternalServerError
}

// status is the HTTP status of the answer, 0 without one.
func status(err error) int {
	if answer, ok := errors.AsType[*transport.ResponseError](err); ok {
		return answer.HTTPStatusCode()
	}
	return 0
}

// Unsent reports whether the request did not reach the service.
func Unsent(err error) bool {
	_, unsent := errors.AsType[*transport.RequestSendError](err)
	return unsent
}

// TimedOut reports whether the time for an answer ran out.
func TimedOut(err error) bool {
	network, ok := errors.AsType[net.Error](err)
	return ok && network.Timeout() || errors.Is(err, context.DeadlineExceeded)
}

// Service names the service that was called, as the SDK does; empty if the error is not from the SDK.
func Service(err error) string {
	if operation, ok := errors.AsType[*smithy.OperationError](err); ok {
		return operation.Service()
	}
	return ""
}

// Permission returns the IAM action of the call that failed, such as eks:ListNodegroups. If a call failed because a role could not be
// assumed, it is sts:AssumeRole. It is empty if the error is not from AWS.
func Permission(err error) (action string) {
	for ; err != nil; err = errors.Unwrap(err) {
		if call, ok := err.(*smithy.OperationError); ok { //nolint:errorlint // each level is looked at by itself
			action = strings.ToLower(strings.ReplaceAll(call.Service(), " ", "")) + ":" + call.Operation()
		}
	}
	return action
}

// Action returns the text before the SDK's own message: what the program was doing. It is empty if there is none, and ok is
// false if the error is not from AWS.
func Action(err error) (action string, ok bool) {
	var sdk error
	if operation, found := errors.AsType[*smithy.OperationError](err); found {
		sdk = operation
	} else if api, found := errors.AsType[smithy.APIError](err); found {
		sdk = api
	} else {
		return "", false
	}
	action, _, _ = strings.Cut(err.Error(), sdk.Error())
	return strings.TrimSuffix(action, ": "), true
}

// Plain rewrites an error for people: the action, the service and its answer, without the SDK's request details. If a role could not be
// assumed, it names the account. An error without a service's answer stays as it is.
func Plain(err error) string {
	api, answered := errors.AsType[smithy.APIError](err)
	service := Service(err)
	if !answered || service == "" {
		return err.Error()
	}
	parts := []string{}
	if action, _ := Action(err); action != "" {
		parts = append(parts, action)
	}
	if refused, ok := errors.AsType[*account.RefusedError](err); ok {
		parts, service = append(parts, refused.InWords()), Service(refused.Err)
	}
	return strings.Join(append(parts, strings.TrimSuffix(service+" answered "+api.ErrorCode()+": "+api.ErrorMessage(), ": ")), ": ")
}
