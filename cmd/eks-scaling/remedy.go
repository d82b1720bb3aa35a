package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	smithy "github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
)

// remedied is an error in one sentence, with what to do.
type remedied struct {
	what   string // was being done; empty where found says it all
	found  string // what came of it
	remedy string // what helps; empty when that is not known
	err    error
}

func (e remedied) Error() string {
	if e.remedy == "" {
		return e.happened()
	}
	return e.happened() + "; " + e.remedy
}

func (e remedied) Unwrap() error { return e.err }

// happened is the error without what to do.
func (e remedied) happened() string {
	if e.what == "" {
		return e.found
	}
	return e.what + ": " + e.found
}

// sentence is an error in one sentence, with what to do where that is known; empty if there is none.
func sentence(err error) string {
	if err == nil {
		return ""
	}
	return config.OneLine(withRemedy(err))
}

// withRemedy says in one sentence what went wrong with AWS and what to do. Other errors stay as they are.
func withRemedy(err error) error {
	if err == nil || isInWords(err) {
		return err
	}
	api, ofService := errors.AsType[smithy.APIError](err)
	what, bySDK := whatWasDone(err, api)
	e := remedied{what: what, err: err}
	timeout, isNet := errors.AsType[net.Error](err)
	_, unsent := errors.AsType[*smithyhttp.RequestSendError](err)
	switch {
	case ofService:
		e.found, e.remedy = ofAPI(api, serviceOf(err))
	case !bySDK:
		return err
	case errors.Is(err, context.Canceled):
		return remedied{found: "interrupted while " + what, err: err}
	case isNet && timeout.Timeout() || errors.Is(err, context.DeadlineExceeded):
		e.found, e.remedy = "AWS did not answer in time", "check the network, the region and AWS_ENDPOINT_URL, and try again"
	case unsent:
		e.found, e.remedy = "AWS cannot be reached"+whyUnsent(err), "check the network, the region and AWS_ENDPOINT_URL"
	default:
		return err
	}
	return e
}

// whyUnsent is such as " (dial tcp 127.0.0.1:4566: connect: connection refused)", as far as the network says it.
func whyUnsent(err error) string {
	if network, ok := errors.AsType[*net.OpError](err); ok {
		return " (" + network.Error() + ")"
	}
	return ""
}

// isInWords says that somebody who knew more has put an error into words.
func isInWords(err error) bool {
	_, done := errors.AsType[remedied](err)
	_, usage := errors.AsType[usageError](err)
	_, notFound := errors.AsType[notFoundError](err)
	_, noItem := errors.AsType[*inventory.NotFoundError](err)
	return done || usage || notFound || noItem || errors.Is(err, inventory.ErrConflict)
}

// whatWasDone is what stands before the words of the SDK, which adds the operation, the request's id and more.
func whatWasDone(err error, api smithy.APIError) (what string, bySDK bool) {
	what, _, bySDK = strings.Cut(err.Error(), ": operation error ")
	switch {
	case bySDK:
	case strings.HasPrefix(what, "operation error "):
		what, bySDK = "", true
	case api != nil:
		what = strings.TrimSuffix(strings.TrimSuffix(what, api.Error()), ": ")
	}
	return what, bySDK
}

func serviceOf(err error) string {
	operation, ok := errors.AsType[*smithy.OperationError](err)
	if !ok {
		return ""
	}
	return operation.Service()
}

// loginAgain helps against credentials that AWS does not take.
const loginAgain = "log in again, or take another --profile"

// The codes with which services say the same.
var (
	deniedCodes  = []string{"AccessDeniedException", "AccessDenied", "AuthorizationError", "UnauthorizedOperation"}
	refusedCodes = []string{
		"ExpiredTokenException", "ExpiredToken", "UnrecognizedClientException", "InvalidClientTokenId", "InvalidSignatureException",
		"SignatureDoesNotMatch", "MissingAuthenticationTokenException", "MissingAuthenticationToken",
	}
	tooOftenCodes = []string{"ThrottlingException", "Throttling", "TooManyRequestsException", "ProvisionedThroughputExceededException"}
)

// hasCode says whether an error is one of AWS with one of the codes.
func hasCode(err error, codes ...string) bool {
	api, ok := errors.AsType[smithy.APIError](err)
	return ok && slices.Contains(codes, api.ErrorCode())
}

// isDenied says that AWS does not allow something.
func isDenied(err error) bool {
	return hasCode(err, deniedCodes...)
}

// ofAPI is what a service's answer means, and what helps.
func ofAPI(api smithy.APIError, service string) (found, remedy string) {
	message, code := " ("+api.ErrorMessage()+")", api.ErrorCode()
	switch {
	case slices.Contains(deniedCodes, code):
		return "AWS does not allow it" + message, "ask for that permission, or take another --profile"
	case slices.Contains(refusedCodes, code):
		return "AWS refuses the credentials" + message, loginAgain
	case slices.Contains(tooOftenCodes, code):
		return "AWS is asked too often" + message, "wait a minute and try again"
	case code == "StateMachineDoesNotExist":
		return "there is no such state machine", "the stack has one of that name: deploy it again, or name another: --stack, --region"
	case code == "ResourceNotFoundException" && service == dynamodb.ServiceID:
		return "the stack's table is gone", "deploy the stack again, or name another: --stack, --region"
	case code == "ValidationException" && service == dynamodb.ServiceID:
		return "the table is not as this version wants it" + message, "deploy the stack of the same version as this tool, or name the right one: --stack, --region"
	case api.ErrorMessage() == "":
		return "AWS says " + code, ""
	default:
		return fmt.Sprintf("AWS says %s: %s", code, api.ErrorMessage()), ""
	}
}
