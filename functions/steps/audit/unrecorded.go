package audit

import (
	"slices"

	"eks-scaling-automation/shared/run"
)

// unitsOf returns the record of each unit of the run, by name. A unit without a record has failed.
func unitsOf(state run.State, execution run.Execution, records []run.UnitRecord) []run.UnitRecord {
	byName := map[string]run.UnitRecord{}
	for _, record := range records {
		byName[record.Cluster] = record
	}
	left := state.Unrecorded(execution)
	var units []run.UnitRecord
	for _, name := range slices.Sorted(slices.Values(state.Units)) {
		record, found := byName[name]
		if !found || record.Outcome == "" { // an outcome that cannot be read is none
			why, known := left[name]
			if !known {
				why = state.Vanished(name, execution)
			}
			record = unrecorded(name, state.Run, why)
		}
		units = append(units, record)
	}
	return units
}

// unrecorded makes the record of a unit that left none.
func unrecorded(unit string, of run.Run, why run.Failure) run.UnitRecord {
	why.Cause = causeOf(why.Subject, run.StepError{Cause: why.Cause})
	return run.UnitRecord{
		ClusterSummary: run.ClusterSummary{Cluster: unit, Outcome: run.Failed, Error: why.Cause},
		Execution:      why.Execution, Run: of, Failures: []run.Failure{why},
	}
}
