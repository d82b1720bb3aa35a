package doctor

import (
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/deployment"
)

// Alarms checks that there is each alarm of the stack, and that somebody hears of it when it goes off. Whether one has gone
// off says nothing about the next run.
func Alarms(s deployment.Stack, alarms Fact[[]health.Alarm]) Check {
	c := subject{"alerts", "alarms"}
	return alarms.check(c, Check{}, func(found []health.Alarm) Check { return ofAlarms(c, s, found) })
}

func ofAlarms(c subject, s deployment.Stack, found []health.Alarm) Check {
	if missing := (health.Alarms{Alarms: found}).Missing(); len(missing) > 0 {
		return c.warning("nobody hears of what goes wrong there: missing is "+strings.Join(missing, ", "), deploy)
	}
	var silent []string
	for _, a := range found {
		if a.ActionsDisabled {
			silent = append(silent, a.Name)
		}
	}
	if len(silent) > 0 {
		return c.warning("nobody hears of what goes wrong there: the actions are disabled of "+few(silent), deployment.EnableAlarm(strings.Join(silent, " "), s.Region))
	}
	return c.ok("all %d are there, and tell of what goes wrong", len(deployment.AlarmNames()))
}
