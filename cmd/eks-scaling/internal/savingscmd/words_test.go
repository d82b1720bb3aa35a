package savingscmd

import (
	"testing"
	"time"

	"eks-scaling-automation/shared/savings"
)

// TestManyGapsAreCounted instead of listed, as a stack with a reconcile run a day has one each day.
func TestManyGapsAreCounted(t *testing.T) {
	t.Parallel()
	r := Report{Gaps: make([]savings.Gap, 30)}
	lines := r.gaps(time.UTC)
	if len(lines) != 6 || lines[5] != "No records in 25 intervals more, of more than 3 hours each." {
		t.Errorf("found %d lines, the last is %q", len(lines), lines[len(lines)-1])
	}
}
