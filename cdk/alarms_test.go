package main

import "testing"

// TestTheSilenceThatRaisesAnAlarmFollowsTheReconcileSchedule: two intervals. The golden template has the other alarms.
func TestTheSilenceThatRaisesAnAlarmFollowsTheReconcileSchedule(t *testing.T) {
	for _, a := range all[struct {
		AlarmName                 string
		EvaluationPeriods, Period int
	}](t, customized(t), "AWS::CloudWatch::Alarm") {
		if a.AlarmName == "eks-scaling-reconcile-missing" && (a.EvaluationPeriods != 2 || a.Period != 15*60) {
			t.Errorf("found %+v; want 2 of 15 minutes", a)
		}
	}
}
