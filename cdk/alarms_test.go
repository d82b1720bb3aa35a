package main

import (
	"fmt"
	"testing"
)

// cloudWatchAlarm is an AWS::CloudWatch::Alarm.
type cloudWatchAlarm struct {
	AlarmName, AlarmDescription string
	EvaluationPeriods, Period   int
}

// TestEveryAlarmSaysWhatToDo: the golden template has the alarms themselves.
func TestEveryAlarmSaysWhatToDo(t *testing.T) {
	for _, a := range all[cloudWatchAlarm](t, reference(t), "AWS::CloudWatch::Alarm") {
		if len(a.AlarmDescription) < 80 || len(a.AlarmDescription) > 1024 {
			t.Errorf("%s: %q does not say what has happened and what to do", a.AlarmName, a.AlarmDescription)
		}
	}
}

// TestTheSilenceThatRaisesAnAlarmFollowsTheReconcileSchedule: two intervals, whatever they are.
func TestTheSilenceThatRaisesAnAlarmFollowsTheReconcileSchedule(t *testing.T) {
	for expression, want := range map[string]string{
		"rate(15 minutes)":              "in 2 of 900 s",
		"cron(5,35 8-18 ? * MON-FRI *)": "in 6 of 86400 s",
	} {
		for _, a := range all[cloudWatchAlarm](t, synthesize(t, map[string]any{reconcileKey: expression}), "AWS::CloudWatch::Alarm") {
			if got := fmt.Sprintf("in %d of %d s", a.EvaluationPeriods, a.Period); a.AlarmName == "eks-scaling-reconcile-missing" && got != want {
				t.Errorf("%s: found %s; want %s", expression, got, want)
			}
		}
	}
}
