package audit

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"eks-scaling-automation/functions/internal/alert"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/event"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// emit sends events and returns how many were not sent. An event must never change what a run does, so a failure is no error: the log has
// its cause, and the record and the run's message the number. Events are sent before the record is written. If writing it fails, the step
// is repeated and sends them again, with the same ids.
func (h Handler) emit(ctx context.Context, log *slog.Logger, events ...event.Event) (unsent int) {
	if len(events) == 0 {
		return 0
	}
	if err := h.Emit(ctx, events...); err != nil {
		log.Error("events were not sent", "cause", err.Error())
		return len(events)
	}
	return 0
}

// changeEvents returns the event of a change; none if it changed nothing.
func changeEvents(task run.ChangeTask, record run.Change) []event.Event {
	switch {
	case record.Outcome == run.Succeeded && record.After != nil:
		return []event.Event{scaled(task, record)}
	case record.Outcome == run.Failed && record.Error.Error == string(run.HeldBackError):
		return []event.Event{heldBack(task, record)}
	case record.Outcome == run.Failed:
		return []event.Event{failed(task, record)}
	default:
		return nil
	}
}

func scaled(task run.ChangeTask, record run.Change) event.Event {
	return event.Of(event.NodeGroupScaled, task.Run, event.Scaled{
		Header: changeHeader(event.NodeGroupScaled, task, record, record.Reason), Place: event.PlaceOf(task.Unit, record.Nodegroup, task.Cluster),
		Purpose: purposeOf(task.Target()), Action: record.Action, Before: record.Before, After: *record.After, Goal: record.Goal,
		Seconds: record.Seconds, Note: record.Note, Run: event.RunOf(task.Run),
	})
}

func failed(task run.ChangeTask, record run.Change) event.Event {
	return event.Of(event.ScalingFailed, task.Run, event.Failed{
		Header: changeHeader(event.ScalingFailed, task, record, record.Reason), Place: event.PlaceOf(task.Unit, record.Nodegroup, task.Cluster),
		Purpose: purposeOf(task.Target()), Action: record.Action, Before: record.Before, Goal: &record.Goal,
		Problem: problemOf("node group "+task.Name(), *record.Error), Run: event.RunOf(task.Run),
	})
}

func heldBack(task run.ChangeTask, record run.Change) event.Event {
	return event.Of(event.ScaleDownHeldBack, task.Run, event.HeldBack{
		Header: changeHeader(event.ScaleDownHeldBack, task, record, record.Reason), Place: event.PlaceOf(task.Unit, record.Nodegroup, task.Cluster),
		Purpose: purposeOf(task.Target()), Before: record.Before, Goal: &record.Goal,
		Problem: problemOf("node group "+task.Name(), *record.Error), Run: event.RunOf(task.Run),
	})
}

// changeHeader returns the header of a change's event. Its id is the same however often the change is recorded.
func changeHeader(kind event.Kind, task run.ChangeTask, record run.Change, reason string) event.Header {
	at := task.Run.TakenAt
	if task.Progress != nil && !task.Progress.EndedAt.IsZero() {
		at = task.Progress.EndedAt
	}
	return event.HeaderOf(task.Run, at, reason, kind, task.Unit, record.Nodegroup, strconv.Itoa(task.Round))
}

func purposeOf(w scaling.Wanted) event.Purpose {
	return event.Purpose{Profile: w.Profile, Period: w.Period, Override: w.Override}
}

func problemOf(subject string, err run.StepError) event.Problem {
	return event.Problem{Error: err.Error, Cause: causeOf(subject, err), Remedy: run.ErrorName(err.Error).Remedy()}
}

// emitUnit sends the events of a unit's end: its failure as a whole, and drift. It returns how many events of the unit and its changes
// were not sent.
func (h Handler) emitUnit(ctx context.Context, log *slog.Logger, task run.UnitTask, record run.UnitRecord) (unsent int) {
	for _, result := range allResults(task) {
		unsent += result.UnsentEvents
	}
	if task.Run.DryRun {
		return unsent
	}
	var failures, drifts []event.Event
	if task.Error != nil {
		failures = append(failures, unitFailed(task, *task.Error))
	}
	for _, n := range record.Nodegroups {
		if n.Drifted != nil && n.Before != nil {
			drifts = append(drifts, drift(task, n))
		}
	}
	drifts = h.untold(ctx, log, drifts)
	// One call: a slow bus costs its patience once, however many node groups have drifted. The step must end in time.
	missed := h.emit(ctx, log, append(failures, drifts...)...)
	if missed == 0 {
		h.markTold(ctx, log, drifts)
	}
	return unsent + missed
}

// unitFailed returns the event of a unit that failed as a whole. The blast radius holds back all scale-downs of a unit.
func unitFailed(task run.UnitTask, err run.StepError) event.Event {
	reason, problem := task.Wanted.Reason, problemOf(run.UnitInWords(task.Unit), err)
	if err.Error == string(run.BlastRadiusError) {
		return event.Of(event.ScaleDownHeldBack, task.Run, event.HeldBack{
			Header: event.HeaderOf(task.Run, task.At, reason, event.ScaleDownHeldBack, task.Unit), Place: event.PlaceOf(task.Unit, "", task.Cluster),
			Purpose: purposeOf(task.Wanted), Problem: problem, Run: event.RunOf(task.Run),
		})
	}
	return event.Of(event.ScalingFailed, task.Run, event.Failed{
		Header: event.HeaderOf(task.Run, task.At, reason, event.ScalingFailed, task.Unit), Place: event.PlaceOf(task.Unit, "", task.Cluster),
		Purpose: purposeOf(task.Wanted), Problem: problem, Run: event.RunOf(task.Run),
	})
}

// drift returns the event of a changed node group. Its id names the activation and the sizes, but no run: each run finds the same drift.
func drift(task run.UnitTask, n run.NodegroupSummary) event.Event {
	header := event.HeaderOf(task.Run, task.At, n.Reason, event.DriftFound)
	header.ID = event.ID(event.DriftFound, task.Unit, n.Nodegroup, n.Drifted.String(), n.Before.String(), task.Wanted.Since.String())
	header.Actor = "" // nobody knows who changed it
	return event.Of(event.DriftFound, task.Run, event.Drift{
		Header: header, Place: event.PlaceOf(task.Unit, n.Nodegroup, task.Cluster), Purpose: purposeOf(task.Wanted),
		Before: *n.Drifted, After: *n.Before, Corrected: n.Outcome == run.Succeeded, Run: event.RunOf(task.Run),
	})
}

// marksPatience limits how long the marks of all events may take to read, and to write: recording the unit matters more.
const marksPatience = 5 * time.Second

// untold returns the events that are not marked as sent. If a mark cannot be read, the event is sent again rather than never.
func (h Handler) untold(ctx context.Context, log *slog.Logger, events []event.Event) (untold []event.Event) {
	ctx, cancel := context.WithTimeout(ctx, marksPatience)
	defer cancel()
	for _, e := range events {
		told, err := h.Logs.Told(ctx, e.ID())
		if err != nil {
			log.Warn("the mark of an event could not be read", "kind", string(e.Kind), "cause", err.Error())
		}
		if err != nil || !told {
			untold = append(untold, e)
		}
	}
	return untold
}

// markTold marks events as sent. If a mark cannot be written, the next run sends the event again.
func (h Handler) markTold(ctx context.Context, log *slog.Logger, events []event.Event) {
	ctx, cancel := context.WithTimeout(ctx, marksPatience)
	defer cancel()
	for _, e := range events {
		if err := h.Logs.SetTold(ctx, e.ID(), e.At.Add(h.Retention)); err != nil {
			log.Warn("the mark of an event could not be written", "kind", string(e.Kind), "cause", err.Error())
		}
	}
}

// emitRun sends the events of a run's end: of units that left no record, and of the run. The summary tells how many events of the whole
// run were not sent.
func (h Handler) emitRun(ctx context.Context, log *slog.Logger, task run.Task, records []run.UnitRecord, summary *run.Summary) {
	recorded, events := map[string]bool{}, []event.Event{}
	unsent := 0
	for _, r := range records {
		recorded[r.Cluster] = r.Outcome != ""
		unsent += r.UnsentEvents
	}
	dryRun := inputOf(task).DryRun
	for _, unit := range unitsOf(task.State, task.Execution, records) {
		if !recorded[unit.Cluster] && !dryRun {
			events = append(events, vanished(task, unit))
		}
	}
	events = append(events, h.finished(task, records, *summary, dryRun))
	if unsent += h.emit(ctx, log, events...); unsent > 0 {
		summary.Message = alert.Cut(fmt.Sprintf("%s; %s not sent: see the logs of the function audit", summary.Message, english.Were(unsent, "event")), maxMessage)
	}
}

// vanished returns the event of a unit that left no record.
func vanished(task run.Task, unit run.UnitRecord) event.Event {
	of, why := runOf(task), unit.Failures[0]
	return event.Of(event.ScalingFailed, of, event.Failed{
		Header: event.HeaderOf(of, of.TakenAt, "", event.ScalingFailed, unit.Cluster), Place: event.PlaceOf(unit.Cluster, "", run.Cluster{}),
		Problem: event.Problem{Error: why.Error, Cause: why.Cause, Remedy: run.ErrorName(why.Error).Remedy()}, Run: event.RunOf(of),
	})
}

// runOf returns a run's facts, also of one that failed before it had read its input.
func runOf(task run.Task) run.Run {
	of := task.State.Run
	if of.TakenAt.IsZero() {
		of.Execution, of.TakenAt, of.Trigger = task.Execution, task.StartTime, inputOf(task).Trigger
	}
	return of
}

func (h Handler) finished(task run.Task, records []run.UnitRecord, summary run.Summary, dryRun bool) event.Event {
	of := runOf(task)
	detail := event.Finished{
		Header: event.HeaderOf(of, h.Now(), of.Reason, event.RunFinished), Run: event.RunOf(of), Outcome: summary.Outcome, DryRun: dryRun,
		Message: summary.Message, Error: summary.Error, StartedAt: task.StartTime.UTC(), Changed: changes(records), Units: summary.Units,
	}
	if !task.State.Run.TakenAt.IsZero() {
		detail.TargetTime = of.Instant(of.TakenAt).UTC()
	}
	for _, f := range summary.Failures {
		failure := event.Failure{Subject: f.Subject, Problem: event.Problem{Error: f.Error, Cause: f.Cause, Remedy: run.ErrorName(f.Error).Remedy()}}
		if f.Execution.ARN != "" {
			failure.ConsoleURL = f.Execution.ConsoleURL()
		}
		detail.Failures = append(detail.Failures, failure)
	}
	return event.Of(event.RunFinished, of, detail)
}
