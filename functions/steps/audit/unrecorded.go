package audit

import (
	"fmt"
	"slices"

	"eks-scaling-automation/shared/run"
)

// unitsOf returns what became of each unit of the run, in the order of their names. A unit that left no record has failed.
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
				why = vanished(name, state, execution)
			}
			record = unrecorded(name, state.Run, why)
		}
		units = append(units, record)
	}
	return units
}

// vanished is the failure of a unit that left neither a record nor a result.
func vanished(unit string, state run.State, execution run.Execution) run.Failure {
	f := run.Failure{Subject: "cluster " + unit, Error: string(run.UnitEndedError), Execution: execution}
	f.Cause = "it left neither a record nor a result"
	if err := state.UnitsError; err != nil {
		f.Cause = fmt.Sprintf("it left no record, as the executions of all units were ended: %s: %s", err.Error, err.Message())
	}
	return f
}

// unrecorded is the record of a unit that has none.
func unrecorded(unit string, of run.Run, why run.Failure) run.UnitRecord {
	why.Cause = causeOf(why.Subject, run.StepError{Cause: why.Cause})
	return run.UnitRecord{
		ClusterSummary: run.ClusterSummary{Cluster: unit, Outcome: run.Failed, Error: why.Cause},
		Execution:      why.Execution, Run: of, Failures: []run.Failure{why},
	}
}
