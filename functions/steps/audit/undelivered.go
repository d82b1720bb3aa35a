package audit

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"eks-scaling-automation/shared/event"
	"eks-scaling-automation/shared/run"
)

// knownUndelivered turns messages in the dead-letter queue that an earlier run of the day has failed for into a note. Otherwise every
// reconcile run would fail for two weeks because of one old message, and people would stop reading the alerts. Mark is the id of the mark
// to set once this run is on record; empty if there is none to set.
func (h Handler) knownUndelivered(ctx context.Context, log *slog.Logger, task *run.Task) (mark string) {
	why := task.State.TriggersError
	if why == nil || why.Error != string(run.UndeliveredError) {
		return ""
	}
	// The cause has the number of messages: another one is news.
	id := event.ID(event.RunFinished, string(run.UndeliveredError), why.Message(), task.StartTime.UTC().Format(time.DateOnly))
	told, err := h.Logs.Told(ctx, id)
	if err != nil {
		log.Warn("the mark of an alert could not be read", "cause", err.Error())
	}
	if err != nil || !told {
		return id
	}
	task.State.TriggersError = nil
	task.State.Notes = append(slices.Clone(task.State.Notes), why.Message()+" (see eks-scaling status)")
	return ""
}

// setMark records that people were alerted. If that fails, the next run alerts them again.
func (h Handler) setMark(ctx context.Context, log *slog.Logger, mark string, at time.Time) {
	if mark == "" {
		return
	}
	const days = 2
	if err := h.Logs.SetTold(ctx, mark, at.AddDate(0, 0, days)); err != nil {
		log.Warn("the mark of an alert could not be written", "cause", err.Error())
	}
}
