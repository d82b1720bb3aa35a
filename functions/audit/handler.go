package main

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/tables"
	"eks-scaling-automation/statemachine"
)

// trail is the audit trail.
type trail interface {
	Put(ctx context.Context, r tables.Record) error
	MarkApplied(ctx context.Context, cluster string, applied map[string]scaling.Application) error
}

type handler struct {
	logs      trail
	retention time.Duration
}

// handle returns a [statemachine.ChangeResult] for a change and a [statemachine.RunSummary] for a run.
func (h handler) handle(ctx context.Context, log *slog.Logger, in statemachine.AuditRequest) (any, error) {
	switch {
	case in.Change != nil:
		return h.change(ctx, log, *in.Change)
	case in.Run != nil:
		return h.run(ctx, log, *in.Run)
	default:
		return nil, statemachine.Errorf(statemachine.InternalError, "the payload has neither a change nor a run")
	}
}

func (h handler) change(ctx context.Context, log *slog.Logger, task statemachine.ChangeTask) (statemachine.ChangeResult, error) {
	result := resultOf(task)
	record := tables.Change{
		ChangeResult: result, Run: task.Run, Cluster: task.Cluster.Name, Profile: task.InForce().Profile, Period: task.InForce().Period,
		Override: task.InForce().Override,
		Action:   task.Decision.Action, Reason: task.Decision.Reason, Goal: task.Decision.Goal,
	}
	if task.Progress != nil {
		record.Update = task.Progress.UpdateID
	}
	log.Info("change", "outcome", string(result.Outcome))
	return result, h.logs.Put(ctx, tables.Record{
		Subject: task.Cluster.Name + "/" + task.Decision.Nodegroup, Time: task.Run.TakenAt, Execution: task.Run.Execution.Name,
		ExpiresAt: task.Run.TakenAt.Add(h.retention), Detail: record,
	})
}

// resultOf says what came of a change.
func resultOf(task statemachine.ChangeTask) statemachine.ChangeResult {
	result := statemachine.ChangeResult{Nodegroup: task.Decision.Nodegroup, Before: task.Decision.Before, Error: task.Error}
	if p := task.Progress; p != nil {
		result.Before, result.Health = &p.Before, p.Health
		if !p.EndedAt.IsZero() {
			result.Seconds = p.EndedAt.Sub(p.StartedAt).Seconds()
		}
	}
	switch {
	case task.Error != nil:
		result.Outcome = statemachine.Failed
	case task.Progress.Changed:
		result.Outcome, result.After = statemachine.Succeeded, &task.Progress.After
	default:
		result.Outcome, result.After = statemachine.Unchanged, &task.Progress.After
	}
	return result
}

func (h handler) run(ctx context.Context, log *slog.Logger, task statemachine.RunTask) (statemachine.RunSummary, error) {
	summary := summarize(task)
	log.Info("run", "outcome", string(summary.Outcome), "message", summary.Message)
	for _, cluster := range task.State.Results {
		applied := reached(cluster)
		if len(applied) == 0 {
			continue
		}
		if err := h.logs.MarkApplied(ctx, cluster.Cluster.Name, applied); err != nil {
			return summary, err
		}
	}
	return summary, h.logs.Put(ctx, tables.Record{
		Subject: tables.SubjectRun, Time: task.StartTime, Execution: task.Execution.Name,
		ExpiresAt: task.StartTime.Add(h.retention),
		Detail:    tables.Run{RunSummary: summary, Execution: task.Execution, Run: task.State.Run, Input: task.Input},
	})
}

// reached are the applications that this run has brought about or found in place.
func reached(task statemachine.ClusterTask) map[string]scaling.Application {
	applied := map[string]scaling.Application{}
	if task.Run.DryRun {
		return applied
	}
	outcomes := outcomesOf(task)
	for _, d := range task.Plan.Decisions {
		result, tried := outcomes[d.Nodegroup]
		arrived := tried && result.Outcome != statemachine.Failed
		if d.Apply != nil && (d.Action == scaling.Keep || arrived) {
			applied[d.Nodegroup] = *d.Apply
		}
	}
	return applied
}

// outcomesOf are the results of a cluster's changes by node group.
func outcomesOf(task statemachine.ClusterTask) map[string]statemachine.ChangeResult {
	results := task.Done
	if task.Wave != nil {
		results = append(slices.Clip(results), task.Wave.Results...)
	}
	outcomes := map[string]statemachine.ChangeResult{}
	for _, r := range results {
		outcomes[r.Nodegroup] = r
	}
	return outcomes
}
