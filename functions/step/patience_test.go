package step_test

import (
	"context"
	"testing"
	"time"

	smithy "github.com/aws/smithy-go"

	"eks-scaling-automation/functions/step"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/budget"
)

// full has no slot.
type full struct{}

func (full) Take(context.Context, budget.Request) (int64, bool, error) { return 0, false, nil }

func TestTheBudgetDelaysACallForAnHour(t *testing.T) {
	t.Parallel()
	client := nodegroups.PatientOver(func(nodegroups.Place) nodegroups.API { return nil }).Within(full{}, func() time.Time { return time.Unix(0, 0) })
	_, used := client.Describe(t.Context(), nodegroups.Place{Budget: budget.Budget{Reads: 1}}, "big")
	throttled := &smithy.GenericAPIError{Code: "ThrottlingException"}
	for rule, row := range map[string]struct {
		err               error
		waitTimeout, want time.Duration
	}{
		"what EKS throttles, until waitTimeout": {throttled, 20 * time.Minute, 20 * time.Minute},
		"what the budget delays, longer":        {used, 20 * time.Minute, time.Hour},
		"or until a longer waitTimeout":         {used, 2 * time.Hour, 2 * time.Hour},
	} {
		if got := step.Patience(row.err, row.waitTimeout); got != row.want {
			t.Errorf("%s: found %s; want %s", rule, got, row.want)
		}
	}
}
