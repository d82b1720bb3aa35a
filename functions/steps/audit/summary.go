package audit

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/functions/internal/alert"
	"eks-scaling-automation/shared/printable"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// failure is one thing that went wrong in a run.
type failure struct {
	subject string
	err     run.StepError
}

// inWords is what failed and why. Many a cause begins with what failed.
func (f failure) inWords() string {
	if message := f.err.Message(); strings.HasPrefix(message, f.subject+" ") {
		return message
	}
	return f.subject + ": " + f.cause()
}

// follows ranks a failure after those that cause it: what is held back was held back by another one.
func (f failure) follows() int {
	if f.err.Error == string(run.HeldBackError) {
		return 1
	}
	return 0
}

// cause is why it failed, without the subject in front: that is named beside it.
func (f failure) cause() string {
	return strings.TrimPrefix(f.err.Message(), f.subject+": ")
}

// summarize says what a run did, in the words that the console, the record and the alert share.
func summarize(task run.Task) run.Summary {
	state := task.State
	var failures []failure
	if state.Error != "" {
		failures = append(failures, failure{"the run", state.StepError})
	}
	summary := run.Summary{Schedules: state.Schedules}
	for _, unit := range state.Results {
		s, failed := summarizeUnit(unit)
		summary.Clusters = append(summary.Clusters, s)
		failures = append(failures, failed...)
	}
	if state.SchedulesError != nil {
		failures = append(failures, failure{"the triggers", *state.SchedulesError})
	}
	summary.Outcome, summary.Message = outcomeOf(state, summary.Clusters)
	if len(failures) == 0 {
		return summary
	}
	slices.SortStableFunc(failures, func(a, b failure) int { return cmp.Compare(a.follows(), b.follows()) })
	summary.Error, summary.Message = failures[0].err.Error, alert.Cut(failures[0].inWords(), maxMessage)
	if more := len(failures) - 1; more > 0 {
		summary.Message += fmt.Sprintf(" (and %d more)", more)
	}
	if !inputOf(task).DryRun { // a dry run alerts nobody
		summary.Outcome, summary.Alert = run.Failed, alertOf(task, failures)
	}
	return summary
}

// given is the part of a run's input that says what to do about its end.
type given struct {
	Trigger string `json:"trigger"`
	DryRun  bool   `json:"dryRun"`
}

// inputOf reads it from the input as it was given, so that it is known of a run that failed before it had checked that.
func inputOf(task run.Task) given {
	var g given
	if err := json.Unmarshal(task.Input, &g); err != nil {
		return given{}
	}
	g.DryRun = g.DryRun || task.State.Run.DryRun
	return g
}

// outcomeOf is how a run ended in which nothing failed.
func outcomeOf(state run.State, units []run.ClusterSummary) (outcome run.Outcome, message string) {
	count := map[run.Outcome]int{}
	var notices []string
	for _, u := range units {
		count[u.Outcome]++
		switch u.Outcome {
		case run.Skipped:
			notices = append(notices, u.Cluster+": "+u.Reason)
		case run.Overtaken:
			notices = append(notices, u.Cluster+": overtaken by run "+u.OvertakenBy)
		case run.Succeeded, run.Unchanged, run.Failed, run.Returned, run.Planned:
		}
	}
	switch {
	case state.Notice != "":
		return run.Skipped, state.Notice
	case len(units) > 0 && count[run.Skipped] == len(units):
		return run.Skipped, "nothing is scaled: " + strings.Join(notices, "; ")
	case state.Run.DryRun:
		return run.Planned, "a dry run: nothing was changed; " + tally(units)
	case count[run.Overtaken] > 0:
		return run.Overtaken, tally(units) + "; " + strings.Join(notices, "; ")
	default:
		return run.Succeeded, tally(units)
	}
}

// tally counts the node groups by how they ended.
func tally(clusters []run.ClusterSummary) string {
	var changed, planned, kept int
	for _, c := range clusters {
		for _, n := range c.Nodegroups {
			switch n.Outcome {
			case run.Succeeded:
				changed++
			case run.Planned:
				planned++
			case run.Unchanged, run.Failed, run.Skipped, run.Overtaken, run.Returned:
				kept++
			}
		}
	}
	if planned > 0 {
		return fmt.Sprintf("%d to scale, %d to leave as they are", planned, kept)
	}
	return fmt.Sprintf("%d scaled, %d left as they are", changed, kept)
}

// summarizeUnit says what a run did to a unit.
func summarizeUnit(task run.UnitTask) (run.ClusterSummary, []failure) {
	s := run.ClusterSummary{
		Cluster: task.Unit, Outcome: task.Outcome, OvertakenBy: task.OvertakenBy, Expected: task.Expected,
		Profile: task.Wanted.Profile, Period: task.Wanted.Period, Override: task.Wanted.Override, Reason: task.Wanted.Reason,
	}
	if task.Notice != "" {
		s.Reason = task.Notice
	}
	var failures []failure
	if task.Error != nil {
		s.Outcome, s.Error = run.Failed, task.Error.Message()
		failures = append(failures, failure{"cluster " + task.Unit, *task.Error})
	}
	results := map[string]run.ChangeResult{}
	for _, r := range allResults(task) {
		results[r.Nodegroup] = r
	}
	for _, d := range task.Decisions {
		result, tried := results[d.Nodegroup]
		n := summarizeNodegroup(d, result, tried, task.Run.DryRun)
		s.Nodegroups = append(s.Nodegroups, n)
		if n.Outcome == run.Failed {
			s.Outcome = run.Failed
			failures = append(failures, failure{"node group " + task.Unit + "/" + d.Nodegroup, *result.Error})
		}
	}
	return s, failures
}

// allResults are those of all waves. The last one's are not among the others when the unit failed after it.
func allResults(task run.UnitTask) run.ChangeResults {
	if task.Wave == nil {
		return task.Done
	}
	return append(slices.Clip(task.Done), task.Wave.Results...)
}

// summarizeNodegroup says what a run did to a node group.
func summarizeNodegroup(d scaling.Decision, result run.ChangeResult, tried, dryRun bool) run.NodegroupSummary {
	n := run.NodegroupSummary{
		Nodegroup: d.Nodegroup, Action: d.Action, Outcome: run.Unchanged, Before: d.Before, After: d.Before, Reason: d.Reason,
		HeldBack: d.HeldBack, Warning: d.Warning,
	}
	switch {
	case tried && result.Outcome == run.Failed:
		n.Outcome, n.After, n.Error, n.Before = run.Failed, nil, result.Error.Message(), result.Before
	case tried && result.Outcome == run.Overtaken:
		n.Outcome, n.After, n.Reason = run.Overtaken, nil, "overtaken by run "+result.OvertakenBy+"; wanted: "+d.Reason
	case tried && result.Outcome != run.Returned:
		n.Outcome, n.Before, n.After, n.Warning = result.Outcome, result.Before, result.After, joinedNotes(d.Warning, result.Note)
	case d.Action == scaling.Keep:
	case dryRun:
		n.Outcome, n.After = run.Planned, &d.After
	default:
		n.Outcome, n.Reason = run.Skipped, "not changed in this run; wanted: "+d.Reason
	}
	return n
}

func joinedNotes(notes ...string) string {
	return strings.Join(slices.DeleteFunc(notes, func(note string) bool { return note == "" }), "; ")
}

// alertOf is the message to people: what failed, why, what to do, and where to look.
func alertOf(task run.Task, failures []failure) *run.Alert {
	var text strings.Builder
	fmt.Fprintf(&text, "Run %s failed.\n", task.Execution.Name)
	if run := task.State.Run; !run.TakenAt.IsZero() {
		fmt.Fprintf(&text, "Target time: %s (started by: %s; reason: %s).\n",
			instant(task.State), printable.Line(cmp.Or(run.Trigger, "not said")), printable.Line(cmp.Or(run.Reason, "not said")))
	}
	for _, f := range failures {
		fmt.Fprintf(&text, "\nWhat:  %s\nWhy:   %s: %s\n", f.subject, f.err.Error, printable.Line(f.cause()))
		fmt.Fprintf(&text, "To do: %s\n", run.ErrorName(f.err.Error).Remedy())
	}
	fmt.Fprintf(&text, "\nExecution: %s\n", task.Execution.ConsoleURL())
	subject := "EKS scaling failed: " + failures[0].subject
	if more := len(failures) - 1; more > 0 {
		subject += fmt.Sprintf(" and %d more", more)
	}
	return &run.Alert{Subject: alert.Subject(subject), Message: alert.Message(text.String())}
}

// instant is the moment for which a run decided first, by the clock of its first cluster and in UTC.
func instant(state run.State) string {
	at := state.Run.Instant(state.Run.TakenAt).UTC()
	if len(state.Results) > 0 {
		if loc, err := time.LoadLocation(state.Results[0].Cluster.Timezone); err == nil && loc != time.UTC {
			return at.In(loc).Format(scaling.LocalTime) + at.Format(" (2006-01-02 15:04 UTC)")
		}
	}
	return at.Format("Mon 2006-01-02 15:04 UTC")
}

// maxMessage is how long a run's message may be, in bytes: 4 KB of causes are more than anybody reads in a console.
const maxMessage = 4_000
