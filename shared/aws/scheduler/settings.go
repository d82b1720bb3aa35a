package scheduler

import (
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"eks-scaling-automation/shared/triggers"
)

// settings holds the compared settings of a schedule.
type settings struct {
	description, expression, zone       string
	state, mode, after                  string
	target, role, input, deadLetter     string
	maxAge, maxAttempts                 int32
	hasStart, hasEnd, hasKey, hasOthers bool
}

// The settings that are reported in a special way.
const (
	// InputSetting is the input of the target, which is long.
	InputSetting = "Target.Input"
	// OtherTargetSetting represents parameters of other kinds of targets.
	OtherTargetSetting = "parameters of another kind of target"
)

// differencesBetween returns the settings that differ, under the names used by EventBridge Scheduler.
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
		{Setting: "Description", Desired: wanted.description, Current: found.description},
		{Setting: "ScheduleExpression", Desired: wanted.expression, Current: found.expression},
		{Setting: "ScheduleExpressionTimezone", Desired: wanted.zone, Current: found.zone},
		{Setting: "State", Desired: wanted.state, Current: found.state},
		{Setting: "FlexibleTimeWindow.Mode", Desired: wanted.mode, Current: found.mode},
		{Setting: "ActionAfterCompletion", Desired: wanted.after, Current: found.after},
		{Setting: "Target.Arn", Desired: wanted.target, Current: found.target},
		{Setting: "Target.RoleArn", Desired: wanted.role, Current: found.role},
		{Setting: InputSetting, Desired: wanted.input, Current: found.input},
		{Setting: "Target.DeadLetterConfig.Arn", Desired: wanted.deadLetter, Current: found.deadLetter},
		{Setting: "Target.RetryPolicy.MaximumEventAgeInSeconds", Desired: number(wanted.maxAge), Current: number(found.maxAge)},
		{Setting: "Target.RetryPolicy.MaximumRetryAttempts", Desired: number(wanted.maxAttempts), Current: number(found.maxAttempts)},
		{Setting: "StartDate", Desired: given(wanted.hasStart), Current: given(found.hasStart)},
		{Setting: "EndDate", Desired: given(wanted.hasEnd), Current: given(found.hasEnd)},
		{Setting: "KmsKeyArn", Desired: given(wanted.hasKey), Current: given(found.hasKey)},
		{Setting: OtherTargetSetting, Desired: given(wanted.hasOthers), Current: given(found.hasOthers)},
	} {
		if d.Desired != d.Current {
			differences = append(differences, d)
		}
	}
	return differences
}

// texts returns the compared settings as text, and nothing else.
func (s settings) texts() []string {
	var texts []string
	for _, d := range differencesBetween(s, settings{}) {
		texts = append(texts, d.Setting, d.Desired)
	}
	return texts
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

// of returns the settings with the target's added.
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
