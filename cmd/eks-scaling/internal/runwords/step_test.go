package runwords

import (
	"testing"
	"time"

	"eks-scaling-automation/shared/budget"
	"eks-scaling-automation/shared/run"
)

// TestAWaitSaysWhatItIsFor because a run in steps waits several times.
func TestAWaitSaysWhatItIsFor(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 24, 10, 2, 0, 0, time.UTC)
	for want, task := range map[string]run.UnitTask{
		"waiting for the next step at 2026-11-24 10:02 UTC":          {NextStepAt: at, GoodUntil: at.Add(time.Hour)},
		"waiting for the transition at 2026-11-24 10:02 UTC":         {GoodUntil: at},
		"waiting for run older":                                      {Waiting: &run.Waiting{Run: "older"}},
		"waiting 15s: EKS throttles calls":                           {ThrottledSince: at, DelaySeconds: 15},
		"waiting 15s: EKS throttles calls, or the budget is used up": {ThrottledSince: at, DelaySeconds: 15, Cluster: run.Cluster{Budget: budget.Budget{Reads: 1}}},
	} {
		task.Next = run.NextWait
		if got := decidedInWords(task); got != want {
			t.Errorf("found %q; want %q", got, want)
		}
	}
}
