package audit

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"eks-scaling-automation/shared/run"
)

// unitsOf returns what became of each unit of the run, in the order of their names. A unit that left no record has failed.
func unitsOf(state run.State, execution run.Execution, records []run.UnitRecord) []run.UnitRecord {
	byName := map[string]run.UnitRecord{}
	for _, record := range records {
		byName[record.Cluster] = record
	}
	left := unrecorded{state: state, execution: execution, results: resultsOf(state)}
	var units []run.UnitRecord
	for _, name := range slices.Sorted(slices.Values(state.Units)) {
		record, found := byName[name]
		if !found {
			record = left.of(name)
		}
		units = append(units, record)
	}
	return units
}

// unrecorded tells why units left no record.
type unrecorded struct {
	state     run.State
	execution run.Execution
	results   map[string]result
}

// result is what the execution of a unit came to. One of the two is set.
type result struct {
	own   run.UnitResult
	ended run.EndedExecution
}

// resultsOf reads the results by the names of the units. A result that is null or names no unit is left out.
func resultsOf(state run.State) map[string]result {
	results := map[string]result{}
	for _, text := range state.Results {
		var r result
		if err := json.Unmarshal(text, &r.own); err == nil && r.own.Unit != "" {
			results[r.own.Unit] = r
			continue
		}
		var input run.UnitTask
		if err := json.Unmarshal(text, &r.ended); err != nil || json.Unmarshal([]byte(r.ended.Input), &input) != nil {
			continue
		}
		results[input.Unit] = r
	}
	return results
}

// of is the record of a unit that has none.
func (u unrecorded) of(unit string) run.UnitRecord {
	f := run.Failure{Subject: "cluster " + unit, Error: string(run.UnitEndedError), Execution: u.execution}
	r, found := u.results[unit]
	switch {
	case found && r.own.Execution != "":
		f.Error, f.Execution = string(run.UnitUnrecordedError), u.execution.OfUnit(r.own.Execution)
		f.Cause = fmt.Sprintf("it could not be put on record, because of %s", r.own.Error)
	case found && r.own.Unit != "":
		f.Cause = fmt.Sprintf("its execution says %s, but its record is missing", r.own.Outcome)
	case found:
		f.Execution = run.Execution{ARN: r.ended.ExecutionARN, Name: r.ended.Name}
		f.Cause = strings.TrimRight(fmt.Sprintf("its execution ended as %s, without a record: %s: %s", r.ended.Status, r.ended.Error, r.ended.Cause), ": ")
	case u.state.UnitsError != nil:
		f.Cause = fmt.Sprintf("it left no record, as the executions of all units were ended: %s: %s", u.state.UnitsError.Error, u.state.UnitsError.Message())
	default:
		f.Cause = "it left neither a record nor a result"
	}
	f.Cause = causeOf(f.Subject, run.StepError{Cause: f.Cause})
	return run.UnitRecord{
		ClusterSummary: run.ClusterSummary{Cluster: unit, Outcome: run.Failed, Error: f.Cause},
		Execution:      f.Execution, Run: u.state.Run, Failures: []run.Failure{f},
	}
}
