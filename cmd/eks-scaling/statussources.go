package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	awsscheduler "github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	smithy "github.com/aws/smithy-go"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/health"
	"eks-scaling-automation/shared/nodegroups"
	"eks-scaling-automation/shared/runs"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/scheduler"
	"eks-scaling-automation/shared/stack"
	"eks-scaling-automation/shared/tables"
)

// sources are where a look at the system's health gets its facts.
type sources struct {
	known stack.Stack
	// fresh says that known was found just now; else the stack is looked for again.
	fresh      bool
	stack      func(context.Context) (stack.Stack, error)
	config     configReader
	records    recordReader
	executions executionLister
	boundaries scheduleLister
	reconcile  scheduleLister
	alarms     alarmReader
	queue      queueReader
	nodegroups nodegroupReader
}

type (
	configReader interface {
		Read(ctx context.Context) (tables.Snapshot, error)
	}
	recordReader interface {
		pastVersions
		AppliedTo(ctx context.Context, clusters []string) (map[string]map[string]scaling.Application, error)
		Runs(ctx context.Context, since time.Time) ([]tables.Run, error)
	}
	executionLister interface {
		List(ctx context.Context, since time.Time, failed bool, limit int) ([]runs.Summary, error)
	}
	scheduleLister interface {
		List(ctx context.Context) ([]scheduler.Listed, error)
	}
	alarmReader interface {
		DescribeAlarms(context.Context, *cloudwatch.DescribeAlarmsInput, ...func(*cloudwatch.Options)) (*cloudwatch.DescribeAlarmsOutput, error)
	}
	queueReader interface {
		GetQueueAttributes(context.Context, *sqs.GetQueueAttributesInput, ...func(*sqs.Options)) (*sqs.GetQueueAttributesOutput, error)
	}
	nodegroupReader interface {
		Describe(ctx context.Context, p nodegroups.Place, nodegroup string) (nodegroups.State, error)
	}
)

// sources are those of the deployed stack.
func (s session) sources() sources {
	schedules := awsscheduler.NewFromConfig(s.aws)
	return sources{
		known: s.stack, fresh: true, stack: s.again, config: s.config, records: s.logs,
		executions: runs.New(sfn.NewFromConfig(s.aws), s.stack.StateMachineARN),
		boundaries: scheduler.NewGroup(schedules, s.stack.BoundariesGroup, s.target()),
		reconcile:  scheduler.NewGroup(schedules, s.stack.ReconcileGroup, s.target()),
		alarms:     cloudwatch.NewFromConfig(s.aws),
		queue:      sqs.NewFromConfig(s.aws),
		nodegroups: nodegroups.New(s.aws),
	}
}

// target is what the schedules start.
func (s session) target() scheduler.Target {
	return scheduler.Target{
		Partition: s.stack.Partition, StateMachineARN: s.stack.StateMachineARN,
		RoleARN: s.stack.SchedulerRoleARN, DeadLetterARN: s.stack.DeadLetterARN,
	}
}

// again has the stack looked for anew.
func (s session) again(ctx context.Context) (stack.Stack, error) {
	found, _, err := stack.Find(ctx, cloudformation.NewFromConfig(s.aws), s.stack.Name)
	return found, err
}

// How far back is looked, and for how much.
const (
	executionsBack = 7 * 24 * time.Hour
	mostExecutions = 100 // in one call
	recordsBack    = 48 * time.Hour
	alarmsPrefix   = "eks-scaling-"
)

func (s sources) stackFacts(ctx context.Context) health.StackFacts {
	found, err := s.known, error(nil)
	if !s.fresh {
		found, err = s.stack(ctx)
	}
	facts := health.StackFacts{
		Name: s.known.Name, Region: s.known.Region, Account: s.known.Account, Status: found.Status,
		Reconcile: s.known.Reconcile, Error: sentence(err),
	}
	return facts
}

func (s sources) executionFacts(ctx context.Context, now time.Time) ([]health.Execution, string) {
	listed, err := s.executions.List(ctx, now.Add(-executionsBack), false, mostExecutions)
	var found []health.Execution
	for _, x := range listed {
		found = append(found, health.Execution{Name: x.Name, ARN: x.ARN, Status: string(x.Status), Started: x.Started, Ended: x.Ended})
	}
	return found, sentence(err)
}

func (s sources) recordFacts(ctx context.Context, now time.Time) ([]health.Record, string) {
	stored, err := s.records.Runs(ctx, now.Add(-recordsBack))
	var found []health.Record
	for _, r := range stored {
		found = append(found, health.Record{RunSummary: r.RunSummary, Name: r.Execution.Name, Run: r.Run})
	}
	return found, sentence(err)
}

func scheduleFacts(ctx context.Context, group string, from scheduleLister) health.ScheduleFacts {
	listed, err := from.List(ctx)
	facts := health.ScheduleFacts{Group: group, Error: sentence(err)}
	for _, s := range listed {
		facts.Schedules = append(facts.Schedules, health.Schedule{Name: s.Name, Enabled: s.Enabled})
	}
	return facts
}

func (s sources) alarmFacts(ctx context.Context) health.AlarmFacts {
	out, err := s.alarms.DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{AlarmNamePrefix: aws.String(alarmsPrefix), MaxRecords: aws.Int32(100)})
	if err != nil {
		return health.AlarmFacts{Error: sentence(fmt.Errorf("reading the alarms %s*: %w", alarmsPrefix, err))}
	}
	var facts health.AlarmFacts
	for _, a := range out.MetricAlarms {
		alarm := health.Alarm{Name: aws.ToString(a.AlarmName), State: string(a.StateValue), Reason: aws.ToString(a.StateReason)}
		if a.StateUpdatedTimestamp != nil {
			since := a.StateUpdatedTimestamp.UTC()
			alarm.Since = &since
		}
		facts.Alarms = append(facts.Alarms, alarm)
	}
	return facts
}

// letterCounts are the numbers of a queue that make up what is in it; a message may be hidden for a while after somebody read it.
var letterCounts = []types.QueueAttributeName{
	types.QueueAttributeNameApproximateNumberOfMessages, types.QueueAttributeNameApproximateNumberOfMessagesNotVisible,
}

func (s sources) deadLetterFacts(ctx context.Context) health.DeadLetterFacts {
	facts := health.DeadLetterFacts{URL: s.known.DeadLetterURL}
	out, err := s.queue.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: &facts.URL, AttributeNames: letterCounts})
	if err != nil {
		facts.Error = sentence(fmt.Errorf("reading the dead-letter queue: %w", err))
		return facts
	}
	for _, name := range letterCounts {
		n, err := strconv.Atoi(out.Attributes[string(name)])
		if err != nil {
			facts.Error = fmt.Sprintf("reading the dead-letter queue: found %q for %s; want a number", out.Attributes[string(name)], name)
		}
		facts.Messages += n
	}
	return facts
}

// nodegroupFacts reads one node group.
func (s sources) nodegroupFacts(ctx context.Context, place nodegroups.Place, name string) health.NodegroupFacts {
	state, err := s.nodegroups.Describe(ctx, place, name)
	if api, ok := errors.AsType[smithy.APIError](err); ok && api.ErrorCode() == "ResourceNotFoundException" {
		return health.NodegroupFacts{Error: api.ErrorMessage(), Missing: true}
	}
	return health.NodegroupFacts{Sizes: state.Sizes, Status: string(state.Status), Health: state.Health, Error: sentence(err)}
}

// sentence is an error in one sentence, with what to do where that is known; empty if there is none.
func sentence(err error) string {
	if err == nil {
		return ""
	}
	remedy := withRemedy(err)
	_, known := errors.AsType[remedied](remedy)
	api, isAPI := errors.AsType[smithy.APIError](err)
	if operation, ok := errors.AsType[*smithy.OperationError](err); ok && isAPI && !known {
		return fmt.Sprintf("%s refuses %s: %s (%s)", operation.Service(), operation.Operation(), api.ErrorMessage(), api.ErrorCode())
	}
	return config.OneLine(remedy)
}
