package collecttest

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedulertypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"eks-scaling-automation/shared/aws/nodegroups"
	sharedscheduler "eks-scaling-automation/shared/aws/scheduler"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/triggers"
)

// Lacking is the status of a thing that is missing from AWS's answer.
const Lacking = "(lacking)"

// Read reads the config table.
func (w *World) Read(ctx context.Context) (inventory.Snapshot, error) {
	if err := w.Call("Read"); err != nil {
		return inventory.Snapshot{}, err
	}
	return w.Memory.Read(ctx)
}

// Unit reads the part of the config table that affects one unit.
func (w *World) Unit(ctx context.Context, unit string) (inventory.Snapshot, error) {
	if err := w.Call("Unit", unit); err != nil {
		return inventory.Snapshot{}, err
	}
	return w.Memory.Unit(ctx, unit)
}

// ConfigChanges reads the history of an item.
func (w *World) ConfigChanges(ctx context.Context, kind, name string) ([]inventory.ConfigChange, error) {
	if err := w.Call("ConfigChanges", kind+"/"+name); err != nil {
		return nil, err
	}
	return w.Memory.ConfigChanges(ctx, kind, name)
}

// DescribeAlarms returns the alarms.
func (w *World) DescribeAlarms(
	_ context.Context, in *cloudwatch.DescribeAlarmsInput, _ ...func(*cloudwatch.Options),
) (*cloudwatch.DescribeAlarmsOutput, error) {
	if in.NextToken != nil {
		return &cloudwatch.DescribeAlarmsOutput{MetricAlarms: w.MoreAlarms}, nil
	}
	out := &cloudwatch.DescribeAlarmsOutput{MetricAlarms: w.Alarms}
	if w.MoreAlarms != nil {
		out.NextToken = aws.String("more")
	}
	return out, w.Call("DescribeAlarms", *in.AlarmNamePrefix)
}

// GetQueueAttributes returns the attributes of the dead-letter queue.
func (w *World) GetQueueAttributes(_ context.Context, in *sqs.GetQueueAttributesInput, _ ...func(*sqs.Options)) (*sqs.GetQueueAttributesOutput, error) {
	err := w.Call("GetQueueAttributes", *in.QueueUrl)
	return &sqs.GetQueueAttributesOutput{Attributes: w.Letters}, err
}

// groups fakes EKS in a region.
type groups struct {
	nodegroups.API
	*World
	region string
}

func (g groups) DescribeNodegroup(_ context.Context, in *eks.DescribeNodegroupInput, _ ...func(*eks.Options)) (*eks.DescribeNodegroupOutput, error) {
	name := *in.ClusterName + "/" + *in.NodegroupName
	if err := g.Call("DescribeNodegroup", g.region, name); err != nil {
		return nil, err
	}
	if g.Groups[name] == nil {
		return nil, Refusal("EKS", "DescribeNodegroup", "ResourceNotFoundException", "No node group found for name: "+*in.NodegroupName+".")
	}
	if g.Groups[name].Status == Lacking {
		return &eks.DescribeNodegroupOutput{}, nil
	}
	return &eks.DescribeNodegroupOutput{Nodegroup: g.Groups[name]}, nil
}

// schedules fakes EventBridge Scheduler, also for concurrent calls. Schedules are created but never changed or removed. Its list
// has no dates, so that each schedule is read.
type schedules struct {
	sharedscheduler.API
	*World
}

func (s schedules) ListSchedules(_ context.Context, in *scheduler.ListSchedulesInput, _ ...func(*scheduler.Options)) (*scheduler.ListSchedulesOutput, error) {
	out := &scheduler.ListSchedulesOutput{}
	for key, each := range s.Schedules {
		if strings.HasPrefix(key, *in.GroupName+"/") {
			out.Schedules = append(out.Schedules, schedulertypes.ScheduleSummary{Name: each.Name, State: each.State})
		}
	}
	slices.SortFunc(out.Schedules, func(a, b schedulertypes.ScheduleSummary) int { return strings.Compare(*a.Name, *b.Name) })
	return out, s.Call("ListSchedules", *in.GroupName)
}

func (s schedules) GetSchedule(_ context.Context, in *scheduler.GetScheduleInput, _ ...func(*scheduler.Options)) (*scheduler.GetScheduleOutput, error) {
	key := *in.GroupName + "/" + triggers.WithoutFingerprint(*in.Name)
	if err := s.Call("GetSchedule", key); err != nil {
		return nil, err
	}
	if s.Schedules[key] == nil {
		return nil, Refusal("Scheduler", "GetSchedule", "ResourceNotFoundException", "no schedule")
	}
	return s.Schedules[key], nil
}

func (s schedules) CreateSchedule(_ context.Context, in *scheduler.CreateScheduleInput, _ ...func(*scheduler.Options)) (*scheduler.CreateScheduleOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Schedules[*in.GroupName+"/"+triggers.WithoutFingerprint(*in.Name)] = &scheduler.GetScheduleOutput{
		GroupName: in.GroupName, Name: in.Name, Description: in.Description, ScheduleExpression: in.ScheduleExpression,
		ScheduleExpressionTimezone: in.ScheduleExpressionTimezone, FlexibleTimeWindow: in.FlexibleTimeWindow, State: in.State,
		Target: in.Target, ActionAfterCompletion: in.ActionAfterCompletion,
	}
	return &scheduler.CreateScheduleOutput{}, nil
}
