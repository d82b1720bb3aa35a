package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// cloudWatchAlarm is an AWS::CloudWatch::Alarm.
type cloudWatchAlarm struct {
	AlarmName, AlarmDescription          string
	AlarmActions                         []string
	Namespace, MetricName, Statistic     string
	Dimensions                           []struct{ Name, Value string }
	ComparisonOperator, TreatMissingData string
	EvaluationPeriods, Period, Threshold int
}

// String is the alarm as one line: its metric, and what raises it.
func (a cloudWatchAlarm) String() string {
	metric := a.Namespace + " " + a.MetricName
	for _, d := range a.Dimensions {
		metric += " " + d.Name + "=" + d.Value
	}
	return fmt.Sprintf("%s, %s %s %d in %d of %d s, missing is %s", metric, a.Statistic, a.ComparisonOperator, a.Threshold,
		a.EvaluationPeriods, a.Period, a.TreatMissingData)
}

func TestAlarms(t *testing.T) {
	const (
		atOnce     = ", Sum GreaterThanOrEqualToThreshold 1 in 1 of 300 s, missing is notBreaching"
		executions = " StateMachineArn=${StateMachine}" + atOnce
	)
	want := map[string]string{
		"run-failed":    "AWS/States ExecutionsFailed" + executions,
		"run-timed-out": "AWS/States ExecutionsTimedOut" + executions,
		"run-aborted":   "AWS/States ExecutionsAborted" + executions,
		"trigger-undelivered": "AWS/SQS ApproximateNumberOfMessagesVisible QueueName=${DeadLetterQueue.QueueName}" +
			strings.Replace(atOnce, "Sum", "Maximum", 1),
		"triggers-refused":  "AWS/Scheduler TargetErrorCount ScheduleGroup=eks-scaling-boundaries" + atOnce,
		"triggers-lost":     "AWS/Scheduler InvocationsFailedToBeSentToDeadLetterCount ScheduleGroup=eks-scaling-boundaries" + atOnce,
		"reconcile-refused": "AWS/Scheduler TargetErrorCount ScheduleGroup=eks-scaling" + atOnce,
		"reconcile-lost":    "AWS/Scheduler InvocationsFailedToBeSentToDeadLetterCount ScheduleGroup=eks-scaling" + atOnce,
		"reconcile-missing": "EksScaling ReconcileRunEnded, Sum LessThanThreshold 1 in 2 of 3600 s, missing is breaching",
	}
	got := map[string]string{}
	for _, a := range all[cloudWatchAlarm](t, reference(t), "AWS::CloudWatch::Alarm") {
		got[strings.TrimPrefix(a.AlarmName, "eks-scaling-")] = a.String()
		if diff := cmp.Diff([]string{"${AlertTopic}"}, a.AlarmActions); diff != "" {
			t.Errorf("%s goes to (-want +got):\n%s", a.AlarmName, diff)
		}
		if len(a.AlarmDescription) < 80 || len(a.AlarmDescription) > 1024 {
			t.Errorf("%s: %q does not say what has happened and what to do", a.AlarmName, a.AlarmDescription)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestTheSilenceThatRaisesAnAlarmFollowsTheReconcileSchedule: two intervals, whatever they are.
func TestTheSilenceThatRaisesAnAlarmFollowsTheReconcileSchedule(t *testing.T) {
	for expression, want := range map[string]string{
		"rate(15 minutes)":              "in 2 of 900 s",
		"cron(5,35 8-18 ? * MON-FRI *)": "in 6 of 86400 s",
	} {
		for _, a := range all[cloudWatchAlarm](t, synthesize(t, map[string]any{reconcileKey: expression}), "AWS::CloudWatch::Alarm") {
			if a.AlarmName == "eks-scaling-reconcile-missing" && !strings.Contains(a.String(), want) {
				t.Errorf("%s: found %s; want %s", expression, a, want)
			}
		}
	}
}

func TestTheAlarmOfAFailedRunSaysWhereTheCauseIs(t *testing.T) {
	for _, a := range all[cloudWatchAlarm](t, reference(t), "AWS::CloudWatch::Alarm") {
		if a.AlarmName != "eks-scaling-run-failed" {
			continue
		}
		for _, place := range []string{"Error and Cause", "no output", "audit trail"} {
			if !strings.Contains(a.AlarmDescription, place) {
				t.Errorf("found %q; want %q in it", a.AlarmDescription, place)
			}
		}
	}
}
