package frame

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	smithy "github.com/aws/smithy-go"
	"github.com/aws/smithy-go/logging"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/config"
)

// How long things may take.
const (
	answerTimeout = 10 * time.Second // an answer of AWS; a call that gets none is tried three times
	ReadTimeout   = time.Minute      // the reading of a file with its calendars, which may lie on servers
)

// AWSPlace says which account, region and stack are meant; an empty account or region is what the environment says.
type AWSPlace struct {
	Profile, Region, Stack string
	ScalesTo               bool // the command also takes a scaling profile
}

// otherProfile is the remedy for an unknown AWS profile.
func (p AWSPlace) otherProfile() string {
	if p.ScalesTo {
		return "for a scaling profile use --to"
	}
	return "list the AWS profiles with: aws configure list-profiles"
}

// Connect finds the stack and opens its tables. With an error, the session tells where it looked, if that is known.
func Connect(ctx context.Context, place AWSPlace, notes io.Writer, now func() time.Time) (Session, error) {
	cfg, err := OpenAWS(ctx, place)
	if err != nil {
		return Session{}, err
	}
	found, awsNow, err := stackaws.FindStack(ctx, cloudformation.NewFromConfig(cfg), place.Stack)
	if errors.Is(err, stackaws.ErrNoStack) {
		return Session{AWS: cfg}, NotFound(fmt.Errorf("%w in %s; install it with: eks-scaling install, or name another: --stack, --region, --profile", err, cfg.Region))
	}
	if err != nil {
		return Session{AWS: cfg}, err
	}
	db := dynamodb.NewFromConfig(cfg)
	return Session{
		AWS: cfg, Stack: found, Config: tables.NewConfig(db, found.ConfigTable), Logs: tables.NewLogs(db, found.LogsTable),
		Now: ClockOf(now(), awsNow, notes),
	}, nil
}

// ClockOf is the instant for which a verb decides: the one here, unless AWS has quite another. Runs go by the clock of AWS,
// and what is shown has to agree with what they do.
func ClockOf(here, there time.Time, notes io.Writer) time.Time {
	difference := here.Sub(there)
	if there.IsZero() || difference.Abs() <= health.CloseClock {
		return here
	}
	word := "ahead of"
	if difference < 0 {
		word = "behind"
	}
	term.Say(notes, "the local clock is %s %s AWS; using AWS time: %s\n", FormatDuration(difference.Abs().Round(time.Second)), word, there.UTC().Format(UTCForm))
	return there
}

// OpenAWS finds the region and the credentials, or says in a sentence how to give them.
func OpenAWS(ctx context.Context, place AWSPlace) (aws.Config, error) {
	if err := config.CheckRegion(place.Region); err != nil && place.Region != "" {
		return aws.Config{}, UsageErr(fmt.Errorf("--region: %w", err))
	}
	cfg, err := awsconfig.LoadDefaultConfig(ctx,
		awsconfig.WithHTTPClient(awshttp.NewBuildableClient().WithTimeout(answerTimeout)),
		awsconfig.WithLogger(logging.Nop{}), // what matters is in the errors
		awsconfig.WithSharedConfigProfile(place.Profile), awsconfig.WithRegion(place.Region))
	if missing, ok := errors.AsType[awsconfig.SharedConfigProfileNotExistError](err); ok {
		return cfg, NotFound(Remedied{Found: fmt.Sprintf("AWS profile %q not found", missing.Profile), Remedy: place.otherProfile(), Err: err})
	}
	if err != nil {
		return cfg, NoAccess(fmt.Errorf("loading the AWS configuration: %w", err))
	}
	if cfg.Region == "" {
		return cfg, NoAccess(errors.New("no AWS region; set AWS_REGION, or AWS_PROFILE to a profile that has one (or --region, --profile)"))
	}
	if err := config.CheckRegion(cfg.Region); err != nil {
		return cfg, NoAccess(fmt.Errorf("%w; set AWS_REGION, or fix the AWS profile (or --region, --profile)", err))
	}
	ctx, cancel := context.WithTimeout(ctx, 3*answerTimeout)
	defer cancel()
	if _, err := cfg.Credentials.Retrieve(ctx); err != nil {
		return cfg, WithoutCredentials(err)
	}
	return cfg, nil
}

// WithoutCredentials says in a sentence why there are no credentials, and how to get some.
func WithoutCredentials(err error) error {
	if errors.Is(err, context.Canceled) {
		return Remedied{Found: "interrupted while looking for AWS credentials", Err: err}
	}
	if api, ok := errors.AsType[smithy.APIError](err); ok { // STS refused to assume a role
		return NoAccess(Remedied{Found: "AWS issued no credentials (" + api.ErrorMessage() + ")", Remedy: loginAgain, Err: err})
	}
	return NoAccess(Remedied{Found: "no AWS credentials", Remedy: "log in, or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", Err: err})
}
