package runscmd

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/filter"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/runwords"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// shownCounts counts the units of a run.
type shownCounts struct {
	Total    int                 `json:"total"`
	Outcomes map[run.Outcome]int `json:"outcomes,omitempty"` // of the recorded units
	// Running and Ended count executions while the run is running.
	Running int `json:"running,omitempty"`
	Ended   int `json:"ended,omitempty"`
}

// shownUnit is a unit of a run.
type shownUnit struct {
	runwords.Unit
	Status  stackaws.Status `json:"status,omitempty"` // only while it is running
	Console string          `json:"console,omitempty"`
}

// showing shows a run to a verb's caller.
type showing struct {
	s    frame.Session
	cmd  *cobra.Command
	of   filter.Filter
	held inventory.Checked
}

// asked returns the units of a run to show; nil means all.
func (v showing) asked(name string, units []string) ([]string, error) {
	if v.of.IsEmpty() {
		return nil, nil
	}
	configured := map[string]filter.Unit{}
	for _, u := range filter.Known(v.held.Snapshot, v.s.Stack.Account) {
		configured[u.Name] = u
	}
	known := make([]filter.Unit, len(units))
	for i, unit := range units {
		cluster, _ := scaling.SplitUnit(unit)
		known[i] = filter.Unit{Name: unit, Cluster: cluster, Account: configured[unit].Account, Region: configured[unit].Region}
	}
	return v.of.Units(known, "run "+name)
}

// show shows a run, or a unit of it if one is named. A run with a single unit is shown together with that.
func (v showing) show(nameOrARN, unit string) (shownRun, error) {
	e, history, err := runwords.Execution(v.s, v.cmd, nameOrARN)
	if err != nil {
		return shownRun{}, err
	}
	if history.Unit != "" {
		if unit != "" && unit != history.Unit {
			return shownRun{}, frame.NotFound(fmt.Errorf("run %s has no unit %q: it is the execution of unit %s", nameOrARN, unit, history.Unit))
		}
		return v.unit(e, history, runwords.Unit{}), nil
	}
	return v.whole(e, history, unit)
}

// whole shows a run with all of its units, or one of them if it is named.
func (v showing) whole(e stackaws.Execution, history *stackaws.History, unit string) (shownRun, error) {
	names := history.Units()
	switch {
	case unit != "" && !slices.Contains(names, unit):
		return shownRun{}, frame.NotFound(fmt.Errorf("run %s has no unit %q; known: %s%s", e.Name, unit, english.OrNone(slices.Sorted(slices.Values(names))), english.DidYouMean(unit, names)))
	case unit != "":
		return v.named(e, history, unit)
	case len(names) == 1 && history.MapRun != "":
		return v.withItsUnit(e, history, names[0])
	}
	only, err := v.asked(e.Name, names)
	if err != nil {
		return shownRun{}, err
	}
	units, err := runwords.UnitsOf(v.cmd.Context(), v.s, e.Name, history, only)
	if err != nil {
		return shownRun{}, err
	}
	shown := v.run(e, history)
	return shown, v.addUnits(&shown, history, units, only)
}

// run shows the execution of a run.
func (v showing) run(e stackaws.Execution, history *stackaws.History) shownRun {
	shown := shownRun{
		runHead: headOf(e.Summary), Input: e.Input, Console: runwords.ConsoleOf(e.Summary),
		Steps: stepsOf(history), Decisions: decisionsOf(history), Expected: expectedOf(history), Errors: errorsOf(history),
	}
	shown.startedWith(e.Input)
	if summary := history.RunSummary(); summary != nil {
		shown.Outcome, shown.Message = summary.Outcome, summary.Message
	}
	shown.Error, shown.Cause = runwords.EndOf(cmp.Or(e.Error, history.Error))
	return shown
}

// unit shows the execution of a unit.
func (v showing) unit(e stackaws.Execution, history *stackaws.History, recorded runwords.Unit) shownRun {
	shown := v.run(e, history)
	shown.Unit, shown.Outcome = history.Unit, cmp.Or(recorded.Outcome, history.UnitOutcome())
	var task run.UnitTask
	if json.Unmarshal(e.Input, &task) == nil {
		shown.Run, shown.Trigger, shown.Actor, shown.Reason = task.Run.Execution.Name, task.Run.Trigger, task.Run.Actor, task.Run.Reason
	}
	if recorded.Cluster != "" {
		shown.Message = recorded.What()
	}
	shown.Signals = signalsOf(recorded)
	shown.Errors = append(shown.Errors, failuresOf(recorded, shown.Errors)...)
	return shown
}

// named shows the unit with a name.
func (v showing) named(e stackaws.Execution, history *stackaws.History, name string) (shownRun, error) {
	recorded, execution, err := v.executionOf(e, history, name)
	if err != nil {
		return shownRun{}, err
	}
	if execution == "" {
		why := "its execution has not started yet"
		if recorded.Error != "" {
			why = recorded.Error
		}
		return shownRun{}, frame.NotFound(fmt.Errorf("unit %s of run %s has no execution: %s", name, e.Name, why))
	}
	own, itsHistory, err := runwords.Execution(v.s, v.cmd, execution)
	if err != nil {
		return shownRun{}, err
	}
	return v.unit(own, itsHistory, recorded), nil
}

// unitStatuses is the order in which executions are searched for a unit without a record. A unit that succeeded usually has one.
var unitStatuses = append(append([]stackaws.Status{stackaws.Running}, stackaws.UnitStatuses...), stackaws.Succeeded)

// executionOf returns the result of a unit, and the ARN of its execution; empty if it has none. Only a unit without a record is searched
// among the executions.
func (v showing) executionOf(e stackaws.Execution, history *stackaws.History, name string) (recorded runwords.Unit, arn string, err error) {
	recorded, err = runwords.UnitOf(v.cmd.Context(), v.s, e.Name, history, name)
	if err != nil {
		return recorded, "", err
	}
	if own := recorded.Execution.ARN; own != "" && own != e.ARN || history.MapRun == "" {
		return recorded, own, nil
	}
	done := v.s.Progress("looking for the execution of unit " + name)
	defer done()
	if len(history.Units()) == 1 {
		started, err := v.s.Executions().UnitsStarted(v.cmd.Context(), history.MapRun, 1)
		if len(started) == 0 {
			return recorded, "", err
		}
		return recorded, started[0].ARN, nil
	}
	arn, err = v.s.Executions().FindUnit(v.cmd.Context(), history.MapRun, name, unitStatuses...)
	return recorded, arn, err
}

// withItsUnit shows a run together with its only unit.
func (v showing) withItsUnit(e stackaws.Execution, history *stackaws.History, name string) (shownRun, error) {
	shown := v.run(e, history)
	recorded, arn, err := v.executionOf(e, history, name)
	if err != nil {
		return shown, err
	}
	if recorded.Cluster != "" {
		shown.Clusters = []shownUnit{{Unit: recorded, Console: consoleOf(recorded.Execution)}}
	}
	shown.Signals = signalsOf(recorded)
	if arn != "" {
		_, own, err := runwords.Execution(v.s, v.cmd, arn)
		if err != nil {
			return shown, err
		}
		shown.Steps, shown.Decisions, shown.Expected = withSteps(shown.Steps, stepsOf(own)), decisionsOf(own), expectedOf(own)
		shown.Errors = append(errorsOf(own), shown.Errors...)
	}
	shown.Errors = append(shown.Errors, failuresOf(recorded, shown.Errors)...)
	return shown, nil
}

func consoleOf(e run.Execution) string {
	if e.ARN == "" {
		return ""
	}
	return e.ConsoleURL()
}

// addUnits adds the results of the units, and which of them are running.
func (v showing) addUnits(shown *shownRun, history *stackaws.History, units []runwords.Unit, only []string) error {
	if history.MapRun == "" {
		return nil
	}
	shown.Units = &shownCounts{Total: len(history.Units()), Outcomes: map[run.Outcome]int{}}
	for _, u := range units {
		shown.Units.Outcomes[u.Outcome]++
		shown.Clusters = append(shown.Clusters, shownUnit{Unit: u, Console: consoleOf(u.Execution)})
		shown.Signals = append(shown.Signals, signalsOf(u)...)
		shown.Decisions = append(shown.Decisions, decidedIn(u)...)
		if len(u.Expected) > 0 {
			shown.Expected = append(shown.Expected, runwords.ShownWaves{Cluster: u.Cluster, Waves: u.Expected})
		}
		shown.Errors = append(shown.Errors, failuresOf(u, nil)...)
	}
	if shown.Matching = len(only); only != nil || history.Status != stackaws.Running || history.UnitsEnded() != nil {
		return nil
	}
	counts, err := v.s.Executions().MapRun(v.cmd.Context(), history.MapRun)
	if err != nil {
		return err
	}
	shown.Units.Running, shown.Units.Ended = counts.Running, counts.Ended()
	started, err := v.s.Executions().UnitsStarted(v.cmd.Context(), history.MapRun, runwords.Screenful, stackaws.Running)
	if err != nil {
		return err
	}
	running, err := v.s.Executions().UnitExecutions(v.cmd.Context(), started)
	for _, r := range running {
		shown.Clusters = append(shown.Clusters, shownUnit{
			Unit:   runwords.Unit{ClusterSummary: run.ClusterSummary{Cluster: r.Unit}, Execution: run.Execution{ARN: r.ARN, Name: r.Name}},
			Status: r.Status, Console: runwords.ConsoleOf(r.Summary),
		})
	}
	return err
}

// decidedIn returns the recorded decisions of a unit. The durations are only in the unit's execution.
func decidedIn(u runwords.Unit) []shownDecision {
	var all []shownDecision
	for _, n := range u.Nodegroups {
		all = append(all, shownDecision{
			Cluster: u.Cluster, Nodegroup: n.Nodegroup, Action: n.Action, Before: n.Before, After: n.After, Outcome: n.Outcome,
			Reason: n.Reason, HeldBack: n.HeldBack, Warning: n.Warning,
		})
	}
	return all
}
