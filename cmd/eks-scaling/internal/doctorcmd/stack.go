package doctorcmd

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"eks-scaling-automation/cmd/eks-scaling/internal/collect"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/checks"
)

// collectCaller asks who calls; the answer also has the time at AWS.
func (x *examination) collectCaller(ctx context.Context) {
	out, err := x.caller.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	here := x.here()
	if err != nil {
		x.identity = collect.Fact(checks.Identity{}, err, "asking AWS who calls", "sts:GetCallerIdentity")
		x.ahead = health.NotRead[time.Duration](health.BecauseOf("AWS did not say who calls, and so not its time"))
		return
	}
	x.identity = health.Known(checks.Identity{ARN: aws.ToString(out.Arn), Account: aws.ToString(out.Account)})
	there, told := awsmiddleware.GetServerTime(out.ResultMetadata)
	if !told {
		x.ahead = health.NotRead[time.Duration](&health.Unread{Why: "not checked: the answer of AWS does not have its time", Remedy: "look whether a proxy takes the header Date away"})
		return
	}
	x.ahead = health.Known(here.Sub(there))
}

func (x *examination) collectResources(ctx context.Context) {
	var all []checks.Resource
	pages := cloudformation.NewListStackResourcesPaginator(x.formation, &cloudformation.ListStackResourcesInput{StackName: &x.Stack.Name})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			x.resources = collect.Fact(all, err, "listing the resources of the stack", "cloudformation:ListStackResources")
			return
		}
		for _, r := range page.StackResourceSummaries {
			all = append(all, checks.Resource{
				LogicalID: aws.ToString(r.LogicalResourceId), PhysicalID: aws.ToString(r.PhysicalResourceId),
				Type: aws.ToString(r.ResourceType), Status: string(r.ResourceStatus),
			})
		}
	}
	x.resources = health.Known(all)
}

// errEmptyAnswer is what is wrong with an answer without what was asked for.
var errEmptyAnswer = errors.New("the answer of AWS is empty")

// noTable is how DynamoDB says that there is no such table.
const noTable = "ResourceNotFoundException"

func (x *examination) collectTable(ctx context.Context, name string) health.Fact[checks.Table] {
	out, err := x.tables.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &name})
	if err == nil && out.Table == nil {
		err = errEmptyAnswer
	}
	if err != nil {
		return collect.Fact(checks.Table{}, err, "looking at table "+name, "dynamodb:DescribeTable", noTable)
	}
	found := checks.Table{
		Status: string(out.Table.TableStatus), Key: keyNames(out.Table.KeySchema), StreamARN: aws.ToString(out.Table.LatestStreamArn),
		Indexes: map[string][]string{},
	}
	if s := out.Table.StreamSpecification; s != nil && aws.ToBool(s.StreamEnabled) {
		found.StreamView = string(s.StreamViewType)
	}
	for _, index := range out.Table.GlobalSecondaryIndexes {
		found.Indexes[aws.ToString(index.IndexName)] = keyNames(index.KeySchema)
	}
	return health.Known(found)
}

// keyNames are the partition key and then the sort key.
func keyNames(schema []dynamodbtypes.KeySchemaElement) []string {
	var names []string
	for _, kind := range []dynamodbtypes.KeyType{dynamodbtypes.KeyTypeHash, dynamodbtypes.KeyTypeRange} {
		for _, element := range schema {
			if element.KeyType == kind {
				names = append(names, aws.ToString(element.AttributeName))
			}
		}
	}
	return names
}

func (x *examination) collectExpiry(ctx context.Context, name string) health.Fact[string] {
	out, err := x.tables.DescribeTimeToLive(ctx, &dynamodb.DescribeTimeToLiveInput{TableName: &name})
	if err != nil {
		return collect.Fact("", err, "looking at the expiry of table "+name, "dynamodb:DescribeTimeToLive", noTable)
	}
	d := out.TimeToLiveDescription
	if d == nil || d.TimeToLiveStatus != dynamodbtypes.TimeToLiveStatusEnabled && d.TimeToLiveStatus != dynamodbtypes.TimeToLiveStatusEnabling {
		return health.Known("")
	}
	return health.Known(aws.ToString(d.AttributeName))
}

func (x *examination) collectWorkflow(ctx context.Context) {
	out, err := x.workflow.DescribeStateMachine(ctx, &sfn.DescribeStateMachineInput{StateMachineArn: &x.Stack.StateMachineARN})
	if err != nil {
		x.machine = collect.Fact(checks.Machine{}, err, "looking at the state machine", "states:DescribeStateMachine", "StateMachineDoesNotExist")
		return
	}
	x.machine = health.Known(checks.Machine{Status: string(out.Status), Definition: aws.ToString(out.Definition)})
}

// unconfirmed stands in the place of a subscription's ARN until it is confirmed.
const unconfirmed = "PendingConfirmation"

func (x *examination) collectTopic(ctx context.Context) {
	var all []checks.Subscription
	pages := sns.NewListSubscriptionsByTopicPaginator(x.topic, &sns.ListSubscriptionsByTopicInput{TopicArn: &x.Stack.AlertTopicARN})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			x.subscriptions = collect.Fact(all, err, "listing the subscriptions of the alerts", "sns:ListSubscriptionsByTopic", "NotFound", "NotFoundException")
			return
		}
		for _, s := range page.Subscriptions {
			if aws.ToString(s.SubscriptionArn) != "Deleted" {
				all = append(all, checks.Subscription{
					Protocol: aws.ToString(s.Protocol), Endpoint: aws.ToString(s.Endpoint), Confirmed: aws.ToString(s.SubscriptionArn) != unconfirmed,
				})
			}
		}
	}
	x.subscriptions = health.Known(all)
}
