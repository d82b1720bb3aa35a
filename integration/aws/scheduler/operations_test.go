package scheduler_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsscheduler "github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"
	"github.com/aws/smithy-go/middleware"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"eks-scaling-automation/integration/aws/scheduler"
)

var ignoreMetadata = cmp.Options{cmpopts.IgnoreTypes(middleware.Metadata{}), cmpopts.IgnoreUnexported(
	awsscheduler.GetScheduleOutput{}, types.FlexibleTimeWindow{}, types.Target{}, types.DeadLetterConfig{}, types.RetryPolicy{},
	types.ScheduleSummary{}, types.TargetSummary{},
)}

func TestWhatIsCreatedIsShownWhole(t *testing.T) {
	w := start(t)
	in := night()
	out, err := w.client.CreateSchedule(t.Context(), in)
	const arn = "arn:aws:scheduler:sa-east-1:123456789012:schedule/scaling/night"
	if err != nil || *out.ScheduleArn != arn {
		t.Fatal(out, err)
	}
	w.holds(stored())
	got, err := w.get("night")
	if err != nil {
		t.Fatal(err)
	}
	want := &awsscheduler.GetScheduleOutput{
		Arn: aws.String(arn), CreationDate: &beginning, LastModificationDate: &beginning, Name: in.Name, GroupName: in.GroupName,
		ScheduleExpression: in.ScheduleExpression, ScheduleExpressionTimezone: in.ScheduleExpressionTimezone, Description: in.Description,
		State: in.State, ActionAfterCompletion: in.ActionAfterCompletion, FlexibleTimeWindow: in.FlexibleTimeWindow, Target: in.Target,
	}
	if diff := cmp.Diff(want, got, ignoreMetadata); diff != "" {
		t.Error(diff)
	}
	w.called("CreateSchedule scaling/night 200", "GetSchedule scaling/night 200")
}

func TestWhatIsLeftOutHasItsDefault(t *testing.T) {
	w := start(t)
	in := plain("plain", "rate(1 hour)")
	in.GroupName = nil
	w.mustCreate(in)
	want := defaults("plain", "rate(1 hour)")
	want.Group = "default"
	if diff := cmp.Diff([]scheduler.Schedule{want}, w.Schedules("default")); diff != "" {
		t.Error(diff)
	}
	got, err := w.client.GetSchedule(t.Context(), &awsscheduler.GetScheduleInput{Name: in.Name})
	if err != nil || got.Description != nil || got.Target.Input != nil || got.Target.DeadLetterConfig != nil ||
		got.FlexibleTimeWindow.MaximumWindowInMinutes != nil || *got.GroupName != "default" || *got.Target.RetryPolicy.MaximumRetryAttempts != 185 {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := w.client.UpdateSchedule(t.Context(), update(in)); err != nil {
		t.Error(err)
	}
	if _, err := w.client.DeleteSchedule(t.Context(), &awsscheduler.DeleteScheduleInput{Name: in.Name}); err != nil {
		t.Error(err)
	}
	w.called("CreateSchedule default/plain 200", "GetSchedule default/plain 200", "UpdateSchedule default/plain 200", "DeleteSchedule default/plain 200")
}

func TestAnUpdateReplacesEveryField(t *testing.T) {
	w := start(t)
	w.mustCreate(night())
	w.clock.advance(time.Hour)
	out, err := w.client.UpdateSchedule(t.Context(), update(plain("night", "cron(30 6 * * ? *)")))
	if err != nil || *out.ScheduleArn != "arn:aws:scheduler:sa-east-1:123456789012:schedule/scaling/night" {
		t.Fatal(out, err)
	}
	w.holds(defaults("night", "cron(30 6 * * ? *)"))
	got, err := w.get("night")
	if err != nil || !got.CreationDate.Equal(beginning) || !got.LastModificationDate.Equal(beginning.Add(time.Hour)) {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := w.client.UpdateSchedule(t.Context(), update(plain("night", "nonsense"))); code(err) != "ValidationException" {
		t.Error(err)
	}
	w.holds(defaults("night", "cron(30 6 * * ? *)"))
}

func TestADeletedScheduleIsGone(t *testing.T) {
	w := start(t)
	w.mustCreate(night())
	w.mustCreate(plain("other", "rate(1 day)"))
	if err := w.delete("night"); err != nil {
		t.Fatal(err)
	}
	w.holds(defaults("other", "rate(1 day)"))
	if err := w.delete("night"); code(err) != "ResourceNotFoundException" {
		t.Error(err)
	}
	w.mustCreate(night())
}

func TestANameIsTakenOnceInItsGroup(t *testing.T) {
	w := start(t)
	w.mustCreate(plain("night", "rate(1 day)"))
	if err := w.create(night()); code(err) != "ConflictException" {
		t.Error(err)
	}
	w.holds(defaults("night", "rate(1 day)"))
	elsewhere := night()
	elsewhere.GroupName = nil
	w.mustCreate(elsewhere)
}

func TestAClientToken(t *testing.T) {
	with := func(token string, change func(*awsscheduler.CreateScheduleInput)) *awsscheduler.CreateScheduleInput {
		in := night()
		in.ClientToken = &token
		change(in)
		return in
	}
	same := func(*awsscheduler.CreateScheduleInput) {}
	for name, test := range map[string]struct {
		second *awsscheduler.CreateScheduleInput
		want   string
	}{
		"and_the_same_request_is_the_same_call": {with("t", same), fmt.Sprint(error(nil))},
		"with_another_request_is_a_conflict": {
			with("t", func(in *awsscheduler.CreateScheduleInput) { in.Description = nil }), "ConflictException",
		},
		"with_another_name_is_a_conflict": {
			with("t", func(in *awsscheduler.CreateScheduleInput) { in.Name = aws.String("day") }), "ConflictException",
		},
		"that_is_another_is_another_call":    {with("u", same), "ConflictException"},
		"must_be_made_of_letters_and_digits": {with("t t", same), "ValidationException"},
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t)
			w.mustCreate(with("t", same))
			if err := w.create(test.second); code(err) != test.want {
				t.Error(err)
			}
			w.holds(stored())
		})
	}
}

func TestARepeatedTokenDoesNotBringBackWhatWasDeleted(t *testing.T) {
	w := start(t)
	in := night()
	in.ClientToken = aws.String("t")
	w.mustCreate(in)
	if err := w.delete("night"); err != nil {
		t.Fatal(err)
	}
	w.mustCreate(in)
	w.holds()
}

func TestWhatIsNotThereIsNotFound(t *testing.T) {
	w := start(t)
	w.mustCreate(night())
	ctx, none := t.Context(), aws.String("none")
	in := night()
	in.GroupName = none
	inGroup := func(group, name *string) map[string]func() error {
		changed := update(night())
		changed.GroupName, changed.Name = group, name
		return map[string]func() error{
			"get": func() error {
				_, err := w.client.GetSchedule(ctx, &awsscheduler.GetScheduleInput{Name: name, GroupName: group})
				return err
			},
			"update": func() error { _, err := w.client.UpdateSchedule(ctx, changed); return err },
			"delete": func() error {
				_, err := w.client.DeleteSchedule(ctx, &awsscheduler.DeleteScheduleInput{Name: name, GroupName: group})
				return err
			},
		}
	}
	unknownGroup := inGroup(none, aws.String("night"))
	unknownGroup["create"] = func() error { return w.create(in) }
	unknownGroup["list"] = func() error {
		_, err := w.client.ListSchedules(ctx, &awsscheduler.ListSchedulesInput{GroupName: none})
		return err
	}
	for about, calls := range map[string]map[string]func() error{
		"group": unknownGroup, "schedule": inGroup(aws.String(scaling), none), "schedule of another group": inGroup(nil, aws.String("night")),
	} {
		for name, call := range calls {
			if err := call(); code(err) != "ResourceNotFoundException" {
				t.Errorf("%s of an unknown %s: %v", name, about, err)
			}
		}
	}
	w.holds(stored())
}
