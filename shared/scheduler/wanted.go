package scheduler

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"eks-scaling-automation/shared/triggers"
)

// wanted is a trigger as EventBridge Scheduler is asked for it.
func (g *Group) wanted(t triggers.Trigger) *scheduler.CreateScheduleInput {
	after := types.ActionAfterCompletionNone
	if t.Once {
		after = types.ActionAfterCompletionDelete
	}
	return &scheduler.CreateScheduleInput{
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
}

// settings are those of a schedule that matter, for comparison.
type settings struct {
	description, expression, zone       string
	state, mode, after                  string
	target, role, input, deadLetter     string
	maxAge, maxAttempts                 int32
	hasStart, hasEnd, hasKey, hasOthers bool
}

func settingsWanted(w *scheduler.CreateScheduleInput) settings {
	return settings{
		description: *w.Description, expression: *w.ScheduleExpression, zone: *w.ScheduleExpressionTimezone,
		state: string(w.State), mode: string(w.FlexibleTimeWindow.Mode), after: string(w.ActionAfterCompletion),
	}.of(w.Target)
}

func settingsFound(s *scheduler.GetScheduleOutput) settings {
	found := settings{
		description: aws.ToString(s.Description), expression: aws.ToString(s.ScheduleExpression),
		zone: aws.ToString(s.ScheduleExpressionTimezone), state: string(s.State), after: string(s.ActionAfterCompletion),
		hasStart: s.StartDate != nil, hasEnd: s.EndDate != nil, hasKey: s.KmsKeyArn != nil,
	}
	if s.FlexibleTimeWindow != nil {
		found.mode = string(s.FlexibleTimeWindow.Mode)
	}
	return found.of(s.Target)
}

// of adds what the target says.
func (s settings) of(t *types.Target) settings {
	if t == nil {
		return s
	}
	s.target, s.role, s.input = aws.ToString(t.Arn), aws.ToString(t.RoleArn), aws.ToString(t.Input)
	if t.RetryPolicy != nil {
		s.maxAge, s.maxAttempts = aws.ToInt32(t.RetryPolicy.MaximumEventAgeInSeconds), aws.ToInt32(t.RetryPolicy.MaximumRetryAttempts)
	}
	if t.DeadLetterConfig != nil {
		s.deadLetter = aws.ToString(t.DeadLetterConfig.Arn)
	}
	s.hasOthers = t.EcsParameters != nil || t.EventBridgeParameters != nil || t.KinesisParameters != nil ||
		t.SageMakerPipelineParameters != nil || t.SqsParameters != nil
	return s
}
