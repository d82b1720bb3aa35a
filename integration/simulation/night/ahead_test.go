package night

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/integration/simulation/asl/definition"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/triggers"
)

// drawn returns a night before it begins, with the triggers that the product plans for it.
func drawn(t *testing.T, seed uint64, machine *definition.Machine) (*night, []triggers.Trigger) {
	t.Helper()
	n := newNight(seed, Options{}, machine)
	n.build(n.drawSetting())
	stored, err := tables.NewConfig(n.db, deployment.ConfigTable).Unit(context.Background(), clusterName)
	if err != nil {
		t.Fatal(err)
	}
	checked := inventory.Check(stored, evening)
	if want := units(n.place); len(checked.Runnable) != len(want) {
		t.Fatalf("seed %d: %d usable units; want %v: %v", seed, len(checked.Runnable), want, checked.Unusable)
	}
	return n, triggers.Plan(checked.Runnable, evening)
}

// TestEveryLeadHasATrigger compares the nights' own leads with the planned triggers: a night fires the ones that the product has.
func TestEveryLeadHasATrigger(t *testing.T) {
	machine, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	leads := 0
	for seed := range uint64(300) {
		n, planned := drawn(t, seed, machine)
		for _, one := range n.place.transitions {
			for name, begins := range n.place.leads(one) {
				unit := n.place.unitOf(name)
				if leads++; !slices.ContainsFunc(planned, func(p triggers.Trigger) bool { return p.Names(unit) && firesAt(p, begins) }) {
					t.Errorf("seed %d: no trigger for %s at %s, ahead of %s", seed, unit, begins.Format("15:04"), one.at().Format("15:04"))
				}
			}
		}
	}
	if leads < 100 {
		t.Errorf("%d leads in all; want some in many nights", leads)
	}
}

// units returns the names of the units.
func units(s *setting) []string {
	var all []string
	for name := range s.limits {
		if unit := s.unitOf(name); unit != "" && !slices.Contains(all, unit) {
			all = append(all, unit)
		}
	}
	return all
}

// firesAt reports whether a trigger fires at an instant.
func firesAt(p triggers.Trigger, at time.Time) bool {
	there := at.In(zone(p.Zone))
	day := strings.ToUpper(there.Format("Mon"))
	return strings.HasPrefix(p.Expression, fmt.Sprintf("cron(%d %d ", there.Minute(), there.Hour())) &&
		(strings.Contains(p.Expression, day) || strings.Contains(p.Expression, "* * *")) ||
		strings.HasPrefix(p.Expression, "at("+there.Format("2006-01-02T15:04"))
}
