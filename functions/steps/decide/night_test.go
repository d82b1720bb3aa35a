package decide

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// One wave at a time: the scale-down is decided after the scale-up has arrived.
func TestANightGoesWaveByWave(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	task := w.next(w.run("night"))
	claimedFirst(t, w, task)

	w.now = w.now.Add(time.Minute)
	task = w.next(w.scaled(task, run.Succeeded))
	marksWhatArrived(t, w, task)

	task = w.next(w.scaled(task, run.Succeeded))
	endsTheClaim(t, w, task)
}

// claimedFirst checks the first round: a reading, the claim, and another reading.
func claimedFirst(t *testing.T, w *world, task run.UnitTask) {
	t.Helper()
	if got := described(task); got != "scale small" || task.Round != 1 {
		t.Fatalf("round %d: %s; want small first", task.Round, got)
	}
	if diff := cmp.Diff([]string{"describe big", "describe small", "claim", "describe big", "describe small", "decided"}, w.calls); diff != "" {
		t.Errorf("the first look decides whether to claim, the second is planned with (-want +got):\n%s", diff)
	}
	c := w.record().Claim
	if c == nil || c.Order != task.Run.Order() || !slices.Equal(c.Unfinished, []string{"big", "small"}) || !c.EndedAt.IsZero() {
		t.Errorf("found the claim %+v; want the run's, with both node groups unfinished", c)
	}
	if got := w.record().Relied["small"]; got != task.Guards[0].Activation || len(task.Guards) != 1 {
		t.Errorf("found %q recorded and the guards %v; want small relied on", got, task.Guards)
	}
}

// marksWhatArrived checks the second round: one reading under the claim.
func marksWhatArrived(t *testing.T, w *world, task run.UnitTask) {
	t.Helper()
	if got := described(task); got != "scale big" || task.Round != 2 {
		t.Fatalf("round %d: %s; want big second", task.Round, got)
	}
	if slices.Contains(w.calls, "claim") || w.looks() != 2 {
		t.Errorf("found the calls %v; want one look and no other claim", w.calls)
	}
	if got := w.record(); got.Marks["small"].Profile != "sleep" || len(got.Marks) != 1 || !got.Claim.RenewedAt.Equal(w.now) {
		t.Errorf("found the marks %v and the claim renewed at %s; want small's, now", got.Marks, got.Claim.RenewedAt)
	}
}

// endsTheClaim checks the last round.
func endsTheClaim(t *testing.T, w *world, task run.UnitTask) {
	t.Helper()
	if got := described(task); got != "succeeded" || len(task.Done) != 2 || len(task.Decisions) != 2 {
		t.Errorf("%s with %d results and %d decisions; want it ended with all of them", got, len(task.Done), len(task.Decisions))
	}
	if got := w.record(); len(got.Marks) != 2 || got.Claim.EndedAt.IsZero() || len(got.Claim.Unfinished) > 0 {
		t.Errorf("found %d marks and the claim %+v; want both and the claim ended", len(got.Marks), got.Claim)
	}
	for _, d := range task.Decisions {
		if d.Action == scaling.Keep {
			t.Errorf("%s is told as kept; want the decision that changed it", d.Nodegroup)
		}
	}
}
