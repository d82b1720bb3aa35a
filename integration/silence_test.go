package integration_test

import (
	"testing"
	"time"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/world"
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

// TestATriggerThatStartsNothingRaisesAnAlarm, and another one if even the dead-letter queue does not get it.
func TestATriggerThatStartsNothingRaisesAnAlarm(t *testing.T) {
	t.Parallel()
	w := configured(t)
	broken := func() {
		t.Helper()
		now := time.Now()
		for _, f := range w.Due(now.Add(-time.Hour), now) {
			if f.Schedule.Name == "reconcile" {
				f.Schedule.Input = "{}" // as if there were no state machine
				if _, err := w.Fire(f); err == nil {
					t.Fatal("a request without a state machine started a run")
				}
			}
		}
		w.Evaluate()
	}
	expect := func(name, refused, undelivered, lost string) {
		t.Helper()
		for alarm, want := range map[string]string{
			"reconcile-refused": refused, "trigger-undelivered": undelivered, "reconcile-lost": lost,
			"triggers-refused": "OK", "triggers-lost": "OK",
		} {
			if got := state(t, w, alarm); got != want {
				t.Errorf("%s: %s is %s; want %s", name, alarm, got, want)
			}
		}
	}
	w.Evaluate()
	expect("at rest", "OK", "OK", "OK")
	broken()
	expect("refused", "ALARM", "ALARM", "OK")
	for _, queue := range w.Template.Of("AWS::SQS::Queue") {
		w.Queues.Delete(queue.ARN)
	}
	broken()
	expect("without a queue", "ALARM", "OK", "ALARM")
	w.EvaluateAt(time.Now().Add(time.Hour))
	expect("an hour later", "OK", "OK", "OK")
}
