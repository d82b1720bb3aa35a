package doctorcmd

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"eks-scaling-automation/cmd/eks-scaling/internal/collect"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/aws/nodegroups"
)

// doctorAPIs is what doctor calls.
type doctorAPIs struct {
	collect.Collector
	here      func() time.Time // the clock of this machine
	caller    callerAPI
	formation cloudformation.ListStackResourcesAPIClient
	tables    tableAPI
	workflow  workflowAPI
	topic     sns.ListSubscriptionsByTopicAPIClient
	ec2       networkAPI
	kms       keyAPI
	simulator iam.SimulatePrincipalPolicyAPIClient
	// in opens an account in a region, as the role of the place if it has one.
	in func(nodegroups.Place) accountAPIs
}

// accountAPIs belong to an account in a region.
type accountAPIs struct {
	assume func(context.Context) error // nil if there is no role
	eks    eksAPI
	quotas quotaAPI
	iam    spokeAPI
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

type eksAPI interface {
	DescribeCluster(context.Context, *eks.DescribeClusterInput, ...func(*eks.Options)) (*eks.DescribeClusterOutput, error)
	eks.ListNodegroupsAPIClient
	eks.DescribeNodegroupAPIClient
}

type quotaAPI interface {
	GetServiceQuota(context.Context, *servicequotas.GetServiceQuotaInput, ...func(*servicequotas.Options)) (*servicequotas.GetServiceQuotaOutput, error)
	GetAWSDefaultServiceQuota(context.Context, *servicequotas.GetAWSDefaultServiceQuotaInput, ...func(*servicequotas.Options)) (*servicequotas.GetAWSDefaultServiceQuotaOutput, error)
}

// doctorServices returns the APIs of AWS itself.
func doctorServices(s frame.Session, here func() time.Time) doctorAPIs {
	cfg, collector := s.AWS, collect.New(s)
	collector.EachSchedule = true
	reach := nodegroups.Reaching(cfg)
	collector.Nodegroups = nodegroups.PatientOver(func(p nodegroups.Place) nodegroups.API { return eks.NewFromConfig(reach(p)) }).Queueing(collect.Slots(s), s.Current)
	return doctorAPIs{
		Collector: collector, here: here, caller: sts.NewFromConfig(cfg),
		formation: cloudformation.NewFromConfig(cfg), tables: dynamodb.NewFromConfig(cfg), workflow: sfn.NewFromConfig(cfg),
		topic:     sns.NewFromConfig(cfg),
		ec2:       ec2.NewFromConfig(cfg),
		kms:       kms.NewFromConfig(cfg),
		simulator: iam.NewFromConfig(cfg, simulatePatiently),
		in: func(at nodegroups.Place) accountAPIs {
			there := reach(at)
			patiently := func(o *eks.Options) { o.Retryer = retry.AddWithMaxAttempts(o.Retryer, throttledAttempts) }
			a := accountAPIs{eks: eks.NewFromConfig(there, patiently), quotas: servicequotas.NewFromConfig(there), iam: iam.NewFromConfig(there, simulatePatiently)}
			if at.Role.ARN != "" {
				a.assume = func(ctx context.Context) error {
					_, err := there.Credentials.Retrieve(ctx)
					return err
				}
			}
			return a
		},
	}
}

// simulatePatiently tries throttled simulations again: IAM allows few at a time.
func simulatePatiently(o *iam.Options) {
	o.Retryer = retry.AddWithMaxAttempts(o.Retryer, throttledAttempts)
}
