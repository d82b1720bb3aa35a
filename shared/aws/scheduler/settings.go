package scheduler

import (
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"eks-scaling-automation/shared/triggers"
)

// settings are those of a schedule that matter, for comparison.
type settings struct {
	description, expression, zone       string
	state, mode, after                  string
	target, role, input, deadLetter     string
	maxAge, maxAttempts                 int32
	hasStart, hasEnd, hasKey, hasOthers bool
}

// The settings that are spoken of in other ways than the rest.
const (
	// InputSetting is what the target is given, which is long.
	InputSetting = "Target.Input"
	// OtherTargetSetting is that a schedule has parameters of targets of another kind.
	OtherTargetSetting = "parameters of another kind of target"
)

// differencesBetween are the settings that differ, under the names that EventBridge Scheduler has for them.
func differencesBetween(wanted, found settings) []triggers.Difference {
	number := func(n int32) string { return strconv.Itoa(int(n)) }
	given := func(has bool) string {
		if has {
			return "given"
		}
		return "not given"
	}
	var differences []triggers.Difference
	for _, d := range []triggers.Difference{
		{"Description", wanted.description, found.description},
		{"ScheduleExpression", wanted.expression, found.expression},
		{"ScheduleExpressionTimezone", wanted.zone, found.zone},
		{"State", wanted.state, found.state},
		{"FlexibleTimeWindow.Mode", wanted.mode, found.mode},
		{"ActionAfterCompletion", wanted.after, found.after},
		{"Target.Arn", wanted.target, found.target},
		{"Target.RoleArn", wanted.role, found.role},
		{InputSetting, wanted.input, found.input},
		{"Target.DeadLetterConfig.Arn", wanted.deadLetter, found.deadLetter},
		{"Target.RetryPolicy.MaximumEventAgeInSeconds", number(wanted.maxAge), number(found.maxAge)},
		{"Target.RetryPolicy.MaximumRetryAttempts", number(wanted.maxAttempts), number(found.maxAttempts)},
		{"StartDate", given(wanted.hasStart), given(found.hasStart)},
		{"EndDate", given(wanted.hasEnd), given(found.hasEnd)},
		{"KmsKeyArn", given(wanted.hasKey), given(found.hasKey)},
		{OtherTargetSetting, given(wanted.hasOthers), given(found.hasOthers)},
	} {
		if d.Wanted != d.Found {
			differences = append(differences, d)
		}
	}
	return differences
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
