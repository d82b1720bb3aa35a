// Package stack finds the deployed stack and reads from its outputs where everything is, so that nobody has to know what
// tables, queues and groups are called. It only reads.
package stack

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"
)

// DefaultName is what the stack is called.
const DefaultName = "EksScaling"

// API is the part of CloudFormation that is needed.
type API interface {
	DescribeStacks(context.Context, *cloudformation.DescribeStacksInput, ...func(*cloudformation.Options)) (*cloudformation.DescribeStacksOutput, error)
}

// Stack is a deployed stack.
type Stack struct {
	Name             string
	Status           string // CloudFormation's, such as UPDATE_COMPLETE; see [ConditionOf]
	Partition        string // such as "aws"
	Region, Account  string
	ConfigTable      string
	LogsTable        string
	StateMachineARN  string
	AlertTopicARN    string
	ReconcileGroup   string // of the schedule that does not depend on the configuration
	BoundariesGroup  string // of the schedules that follow the configuration
	Reconcile        string // the expression of the first, such as rate(1 hour)
	SchedulerRoleARN string
	DeadLetterURL    string
	DeadLetterARN    string
}

// ErrNotFound says that there is no such stack in the region.
var ErrNotFound = errors.New("there is no such stack")

// Find reads the stack with the given name. The instant is that of AWS's own clock, to the second; it is zero if the answer
// did not tell. Errors are [ErrNotFound], one that names the outputs that are missing, and those of CloudFormation.
func Find(ctx context.Context, api API, name string) (Stack, time.Time, error) {
	out, err := api.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &name})
	if isMissing(err) {
		return Stack{}, time.Time{}, fmt.Errorf("looking for stack %s: %w", name, ErrNotFound)
	}
	if err != nil {
		return Stack{}, time.Time{}, fmt.Errorf("looking for stack %s: %w", name, err)
	}
	if len(out.Stacks) != 1 {
		return Stack{}, time.Time{}, fmt.Errorf("looking for stack %s: %w", name, ErrNotFound)
	}
	now, _ := awsmiddleware.GetServerTime(out.ResultMetadata)
	s, err := read(out.Stacks[0])
	return s, now, err
}

// isMissing tells the error that CloudFormation has for a stack that is not there from its other ones of that name.
func isMissing(err error) bool {
	api, ok := errors.AsType[smithy.APIError](err)
	return ok && api.ErrorCode() == "ValidationError" && strings.Contains(api.ErrorMessage(), "does not exist")
}

// read takes a stack's outputs.
func read(found types.Stack) (Stack, error) {
	outputs := map[string]string{}
	for _, o := range found.Outputs {
		outputs[aws.ToString(o.OutputKey)] = aws.ToString(o.OutputValue)
	}
	s := Stack{Name: aws.ToString(found.StackName), Status: string(found.StackStatus)}
	var missing []string
	for _, o := range []struct {
		into *string
		name string
	}{
		{&s.ConfigTable, "ConfigTableName"},
		{&s.LogsTable, "LogsTableName"},
		{&s.StateMachineARN, "StateMachineArn"},
		{&s.AlertTopicARN, "AlertTopicArn"},
		{&s.ReconcileGroup, "ReconcileScheduleGroupName"},
		{&s.BoundariesGroup, "ScheduleGroupName"},
		{&s.Reconcile, "ReconcileExpression"},
		{&s.SchedulerRoleARN, "SchedulerRoleArn"},
		{&s.DeadLetterURL, "DeadLetterQueueUrl"},
		{&s.DeadLetterARN, "DeadLetterQueueArn"},
	} {
		if *o.into = outputs[o.name]; *o.into == "" {
			missing = append(missing, o.name)
		}
	}
	if len(missing) > 0 {
		return s, unusable(s, aws.ToString(found.StackId), missing)
	}
	parts := strings.Split(s.StateMachineARN, ":")
	if len(parts) != 7 {
		return s, fmt.Errorf("stack %s: output StateMachineArn: found %q; want an ARN", s.Name, s.StateMachineARN)
	}
	s.Partition, s.Region, s.Account = parts[1], parts[3], parts[4]
	return s, nil
}

// unusable says why a stack with an id lacks outputs, and what to do. They come with the end of its first deployment.
func unusable(s Stack, id string, missing []string) error {
	region := ""
	if parts := strings.Split(id, ":"); len(parts) > 3 {
		region = parts[3]
	}
	about := fmt.Sprintf("stack %s is %s", s.Name, s.Status)
	switch c := ConditionOf(s.Status); c {
	case UnderWay:
		return fmt.Errorf("%s: %s; wait until it has ended", about, c)
	case FirstFailed, NotRemoved:
		return fmt.Errorf("%s: %s; see why: %s", about, c, Events(s.Name, region))
	case Removing, Removed:
		return fmt.Errorf("%s: %s; deploy it again when it is gone, or name another: --stack, --region", about, c)
	case Broken, InForce, TakingBack, TakenBack:
	}
	return fmt.Errorf("stack %s (%s) has no output %s, so it is not one of this tool's version; deploy that one: %s, or name another: --stack, --region",
		s.Name, s.Status, strings.Join(missing, ", "), Redeploy)
}
