package main

import "testing"

// What the schedule starts, and with what, is in the golden template; package triggers tests that text.
func TestReconcileScheduleFromContext(t *testing.T) {
	s := single[struct{ ScheduleExpression, ScheduleExpressionTimezone string }](t, customized(t), "AWS::Scheduler::Schedule")
	if got := s.ScheduleExpression + " " + s.ScheduleExpressionTimezone; got != "rate(15 minutes) UTC" {
		t.Errorf("found %s", got)
	}
}
