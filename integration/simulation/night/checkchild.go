package night

import (
	"context"
	"maps"
	"slices"
	"strings"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/simulation/asl"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/run"
)

// checkUnits compares a run's record with the executions of its units: every unit has a record, or is named as failed.
func (n *night) checkUnits(r *started, record run.Record) {
	units, err := tables.NewLogs(n.db, deployment.LogsTable).UnitRecords(context.Background(), r.Name)
	if err != nil {
		n.violate("the records of the units of run %s cannot be read: %v", r.Name, err)
	}
	counted := 0
	for _, count := range record.Units {
		counted += count
	}
	if counted != len(r.Children()) {
		n.violate("run %s has %d units, and its record counts %d: %v", r.Name, len(r.Children()), counted, record.Units)
	}
	for _, child := range r.Children() {
		if !n.known(unitOf(child)) {
			n.violate("run %s has a unit %s, which was never configured", r.Name, unitOf(child))
		}
		at := slices.IndexFunc(units, func(u run.UnitRecord) bool { return u.Execution.Name == child.Name })
		n.checkChild(r, child, at >= 0)
		if at >= 0 {
			n.checkUnitRecord(r, record, units[at], unitOf(child))
		} else {
			n.checkNamed(r, record, child)
		}
	}
}

// known reports whether a unit was configured at some time.
func (n *night) known(unit string) bool {
	return slices.ContainsFunc(n.members, func(m membership) bool {
		return slices.Contains(slices.Collect(maps.Values(m.unit)), unit)
	})
}

// checkChild checks the end and the record of a unit's execution.
func (n *night) checkChild(r *started, child *asl.Execution, onRecord bool) {
	result := child.Result()
	switch {
	case result.Status == engine.Running:
		n.violate("run %s has ended, and its unit is still under way", r.Name)
	case r.cut[child.Name]:
	case result.Status != engine.Succeeded:
		n.violate("the unit of run %s ended as %s, though nobody ended it: %s", r.Name, result.Status, result.Cause)
	case !onRecord && r.unheard == 0:
		n.violate("the unit of run %s has no record, though nothing kept it from being written", r.Name)
	}
}

// checkUnitRecord compares the record of a unit with its run's record.
func (n *night) checkUnitRecord(r *started, record run.Record, u run.UnitRecord, unit string) {
	if u.Cluster != unit || u.Run.Execution.Name != r.Name {
		n.violate("the record of the unit of run %s is about %s of run %s", r.Name, u.Cluster, u.Run.Execution.Name)
	}
	if u.Outcome == run.Failed && record.Outcome != run.Failed && !r.input.DryRun {
		n.violate("the unit of run %s failed, and the run is recorded as %s", r.Name, record.Outcome)
	}
	if strings.Contains(u.Error, "no such profile") && !n.mistaken[unit] {
		n.violate("%s of run %s failed by the invalid override of another one: %s", unit, r.Name, u.Error)
	}
	for _, g := range u.Nodegroups {
		n.checkHeldBack(r.Name, record.Outcome, g)
	}
}

// checkNamed requires the record and the alert of a run to name a unit that left no record, with its execution.
func (n *night) checkNamed(r *started, record run.Record, child *asl.Execution) {
	named := slices.ContainsFunc(record.Failures, func(f run.Failure) bool {
		return f.Subject == run.UnitInWords(unitOf(child)) && f.Execution.Name == child.Name
	})
	if !named {
		n.violate("the unit of run %s left no record, and the record of the run does not name it: %s", r.Name, record.Message)
	}
	told := slices.ContainsFunc(n.alerts[r.Name], func(alert string) bool { return strings.Contains(alert, child.ARN) })
	if !told && !r.input.DryRun && r.unheard == 0 {
		n.violate("the unit of run %s left no record, and nobody was told so: %s", r.Name, record.Message)
	}
}
