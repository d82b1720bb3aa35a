package main

import (
	"fmt"
	"strings"
	"time"

	"eks-scaling-automation/shared/alert"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/statemachine"
)

// failure is one thing that went wrong in a run.
type failure struct {
	subject string
	err     statemachine.StepError
}

// inWords is what failed and why. Many a cause begins with what failed.
func (f failure) inWords() string {
	if message := f.err.Message(); strings.HasPrefix(message, f.subject+" ") {
		return message
	}
	return f.subject + ": " + f.err.Message()
}

// summarize says what a run did, in the words that the console, the record and the alert share.
func summarize(task statemachine.RunTask) statemachine.RunSummary {
	state := task.State
	var failures []failure
	if state.Error != "" {
		failures = append(failures, failure{"the run", state.StepError})
	}
	var summary statemachine.RunSummary
	for _, broken := range state.Invalid {
		failures = append(failures, failure{
			"cluster " + broken.Cluster,
			statemachine.StepError{Error: string(statemachine.ConfigInvalidError), Cause: broken.Message},
		})
		summary.Clusters = append(summary.Clusters, statemachine.ClusterSummary{
			Cluster: broken.Cluster, Outcome: statemachine.Failed, Error: broken.Message,
		})
	}
	for _, skipped := range state.Skipped {
		summary.Clusters = append(summary.Clusters, statemachine.ClusterSummary{
			Cluster: skipped.Cluster, Outcome: statemachine.Skipped, Reason: skipped.Message,
		})
	}
	for _, cluster := range state.Results {
		s, failed := summarizeCluster(cluster)
		summary.Clusters = append(summary.Clusters, s)
		failures = append(failures, failed...)
	}
	summary.Schedules = state.Schedules
	if state.SchedulesError != nil {
		failures = append(failures, failure{"the triggers", *state.SchedulesError})
	}
	switch {
	case len(failures) > 0:
		summary.Outcome, summary.Error = statemachine.Failed, failures[0].err.Error
		summary.Alert = alertOf(task, failures)
		summary.Message = alert.Cut(failures[0].inWords(), maxMessage)
		if more := len(failures) - 1; more > 0 {
			summary.Message += fmt.Sprintf(" (and %d more)", more)
		}
	case state.Notice != "":
		summary.Outcome, summary.Message = statemachine.Skipped, state.Notice
	case state.Run.DryRun:
		summary.Outcome, summary.Message = statemachine.Planned, "a dry run: nothing was changed; "+tally(summary.Clusters)
	default:
		summary.Outcome, summary.Message = statemachine.Succeeded, tally(summary.Clusters)
	}
	return summary
}

// tally counts the node groups by what came of them.
func tally(clusters []statemachine.ClusterSummary) string {
	var changed, planned, kept int
	for _, c := range clusters {
		for _, n := range c.Nodegroups {
			switch n.Outcome {
			case statemachine.Succeeded:
				changed++
			case statemachine.Planned:
				planned++
			case statemachine.Unchanged, statemachine.Failed, statemachine.Skipped:
				kept++
			}
		}
	}
	if planned > 0 {
		return fmt.Sprintf("%d to scale, %d to leave as they are", planned, kept)
	}
	return fmt.Sprintf("%d scaled, %d left as they are", changed, kept)
}

// summarizeCluster says what a run did to a cluster.
func summarizeCluster(task statemachine.ClusterTask) (statemachine.ClusterSummary, []failure) {
	s := statemachine.ClusterSummary{
		Cluster: task.Cluster.Name, Outcome: statemachine.Succeeded,
		Profile: task.Wanted.Profile, Period: task.Wanted.Period, Override: task.Wanted.Override, Reason: task.Wanted.Reason,
	}
	if task.Run.DryRun {
		s.Outcome = statemachine.Planned
	}
	var failures []failure
	if task.Error != nil {
		s.Outcome, s.Error = statemachine.Failed, task.Error.Message()
		failures = append(failures, failure{"cluster " + task.Cluster.Name, *task.Error})
	}
	outcomes := outcomesOf(task)
	for _, d := range task.Plan.Decisions {
		result, tried := outcomes[d.Nodegroup]
		n := summarizeNodegroup(d, result, tried, task.Run.DryRun)
		s.Nodegroups = append(s.Nodegroups, n)
		if n.Outcome == statemachine.Failed {
			s.Outcome = statemachine.Failed
			failures = append(failures, failure{"node group " + task.Cluster.Name + "/" + d.Nodegroup, *result.Error})
		}
	}
	return s, failures
}

// summarizeNodegroup says what a run did to a node group.
func summarizeNodegroup(d scaling.Decision, result statemachine.ChangeResult, tried, dryRun bool) statemachine.NodegroupSummary {
	n := statemachine.NodegroupSummary{
		Nodegroup: d.Nodegroup, Action: d.Action, Outcome: statemachine.Unchanged, Before: d.Before, After: d.Before, Reason: d.Reason,
	}
	switch {
	case d.Action == scaling.Keep:
	case dryRun:
		n.Outcome, n.After = statemachine.Planned, &d.After
	case !tried:
		n.Outcome = statemachine.Skipped
		n.Reason = "not touched, because a node group before it failed; wanted: " + d.Reason
	case result.Error != nil:
		n.Outcome, n.After, n.Error = statemachine.Failed, nil, result.Error.Message()
	default:
		n.Outcome, n.Before, n.After = result.Outcome, result.Before, result.After
	}
	return n
}

// alertOf is the message to people: what failed, why, what to do, and where to look.
func alertOf(task statemachine.RunTask, failures []failure) *statemachine.Alert {
	var text strings.Builder
	fmt.Fprintf(&text, "Run %s failed.\n", task.Execution.Name)
	if run := task.State.Run; !run.At.IsZero() {
		fmt.Fprintf(&text, "It decided for %s (started by: %s; reason: %s).\n",
			instant(task.State), orNotSaid(run.Trigger), orNotSaid(run.Reason))
	}
	for _, f := range failures {
		fmt.Fprintf(&text, "\nWhat:  %s\nWhy:   %s: %s\n", f.subject, f.err.Error, f.err.Message())
		fmt.Fprintf(&text, "To do: %s\n", statemachine.ErrorName(f.err.Error).Remedy())
	}
	fmt.Fprintf(&text, "\nExecution: %s\n", task.Execution.ConsoleURL())
	subject := "EKS scaling failed: " + failures[0].subject
	if more := len(failures) - 1; more > 0 {
		subject += fmt.Sprintf(" and %d more", more)
	}
	return &statemachine.Alert{Subject: alert.Subject(subject), Message: alert.Message(text.String())}
}

// instant is the moment for which a run decided, by the clock of its first cluster and in UTC.
func instant(state statemachine.RunState) string {
	at := state.Run.At.UTC()
	if len(state.Results) > 0 {
		if loc, err := time.LoadLocation(state.Results[0].Cluster.Timezone); err == nil && loc != time.UTC {
			return at.In(loc).Format(scaling.LocalTime) + at.Format(" (2006-01-02 15:04 UTC)")
		}
	}
	return at.Format("Mon 2006-01-02 15:04 UTC")
}

// maxMessage is how long a run's message may be, in bytes: 4 KB of causes are more than anybody reads in a console.
const maxMessage = 4_000

func orNotSaid(text string) string {
	if text == "" {
		return "not said"
	}
	return text
}
