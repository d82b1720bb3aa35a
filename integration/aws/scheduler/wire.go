package scheduler

import (
	"net/http"
	"time"

	"eks-scaling-automation/integration/aws/wire"
)

const account = "123456789012"

// wanted is the request of CreateSchedule and UpdateSchedule. Pointers distinguish omitted fields from empty ones, which AWS
// refuses.
type wanted struct {
	ActionAfterCompletion      string
	ClientToken                *string
	Description                string
	FlexibleTimeWindow         *window
	GroupName                  *string
	ScheduleExpression         string
	ScheduleExpressionTimezone *string
	State                      string
	Target                     *target
}

type window struct {
	MaximumWindowInMinutes int32 `json:",omitempty"`
	Mode                   string
}

type target struct {
	Arn                   string
	RoleArn               string
	DeadLetterConfig      *deadLetters           `json:",omitempty"`
	EventBridgeParameters *eventBridgeParameters `json:",omitempty"`
	Input                 *string                `json:",omitempty"`
	RetryPolicy           *retryPolicy
}

type eventBridgeParameters struct{ DetailType, Source string }

type deadLetters struct{ Arn string }

type retryPolicy struct {
	MaximumEventAgeInSeconds *int32
	MaximumRetryAttempts     *int32
}

type arnAnswer struct{ ScheduleArn string }

type listAnswer struct {
	Schedules []summary
	NextToken *string
}

// summary is a schedule in ListSchedules: without the expression, the description and the input.
type summary struct {
	Arn                  string
	CreationDate         epoch
	GroupName            string
	LastModificationDate epoch
	Name                 string
	State                string
	Target               struct{ Arn string }
}

// details is a schedule in GetSchedule.
type details struct {
	ActionAfterCompletion      string
	Arn                        string
	CreationDate               epoch
	Description                string `json:",omitempty"`
	FlexibleTimeWindow         window
	GroupName                  string
	LastModificationDate       epoch
	Name                       string
	ScheduleExpression         string
	ScheduleExpressionTimezone string
	State                      string
	Target                     target
}

// epoch is a time on the wire: seconds since 1970, to the millisecond.
type epoch float64

func epochOf(t time.Time) epoch { return epoch(float64(t.UnixMilli()) / 1000) }

// schedule returns the requested schedule, with AWS's defaults for omitted fields.
func (w wanted) schedule(group, name string) (Schedule, error) {
	switch {
	case w.FlexibleTimeWindow == nil:
		return Schedule{}, missing("flexibleTimeWindow")
	case w.Target == nil:
		return Schedule{}, missing("target")
	case w.ScheduleExpressionTimezone != nil && *w.ScheduleExpressionTimezone == "":
		return Schedule{}, between(0, 1, 50, "the length of scheduleExpressionTimezone")
	case w.Target.Input != nil && *w.Target.Input == "":
		return Schedule{}, constraint(`""`, "target.input", "Member must have length greater than or equal to 1")
	}
	retry := w.Target.RetryPolicy.orDefaults()
	schedule := Schedule{
		Name: name, Group: group, Expression: w.ScheduleExpression, Timezone: orZero(w.ScheduleExpressionTimezone),
		Description: w.Description, State: w.State, ActionAfterCompletion: w.ActionAfterCompletion,
		Input: orZero(w.Target.Input), TargetArn: w.Target.Arn, RoleArn: w.Target.RoleArn,
		MaximumEventAgeInSeconds: *retry.MaximumEventAgeInSeconds, MaximumRetryAttempts: *retry.MaximumRetryAttempts,
		FlexibleMode: w.FlexibleTimeWindow.Mode, MaximumWindowInMinutes: w.FlexibleTimeWindow.MaximumWindowInMinutes,
	}
	if p := w.Target.EventBridgeParameters; p != nil {
		schedule.DetailType, schedule.Source = p.DetailType, p.Source
	}
	if w.Target.DeadLetterConfig != nil {
		schedule.DeadLetterArn = w.Target.DeadLetterConfig.Arn
	}
	return schedule.withDefaults(), nil
}

func (p *retryPolicy) orDefaults() retryPolicy {
	all := retryPolicy{new(defaultEventAge), new(defaultAttempts)}
	if p != nil && p.MaximumEventAgeInSeconds != nil {
		all.MaximumEventAgeInSeconds = p.MaximumEventAgeInSeconds
	}
	if p != nil && p.MaximumRetryAttempts != nil {
		all.MaximumRetryAttempts = p.MaximumRetryAttempts
	}
	return all
}

func orZero(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

func (s Schedule) arn(region string) string {
	return "arn:aws:scheduler:" + region + ":" + account + ":schedule/" + s.Group + "/" + s.Name
}

func (s stored) summary(region string) summary {
	return summary{
		Arn: s.arn(region), CreationDate: epochOf(s.created), GroupName: s.Group, LastModificationDate: epochOf(s.modified),
		Name: s.Name, State: s.State, Target: struct{ Arn string }{s.TargetArn},
	}
}

func (s stored) wire(region string) details {
	d := details{
		ActionAfterCompletion: s.ActionAfterCompletion, Arn: s.arn(region), CreationDate: epochOf(s.created), Description: s.Description,
		FlexibleTimeWindow: window{s.MaximumWindowInMinutes, s.FlexibleMode}, GroupName: s.Group,
		LastModificationDate: epochOf(s.modified), Name: s.Name, ScheduleExpression: s.Expression,
		ScheduleExpressionTimezone: s.Timezone, State: s.State,
		Target: target{
			Arn: s.TargetArn, RoleArn: s.RoleArn,
			RetryPolicy: &retryPolicy{new(s.MaximumEventAgeInSeconds), new(s.MaximumRetryAttempts)},
		},
	}
	if s.Input != "" {
		d.Target.Input = new(s.Input)
	}
	if s.DetailType != "" {
		d.Target.EventBridgeParameters = &eventBridgeParameters{s.DetailType, s.Source}
	}
	if s.DeadLetterArn != "" {
		d.Target.DeadLetterConfig = &deadLetters{s.DeadLetterArn}
	}
	return d
}

func refuse(w http.ResponseWriter, f Failure) {
	w.Header().Set("X-Amzn-ErrorType", f.Type)
	wire.WriteJSON(w, f.Status, struct{ Message string }{f.Message})
}
