package integration_test

import (
	"testing"
	"time"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/run"
)

// TestThrottledCallsAreRecorded: a read of Decide, two calls that Scale makes again, and a look. No step fails by that.
func TestThrottledCallsAreRecorded(t *testing.T) {
	t.Parallel()
	w := configured(t)
	w.EKS.Limit(eks.Rates{})
	reads := eks.Failure{Status: 429, Type: "TooManyRequestsException", Message: "Too Many Requests"}
	w.EKS.Fail("DescribeNodegroup", "production", "small", 1, reads)
	w.EKS.Fail("UpdateNodegroupConfig", "production", "big", 2, eks.Failure{Status: 400, Type: "InvalidRequestException", Message: "Request limit exceeded"})
	w.EKS.Fail("DescribeUpdate", "production", "big", 1, reads)
	result := runWorld(t, w, "peak", run.Input{At: tuesday("07:00:00")})
	noTaskFailed(t, result)
	units, err := w.Units(t.Context(), "peak")
	if err != nil || len(units) != 1 {
		t.Fatalf("%d units recorded, %v; want 1", len(units), err)
	}
	decided := units[0].Throttled
	found, err := w.Records(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	changed := any(nil)
	for _, r := range found {
		if r["subject"] == "production/big" {
			changed = r["throttled"]
		}
	}
	if result.Status != engine.Succeeded || decided != 1 || changed != 3.0 {
		t.Errorf("%s: the unit says %d throttled calls and the change's record %v; want 1 and 3", result.Status, decided, changed)
	}
	used := w.EKS.Usage()[eks.Place{Account: "123456789012", Region: world.Region}]
	if used.Updates.Answered != 1 || used.Reads.Answered < 5 {
		t.Errorf("found %+v; want one update and the reads counted", used)
	}
}

func noTaskFailed(t *testing.T, result engine.Result) {
	t.Helper()
	for _, e := range result.Events {
		if e.Type == engine.TaskFailed {
			t.Errorf("a Task failed: %s: %s", e.Error, e.Cause)
		}
	}
}

// TestARunWithinASmallBudget has EKS answer one update and two reads a second, by the world's clock: who is throttled waits, and
// nothing fails.
func TestARunWithinASmallBudget(t *testing.T) {
	t.Parallel()
	w := beginAt(t, tuesday("07:00:00"))
	w.EKS.UpdatesTake(time.Minute)
	w.EKS.Limit(eks.Rates{Reads: 2, Updates: 1})
	result := runWorld(t, w, "peak", run.Input{Trigger: "schedule"})
	if result.Status != engine.Succeeded || desired(w)["big"] != 3 {
		t.Errorf("%s: %s: %s; %v", result.Status, result.Error, result.Cause, desired(w))
	}
	for place, used := range w.EKS.Usage() {
		if used.Reads.Peak > 4 || used.Updates.Peak > 2 {
			t.Errorf("%v: %+v; want the budget kept", place, used)
		}
	}
}
