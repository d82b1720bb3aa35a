package schedule_test

import (
	"fmt"
	"testing"
	"time"

	"eks-scaling-automation/shared/schedule"
)

// TestTheCheckOfManyPeriodsEnds counts how many of the periods are found to be covered by the first one. Of a few it is all,
// of thousands only some, as every decision of a run makes this check.
func TestTheCheckOfManyPeriodsEnds(t *testing.T) {
	t.Parallel()
	covered := func(n int) int {
		periods := make([]schedule.Period, n)
		for i := range periods {
			periods[i] = schedule.Period{Name: fmt.Sprint("p", i), Profile: "night", To: schedule.Edge{At: schedule.EndOfDay}}
		}
		_, err := schedule.New(time.UTC, "otherwise", periods, nil)
		return len(schedule.PeriodErrors(err))
	}
	if found := covered(30); found != 29 {
		t.Errorf("of 30 periods %d are found to be covered; want 29", found)
	}
	if found := covered(4000); found < 29 || found > 1000 {
		t.Errorf("of 4,000 periods %d are found to be covered; want some", found)
	}
}
