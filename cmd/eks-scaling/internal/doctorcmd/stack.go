package doctorcmd

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"eks-scaling-automation/cmd/eks-scaling/internal/collect"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/checks"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
)

// collectCaller asks who calls. The answer also has AWS's time.
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
	x.ahead = health.Known(here.Sub(there))
	if !told {
		x.ahead = health.NotRead[time.Duration](&health.Unread{Why: "not checked: the answer of AWS does not have its time", Remedy: "look whether a proxy takes the header Date away"})
	}
}

func (x *examination) collectResources(ctx context.Context) {
	pages := cloudformation.NewListStackResourcesPaginator(x.formation, &cloudformation.ListStackResourcesInput{StackName: &x.Stack.Name})
	all, err := readPages(ctx, pages, func(page *cloudformation.ListStackResourcesOutput) (found []checks.Resource) {
		for _, r := range page.StackResourceSummaries {
			found = append(found, checks.Resource{
				LogicalID: aws.ToString(r.LogicalResourceId), PhysicalID: aws.ToString(r.PhysicalResourceId),
				Type: aws.ToString(r.ResourceType), Status: string(r.ResourceStatus),
			})
		}
		return found
	})
	x.resources = collect.Fact(all, err, "listing the resources of the stack", "cloudformation:ListStackResources")
}

// pager is a paginator of the SDK. O are the options of its service.
type pager[P, O any] interface {
	HasMorePages() bool
	NextPage(ctx context.Context, options ...func(*O)) (*P, error)
}

// readPages reads all pages of a list.
func readPages[P, O, T any](ctx context.Context, pages pager[P, O], items func(*P) []T) (all []T, err error) {
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, items(page)...)
	}
	return all, nil
}

// errEmptyAnswer means that AWS returned no value.
var errEmptyAnswer = errors.New("the answer of AWS is empty")

// noTable is DynamoDB's code for a table that does not exist.
const noTable = "ResourceNotFoundException"

// collectTable reads how a table is made, and by which attribute its items expire.
func (x *examination) collectTable(ctx context.Context, name string) (found checks.StoredTable) {
	var all sync.WaitGroup
	all.Go(func() {
		table, err := describeTable(ctx, x.tables, name)
		found.Table = collect.Fact(table, err, "looking at table "+name, "dynamodb:DescribeTable", noTable)
	})
	all.Go(func() {
		out, err := x.tables.DescribeTimeToLive(ctx, &dynamodb.DescribeTimeToLiveInput{TableName: &name})
		attribute := ""
		if err == nil && out.TimeToLiveDescription != nil && slices.Contains(expires, out.TimeToLiveDescription.TimeToLiveStatus) {
			attribute = aws.ToString(out.TimeToLiveDescription.AttributeName)
		}
		found.Expiry = collect.Fact(attribute, err, "looking at the expiry of table "+name, "dynamodb:DescribeTimeToLive", noTable)
	})
	all.Wait()
	return found
}

var expires = []dynamodbtypes.TimeToLiveStatus{dynamodbtypes.TimeToLiveStatusEnabled, dynamodbtypes.TimeToLiveStatusEnabling}

func describeTable(ctx context.Context, api tableAPI, name string) (checks.Table, error) {
	out, err := api.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &name})
	if err == nil && out.Table == nil {
		err = errEmptyAnswer
	}
	if err != nil {
		return checks.Table{}, err
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
	return found, nil
}

// keyNames returns the partition key and then the sort key.
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

func (x *examination) collectWorkflow(ctx context.Context) {
	var found checks.Machine
	out, err := x.workflow.DescribeStateMachine(ctx, &sfn.DescribeStateMachineInput{StateMachineArn: &x.Stack.StateMachineARN})
	if err == nil {
		found = checks.Machine{Status: string(out.Status), Definition: aws.ToString(out.Definition)}
	}
	x.machine = collect.Fact(found, err, "looking at the state machine", "states:DescribeStateMachine", "StateMachineDoesNotExist")
}

func (x *examination) collectTopic(ctx context.Context) {
	all, err := stackaws.Subscriptions(ctx, x.topic, x.Stack.AlertTopicARN)
	x.subscriptions = collect.Fact(all, err, "listing the subscriptions of the alerts", "sns:ListSubscriptionsByTopic", "NotFound", "NotFoundException")
}
