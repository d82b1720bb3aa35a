package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/statemachine"
)

// schedulerSchedule is an AWS::Scheduler::Schedule.
type schedulerSchedule struct {
	Name                       string
	GroupName                  string
	State                      string
	ScheduleExpression         string
	ScheduleExpressionTimezone string
	FlexibleTimeWindow         struct{ Mode string }
	Target                     struct {
		Arn, RoleArn, Input string
		DeadLetterConfig    struct{ Arn string }
		RetryPolicy         struct{ MaximumEventAgeInSeconds, MaximumRetryAttempts int }
	}
}

// when says when each schedule fires, by name.
func when(schedules []schedulerSchedule) map[string]string {
	expressions := map[string]string{}
	for _, s := range schedules {
		expressions[s.Name] = s.ScheduleExpression + " " + s.ScheduleExpressionTimezone
	}
	return expressions
}

func TestSchedulesOfTheReference(t *testing.T) {
	schedules := all[schedulerSchedule](t, reference(t), "AWS::Scheduler::Schedule")
	want := map[string]string{
		"boundary-America-Sao_Paulo-0000": "cron(0 0 ? * SAT,SUN *) America/Sao_Paulo",
		"boundary-America-Sao_Paulo-0100": "cron(0 1 ? * * *) America/Sao_Paulo",
		"boundary-America-Sao_Paulo-0630": "cron(30 6 ? * * *) America/Sao_Paulo",
		"boundary-America-Sao_Paulo-1130": "cron(30 11 ? * TUE *) America/Sao_Paulo",
		"reconcile":                       "cron(23 * ? * * *) UTC",
	}
	if diff := cmp.Diff(want, when(schedules)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, s := range schedules {
		if s.State != "ENABLED" || s.FlexibleTimeWindow.Mode != "OFF" || s.GroupName != "${ScheduleGroup}" {
			t.Errorf("%s is %s, flexible %s, in group %s; want it enabled, not flexible, in the stack's group",
				s.Name, s.State, s.FlexibleTimeWindow.Mode, s.GroupName)
		}
	}
}

func TestReconcileScheduleFromContext(t *testing.T) {
	made := synthesize(t, map[string]any{reconcileKey: "rate(15 minutes)"})
	got := when(all[schedulerSchedule](t, made, "AWS::Scheduler::Schedule"))["reconcile"]
	if got != "rate(15 minutes) UTC" {
		t.Errorf("found %s", got)
	}
}

// TestSchedulesStartRuns reads the request as Step Functions would, with the scheduler's own values still in it.
func TestSchedulesStartRuns(t *testing.T) {
	inputs := map[string]statemachine.Input{}
	for _, s := range all[schedulerSchedule](t, reference(t), "AWS::Scheduler::Schedule") {
		if s.Target.Arn != "arn:${AWS::Partition}:scheduler:::aws-sdk:sfn:startExecution" {
			t.Errorf("%s has the target %s; want the universal one", s.Name, s.Target.Arn)
		}
		// An escaped "<" would read the same, but not for the scheduler, which looks for its own values in the text.
		for _, value := range []string{`"<aws.scheduler.execution-id>"`, `due <aws.scheduler.scheduled-time>`} {
			if !strings.Contains(s.Target.Input, value) {
				t.Errorf("%s: the scheduler does not find %s in %s", s.Name, value, s.Target.Input)
			}
		}
		var request struct {
			StateMachineARN string `json:"StateMachineArn"`
			Name, Input     string
		}
		decodeStrictly(t, s.Target.Input, &request)
		if request.StateMachineARN != "${StateMachine}" {
			t.Errorf("%s starts %s", s.Name, request.StateMachineARN)
		}
		if request.Name != "<aws.scheduler.execution-id>" {
			t.Errorf("%s names its execution %s; want the scheduler's id, so that a second delivery starts nothing", s.Name, request.Name)
		}
		var input statemachine.Input
		decodeStrictly(t, request.Input, &input)
		inputs[s.Name] = input
	}
	boundary := func(clock string) statemachine.Input {
		return statemachine.Input{
			Trigger: "schedule", Actor: "eventbridge-scheduler",
			Reason: "boundary " + clock + " America/Sao_Paulo, due <aws.scheduler.scheduled-time>",
		}
	}
	want := map[string]statemachine.Input{
		"boundary-America-Sao_Paulo-0000": boundary("00:00"),
		"boundary-America-Sao_Paulo-0100": boundary("01:00"),
		"boundary-America-Sao_Paulo-0630": boundary("06:30"),
		"boundary-America-Sao_Paulo-1130": boundary("11:30"),
		"reconcile": {
			Trigger: "reconcile", Actor: "eventbridge-scheduler", Reason: "reconcile, due <aws.scheduler.scheduled-time>",
		},
	}
	if diff := cmp.Diff(want, inputs); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func decodeStrictly(t *testing.T, text string, into any) {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
}

func TestTriggersAreNotLostSilently(t *testing.T) {
	for _, s := range all[schedulerSchedule](t, reference(t), "AWS::Scheduler::Schedule") {
		retry := s.Target.RetryPolicy
		if retry.MaximumEventAgeInSeconds < 60 || retry.MaximumEventAgeInSeconds > 3600 || retry.MaximumRetryAttempts < 1 {
			t.Errorf("%s is retried %+v; want retries, for up to an hour", s.Name, retry)
		}
		if s.Target.DeadLetterConfig.Arn != "${DeadLetterQueue.Arn}" || s.Target.RoleArn != "${SchedulerRole.Arn}" {
			t.Errorf("%s sends what it cannot deliver to %s, as %s", s.Name, s.Target.DeadLetterConfig.Arn, s.Target.RoleArn)
		}
	}
	queue := single[struct {
		QueueName              string
		SqsManagedSseEnabled   bool
		MessageRetentionPeriod int
	}](t, reference(t), "AWS::SQS::Queue")
	if !queue.SqsManagedSseEnabled || queue.MessageRetentionPeriod != 14*24*3600 {
		t.Errorf("found the dead-letter queue %+v; want it encrypted, and its messages kept for 14 days", queue)
	}
	deny := single[policy](t, reference(t), "AWS::SQS::QueuePolicy").PolicyDocument.Statement[0]
	if deny.String() != "Deny sqs:* on ${DeadLetterQueue.Arn}" || deny.Condition["Bool"]["aws:SecureTransport"] != "false" {
		t.Errorf("found the queue's policy %s if %v; want it to refuse what is not encrypted under way", deny, deny.Condition)
	}
}
