package integration_test

import (
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/run"
)

// state returns the state of one of the stack's alarms.
func state(t *testing.T, w *world.World, alarm string) string {
	t.Helper()
	a, found := w.Alarms.Get(world.Region, "eks-scaling-"+alarm)
	if !found {
		t.Fatalf("the stack has no alarm %s", alarm)
	}
	return a.State
}

// reconcileRun has the reconcile trigger fire, and waits for the run that it starts.
func reconcileRun(t *testing.T, w *world.World) time.Time {
	t.Helper()
	now := time.Now()
	for _, f := range w.Due(now.Add(-time.Hour), now) {
		if f.Schedule.Name != "reconcile" {
			continue
		}
		x, err := w.Fire(f)
		if err != nil {
			t.Fatal(err)
		}
		result, err := x.Wait(t.Context())
		if err != nil || result.Status != engine.Succeeded {
			t.Fatalf("found %+v, %v; want a reconcile run that succeeds", result, err)
		}
		return x.Describe().Ended
	}
	t.Fatal("the reconcile trigger did not fire within an hour")
	return now
}

// TestSilenceOfReconcileRunsRaisesAnAlarm: nothing else would tell that they no longer start.
func TestSilenceOfReconcileRunsRaisesAnAlarm(t *testing.T) {
	t.Parallel()
	w := configured(t)
	ended := reconcileRun(t, w)
	for _, row := range []struct {
		name  string
		after time.Duration
		want  string
	}{
		{"one has ended", time.Second, "OK"},
		{"the next is missing", 90 * time.Minute, "OK"},
		{"two intervals are not over", 2*time.Hour - time.Second, "OK"},
		{"two intervals are over", 2*time.Hour + time.Second, "ALARM"},
		{"it stays silent", 5 * time.Hour, "ALARM"},
	} {
		w.EvaluateAt(ended.Add(row.after))
		if got := state(t, w, "reconcile-missing"); got != row.want {
			t.Errorf("%s: the alarm is %s; want %s", row.name, got, row.want)
		}
	}
	w.EvaluateAt(reconcileRun(t, w).Add(time.Second))
	if got := state(t, w, "reconcile-missing"); got != "OK" {
		t.Errorf("they run again: the alarm is %s; want OK", got)
	}
}

// TestAnUndeliveredTriggerFailsTheReconcileRun, which alerts people, until somebody empties the dead-letter queue.
func TestAnUndeliveredTriggerFailsTheReconcileRun(t *testing.T) {
	t.Parallel()
	w := configured(t)
	now := time.Now()
	for _, f := range w.Due(now.Add(-time.Hour), now) {
		if f.Schedule.Name != "reconcile" {
			continue
		}
		broken := f
		broken.Schedule.Input = "{}" // as if there were no state machine
		if _, err := w.Fire(broken); err == nil {
			t.Fatal("a request without a state machine started a run")
		}
		x, err := w.Fire(f)
		if err != nil {
			t.Fatal(err)
		}
		result, err := x.Wait(t.Context())
		if err != nil || result.Status != engine.Failed || result.Error != string(run.UndeliveredError) {
			t.Errorf("found %s %s (%v); want a run that failed with UndeliveredError", result.Status, result.Error, err)
		}
	}
	if alerts := w.Alerts(); len(alerts) != 1 || !strings.Contains(alerts[0].Message, "the dead-letter queue has 1 message") {
		t.Errorf("found %v; want one alert about the message", alerts)
	}
	queue := w.Template.Of("AWS::SQS::Queue")[0].ARN
	w.Queues.Delete(queue)
	w.Queues.Create(queue, nil)
	reconcileRun(t, w)
}
