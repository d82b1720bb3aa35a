package audit

import (
	"context"
	"log/slog"
	"slices"
	"strings"

	"eks-scaling-automation/functions/internal/alert"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/printable"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// unit records what a run did to a unit. The unit's execution returns only the name and the outcome.
func (h Handler) unit(ctx context.Context, log *slog.Logger, end run.UnitEnd) (run.UnitResult, error) {
	record := summarizeUnit(end)
	record.EndedAt = h.Now()
	log.Info("unit", "outcome", string(record.Outcome), "current", record.Nodes.Current, "desired", record.Nodes.Desired)
	record.UnsentEvents = h.emitUnit(ctx, log, end.State, record)
	return run.UnitResult{Unit: record.Cluster, Outcome: record.Outcome}, h.Logs.Put(ctx, tables.Record{
		Subject: tables.SubjectUnits(record.Run.Execution.Name), Time: record.Run.TakenAt, Execution: record.Cluster,
		ExpiresAt: record.Run.TakenAt.Add(h.Retention), Detail: record,
	})
}

// summarizeUnit describes what a run did to a unit.
func summarizeUnit(end run.UnitEnd) run.UnitRecord {
	task := end.State
	r := run.UnitRecord{Execution: end.Execution, Run: task.Run, Timezone: task.Cluster.Timezone, Throttled: task.Throttled, ClusterSummary: run.ClusterSummary{
		Cluster: task.Unit, Outcome: task.Outcome, OvertakenBy: task.OvertakenBy, Expected: task.Expected,
		Profile: task.Wanted.Profile, Period: task.Wanted.Period, Override: task.Wanted.Override, Reason: task.Wanted.Reason,
	}}
	r.Signals = task.Signals
	if task.Notice != "" {
		r.Reason = task.Notice
	}
	fail := func(subject string, err run.StepError) {
		r.Outcome = run.Failed
		_, schedule := scaling.SplitUnit(task.Unit)
		r.Failures = append(r.Failures, run.Failure{
			Subject: subject, Schedule: schedule, Error: err.Error, Cause: causeOf(subject, err), Execution: end.Execution,
		})
	}
	if task.Error != nil {
		r.Error = alert.Cut(task.Error.Message(), maxMessage)
		fail(run.UnitInWords(task.Unit), *task.Error)
	}
	results := map[string]run.ChangeResult{}
	for _, result := range allResults(task) {
		results[result.Nodegroup] = result
	}
	for _, d := range task.Decisions {
		result, tried := results[d.Nodegroup]
		n := summarizeNodegroup(d, result, tried, task.Run.DryRun)
		r.Nodegroups = append(r.Nodegroups, n)
		if n.Outcome == run.Failed {
			fail("node group "+run.NodegroupName(task.Unit, d.Nodegroup), *result.Error)
		}
	}
	slices.SortStableFunc(r.Failures, causesFirst)
	r.Nodes = nodesOf(task.Decisions, r.Nodegroups)
	return r
}

// causeOf returns the cause on one line, without a leading subject: that is shown beside it.
func causeOf(subject string, err run.StepError) string {
	return alert.Cut(printable.Line(strings.TrimPrefix(err.Message(), subject+": ")), maxCause)
}

// allResults merges the results of all waves. If the unit failed after the last wave, that one's results are stored separately.
func allResults(task run.UnitTask) run.ChangeResults {
	all := task.Done
	if task.Wave != nil {
		for _, result := range task.Wave.Results {
			all = all.Add(result)
		}
	}
	return all
}

// summarizeNodegroup describes what a run did to a node group.
func summarizeNodegroup(d scaling.Decision, result run.ChangeResult, tried, dryRun bool) run.NodegroupSummary {
	n := run.NodegroupSummary{
		Nodegroup: d.Nodegroup, Action: d.Action, Outcome: run.Unchanged, Before: d.Before, After: d.Before, Reason: d.Reason,
		HeldBack: d.HeldBack, Warning: d.Warning, Drifted: d.Drifted,
	}
	switch {
	case tried && result.Outcome == run.Failed:
		n.Outcome, n.After, n.Error, n.Before = run.Failed, nil, result.Error.Message(), result.Before
	case tried && result.Outcome == run.Overtaken:
		n.Outcome, n.After, n.Reason = run.Overtaken, nil, "overtaken by run "+result.OvertakenBy+"; desired: "+d.Reason
	case tried && result.Outcome != run.Returned:
		n.Outcome, n.Before, n.After, n.Warning = result.Outcome, result.Before, result.After, joinedNotes(d.Warning, result.Note, unfinished(d, result))
	case d.Action == scaling.Keep:
	case dryRun:
		n.Outcome, n.After = run.Planned, &d.After
	default:
		n.Outcome, n.Reason = run.Skipped, "not changed in this run; desired: "+d.Reason
	}
	return n
}

// unfinished says that the run ended between two steps of a scale-up; empty if it did not.
func unfinished(d scaling.Decision, result run.ChangeResult) string {
	if !d.Step || result.After == nil || d.Goal.Met(*result.After) {
		return ""
	}
	return "the run ended on the way to " + d.Goal.String()
}

func joinedNotes(notes ...string) string {
	return strings.Join(slices.DeleteFunc(notes, func(note string) bool { return note == "" }), "; ")
}
