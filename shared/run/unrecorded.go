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
				Subject: "cluster " + input.Unit, Error: string(UnitEndedError), Cause: ended.Why(),
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
	f.Execution, f.Cause = of.OfUnit(r.Execution), "it could not be put on record, because of "+r.Error
	return f
}

// Why says how the execution ended, in one sentence.
func (e EndedExecution) Why() string {
	why := fmt.Sprintf("its execution ended as %s, without a record", e.Status)
	if e.Error == "" {
		return why
	}
	return why + ": " + e.Error + ": " + StepError{Cause: e.Cause}.Message()
}
