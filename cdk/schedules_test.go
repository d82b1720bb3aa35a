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
	ScheduleExpression, ScheduleExpressionTimezone string
	Target                                         struct{ Arn, Input string }
}

// reconcileSchedule is the one schedule that a stack has.
func reconcileSchedule(t *testing.T, from template) schedulerSchedule {
	t.Helper()
	return single[schedulerSchedule](t, from, "AWS::Scheduler::Schedule")
}

func TestReconcileScheduleFromContext(t *testing.T) {
	s := reconcileSchedule(t, customized(t))
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
