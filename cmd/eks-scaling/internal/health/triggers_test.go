package health_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/triggers"
)

const twoClusters = `
timezone: UTC
clusters:
  - name: production
    region: sa-east-1
    nodegroups: {big: {minSize: 0, maxSize: 5}}
    profiles: {low: {big: 1}, high: {big: 3}}
    schedule: {default: low, periods: [{name: day, profile: high, days: [mon, tue], from: "08:00", to: "20:00"}]}
  - name: staging
    region: sa-east-1
    nodegroups: {web: {minSize: 0, maxSize: 5}}
    profiles: {low: {web: 1}, high: {web: 3}}
    schedule: {default: low, periods: [{name: day, profile: high, days: [fri], from: "08:00", to: "18:00"}]}
`

// TestTheTriggersOfOneUnit are found without the plan for the other units, which changes their names: at 08:00 both units have a
// transition, but on different days.
func TestTheTriggersOfOneUnit(t *testing.T) { //nolint:gocyclo // one case a rule, read from top to bottom
	t.Parallel()
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	c, err := config.Parse([]byte(twoClusters))
	if err != nil {
		t.Fatal(err)
	}
	enabled := map[string]bool{}
	for _, trigger := range triggers.Plan(c.Units(), now) {
		enabled[trigger.Name] = true
	}
	look := func() string {
		var all []string
		for _, i := range health.InPart(health.Inspect(enabled, triggers.Plan(c.Units()[:1], now), now)) {
			all = append(all, i.Name+" "+string(i.State))
		}
		return strings.Join(all, ", ")
	}
	for _, w := range []struct{ rule, without, want string }{
		{"all are there", "", "weekly-UTC-0800 inSync, weekly-UTC-2000 inSync"},
		{"one of the unit is missing", "weekly-UTC-2000", "weekly-UTC-0800 inSync, weekly-UTC-2000 missing"},
		{"one of another unit is missing", "weekly-UTC-1800", "weekly-UTC-0800 inSync, weekly-UTC-2000 missing"},
		{"all at its time are missing", "weekly-UTC-0800", "weekly-UTC-0800 missing, weekly-UTC-2000 missing"},
	} {
		before := len(enabled)
		for name := range enabled {
			if w.without != "" && triggers.WithoutDay(name) == w.without {
				delete(enabled, name)
			}
		}
		if w.without != "" && len(enabled) == before {
			t.Fatalf("%s: there is no trigger %s", w.rule, w.without)
		}
		if diff := cmp.Diff(w.want, look()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", w.rule, diff)
		}
	}
	if slices.ContainsFunc(triggers.Plan(c.Units(), now), func(p triggers.Trigger) bool { return p.Name == "weekly-UTC-0800" }) {
		t.Error("the name has no day; want one, or the test shows nothing")
	}
}
