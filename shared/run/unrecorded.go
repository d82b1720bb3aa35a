package run

import (
	"encoding/json"
	"fmt"
)

// Unrecorded returns why units left no record, by name, if the results of their executions tell it. A unit with a record is
// judged by that, whatever its result. A result that is null or names no unit is omitted. The execution is the run's.
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
				Subject: UnitInWords(input.Unit), Error: string(ended.Class()), Cause: ended.Why(),
				Execution: Execution{ARN: ended.ExecutionARN, Name: ended.Name},
			}
		}
	}
	return left
}

func (r UnitResult) unrecorded(of Execution) Failure {
	f := Failure{Subject: UnitInWords(r.Unit), Error: string(UnitUnrecordedError), Execution: of}
	if r.Execution == "" {
		f.Cause = fmt.Sprintf("its execution says %s, but its record is missing", r.Outcome)
		return f
	}
	f.Execution, f.Cause = of.OfUnit(r.Execution), "it could not be recorded"
	return f
}

// Vanished returns why a unit left neither a record nor a result. The execution is the run's.
func (s State) Vanished(unit string, of Execution) Failure {
	f := Failure{Subject: UnitInWords(unit), Error: string(UnitEndedError), Execution: of}
	err := s.UnitsError
	switch {
	case err == nil:
		f.Cause = "it left neither a record nor a result"
	case err.Error == tooLarge: // all executions had ended by themselves
		f.Cause = "it left no record; see its execution. Too many units left none to keep their results in the run's state"
	default:
		f.Error = string(UnitStoppedError)
		f.Cause = fmt.Sprintf("it left no record, as the executions of all units were ended: %s: %s", err.Error, err.Message())
	}
	return f
}

// tooLarge is the error of results that exceed 256 KiB.
const tooLarge = "States.DataLimitExceeded"

// Class distinguishes an execution that was stopped from one that Step Functions ended at a limit. A unit's execution fails in no
// other way, because the definition catches all other errors.
func (e EndedExecution) Class() ErrorName {
	if e.Status == "ABORTED" {
		return UnitStoppedError
	}
	return UnitEndedError
}

// Why describes in one sentence how the execution ended.
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
