package doctor_test

import (
	"strings"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/doctor"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/deployment"
)

func TestAlarms(t *testing.T) {
	t.Parallel()
	var all []health.Alarm
	for _, name := range deployment.AlarmNames() {
		all = append(all, health.Alarm{Name: name, State: "ALARM"})
	}
	silent := append([]health.Alarm{{Name: all[0].Name, ActionsDisabled: true}, {Name: all[1].Name, ActionsDisabled: true}}, all[2:]...)
	for rule, w := range map[string]struct {
		alarms        doctor.Fact[[]health.Alarm]
		outcome       doctor.Outcome
		found, remedy string
	}{
		"all, whether they have gone off or not": {doctor.Known(all), doctor.OK, "all 9 are there", ""},
		"others beside them":                     {doctor.Known(append(all, health.Alarm{Name: "own"})), doctor.OK, "all 9 are there", ""},
		"one is missing":                         {doctor.Known(all[1:]), doctor.Warning, "missing is eks-scaling-reconcile-lost", "with every -c of the last deployment"},
		"none at all":                            {doctor.Known[[]health.Alarm](nil), doctor.Warning, "eks-scaling-run-failed", "make deploy"},
		"two tell nobody": {
			doctor.Known(silent), doctor.Warning, "the actions are disabled of eks-scaling-reconcile-lost, eks-scaling-reconcile-missing",
			"aws cloudwatch enable-alarm-actions --region sa-east-1 --alarm-names eks-scaling-reconcile-lost eks-scaling-reconcile-missing",
		},
		"they may not be read": {doctor.NotRead[[]health.Alarm](&doctor.Unread{Why: "no", Remedy: "ask"}), doctor.Unknown, "no", "ask"},
	} {
		c := doctor.Alarms(deployment.Stack{Region: "sa-east-1"}, w.alarms)
		if c.Group != "alerts" || c.Name != "alarms" || c.Outcome != w.outcome || !strings.Contains(c.Found, w.found) || !strings.Contains(c.Remedy, w.remedy) {
			t.Errorf("%s: found %+v; want %s, %q, %q", rule, c, w.outcome, w.found, w.remedy)
		}
	}
}
