package scheduler

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"eks-scaling-automation/shared/triggers"
)

// ScheduleName returns the name of a trigger's schedule. It changes with every setting.
func (g *Group) ScheduleName(t triggers.Trigger) string {
	return *g.wanted(t).Name
}

// wanted converts a trigger to a request for EventBridge Scheduler.
func (g *Group) wanted(t triggers.Trigger) *scheduler.CreateScheduleInput {
	after := types.ActionAfterCompletionNone
	if t.Once {
		after = types.ActionAfterCompletionDelete
	}
	w := &scheduler.CreateScheduleInput{
		GroupName: &g.name, Name: &t.Name, Description: &t.Description,
		ScheduleExpression: &t.Expression, ScheduleExpressionTimezone: &t.Zone,
		FlexibleTimeWindow:    &types.FlexibleTimeWindow{Mode: types.FlexibleTimeWindowModeOff},
		State:                 types.ScheduleStateEnabled,
		ActionAfterCompletion: after,
		Target: &types.Target{
			Arn:              aws.String(triggers.TargetARN(g.target.Partition)),
			RoleArn:          &g.target.RoleARN,
			Input:            aws.String(t.StartExecution(g.target.StateMachineARN)),
			RetryPolicy:      &types.RetryPolicy{MaximumEventAgeInSeconds: aws.Int32(triggers.MaxAgeSeconds), MaximumRetryAttempts: aws.Int32(triggers.MaxAttempts)},
			DeadLetterConfig: &types.DeadLetterConfig{Arn: &g.target.DeadLetterARN},
		},
	}
	if !t.Fixed {
		w.Name = aws.String(triggers.Fingerprinted(t.Name, settingsWanted(w).texts()))
	}
	return w
}
