package step

import (
	"time"

	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/budget"
)

// Patience returns how long a step repeats a throttled call: waitTimeout. For the budget of the configuration it waits at least as long as
// the calls may take that change all node groups of an account and region: otherwise the last ones would fail because of the budget alone.
func Patience(throttled error, waitTimeout time.Duration) time.Duration {
	if nodegroups.OverBudget(throttled) {
		return max(waitTimeout, budget.MaxFullChange)
	}
	return waitTimeout
}
