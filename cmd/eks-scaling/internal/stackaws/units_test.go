package stackaws

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws/stackawstest"
	"eks-scaling-automation/shared/run"
)

// fleet is a run that has started executions for its units, with these statuses.
func fleet(statuses ...string) *stackawstest.Tape {
	tape := stackawstest.NewTape(noon)
	tape.Start(`{}`)
	var names []string
	for i := range statuses {
		names = append(names, fmt.Sprintf("unit-%d", i))
	}
	state := run.State{LoadConfigResult: run.LoadConfigResult{Units: names}}
	tape.StartUnits(tape.Task(0, "LoadConfig", `{}`, state), "run", "ForEachUnit", state, len(statuses))
	for i, status := range statuses {
		e := tape.AddUnit(fmt.Sprintf("id-%d", i), status, run.UnitTask{Unit: names[i]})
		if status != "SUCCEEDED" && status != "RUNNING" {
			e.Error, e.Cause = "States.Runtime", "history limit"
		}
	}
	return tape
}

func TestARunNamesItsUnitsAndTheirMapRun(t *testing.T) {
	t.Parallel()
	tape := fleet("RUNNING", "RUNNING")
	h := historyOf(t, tape)
	if h.MapRun != stackawstest.MapRunOf("run") || !slices.Equal(h.Units(), []string{"unit-0", "unit-1"}) || h.UnitsEnded() != nil || h.Unit != "" {
		t.Errorf("found map run %q with the units %q; want the run's, which still run", h.MapRun, h.Units())
	}
	done := tape.UnitsDone(len(tape.Events), "ForEachUnit", tape, `{"results": [{"unit": "unit-0", "outcome": "failed"}]}`)
	tape.Enter(done, "Task", "AuditRun", `{}`)
	h = historyOf(t, tape)
	wantPath(t, h, "LoadConfig", "ForEachUnit", "AuditRun x0 open")
	if state := h.UnitsEnded(); state == nil || len(state.Results) != 1 {
		t.Errorf("found %v; want what the units came to", state)
	}
}

func TestAMapRunThatFailed(t *testing.T) {
	t.Parallel()
	tape := fleet("RUNNING")
	failed := tape.Add(len(tape.Events), "MapRunFailed", "mapRunFailedEventDetails", map[string]any{"error": "States.DataLimitExceeded", "cause": "large"})
	tape.Exit(tape.Add(failed, "MapStateFailed", "", nil), "Map", "ForEachUnit", `{}`)
	wantPath(t, historyOf(t, tape), "LoadConfig", "ForEachUnit States.DataLimitExceeded failed")
}

func TestAMapRunThatIsContinued(t *testing.T) {
	t.Parallel()
	tape := fleet("RUNNING")
	aborted := tape.End(0, "Aborted", nil, "", "")
	tape.RedriveUnits(tape.Redrive(aborted, 1), 1)
	wantPath(t, historyOf(t, tape), "LoadConfig", "ForEachUnit open")
	var started int
	s := &stackawstest.Service{Executions: []*stackawstest.Execution{{Name: "run", Tape: tape}}}
	watched := at(s).Watch(stackawstest.ARN("run"), 1, func(e Event) {
		if e.Kind == UnitsStarted {
			started++
		}
	})
	if err := watched.Look(t.Context()); err != nil || started != 1 {
		t.Errorf("found %v and %d starts of units; want the one after the redrive", err, started)
	}
}

func TestTheStepsOfAUnitAreThoseOfItsCluster(t *testing.T) {
	t.Parallel()
	tape := fleet("SUCCEEDED")
	unit := tape.Units[0].Tape
	wave := unit.Iteration(unit.Map(unit.Task(1, "Decide", `{}`, `{}`), "ScaleWave", `{}`, 1), "Started", "ScaleWave", 0)
	wave = unit.Iteration(unit.Task(wave, "Scale", of("unit-0", "big"), `{}`), "Succeeded", "ScaleWave", 0)
	unit.Task(unit.MapDone(wave, "ScaleWave", `{}`), "AuditUnit", `{}`, run.UnitResult{Unit: "unit-0", Outcome: run.Overtaken})
	s := &stackawstest.Service{Executions: []*stackawstest.Execution{{Name: "run", Tape: tape}}}
	h, err := at(s).History(t.Context(), stackawstest.UnitARN("id-0"))
	if err != nil {
		t.Fatal(err)
	}
	wantPath(t, h, "unit-0/ Decide", "unit-0/ ScaleWave", "unit-0/big Scale", "unit-0/ AuditUnit")
	if h.Unit != "unit-0" || h.UnitOutcome() != run.Overtaken {
		t.Errorf("found unit %q with the outcome %q; want unit-0, overtaken", h.Unit, h.UnitOutcome())
	}
}

func TestUnitsAreCountedAndFound(t *testing.T) {
	t.Parallel()
	tape := fleet("RUNNING", "SUCCEEDED", "FAILED", "ABORTED", "SUCCEEDED", "RUNNING")
	s := &stackawstest.Service{Executions: []*stackawstest.Execution{{Name: "run", Tape: tape, Started: noon}}}
	counts, err := at(s).MapRun(t.Context(), tape.MapRun)
	if diff := cmp.Diff(MapRun{Total: 6, Running: 2, Succeeded: 2, Cut: 2, NotRedrivable: 1}, counts); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	for _, tt := range []struct {
		name     string
		limit    int
		statuses []Status
		want     []string
	}{
		{"those at work, the last first", 0, []Status{Running}, []string{"unit-5", "unit-0"}},
		{"some of those", 1, []Status{Running}, []string{"unit-5"}},
		{"those that were ended from outside", 0, UnitStatuses, []string{"unit-2", "unit-3"}},
	} {
		listed, err := at(s).UnitsStarted(t.Context(), tape.MapRun, tt.limit, tt.statuses...)
		if err != nil {
			t.Fatal(err)
		}
		found, err := at(s).UnitExecutions(t.Context(), listed)
		if got := unitsOf(t, found); err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%s: found %q, %v; want %q", tt.name, got, err, tt.want)
		}
	}
	runs, err := at(s).List(t.Context(), noon.AddDate(0, 0, -1), false, 0)
	if err != nil || len(runs) != 1 {
		t.Errorf("found %d runs, %v; want none of the units among them", len(runs), err)
	}
}

// unitsOf returns the units of executions. Each must have its ARN, and its reason if it has ended.
func unitsOf(t *testing.T, found []UnitExecution) (units []string) {
	t.Helper()
	for _, u := range found {
		units = append(units, u.Unit)
		if ended := u.Status != Running; ended != (u.Error != nil) || u.ARN != stackawstest.UnitARN(u.Name) {
			t.Errorf("found %+v; want its ARN, and why it ended if it did", u)
		}
	}
	return units
}

func TestTheSearchForAUnitStopsAtTheFirstMatch(t *testing.T) {
	t.Parallel()
	statuses := slices.Repeat([]string{"RUNNING"}, 40)
	statuses[3] = "ABORTED"
	tape := fleet(statuses...)
	for unit, want := range map[string]struct {
		arn       string
		describes int
	}{
		"unit-39": {stackawstest.UnitARN("id-39"), 4}, // the last one comes first, and four are asked for at a time
		"unit-3":  {stackawstest.UnitARN("id-3"), 40},
		"other":   {"", 40},
	} {
		s := &stackawstest.Service{Executions: []*stackawstest.Execution{{Name: "run", Tape: tape}}}
		arn, err := at(s).FindUnit(t.Context(), tape.MapRun, unit, Running, Aborted)
		describes := len(slices.DeleteFunc(slices.Clone(s.Calls), func(call string) bool { return call != "DescribeExecution" }))
		if err != nil || arn != want.arn || describes != want.describes {
			t.Errorf("%s: found %q, %v, with %d descriptions; want %+v", unit, arn, err, describes, want)
		}
	}
}
