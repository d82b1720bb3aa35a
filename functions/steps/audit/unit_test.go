package audit

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

func TestARecordedUnitReturnsOnlyItsOutcome(t *testing.T) {
	t.Parallel()
	task := night()
	task.Run = run.Run{Execution: run.Execution{Name: "r1"}, TakenAt: began}
	on := &trail{}
	out, err := on.audit(run.AuditRequest{Unit: &run.UnitEnd{Execution: run.Execution{ARN: "arn:own", Name: "own"}, State: task}})
	if err != nil || len(on.records) != 1 {
		t.Fatalf("%v, and %d records; want one", err, len(on.records))
	}
	text, err := json.Marshal(out)
	if want := `{"unit":"production","outcome":"failed"}`; err != nil || string(text) != want {
		t.Errorf("the output is %s, %v; want %s", text, err, want)
	}
	r := on.records[0]
	record, ok := r.Detail.(run.UnitRecord)
	if !ok || r.Subject != "run#r1" || r.Execution != "production" || !r.Time.Equal(began) || record.Execution.ARN != "arn:own" || len(record.Nodegroups) != 3 {
		t.Errorf("the record is %+v", r)
	}
}

func TestARecordedUnitHasItsSignals(t *testing.T) {
	t.Parallel()
	task := night()
	task.Signals = []run.SignalState{{Period: "storm", Signal: "rain", Value: "25", At: began, Error: "no answer", On: true, Since: began}}
	on := &trail{}
	if _, err := on.audit(run.AuditRequest{Unit: &run.UnitEnd{State: task}}); err != nil || len(on.records) != 1 {
		t.Fatalf("%v, and %d records; want one", err, len(on.records))
	}
	record, _ := on.records[0].Detail.(run.UnitRecord)
	if diff := cmp.Diff(task.Signals, record.Signals); diff != "" {
		t.Errorf("signals on record (-want +got):\n%s", diff)
	}
}

func TestAUnitThatCannotBeRecordedFails(t *testing.T) {
	t.Parallel()
	on := &trail{full: errors.New("throttled")}
	if _, err := on.audit(run.AuditRequest{Unit: &run.UnitEnd{State: night()}}); !errors.Is(err, on.full) {
		t.Errorf("found %v; want %v", err, on.full)
	}
}

// TestAUnitWithoutARecordHasFailed and the run says where to look and why.
func TestAUnitWithoutARecordHasFailed(t *testing.T) {
	t.Parallel()
	const parent, child = "arn:aws:states:sa-east-1:123456789012:execution:eks-scaling:r1", "arn:aws:states:sa-east-1:123456789012:execution:eks-scaling/Unit:u1"
	whole := run.Execution{ARN: parent, Name: "r1"}
	own := run.Execution{ARN: child, Name: "u1"}
	for rule, row := range map[string]struct {
		results string
		ended   *run.StepError
		want    run.Failure
	}{
		"its execution ended at a limit": {
			results: `[{"ExecutionArn":"` + child + `","Name":"u1","Status":"FAILED","Input":"{\"run\":{},\"unit\":\"production\"}","Error":"States.Runtime","Cause":"too many events"}]`,
			want:    run.Failure{Error: "UnitEndedError", Cause: "Step Functions ended its execution, without a record: States.Runtime: too many events", Execution: own},
		},
		"somebody stopped its execution": {
			results: `[{"ExecutionArn":"` + child + `","Name":"u1","Status":"ABORTED","Input":"{\"run\":{},\"unit\":\"production\"}"}]`,
			want:    run.Failure{Error: "UnitStoppedError", Cause: "its execution was stopped from outside, without a record", Execution: own},
		},
		"it could not be recorded": {
			results: `[{"unit":"production","outcome":"failed","execution":"u1"}]`,
			want:    run.Failure{Error: "UnitUnrecordedError", Cause: "it could not be recorded", Execution: own},
		},
		"its result says that it went well": {
			results: `[{"unit":"production","outcome":"succeeded"}]`,
			want:    run.Failure{Error: "UnitUnrecordedError", Cause: "its execution says succeeded, but its record is missing", Execution: whole},
		},
		"its result is null": {
			results: `[null]`,
			want:    run.Failure{Error: "UnitEndedError", Cause: "it left neither a record nor a result", Execution: whole},
		},
		"its result is something else": {
			results: `[1, "x", {"Input":"{"}, {"Input":"[]"}, {}]`,
			want:    run.Failure{Error: "UnitEndedError", Cause: "it left neither a record nor a result", Execution: whole},
		},
		"the results of too many units without records are too large": {
			ended: &run.StepError{Error: "States.DataLimitExceeded", Cause: "large"},
			want: run.Failure{
				Error: "UnitEndedError", Execution: whole,
				Cause: "it left no record; see its execution. Too many units left none to keep their results in the run's state",
			},
		},
		"all were ended": {
			ended: &run.StepError{Error: "States.ExceedToleratedFailureThreshold", Cause: "too many"},
			want: run.Failure{
				Error: "UnitStoppedError", Execution: whole,
				Cause: "it left no record, as the executions of all units were ended: States.ExceedToleratedFailureThreshold: too many",
			},
		},
	} {
		e := of(run.UnitTask{Unit: "staging", Outcome: run.Succeeded})
		e.State.Units = []string{"staging", "production"}
		e.State.UnitsError = row.ended
		if row.results != "" {
			if err := json.Unmarshal([]byte(row.results), &e.State.Results); err != nil {
				t.Fatal(err)
			}
		}
		row.want.Subject = "cluster production"
		s := e.summarize()
		if diff := cmp.Diff([]run.Failure{row.want}, s.Failures); diff != "" {
			t.Errorf("%s (-want +got):\n%s", rule, diff)
		}
		if diff := cmp.Diff(map[run.Outcome]int{run.Succeeded: 1, run.Failed: 1}, s.Units); diff != "" || s.Outcome != run.Failed || s.Alert == nil {
			t.Errorf("%s: outcome %s, alert %v, counts (-want +got):\n%s", rule, s.Outcome, s.Alert, diff)
		}
	}
}

func TestARecordedUnitCountsByItsRecord(t *testing.T) {
	t.Parallel()
	e := of(run.UnitTask{Unit: "production", Outcome: run.Succeeded})
	e.State.Results = []json.RawMessage{json.RawMessage(`{"unit":"production","outcome":"failed","execution":"u1"}`)}
	if s := e.summarize(); s.Outcome != run.Succeeded || s.Alert != nil {
		t.Errorf("outcome %s, alert %v; want what the record says", s.Outcome, s.Alert)
	}
}

func TestARunWithoutUnitsReadsNoRecords(t *testing.T) {
	t.Parallel()
	on := &trail{unread: errors.New("throttled")}
	if _, err := on.audit(run.AuditRequest{Run: &run.Task{}}); err != nil || len(on.asked) > 0 {
		t.Errorf("%v; read the units of %q", err, on.asked)
	}
	task := run.Task{Execution: run.Execution{Name: "r1"}}
	task.State.Units = []string{"production"}
	if _, err := on.audit(run.AuditRequest{Run: &task}); !errors.Is(err, on.unread) || len(on.records) > 1 {
		t.Errorf("found %v; want %v, and no summary that does not know the units", err, on.unread)
	}
}

// TestASummaryOfAThousandFailuresFits into a state, with what JSON makes of quotes.
func TestASummaryOfAThousandFailuresFits(t *testing.T) {
	t.Parallel()
	var units []run.UnitTask
	for i := range 1_000 {
		units = append(units, run.UnitTask{
			Unit:      fmt.Sprintf("cluster-%04d", i),
			Decisions: []scaling.Decision{{Nodegroup: "big", Action: scaling.ScaleUp}},
			Error:     &run.StepError{Error: "AccessDeniedError", Cause: strings.Repeat(`"`, 30_000)},
		})
	}
	s := of(units...).summarize()
	if n := length(t, s); n > 200_000 {
		t.Errorf("found %d bytes; want far less than the 256 KiB of a state", n)
	}
	if len(s.Failures) != run.MaxFailures || s.Units[run.Failed] != 1_000 || !strings.Contains(s.Alert.Message, "And 980 more. List them with: eks-scaling runs show r1") {
		t.Errorf("%d failures, %d failed units, and the alert ends with %q", len(s.Failures), s.Units[run.Failed], s.Alert.Message[max(0, len(s.Alert.Message)-300):])
	}
}

func TestNotesOfTheInputAreInTheMessage(t *testing.T) {
	t.Parallel()
	e := of(run.UnitTask{Unit: "production", Outcome: run.Succeeded})
	e.State.Notes = []string{"cluster staging is no longer configured"}
	if s := e.summarize(); s.Message != "0 scaled, 0 unchanged; cluster staging is no longer configured" || s.Outcome != run.Succeeded {
		t.Errorf("%s, %q", s.Outcome, s.Message)
	}
	e.State.TriggersError = &run.StepError{Error: "AccessDeniedError", Cause: "no"}
	if s := e.summarize(); s.Message != "the triggers: no; cluster staging is no longer configured" {
		t.Errorf("of a run that failed: %q", s.Message)
	}
}

func TestARecordWithoutAnOutcomeIsNone(t *testing.T) {
	t.Parallel()
	e := of(run.UnitTask{Unit: "production"})
	if s := e.summarize(); s.Outcome != run.Failed || s.Error != string(run.UnitEndedError) {
		t.Errorf("%s, %q; want the unit failed", s.Outcome, s.Error)
	}
}
