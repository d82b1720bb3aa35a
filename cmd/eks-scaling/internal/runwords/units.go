package runwords

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/run"
)

// Unit is what a run did to a unit.
type Unit struct {
	run.ClusterSummary
	// Execution is the unit's own. It is zero if none is known.
	Execution run.Execution `json:"execution,omitzero"`
	failures  []run.Failure
	signals   []run.SignalState
}

// UnitsOf returns what a run did to each of its units, by name. Units that have not ended are left out while the run is running; they
// have failed if the run has ended. Only limits them to some units; nil means all.
func UnitsOf(ctx context.Context, s frame.Session, name string, history *stackaws.History, only []string) ([]Unit, error) {
	names := history.Units()
	if history.MapRun == "" || len(names) == 0 {
		return nil, nil
	}
	if only != nil {
		names = only
	}
	done := s.Progress("reading the results of the units")
	defer done()
	records, err := recordsOf(ctx, s, name, history, only)
	if err != nil {
		return nil, err
	}
	byName := map[string]run.UnitRecord{}
	for _, r := range records {
		byName[r.Cluster] = r
	}
	left := missingFrom(s, name, history)
	var units []Unit
	for _, name := range slices.Sorted(slices.Values(names)) {
		if r, ok := byName[name]; ok {
			units = append(units, unitOf(r))
		} else if u, ended := left.unit(name); ended {
			units = append(units, u)
		}
	}
	return units, nil
}

// recordsOf reads the records of all units of a run, or those of some by their keys.
func recordsOf(ctx context.Context, s frame.Session, name string, history *stackaws.History, only []string) ([]run.UnitRecord, error) {
	of := history.Run()
	if only == nil || of == nil {
		return s.Logs.UnitRecords(ctx, name)
	}
	records, err := s.Logs.UnitRecordsOf(ctx, []run.Run{*of}, only)
	return records[name], err
}

// UnitOf returns what a run did to one unit, as [UnitsOf] does; zero if the unit has not ended.
func UnitOf(ctx context.Context, s frame.Session, name string, history *stackaws.History, unit string) (Unit, error) {
	of := history.Run()
	if of == nil {
		return Unit{}, nil
	}
	record, found, err := s.Logs.UnitRecord(ctx, *of, unit)
	if found || err != nil {
		return unitOf(record), err
	}
	u, _ := missingFrom(s, name, history).unit(unit)
	return u, nil
}

func unitOf(r run.UnitRecord) Unit { return Unit{r.ClusterSummary, r.Execution, r.Failures, r.Signals} }

// missing explains the units that left no record.
type missing struct {
	history *stackaws.History
	whole   run.Execution
	ended   *run.State // nil until the units have ended
	why     map[string]run.Failure
}

func missingFrom(s frame.Session, name string, history *stackaws.History) missing {
	m := missing{history: history, whole: run.Execution{ARN: s.Executions().ARN(name), Name: name}, ended: history.UnitsEnded()}
	if m.ended != nil {
		m.why = m.ended.Unrecorded(m.whole)
	}
	return m
}

// unit returns a unit that left no record, and whether it has ended.
func (m missing) unit(name string) (Unit, bool) {
	switch {
	case m.why[name].Error != "":
		return unrecorded(name, m.why[name]), true
	case m.ended != nil && m.ended.UnitsError != nil:
		return unrecorded(name, m.ended.Vanished(name, m.whole)), true
	case m.history.Status != stackaws.Running:
		return unrecorded(name, run.Failure{Error: string(run.UnitStoppedError), Cause: "the run ended first, and the unit left no record"}), true
	default:
		return Unit{}, false
	}
}

func unrecorded(name string, why run.Failure) Unit {
	why.Subject, why.Cause = run.UnitInWords(name), frame.InOneLine(why.Cause)
	return Unit{
		ClusterSummary: run.ClusterSummary{Cluster: name, Outcome: run.Failed, Error: why.Cause}, Execution: why.Execution,
		failures: []run.Failure{why},
	}
}

// Failures lists the failures of the unit as a whole, or of its node groups.
func (u Unit) Failures() []run.Failure { return u.failures }

// Signals lists the conditions of the unit's periods whose window was open.
func (u Unit) Signals() []run.SignalState { return u.signals }

// CutOff reports whether the unit had not ended when its run did.
func (u Unit) CutOff() bool { return u.Outcome == run.Failed && u.Execution.ARN == "" }

// Calm reports whether nothing in the unit failed, was changed or would be.
func (u Unit) Calm() bool {
	if u.Outcome == run.Skipped || u.Outcome == run.Unchanged {
		return true
	}
	return (u.Outcome == run.Succeeded || u.Outcome == run.Planned) && !slices.ContainsFunc(u.Nodegroups, func(n run.NodegroupSummary) bool {
		return n.Outcome != run.Unchanged
	})
}

// rank puts failed units first and unchanged ones last.
func (u Unit) rank() int {
	switch {
	case u.Outcome == run.Failed:
		return 0
	case u.Outcome == run.Overtaken:
		return 1
	case u.heldBack():
		return 2
	case !u.Calm():
		return 3
	default:
		return 4
	}
}

// heldBack reports whether a scale-down of the unit is held back.
func (u Unit) heldBack() bool {
	return slices.ContainsFunc(u.Nodegroups, func(n run.NodegroupSummary) bool { return len(n.HeldBack) > 0 })
}

// Ordinary reports whether the unit needs no attention: it did not fail, was not overtaken, and nothing is held back.
func (u Unit) Ordinary() bool { return u.rank() > 2 }

// Screenful limits how many unchanged units are listed for people.
const Screenful = 20

// Telling returns the units for people: failed, overtaken and changed ones, and a screenful of the others. More counts those left out.
func Telling(units []Unit) (told []Unit, more int) {
	told = slices.Clone(units)
	slices.SortStableFunc(told, func(a, b Unit) int { return cmp.Compare(a.rank(), b.rank()) })
	told, rest := cutAfter(told, Unit.Calm)
	return told, len(rest)
}

// WorstFirst returns the units that need attention first, then those that were changed. Units alike keep their order.
func WorstFirst(units []Unit) []Unit {
	sorted := slices.Clone(units)
	slices.SortStableFunc(sorted, func(a, b Unit) int { return cmp.Compare(a.rank(), b.rank()) })
	return sorted
}

// Foremost returns the units that need attention, and a screenful of the ordinary ones, changed ones first. Rest has those left out.
func Foremost(units []Unit) (told, rest []Unit) {
	return cutAfter(WorstFirst(units), Unit.Ordinary)
}

// cutAfter keeps a screenful of the units at the end.
func cutAfter(units []Unit, atEnd func(Unit) bool) (told, rest []Unit) {
	first := slices.IndexFunc(units, atEnd)
	if first < 0 {
		return units, nil
	}
	shown := min(len(units), first+Screenful)
	return units[:shown], units[shown:]
}

// What words what was done to the unit, in one line.
func (u Unit) What() string {
	switch {
	case len(u.failures) > 0:
		return WhyFailed(u.failures)
	case u.Error != "":
		return frame.InOneLine(u.Error)
	case u.Outcome == run.Overtaken:
		return "overtaken by run " + u.OvertakenBy
	case u.Outcome == run.Skipped:
		return frame.InOneLine(u.Reason)
	}
	changed := 0
	for _, n := range u.Nodegroups {
		if n.Outcome == run.Succeeded || n.Outcome == run.Planned {
			changed++
		}
	}
	if u.Outcome == run.Planned {
		return fmt.Sprintf("%d to scale, %d unchanged", changed, len(u.Nodegroups)-changed)
	}
	return fmt.Sprintf("%d scaled, %d unchanged", changed, len(u.Nodegroups)-changed)
}

// WhyFailed words the first of a unit's failures, and counts the others.
func WhyFailed(failures []run.Failure) string {
	if len(failures) == 0 {
		return "no error given"
	}
	first := failures[0]
	cause := first.Cause
	if _, nodegroup := first.Part(); nodegroup != "" {
		cause = "node group " + nodegroup + ": " + cause
	}
	text := frame.Named(first.Error, cause)
	if more := len(failures) - 1; more > 0 {
		text += fmt.Sprintf(" (and %d more)", more)
	}
	return text
}

// outcomes are in the order in which they are counted for people.
var outcomes = []run.Outcome{run.Failed, run.Overtaken, run.Succeeded, run.Planned, run.Unchanged, run.Skipped}

// InTotal counts units by their outcomes, such as "3 units: 1 failed, 2 succeeded".
func InTotal(units []Unit) string {
	counts := map[run.Outcome]int{}
	for _, u := range units {
		counts[u.Outcome]++
	}
	return english.Count(len(units), "unit") + ": " + ByOutcome(counts)
}

// ByOutcome words counts, such as "1 failed, 2 succeeded".
func ByOutcome(counts map[run.Outcome]int) string {
	var parts []string
	for _, outcome := range outcomes {
		if n := counts[outcome]; n > 0 {
			parts = append(parts, english.Number(n)+" "+string(outcome))
		}
	}
	return strings.Join(parts, ", ")
}

// ShowUnit returns the command that shows a unit of a run step by step.
func ShowUnit(name, unit string) string {
	return "eks-scaling runs show " + ShellWord(name) + " " + ShellWord(unit)
}
