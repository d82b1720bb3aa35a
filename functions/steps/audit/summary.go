package audit

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"eks-scaling-automation/functions/internal/alert"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// summarize describes a run from the records of its units. The console, the record and the alert share its words. It also returns how
// many failures there are: the summary lists only the first ones.
func summarize(task run.Task, records []run.UnitRecord) (summary run.Summary, failed int) {
	state := task.State
	units := unitsOf(state, task.Execution, records)
	var failures []run.Failure
	if state.Error != "" {
		failures = append(failures, run.Failure{Subject: "the run", Error: state.Error, Cause: causeOf("the run", state.StepError)})
	}
	summary = run.Summary{Triggers: state.Triggers, Units: map[run.Outcome]int{}}
	for _, unit := range units {
		summary.Units[unit.Outcome]++
		failures = append(failures, unit.Failures...)
	}
	if state.TriggersError != nil {
		failures = append(failures, run.Failure{Subject: "the triggers", Error: state.TriggersError.Error, Cause: causeOf("the triggers", *state.TriggersError)})
	}
	summary.Outcome, summary.Message = outcomeOf(state, units)
	if len(failures) == 0 {
		summary.Message = withNotes(summary.Message, state)
		return summary, 0
	}
	slices.SortStableFunc(failures, causesFirst)
	summary.Failures = failures[:min(len(failures), run.MaxFailures)]
	summary.Error, summary.Message = failures[0].Error, alert.Cut(inWords(failures[0]), maxMessage)
	if more := len(failures) - 1; more > 0 {
		summary.Message += fmt.Sprintf(" (and %d more)", more)
	}
	summary.Message = withNotes(summary.Message, state)
	if inputOf(task).DryRun { // which alerts nobody
		summary.Outcome = run.Incomplete
	} else {
		summary.Outcome, summary.Alert = run.Failed, alertOf(task, units, failures)
	}
	return summary, len(failures)
}

// withNotes appends the run's notes to a message. A failed reading of the signals is one: each condition then ends as its signal
// says, which is no failure.
func withNotes(message string, state run.State) string {
	all := append([]string{message}, state.Notes...)
	if state.SignalsError != nil {
		all = append(all, "the signals were not read: "+causeOf("the signals", *state.SignalsError))
	}
	return alert.Cut(strings.Join(all, "; "), maxMessage)
}

// inWords says what failed and why. It avoids naming the subject twice: many causes begin with it.
func inWords(f run.Failure) string {
	if strings.HasPrefix(f.Cause, f.Subject+" ") {
		return f.Cause
	}
	return f.Subject + ": " + f.Cause
}

// causesFirst orders failures: node groups that were held back come after the failures that held them back.
func causesFirst(a, b run.Failure) int { return cmp.Compare(follows(a), follows(b)) }

func follows(f run.Failure) int {
	if f.Error == string(run.HeldBackError) {
		return 1
	}
	return 0
}

// given holds the input fields that matter when the run ends.
type given struct {
	Trigger string `json:"trigger"`
	DryRun  bool   `json:"dryRun"`
}

// inputOf reads the raw input, so that it also works for a run that failed before it checked its input.
func inputOf(task run.Task) given {
	var g given
	if err := json.Unmarshal(task.Input, &g); err != nil {
		return given{}
	}
	g.DryRun = g.DryRun || task.State.Run.DryRun
	return g
}

// outcomeOf returns the outcome of a run without failures.
func outcomeOf(state run.State, units []run.UnitRecord) (outcome run.Outcome, message string) {
	count := map[run.Outcome]int{}
	var notices []string
	for _, u := range units {
		count[u.Outcome]++
		switch u.Outcome {
		case run.Skipped:
			notices = append(notices, u.Cluster+": "+u.Reason)
		case run.Overtaken:
			notices = append(notices, u.Cluster+": overtaken by run "+u.OvertakenBy)
		case run.Succeeded, run.Unchanged, run.Failed, run.Returned, run.Planned, run.Incomplete:
		}
	}
	switch {
	case state.Notice != "":
		return run.Skipped, state.Notice
	case len(units) > 0 && count[run.Skipped] == len(units):
		return run.Skipped, "nothing is scaled: " + strings.Join(notices, "; ")
	case state.Run.DryRun:
		return run.Planned, "dry run: " + tally(units)
	case count[run.Overtaken] > 0:
		return run.Overtaken, tally(units) + "; " + strings.Join(notices, "; ")
	default:
		return run.Succeeded, tally(units)
	}
}

// tally counts the node groups by outcome.
func tally(units []run.UnitRecord) string {
	var changed, planned, kept int
	for _, u := range units {
		for _, n := range u.Nodegroups {
			switch n.Outcome {
			case run.Succeeded:
				changed++
			case run.Planned:
				planned++
			case run.Unchanged, run.Failed, run.Skipped, run.Overtaken, run.Returned, run.Incomplete:
				kept++
			}
		}
	}
	if planned > 0 {
		return fmt.Sprintf("%d to scale, %d unchanged", planned, kept)
	}
	return fmt.Sprintf("%d scaled, %d unchanged", changed, kept)
}

// changes counts the node groups to change. A node group that reached its goal is "kept" in the unit's last decision.
func changes(units []run.UnitRecord) (count int) {
	for _, u := range units {
		for _, n := range u.Nodegroups {
			if n.Action != scaling.Keep || n.Outcome != run.Unchanged {
				count++
			}
		}
	}
	return count
}

// The longest texts, in bytes. A summary with all failures must stay far below a state's 256 KiB.
const (
	maxMessage = 4_000 // more than anybody reads in a console
	maxCause   = 2_000
)
