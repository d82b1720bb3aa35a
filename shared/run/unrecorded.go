package run

import (
	"encoding/json"
	"fmt"
)

// Unrecorded returns why units left no record, by their names, as far as the results of their executions tell. A unit that left a record
// counts by that, whatever its result. A result that is null or names no unit is left out. The execution is that of the run.
func (s State) Unrecorded(of Execution) map[string]Failure {
	left := map[string]Failure{}
	for _, result := range s.Results {
		var own UnitResult
		var ended EndedExecution
		var input UnitTask
		switch {
		case json.Unmarshal(result, &own) == nil && own.Unit != "":
			left[own.Unit] = own.unrecorded(of)
		case json.Unmarshal(result, &ended) == nil && json.Unmarshal([]byte(ended.Input), &input) == nil && input.Unit != "":
			left[input.Unit] = Failure{
				Subject: "cluster " + input.Unit, Error: string(ended.Class()), Cause: ended.Why(),
				Execution: Execution{ARN: ended.ExecutionARN, Name: ended.Name},
			}
		}
	}
	return left
}

func (r UnitResult) unrecorded(of Execution) Failure {
	f := Failure{Subject: "cluster " + r.Unit, Error: string(UnitUnrecordedError), Execution: of}
	if r.Execution == "" {
		f.Cause = fmt.Sprintf("its execution says %s, but its record is missing", r.Outcome)
		return f
	}
	f.Execution, f.Cause = of.OfUnit(r.Execution), "it could not be recorded"
	return f
}

// Vanished returns why a unit left neither a record nor a result. The execution is that of the run.
func (s State) Vanished(unit string, of Execution) Failure {
	f := Failure{Subject: "cluster " + unit, Error: string(UnitEndedError), Execution: of}
	err := s.UnitsError
	switch {
	case err == nil:
		f.Cause = "it left neither a record nor a result"
	case err.Error == tooLarge: // all of them had ended by themselves
		f.Cause = "it left no record; its execution says why: so many left none that their results exceed the run's state"
	default:
		f.Error = string(UnitStoppedError)
		f.Cause = fmt.Sprintf("it left no record, as the executions of all units were ended: %s: %s", err.Error, err.Message())
	}
	return f
}

// tooLarge is the error of results that exceed 256 KiB.
const tooLarge = "States.DataLimitExceeded"

// Class tells an execution that was stopped from one that Step Functions ended, as it does at a limit. No unit's execution fails in
// another way: every error that can be caught is.
func (e EndedExecution) Class() ErrorName {
	if e.Status == "ABORTED" {
		return UnitStoppedError
	}
	return UnitEndedError
}

// Why says how the execution ended, in one sentence.
func (e EndedExecution) Why() string {
	why := "Step Functions ended its execution, without a record"
	switch e.Status {
	case "ABORTED":
		why = "its execution was stopped from outside, without a record"
	case "TIMED_OUT":
		why = "its execution timed out, without a record"
	}
	if e.Error == "" {
		return why
	}
	return why + ": " + e.Error + ": " + StepError{Cause: e.Cause}.Message()
}
