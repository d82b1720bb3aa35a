package checks

import (
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/deployment"
)

// Alarms checks that each alarm of the stack exists and notifies someone. A raised alarm says nothing about the next run.
func Alarms(s deployment.Stack, alarms health.Fact[health.Alarms]) Check {
	c := subject{"alerts", "alarms"}
	return check(alarms, c, Check{}, func(found health.Alarms) Check { return ofAlarms(c, s, found) })
}

func ofAlarms(c subject, s deployment.Stack, found health.Alarms) Check {
	if missing := found.Missing(); len(missing) > 0 {
		return c.warning("nobody hears of what goes wrong there: missing is "+strings.Join(missing, ", "), deploy)
	}
	if silent := found.Silenced().Names(); len(silent) > 0 {
		return c.warning("nobody hears of what goes wrong there: the actions are disabled of "+few(silent), deployment.EnableAlarm(strings.Join(silent, " "), s.Region))
	}
	return c.ok("all %d are there, and tell of what goes wrong", len(deployment.AlarmNames()))
}
