package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	smithy "github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"eks-scaling-automation/shared/tables"
)

// How long things may take.
const (
	answerTimeout = 10 * time.Second // an answer of AWS; a call that gets none is tried three times
	readTimeout   = time.Minute      // the reading of a file with its calendars, which may lie on servers
)

// awsPlace says which account and region are meant; empty is what the environment says.
type awsPlace struct {
	profile, region string
}

// connect opens the tables.
func connect(ctx context.Context, o online) (session, error) {
	cfg, err := openAWS(ctx, *o.place)
	if err != nil {
		return session{}, err
	}
	db := dynamodb.NewFromConfig(cfg)
	return session{config: tables.NewConfig(db, o.table), logs: tables.NewLogs(db, o.logsTable)}, nil
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

// ofService are the errors with which DynamoDB itself answers.
func ofService(api smithy.APIError, err error, say func(found, remedy string) error) error {
	switch api.ErrorCode() {
	case "ResourceNotFoundException":
		return say("there is no such table",
			"deploy the stack first, or name the table and the region: --table, AWS_REGION (or --logs-table, --region)")
	case "AccessDeniedException":
		return say("AWS does not allow it ("+api.ErrorMessage()+")", "ask for that permission, or take another --profile")
	case "ExpiredTokenException", "UnrecognizedClientException", "InvalidSignatureException", "MissingAuthenticationTokenException":
		return say("AWS refuses the credentials ("+api.ErrorMessage()+")", "log in again, or take another --profile")
	case "ValidationException":
		return say("the table is not as this version wants it ("+api.ErrorMessage()+")",
			"deploy the stack of the same version as this tool, or name the right table: --table, --logs-table")
	default:
		return err
	}
}
