// Package audit is the step that records changes and runs, and words the alerts.
package audit

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/event"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// Trail is the audit trail and the units' records.
type Trail interface {
	Put(ctx context.Context, r tables.Record) error
	Unit(ctx context.Context, name string) (claim.Unit, error)
	UnitRecords(ctx context.Context, run string) ([]run.UnitRecord, error)
	Told(ctx context.Context, id string) (bool, error)
	SetTold(ctx context.Context, id string, expires time.Time) error
}

// Handler is the step.
type Handler struct {
	Logs      Trail
	Retention time.Duration
	Now       func() time.Time
	// Metrics receives the metrics, a line for each change and run, if it Measures.
	Metrics  io.Writer
	Measures bool
	// Emit sends events, and repeats what EventBridge refuses.
	Emit func(ctx context.Context, events ...event.Event) error
}

// Handle returns a [run.ChangeResult] for a change, a [run.UnitResult] for a unit and a [run.Summary] for a run.
func (h Handler) Handle(ctx context.Context, log *slog.Logger, in run.AuditRequest) (any, error) {
	switch {
	case in.Change != nil:
		return h.change(ctx, log, *in.Change)
	case in.Unit != nil:
		return h.unit(ctx, log, *in.Unit)
	case in.Run != nil:
		return h.run(ctx, log, *in.Run)
	default:
		return nil, run.Errorf(run.InternalError, "the payload has neither a change nor a unit nor a run")
	}
}

func (h Handler) change(ctx context.Context, log *slog.Logger, task run.ChangeTask) (run.ChangeResult, error) {
	result := resultOf(task)
	if result.Outcome == run.Failed {
		h.excuse(ctx, task, &result)
	}
	log.Info("change", "outcome", string(result.Outcome))
	if result.Outcome == run.Returned {
		return result, nil // nothing was done; decide decides again
	}
	cluster, schedule := scaling.SplitUnit(task.Unit)
	record := run.Change{
		ChangeResult: result, Run: task.Run, Cluster: cluster, Schedule: schedule, Profile: task.Target().Profile, Period: task.Target().Period,
		Override: task.Target().Override,
		Action:   task.Decision.Action, Reason: task.Decision.Reason, Goal: task.Decision.Goal,
	}
	if task.Progress != nil {
		record.Update, record.StartedAt, record.EndedAt = task.Progress.UpdateID, task.Progress.StartedAt, task.Progress.EndedAt
	}
	result.UnsentEvents = h.emit(ctx, log, changeEvents(task, record)...)
	record.UnsentEvents = result.UnsentEvents
	err := h.Logs.Put(ctx, tables.Record{
		Subject: task.Name(), Time: task.Run.TakenAt, Execution: recordName(task),
		ExpiresAt: task.Run.TakenAt.Add(h.Retention), Detail: record,
	})
	if err == nil {
		h.measureChange(log, record)
	}
	return result, err
}

// recordName distinguishes the changes of a node group that have the same time. Each step of a scale-up has a record of its own.
func recordName(task run.ChangeTask) string {
	if task.Decision.Step {
		return fmt.Sprintf("%s#%04d", task.Run.Execution.Name, task.Round)
	}
	return task.Run.Execution.Name
}

// excuse turns a failure into "overtaken" if a newer run has claimed the node group, or the same run under another schedule: it decides
// there now. If the record cannot be read, the failure stands.
func (h Handler) excuse(ctx context.Context, task run.ChangeTask, result *run.ChangeResult) {
	u, err := h.Logs.Unit(ctx, task.Unit)
	if err != nil || !u.Lost(task.Decision.Nodegroup, task.Run.Order()) {
		return
	}
	result.Outcome, result.OvertakenBy = run.Overtaken, u.Orders[task.Decision.Nodegroup].Run()
}

// resultOf returns how a change ended.
func resultOf(task run.ChangeTask) run.ChangeResult {
	result := run.ChangeResult{
		Nodegroup: task.Decision.Nodegroup, Activation: task.Decision.Activation, Before: task.Decision.Before, Error: task.Error, Outcome: run.Failed,
	}
	p := task.Progress
	if p == nil {
		if task.Error == nil {
			result.Error = &run.StepError{Error: string(run.InternalError), Cause: "the change has neither progress nor an error"}
		}
		return result
	}
	result.Health, result.OvertakenBy, result.Throttled = p.Health, p.OvertakenBy, p.Throttled
	result.Attempted = p.Attempted && p.Outcome == run.Returned
	if p.Before != (scaling.Sizes{}) { // otherwise EKS has not answered
		result.Before = &p.Before
	}
	if !p.EndedAt.IsZero() {
		result.Seconds = p.EndedAt.Sub(p.StartedAt).Seconds()
	}
	if task.Error != nil {
		return result
	}
	result.Outcome, result.Note = p.Outcome, p.Note
	if p.Outcome == run.Succeeded || p.Outcome == run.Unchanged {
		result.After = &p.After
	}
	return result
}

func (h Handler) run(ctx context.Context, log *slog.Logger, task run.Task) (run.Summary, error) {
	var records []run.UnitRecord
	if len(task.State.Units) > 0 {
		var err error
		if records, err = h.Logs.UnitRecords(ctx, task.Execution.Name); err != nil {
			return run.Summary{}, err
		}
	}
	mark := h.knownUndelivered(ctx, log, &task)
	summary, failures := summarize(task, records)
	log.Info("run", "outcome", string(summary.Outcome), "message", summary.Message)
	h.measureRun(log, task, records, failures)
	h.emitRun(ctx, log, task, records, &summary)
	err := h.Logs.Put(ctx, tables.Record{
		Subject: tables.SubjectRun, Time: task.StartTime, Execution: task.Execution.Name,
		ExpiresAt: task.StartTime.Add(h.Retention),
		Detail:    run.Record{Summary: summary, Execution: task.Execution, Run: task.State.Run, Input: task.Input, Changes: new(changes(records))},
	})
	if err == nil {
		h.setMark(ctx, log, mark, task.StartTime)
	}
	return summary, err
}
