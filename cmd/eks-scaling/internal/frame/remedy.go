package frame

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	smithy "github.com/aws/smithy-go"

	"eks-scaling-automation/shared/account"
	"eks-scaling-automation/shared/aws/awserr"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
)

// Remedied is an error in one sentence with its remedy.
type Remedied struct {
	What   string // the action that failed; may be empty
	Found  string // what went wrong
	Remedy string // what to do; empty if unknown
	Err    error
}

func (e Remedied) Error() string {
	if e.Remedy == "" {
		return e.Happened()
	}
	return e.Happened() + "; " + e.Remedy
}

func (e Remedied) Unwrap() error { return e.Err }

// Happened returns the error without its remedy.
func (e Remedied) Happened() string {
	if e.What == "" {
		return e.Found
	}
	return e.What + ": " + e.Found
}

// Sentence returns an error in one sentence, with its remedy if known; empty for nil.
func Sentence(err error) string {
	if err == nil {
		return ""
	}
	return config.OneLine(WithRemedy(err))
}

// WithRemedy words errors of AWS in one sentence with a remedy. Other errors stay as they are.
func WithRemedy(err error) error {
	if err == nil || isInWords(err) {
		return err
	}
	api, ofService := errors.AsType[smithy.APIError](err)
	what, bySDK := awserr.Action(err)
	e := Remedied{What: what, Err: err}
	switch {
	case ofService:
		e.Found, e.Remedy = ofAPI(err, api)
	case !bySDK:
		return err
	case errors.Is(err, context.Canceled):
		return Remedied{Found: "interrupted while " + what, Err: err}
	case awserr.TimedOut(err):
		e.Found, e.Remedy = "AWS did not answer in time", "check the network, the region and AWS_ENDPOINT_URL, and try again"
	case awserr.Unsent(err):
		e.Found, e.Remedy = "AWS cannot be reached"+whyUnsent(err), "check the network, the region and AWS_ENDPOINT_URL"
	default:
		return err
	}
	return e
}

// whyUnsent returns text such as " (dial tcp 127.0.0.1:4566: connect: connection refused)", if the network gives a reason.
func whyUnsent(err error) string {
	if network, ok := errors.AsType[*net.OpError](err); ok {
		return " (" + network.Error() + ")"
	}
	return ""
}

// isInWords reports whether an error is already worded for people.
func isInWords(err error) bool {
	_, done := errors.AsType[Remedied](err)
	_, usage := errors.AsType[usageError](err)
	_, notFound := errors.AsType[notFoundError](err)
	_, noItem := errors.AsType[*inventory.NotFoundError](err)
	_, elsewhere := errors.AsType[*inventory.ElsewhereError](err)
	return done || usage || notFound || noItem || elsewhere || errors.Is(err, inventory.ErrConflict)
}

// loginAgain is the remedy for refused credentials.
const loginAgain = "log in again, or use another --profile"

// ofAPI returns the meaning of a service's error and its remedy.
func ofAPI(err error, api smithy.APIError) (found, remedy string) {
	message, code, service := " ("+api.ErrorMessage()+")", api.ErrorCode(), awserr.Service(err)
	refused, assuming := errors.AsType[*account.RefusedError](err)
	switch {
	case assuming:
		return fmt.Sprintf("account %s does not let you in as role %s%s", refused.Role.Account(), refused.Role.Name(), message), "find out why with: eks-scaling accounts"
	case awserr.Denied(err):
		return "access denied" + message, "ask for the permission, or use another --profile"
	case awserr.CredentialsRefused(err):
		return "AWS rejected the credentials" + message, loginAgain
	case awserr.Throttled(err):
		return "AWS throttles the requests" + message, "try again in a minute"
	case code == "StateMachineDoesNotExist":
		return "state machine not found", "deploy the stack again, or name another: --stack, --region"
	case code == "ResourceNotFoundException" && service == dynamodb.ServiceID:
		return "the stack's table does not exist", "deploy the stack again, or name another: --stack, --region"
	case code == "ValidationException" && service == dynamodb.ServiceID:
		return "the table does not match this version" + message, "deploy the stack with the version of this tool, or name another: --stack, --region"
	case api.ErrorMessage() == "":
		return "AWS says " + code, ""
	default:
		return fmt.Sprintf("AWS says %s: %s", code, api.ErrorMessage()), ""
	}
}

// FixFirst says how to fix an invalid item, after its error. An error about a newer version already has a remedy.
func FixFirst(err error) string {
	if errors.Is(err, config.ErrNewer) {
		return ""
	}
	return "; fix it first with: eks-scaling config edit"
}
