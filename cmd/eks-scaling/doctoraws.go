package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/doctor"
	sharedscheduler "eks-scaling-automation/shared/scheduler"
)

// services is the part of AWS that doctor looks at.
type services struct {
	here      func() time.Time // the clock of this machine
	caller    callerAPI
	formation cloudformation.ListStackResourcesAPIClient
	tables    tableAPI
	workflow  workflowAPI
	topic     sns.ListSubscriptionsByTopicAPIClient
	queue     queueAPI
	schedules sharedscheduler.API
	simulator iam.SimulatePrincipalPolicyAPIClient
	// in opens what belongs to an account in a region, as the role, if there is one.
	in func(region, roleARN string) account
}

// account is what belongs to an account in a region.
type account struct {
	assume func(context.Context) error // nil where there is no role
	eks    eksAPI
	quotas quotaAPI
}

type callerAPI interface {
	GetCallerIdentity(context.Context, *sts.GetCallerIdentityInput, ...func(*sts.Options)) (*sts.GetCallerIdentityOutput, error)
}

type tableAPI interface {
	DescribeTable(context.Context, *dynamodb.DescribeTableInput, ...func(*dynamodb.Options)) (*dynamodb.DescribeTableOutput, error)
	DescribeTimeToLive(context.Context, *dynamodb.DescribeTimeToLiveInput, ...func(*dynamodb.Options)) (*dynamodb.DescribeTimeToLiveOutput, error)
}

type workflowAPI interface {
	DescribeStateMachine(context.Context, *sfn.DescribeStateMachineInput, ...func(*sfn.Options)) (*sfn.DescribeStateMachineOutput, error)
}

type queueAPI interface {
	GetQueueAttributes(context.Context, *sqs.GetQueueAttributesInput, ...func(*sqs.Options)) (*sqs.GetQueueAttributesOutput, error)
}

type eksAPI interface {
	DescribeCluster(context.Context, *eks.DescribeClusterInput, ...func(*eks.Options)) (*eks.DescribeClusterOutput, error)
	ListNodegroups(context.Context, *eks.ListNodegroupsInput, ...func(*eks.Options)) (*eks.ListNodegroupsOutput, error)
	DescribeNodegroup(context.Context, *eks.DescribeNodegroupInput, ...func(*eks.Options)) (*eks.DescribeNodegroupOutput, error)
}

type quotaAPI interface {
	GetServiceQuota(context.Context, *servicequotas.GetServiceQuotaInput, ...func(*servicequotas.Options)) (*servicequotas.GetServiceQuotaOutput, error)
	GetAWSDefaultServiceQuota(context.Context, *servicequotas.GetAWSDefaultServiceQuotaInput, ...func(*servicequotas.Options)) (*servicequotas.GetAWSDefaultServiceQuotaOutput, error)
}

// doctorServices are those of AWS itself.
func doctorServices(cfg aws.Config, here func() time.Time) services {
	caller := sts.NewFromConfig(cfg)
	return services{
		here: here, caller: caller,
		formation: cloudformation.NewFromConfig(cfg), tables: dynamodb.NewFromConfig(cfg), workflow: sfn.NewFromConfig(cfg),
		topic: sns.NewFromConfig(cfg), queue: sqs.NewFromConfig(cfg), schedules: scheduler.NewFromConfig(cfg),
		simulator: iam.NewFromConfig(cfg, func(o *iam.Options) {
			o.Retryer = retry.AddWithMaxAttempts(o.Retryer, simulationAttempts)
		}),
		in: func(region, roleARN string) account {
			there := cfg.Copy()
			there.Region = region
			var a account
			if roleARN != "" {
				there.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(caller, roleARN,
					func(o *stscreds.AssumeRoleOptions) { o.RoleSessionName = "eks-scaling" }))
				a.assume = func(ctx context.Context) error {
					_, err := there.Credentials.Retrieve(ctx)
					return err
				}
			}
			a.eks, a.quotas = eks.NewFromConfig(there), servicequotas.NewFromConfig(there)
			return a
		},
	}
}

// fact is what a look at AWS has shown. Doing says what that was, if the error does not yet. The codes are the errors with
// which AWS says that there is no such thing.
func fact[T any](value T, err error, doing, permission string, codes ...string) doctor.Fact[T] {
	switch {
	case err == nil:
		return doctor.Known(value)
	case hasCode(err, codes...):
		return doctor.Missing[T]()
	case doing != "":
		err = fmt.Errorf("%s: %w", doing, err)
	}
	return doctor.NotRead[T](unread(err, permission))
}

// hasCode says whether an error is one of AWS with one of the codes.
func hasCode(err error, codes ...string) bool {
	api, ok := errors.AsType[smithy.APIError](err)
	return ok && slices.Contains(codes, api.ErrorCode())
}

// unread says in a sentence why something could not be looked at, and in another what would help.
func unread(err error, permission string) *doctor.Unread {
	api, ofService := errors.AsType[smithy.APIError](err)
	err = withRemedy(err)
	why := doctor.Unread{Why: "not checked: " + config.OneLine(err), Remedy: "try again: eks-scaling doctor"}
	if _, ok := errors.AsType[remedied](err); ok {
		// What helps is the last part of what is said.
		if at := strings.LastIndex(why.Why, "; "); at >= 0 {
			why.Why, why.Remedy = why.Why[:at], why.Why[at+len("; "):]
		}
	} else if doing, _, bySDK := strings.Cut(why.Why, ": operation error "); bySDK && ofService {
		why.Why = fmt.Sprintf("%s: AWS says %s: %s", doing, api.ErrorCode(), api.ErrorMessage())
	}
	if hasCode(err, "AccessDeniedException", "AccessDenied", "AuthorizationError", "UnauthorizedOperation") {
		why.Remedy = "ask for the permission " + permission + ", or take another --profile"
	}
	return &why
}
