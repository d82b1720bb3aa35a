package audit

import (
	"context"
	"log/slog"
	"strconv"

	"eks-scaling-automation/shared/event"
	"eks-scaling-automation/shared/run"
)

// emit sends events. What happened is on record already, so a failure must not fail the run: it is logged, with the ids.
func (h Handler) emit(ctx context.Context, log *slog.Logger, events ...event.Event) {
	if len(events) == 0 {
		return
	}
	if err := h.Emit(ctx, events...); err != nil {
		log.Error("events were not sent", "events", len(events), "cause", err.Error())
	}
}

// changeEvents returns the event of a change; none if it changed nothing.
func changeEvents(task run.ChangeTask, record run.Change) []event.Event {
	switch {
	case record.Outcome == run.Succeeded && record.After != nil:
		return []event.Event{scaled(task, record)}
	default:
		return nil
	}
}

func scaled(task run.ChangeTask, record run.Change) event.Event {
	detail := event.Scaled{
		Header: headerOf(event.NodeGroupScaled, task, record), Place: event.PlaceOf(task.Unit, record.Nodegroup, task.Cluster),
		Purpose: event.Purpose{Profile: record.Profile, Period: record.Period, Override: record.Override},
		Action:  record.Action, Before: record.Before, After: *record.After, Goal: record.Goal, Seconds: record.Seconds, Note: record.Note,
		Run: event.RunOf(task.Run),
	}
	return event.Event{Kind: event.NodeGroupScaled, At: detail.At, Resources: []string{task.Run.Execution.ARN}, Detail: detail}
}

// headerOf returns the header of a change's event. Its id is the same however often the change is recorded.
func headerOf(kind event.Kind, task run.ChangeTask, record run.Change) event.Header {
	at := task.Run.TakenAt
	if task.Progress != nil && !task.Progress.EndedAt.IsZero() {
		at = task.Progress.EndedAt
	}
	return event.Header{
		ID: event.ID(kind, task.Run.Execution.ARN, task.Unit, record.Nodegroup, strconv.Itoa(task.Round)), At: at.UTC(),
		Reason: record.Reason, Actor: task.Run.Actor, ConsoleURL: task.Run.Execution.ConsoleURL(),
	}
}
