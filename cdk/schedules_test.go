package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/run"
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

// reconcileSchedule is the one schedule that a stack has.
func reconcileSchedule(t *testing.T, from template) schedulerSchedule {
	t.Helper()
	return single[schedulerSchedule](t, from, "AWS::Scheduler::Schedule")
}

func TestEachOwnerOfSchedulesHasAGroup(t *testing.T) {
	got := map[string]string{}
	for id, r := range reference(t).Resources {
		if r.Type == "AWS::Scheduler::ScheduleGroup" {
			got["${"+withoutHash(id)+"}"] = r.Properties["Name"].(string)
		}
	}
	want := map[string]string{"${ScheduleGroup}": "eks-scaling", "${BoundariesScheduleGroup}": "eks-scaling-boundaries"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTheStackHasOnlyTheReconcileSchedule(t *testing.T) {
	s := reconcileSchedule(t, reference(t))
	if s.Name != "reconcile" || s.GroupName != "${ScheduleGroup}" {
		t.Errorf("found %s in the group %s; want reconcile in the stack's own group", s.Name, s.GroupName)
	}
	if when := s.ScheduleExpression + " " + s.ScheduleExpressionTimezone; when != "cron(23 * ? * * *) UTC" {
		t.Errorf("it fires at %s", when)
	}
	if s.State != "ENABLED" || s.FlexibleTimeWindow.Mode != "OFF" {
		t.Errorf("it is %s, flexible %s; want it enabled, not flexible", s.State, s.FlexibleTimeWindow.Mode)
	}
}

func TestReconcileScheduleFromContext(t *testing.T) {
	s := reconcileSchedule(t, synthesize(t, map[string]any{reconcileKey: "rate(15 minutes)"}))
	if got := s.ScheduleExpression + " " + s.ScheduleExpressionTimezone; got != "rate(15 minutes) UTC" {
		t.Errorf("found %s", got)
	}
}

// TestTheReconcileScheduleStartsRuns reads the request as Step Functions would, with the scheduler's own values still in it.
func TestTheReconcileScheduleStartsRuns(t *testing.T) {
	target := reconcileSchedule(t, reference(t)).Target
	if target.Arn != "arn:${AWS::Partition}:scheduler:::aws-sdk:sfn:startExecution" {
		t.Errorf("found the target %s; want the universal one", target.Arn)
	}
	// An escaped "<" would read the same, but not for the scheduler, which looks for its own values in the text.
	for _, value := range []string{`"<aws.scheduler.execution-id>"`, `\"due\":\"<aws.scheduler.scheduled-time>\"`} {
		if !strings.Contains(target.Input, value) {
			t.Errorf("the scheduler does not find %s in %s", value, target.Input)
		}
	}
	type startExecution struct {
		StateMachineARN string `json:"StateMachineArn"`
		Name, Input     string
	}
	var request startExecution
	decodeStrictly(t, target.Input, &request)
	want := startExecution{"${StateMachine}", "<aws.scheduler.execution-id>", request.Input}
	if diff := cmp.Diff(want, request); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
	var input run.Input
	decodeStrictly(t, strings.ReplaceAll(request.Input, "<aws.scheduler.scheduled-time>", "2026-11-23T06:23:00Z"), &input)
	wantInput := run.Input{
		Trigger: "reconcile", Actor: "eventbridge-scheduler", Reason: "reconcile, due 2026-11-23T06:23:00Z",
		Due: time.Date(2026, 11, 23, 6, 23, 0, 0, time.UTC),
	}
	if diff := cmp.Diff(wantInput, input); diff != "" {
		t.Errorf("input (-want +got):\n%s", diff)
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
	target := reconcileSchedule(t, reference(t)).Target
	retry := target.RetryPolicy
	if retry.MaximumEventAgeInSeconds != 30*60 || retry.MaximumRetryAttempts != 10 {
		t.Errorf("it is retried %+v; want ten retries, for half an hour", retry)
	}
	if target.DeadLetterConfig.Arn != "${DeadLetterQueue.Arn}" || target.RoleArn != "${SchedulerRole.Arn}" {
		t.Errorf("what cannot be delivered goes to %s, as %s", target.DeadLetterConfig.Arn, target.RoleArn)
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
	if deny.String() != `Deny sqs:* on ${DeadLetterQueue.Arn} if {"Bool":{"aws:SecureTransport":"false"}}` {
		t.Errorf("found %s in the queue's policy; want it to refuse what is not encrypted under way", deny)
	}
}
