package config_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/config"
)

// TestStepsOfASchedule: the cluster's steps hold for each schedule that has none of its own, wherever the cluster's stand.
func TestStepsOfASchedule(t *testing.T) {
	const of, own = "    rampUp: {nodes: 5, every: 2m}\n", "        rampUp: {nodes: 1, every: 90s}\n"
	five, one := config.RampUp{Nodes: 5, Every: config.Duration(2 * time.Minute)}, config.RampUp{Nodes: 1, Every: config.Duration(90 * time.Second)}
	withOwn := strings.Replace(shared, "        timezone: Europe/Berlin\n", own+"        timezone: Europe/Berlin\n", 1)
	for rule, row := range map[string]struct {
		document      string
		office, batch config.RampUp
	}{
		"none":                   {shared, config.RampUp{}, config.RampUp{}},
		"the cluster's":          {shared + of, five, five},
		"the schedule's":         {withOwn, config.RampUp{}, one},
		"the schedule's instead": {withOwn + of, five, one},
	} {
		c := parse(t, row.document)
		printsBack(t, c)
		if diff := cmp.Diff([]config.RampUp{row.office, row.batch}, []config.RampUp{c.Units()[0].RampUp, c.Units()[1].RampUp}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", rule, diff)
		}
		if printed := string(printed(t, c)); strings.Contains(printed, "rampUp") != strings.Contains(row.document, "rampUp") {
			t.Errorf("%s: printed as %s", rule, printed)
		}
	}
}

// TestMostNodes: a profile or an override with sizes may ask for the most.
func TestMostNodes(t *testing.T) {
	const override = `overrides:
  - {cluster: production, schedule: office, sizes: {web: 12, tools: {minSize: 1}}, from: 2026-12-24 20:00, until: 2026-12-25 20:00, reason: launch}
`
	want := map[string]int32{"web": 6, "tools": 1}
	if diff := cmp.Diff(want, parse(t, shared).Units()[0].MostNodes()); diff != "" {
		t.Errorf("of the profiles (-want +got):\n%s", diff)
	}
	want["web"] = 12
	if diff := cmp.Diff(want, parse(t, shared+override).Units()[0].MostNodes()); diff != "" {
		t.Errorf("with an override (-want +got):\n%s", diff)
	}
}
