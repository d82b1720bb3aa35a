package checks_test

import (
	"strings"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/checks"
	"eks-scaling-automation/shared/deployment"
)

func TestAlarms(t *testing.T) {
	t.Parallel()
	var all health.Alarms
	for _, name := range deployment.AlarmNames() {
		all = append(all, health.Alarm{Name: name, State: "ALARM"})
	}
	silent := append(health.Alarms{{Name: all[0].Name, ActionsDisabled: true}, {Name: all[1].Name, ActionsDisabled: true}}, all[2:]...)
	for rule, w := range map[string]struct {
		alarms        health.Fact[health.Alarms]
		outcome       checks.Outcome
		found, remedy string
	}{
		"all, whether they have gone off or not": {health.Known(all), checks.OK, "all 9 are there", ""},
		"others beside them":                     {health.Known(append(all, health.Alarm{Name: "own"})), checks.OK, "all 9 are there", ""},
		"one is missing":                         {health.Known(all[1:]), checks.Warning, "missing is eks-scaling-reconcile-lost", "with every -c of the last deployment"},
		"none at all":                            {health.Known[health.Alarms](nil), checks.Warning, "eks-scaling-run-failed", "make deploy"},
		"two tell nobody": {
			health.Known(silent), checks.Warning, "the actions are disabled of eks-scaling-reconcile-lost, eks-scaling-reconcile-missing",
			"aws cloudwatch enable-alarm-actions --region sa-east-1 --alarm-names eks-scaling-reconcile-lost eks-scaling-reconcile-missing",
		},
		"they may not be read": {health.NotRead[health.Alarms](&health.Unread{Why: "no", Remedy: "ask"}), checks.Unknown, "no", "ask"},
	} {
		c := checks.Alarms(deployment.Stack{Region: "sa-east-1"}, w.alarms)
		if c.Group != "alerts" || c.Name != "alarms" || c.Outcome != w.outcome || !strings.Contains(c.Found, w.found) || !strings.Contains(c.Remedy, w.remedy) {
			t.Errorf("%s: found %+v; want %s, %q, %q", rule, c, w.outcome, w.found, w.remedy)
		}
	}
}
