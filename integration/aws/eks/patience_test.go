package eks_test

import (
	"testing"
	"time"

	"eks-scaling-automation/integration/aws/eks"
)

// TestAThrottledCallWaitsAndIsMadeAgain by the time that the callers sleep by, as often as they have patience.
func TestAThrottledCallWaitsAndIsMadeAgain(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	for calls, want := range map[int]string{0: "TooManyRequestsException", 2: "TooManyRequestsException", 3: "<nil>"} {
		w := start(t)
		w.GoBy(func() time.Time { return now })
		w.SleepBy(func(_ string, d time.Duration) func() {
			now = now.Add(d)
			return func() {}
		})
		w.Limit(eks.Rates{Reads: 1})
		w.BePatient(eks.Patience{Calls: calls, Wait: func(int) time.Duration { return 500 * time.Millisecond }})
		w.looks(1)
		if _, err := w.describe(); code(err) != want {
			t.Errorf("%d calls: %v; want %s", calls, err, want)
		}
	}
}
