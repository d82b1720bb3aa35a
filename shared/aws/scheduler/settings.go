package scheduler

import (
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"eks-scaling-automation/shared/triggers"
)

// settings holds the settings of a schedule to compare.
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
	// OtherTargetSetting stands for parameters of other kinds of targets.
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
		{Setting: "Description", Wanted: wanted.description, Found: found.description},
		{Setting: "ScheduleExpression", Wanted: wanted.expression, Found: found.expression},
		{Setting: "ScheduleExpressionTimezone", Wanted: wanted.zone, Found: found.zone},
		{Setting: "State", Wanted: wanted.state, Found: found.state},
		{Setting: "FlexibleTimeWindow.Mode", Wanted: wanted.mode, Found: found.mode},
		{Setting: "ActionAfterCompletion", Wanted: wanted.after, Found: found.after},
		{Setting: "Target.Arn", Wanted: wanted.target, Found: found.target},
		{Setting: "Target.RoleArn", Wanted: wanted.role, Found: found.role},
		{Setting: InputSetting, Wanted: wanted.input, Found: found.input},
		{Setting: "Target.DeadLetterConfig.Arn", Wanted: wanted.deadLetter, Found: found.deadLetter},
		{Setting: "Target.RetryPolicy.MaximumEventAgeInSeconds", Wanted: number(wanted.maxAge), Found: number(found.maxAge)},
		{Setting: "Target.RetryPolicy.MaximumRetryAttempts", Wanted: number(wanted.maxAttempts), Found: number(found.maxAttempts)},
		{Setting: "StartDate", Wanted: given(wanted.hasStart), Found: given(found.hasStart)},
		{Setting: "EndDate", Wanted: given(wanted.hasEnd), Found: given(found.hasEnd)},
		{Setting: "KmsKeyArn", Wanted: given(wanted.hasKey), Found: given(found.hasKey)},
		{Setting: OtherTargetSetting, Wanted: given(wanted.hasOthers), Found: given(found.hasOthers)},
	} {
		if d.Wanted != d.Found {
			differences = append(differences, d)
		}
	}
	return differences
}

// texts are the settings as texts. What is compared is in them, and nothing else.
func (s settings) texts() []string {
	var texts []string
	for _, d := range differencesBetween(s, settings{}) {
		texts = append(texts, d.Setting, d.Wanted)
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

// of adds the settings of the target.
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
