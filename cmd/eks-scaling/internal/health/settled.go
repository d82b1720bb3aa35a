package health

import (
	"time"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/triggers"
)

// Grace is how long a run may take to follow a configuration change or the start of a period, and for EKS to report it.
const Grace = 5 * time.Minute

// JustNow reports whether t is so recent that a run, or the triggers, may not have followed yet.
func JustNow(t, now time.Time) bool {
	return !t.IsZero() && !t.After(now) && now.Sub(t) < Grace
}

// Day is a period of time, not a calendar day.
const Day = 24 * time.Hour

// Settled returns the names of the triggers that were planned a day ago as well. Other triggers of [triggers.Plan] have only just
// come into its horizon, and may not exist yet.
func Settled(clusters []config.Cluster, now time.Time) map[string]bool {
	names := map[string]bool{}
	for _, t := range triggers.Plan(clusters, now.Add(-Day)) {
		names[t.Name] = true
	}
	return names
}
