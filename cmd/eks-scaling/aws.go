package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	smithy "github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"eks-scaling-automation/shared/stack"
	"eks-scaling-automation/shared/tables"
)

// How long things may take.
const (
	answerTimeout = 10 * time.Second // an answer of AWS; a call that gets none is tried three times
	readTimeout   = time.Minute      // the reading of a file with its calendars, which may lie on servers
)

// awsPlace says which account, region and stack are meant; an empty account or region is what the environment says.
type awsPlace struct {
	profile, region, stack string
}

// connect finds the stack and opens its tables.
func connect(ctx context.Context, place awsPlace, notes io.Writer, now func() time.Time) (session, error) {
	cfg, err := openAWS(ctx, place)
	if err != nil {
		return session{}, err
	}
	found, awsNow, err := stack.Find(ctx, cloudformation.NewFromConfig(cfg), place.stack)
	if errors.Is(err, stack.ErrNotFound) {
		return session{}, notFoundError{fmt.Errorf("%w in %s; deploy it: make deploy, or name another: --stack, --region, --profile", err, cfg.Region)}
	}
	if err != nil {
		return session{}, err
	}
	db := dynamodb.NewFromConfig(cfg)
	return session{
		aws: cfg, stack: found, config: tables.NewConfig(db, found.ConfigTable), logs: tables.NewLogs(db, found.LogsTable),
		now: clockOf(now(), awsNow, notes),
	}, nil
}

// largestDifference is how far the clock here may be from that of AWS, which is only read to the second and some time ago.
const largestDifference = 5 * time.Second

// clockOf is the instant for which a verb decides: the one here, unless AWS has quite another. Runs go by the clock of AWS,
// and what is shown has to agree with what they do.
func clockOf(here, there time.Time, notes io.Writer) time.Time {
	difference := here.Sub(there)
	if there.IsZero() || difference.Abs() <= largestDifference {
		return here
	}
	word := "ahead of"
	if difference < 0 {
		word = "behind"
	}
	_, _ = fmt.Fprintf(notes, "the clock here is %s %s that of AWS, which is taken: %s\n", difference.Abs().Round(time.Second), word, there.UTC().Format(utcForm))
	return there
}

// openAWS finds the region and the credentials, or says in a sentence how to give them.
func openAWS(ctx context.Context, place awsPlace) (aws.Config, error) {
	cfg, err := awsconfig.LoadDefaultConfig(ctx,
		awsconfig.WithHTTPClient(awshttp.NewBuildableClient().WithTimeout(answerTimeout)),
		awsconfig.WithSharedConfigProfile(place.profile), awsconfig.WithRegion(place.region))
	if err != nil {
		return cfg, fmt.Errorf("loading the AWS configuration: %w", err)
	}
	if cfg.Region == "" {
		return cfg, errors.New("no AWS region; set AWS_REGION, or AWS_PROFILE to a profile that has one (or --region, --profile)")
	}
	ctx, cancel := context.WithTimeout(ctx, 3*answerTimeout)
	defer cancel()
	if _, err := cfg.Credentials.Retrieve(ctx); err != nil {
		return cfg, fmt.Errorf("no AWS credentials; log in, or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (%w)", err)
	}
	return cfg, nil
}

// remedied is an error of AWS in one sentence, with what to do.
type remedied struct {
	text string
	err  error
}

func (e remedied) Error() string { return e.text }
func (e remedied) Unwrap() error { return e.err }

// withRemedy says in one sentence what went wrong with AWS and what to do. Other errors stay as they are.
func withRemedy(err error) error {
	if _, done := errors.AsType[remedied](err); done || err == nil || errors.Is(err, tables.ErrConflict) {
		return err
	}
	// The SDK adds the operation, the request's id and more; what was being done stands before that.
	what, _, bySDK := strings.Cut(err.Error(), ": operation error ")
	say := func(found, remedy string) error {
		return remedied{what + ": " + found + "; " + remedy, err}
	}
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return ofService(api, err, say)
	}
	timeout, isNet := errors.AsType[net.Error](err)
	_, unsent := errors.AsType[*smithyhttp.RequestSendError](err)
	switch {
	case !bySDK:
		return err
	case errors.Is(err, context.Canceled):
		return remedied{"interrupted while " + what, err}
	case isNet && timeout.Timeout() || errors.Is(err, context.DeadlineExceeded):
		return say("AWS did not answer in time", "check the network, the region and AWS_ENDPOINT_URL, and try again")
	case unsent:
		return say("AWS cannot be reached", "check the network, the region and AWS_ENDPOINT_URL")
	default:
		return err
	}
}

// ofService are the errors with which a service of AWS itself answers.
func ofService(api smithy.APIError, err error, say func(found, remedy string) error) error {
	service := ""
	if operation, ok := errors.AsType[*smithy.OperationError](err); ok {
		service = operation.Service()
	}
	switch api.ErrorCode() {
	case "ResourceNotFoundException":
		if service != dynamodb.ServiceID {
			return err
		}
		return say("there is no such table", "the stack has one of that name: deploy it again, or name another: --stack, --region")
	case "StateMachineDoesNotExist":
		return say("there is no such state machine", "the stack has one of that name: deploy it again, or name another: --stack, --region")
	case "AccessDeniedException", "AccessDenied", "AuthorizationError", "UnauthorizedOperation":
		return say("AWS does not allow it ("+api.ErrorMessage()+")", "ask for that permission, or take another --profile")
	case "ExpiredTokenException", "ExpiredToken", "UnrecognizedClientException", "InvalidClientTokenId", "InvalidSignatureException",
		"SignatureDoesNotMatch", "MissingAuthenticationTokenException", "MissingAuthenticationToken":
		return say("AWS refuses the credentials ("+api.ErrorMessage()+")", "log in again, or take another --profile")
	case "ThrottlingException", "Throttling", "TooManyRequestsException", "ProvisionedThroughputExceededException":
		return say("AWS is asked too often ("+api.ErrorMessage()+")", "wait a minute and try again")
	case "ValidationException":
		if service != dynamodb.ServiceID {
			return err
		}
		return say("the table is not as this version wants it ("+api.ErrorMessage()+")",
			"deploy the stack of the same version as this tool, or name the right one: --stack, --region")
	default:
		return err
	}
}
