package main

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"

	"eks-scaling-automation/shared/doctor"
	sharedscheduler "eks-scaling-automation/shared/scheduler"
	"eks-scaling-automation/shared/triggers"
)

// noSchedule is how EventBridge Scheduler says that there is no such schedule, or group.
const noSchedule = "ResourceNotFoundException"

func (x *examination) lookAtReconcile(ctx context.Context) {
	s := x.stack
	name := triggers.Reconcile(s.Reconcile).Name
	out, err := x.schedules.GetSchedule(ctx, &scheduler.GetScheduleInput{GroupName: &s.ReconcileGroup, Name: &name})
	if err != nil {
		x.reconcile = fact(doctor.Schedule{}, err, "looking at schedule "+s.ReconcileGroup+"/"+name, "scheduler:GetSchedule", noSchedule)
		return
	}
	found := doctor.Schedule{
		State: string(out.State), Expression: aws.ToString(out.ScheduleExpression), Zone: aws.ToString(out.ScheduleExpressionTimezone),
	}
	if t := out.Target; t != nil {
		found.TargetARN, found.RoleARN, found.Input = aws.ToString(t.Arn), aws.ToString(t.RoleArn), aws.ToString(t.Input)
		if t.DeadLetterConfig != nil {
			found.DeadLetterARN = aws.ToString(t.DeadLetterConfig.Arn)
		}
	}
	x.reconcile = doctor.Known(found)
}

// lookAtDrift compares the schedules that follow the configuration with what is planned.
func (x *examination) lookAtDrift(ctx context.Context) {
	s := x.stack
	if x.snapshot.Unread != nil {
		x.drift = doctor.NotRead[doctor.Drift](doctor.BecauseOf("the configuration could not be read"))
		return
	}
	if _, _, err := x.snapshot.Value.CheckedSettings(); err != nil {
		x.drift = doctor.NotRead[doctor.Drift](doctor.BecauseOf("the settings cannot be used"))
		return
	}
	plan := triggers.Plan(x.usable, x.now)
	group := sharedscheduler.NewGroup(x.schedules, s.BoundariesGroup, sharedscheduler.Target{
		Partition: s.Partition, StateMachineARN: s.StateMachineARN, RoleARN: s.SchedulerRoleARN, DeadLetterARN: s.DeadLetterARN,
	})
	changes, err := group.Compare(ctx, plan, x.now)
	drift := doctor.Drift{Planned: len(plan), Missing: changes.Create, Different: changes.Update, Unplanned: changes.Delete}
	x.drift = fact(drift, err, "", "scheduler:ListSchedules and scheduler:GetSchedule", noSchedule)
}
