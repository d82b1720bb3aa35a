package night

import (
	"strings"
	"testing"
)

// TestNoSingleFaultIsLost puts every fault at every call of a run: each ends right, or failed, alerted, recorded and right after
// the next run.
func TestNoSingleFaultIsLost(t *testing.T) {
	fewerCollections(t)
	all, err := Faults()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		if c.Ending == LostFault {
			t.Errorf("%s %s is %s (call %d): %s", c.Function, c.Operation, c.Fate, c.Nth, c.Why)
		}
	}
	t.Log("\n" + strings.Join(FaultTable(all), "\n"))
}
