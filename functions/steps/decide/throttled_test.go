package decide

import (
	"context"
	"testing"
	"time"

	smithy "github.com/aws/smithy-go"

	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/budget"
	"eks-scaling-automation/shared/run"
)

var tooMany = &smithy.GenericAPIError{Code: "TooManyRequestsException", Message: "Rate exceeded"}

func TestALookThatIsThrottledIsMadeAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.unread["big"] = tooMany
	task := w.run("night")
	for _, row := range []struct {
		after       time.Duration
		least, most int
	}{{0, 15, 30}, {5 * time.Minute, 75, 93}, {19*time.Minute + 50*time.Second, 10, 10}} {
		w.now = early.Add(row.after)
		task = w.next(task)
		if described(task) != "wait" || task.DelaySeconds < row.least || task.DelaySeconds > row.most || w.record().Claim != nil {
			t.Errorf("after %s: %s for %d s, claim %+v; want it to wait from %d to %d s, without a claim",
				row.after, described(task), task.DelaySeconds, w.record().Claim, row.least, row.most)
		}
	}
	delete(w.unread, "big")
	if task = w.next(task); described(task) != "scale small" || !task.ThrottledSince.IsZero() || task.Idle != 0 {
		t.Errorf("%s, throttled since %s, idle %d; want it decided", described(task), task.ThrottledSince, task.Idle)
	}
}

// TestAClaimIsKeptAliveWhileLooksAreThrottled until waitTimeout; then it ends, and the unit fails.
func TestAClaimIsKeptAliveWhileLooksAreThrottled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	task := w.scaled(w.next(w.run("night")), run.Succeeded)
	w.unread["big"] = tooMany
	began := w.now
	for task = w.next(task); task.Next == run.NextWait; task = w.next(task) {
		if c := w.record().Claim; !c.RenewedAt.Equal(w.now) || !c.EndedAt.IsZero() {
			t.Fatalf("%s after the begin the claim is %+v; want it renewed", w.now.Sub(began), c)
		}
		w.now = w.now.Add(time.Duration(task.DelaySeconds) * time.Second)
	}
	const want = "unit production: its node groups could not be read for 20m0s: api error TooManyRequestsException: Rate exceeded"
	if w.now.Sub(began) != 20*time.Minute || described(task) != "failed ThrottledError" || task.Error.Cause != want {
		t.Errorf("after %s: %s, %+v; want %q", w.now.Sub(began), described(task), task.Error, want)
	}
	if w.record().Claim.EndedAt.IsZero() || len(task.Done) != 1 {
		t.Errorf("claim %+v, done %+v; want the claim ended, and what was done kept", w.record().Claim, task.Done)
	}
}

// TestABudgetDelaysAReadingForAnHour at most, as other units may come first.
func TestABudgetDelaysAReadingForAnHour(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.unread["big"] = usedUp(t)
	task := w.next(w.run("night"))
	for began := w.now; task.Next == run.NextWait; task = w.next(task) {
		if w.now = w.now.Add(time.Duration(task.DelaySeconds) * time.Second); w.now.Sub(began) > time.Hour {
			t.Fatalf("it still waits after %s", w.now.Sub(began))
		}
	}
	if described(task) != "failed ThrottledError" || w.now.Sub(early) != time.Hour {
		t.Errorf("after %s: %s; want it failed after an hour", w.now.Sub(early), described(task))
	}
}

func TestADryRunWaitsWhileLooksAreThrottled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.unread["small"] = tooMany
	dry := w.run("dry")
	dry.Run.DryRun = true
	if task := w.next(dry); described(task) != "wait" || w.record().Claim != nil {
		t.Errorf("%s, claim %+v; want it to wait", described(task), w.record().Claim)
	}
}

// full has no slot of a budget.
type full struct{}

func (full) Take(context.Context, budget.Request) (int64, bool, error) { return 0, false, nil }

// usedUp is the error of a call without a slot.
func usedUp(t *testing.T) error {
	t.Helper()
	client := nodegroups.PatientOver(func(nodegroups.Place) nodegroups.API { return nil }).Within(full{}, func() time.Time { return time.Unix(0, 0) })
	_, err := client.Describe(t.Context(), nodegroups.Place{Budget: budget.Budget{Reads: 1}}, "big")
	return err
}
