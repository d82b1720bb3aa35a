package runcmd

import (
	"context"
	"fmt"
	"io"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/runwords"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/run"
)

// watcher tells what happens in a run: step by step if it has a single unit, else how many units have ended, and which ones failed.
type watcher struct {
	ctx  context.Context
	s    frame.Session
	name string
	live io.Writer // nil if nobody wants to know
	run  *stackaws.Watched

	unit *stackaws.Watched // the execution of the only unit; nil until it is found

	counted time.Time       // the last look at the map run
	told    time.Time       // the last line with counts
	line    string          // that line
	ended   int             // as of the last look
	failing int             // how many units are on record as failed
	failed  map[string]bool // the units that were told of
	unknown bool            // it was told that the counts are not known
}

// The units of a run are counted on a line of its own at most so often.
const countsPace = 15 * time.Second

func newWatcher(ctx context.Context, s frame.Session, a runAnswer, live io.Writer) *watcher {
	w := &watcher{ctx: ctx, s: s, name: a.Name, live: live, failed: map[string]bool{}}
	w.run = s.Executions().Watch(a.ARN, a.Redrives, w.event)
	return w
}

// follow follows the run to its end.
func (w *watcher) follow() (*stackaws.History, error) {
	return w.run.Follow(w.ctx, pace, func() { w.look(false) })
}

func (w *watcher) say(text string) {
	if w.live != nil && text != "" {
		term.SayLine(w.live, "  "+text)
	}
}

// event tells of an event of the run. What has happened in the units before it is told first.
func (w *watcher) event(e stackaws.Event) {
	switch {
	case e.Kind == stackaws.UnitsStarted:
		w.told = w.s.Clock()
		if n := len(w.run.History().Units()); n > 1 {
			w.say("scaling " + english.Count(n, "unit"))
		}
	case e.Kind == stackaws.Left && e.Step.State == stackaws.ForEachUnit, e.Kind == stackaws.Ended && w.inUnits():
		w.look(true)
	}
	w.say(runwords.InLine(e))
}

// inUnits reports whether the run has started its units, and has not gone on to what comes after them.
func (w *watcher) inUnits() bool {
	last := w.run.History().Last
	return w.run.History().MapRun != "" && last != nil && (last.State == stackaws.ForEachUnit || last.Cluster != "")
}

// look tells what has happened in the units since the last look. The last one of all does not wait for its turn.
func (w *watcher) look(last bool) {
	h := w.run.History()
	switch {
	case w.live == nil || h.MapRun == "":
	case len(h.Units()) == 1:
		w.lookAtUnit(h.MapRun)
	case last || w.s.Clock().Sub(w.counted) >= stackaws.UnitsPace:
		w.count(h, last)
		w.counted = w.s.Clock()
	}
}

// lookAtUnit tells what has happened in the execution of the only unit. What cannot be read now is told after the next look.
func (w *watcher) lookAtUnit(mapRun string) {
	if w.unit == nil {
		started, err := w.s.Executions().UnitsStarted(w.ctx, mapRun, 1)
		if err != nil || len(started) == 0 {
			return
		}
		w.unit = w.s.Executions().Watch(started[0].ARN, 0, func(e stackaws.Event) {
			if !e.At.Before(w.run.History().Redriven) {
				w.say(runwords.InLine(e))
			}
		})
	}
	_ = w.unit.Look(w.ctx)
}

// count tells how many units have ended, and of each one that has failed.
func (w *watcher) count(h *stackaws.History, last bool) {
	counts, err := w.s.Executions().MapRun(w.ctx, h.MapRun)
	if err == nil && (counts.Ended() > w.ended || last) {
		err = w.tellFailures(h, counts.Cut)
	}
	if err != nil {
		if !w.unknown && w.ctx.Err() == nil {
			term.Say(w.s.Notes, "how many units have ended is not known: %s\n", frame.Sentence(err))
		}
		w.unknown = true
		return
	}
	w.ended = counts.Ended()
	line := inCounts(counts, w.failing+counts.Cut)
	if line != w.line && (last || w.s.Clock().Sub(w.told) >= countsPace) {
		w.say(line)
		w.line, w.told = line, w.s.Clock()
	}
}

// tellFailures tells of the units that have failed since the last look: those on record, and those whose executions were ended from
// outside. What was ended together with the run is only counted.
func (w *watcher) tellFailures(h *stackaws.History, cut int) error {
	records, err := w.s.Logs.FailedUnits(w.ctx, w.name)
	w.failing = len(records)
	for _, r := range records {
		w.tellFailure(r.Cluster, r.Failures)
	}
	if err != nil || cut == 0 || h.Status != stackaws.Running {
		return err
	}
	ended, err := w.s.Executions().UnitExecutions(w.ctx, h.MapRun, runwords.Screenful, stackaws.UnitStatuses...)
	for _, e := range ended {
		why := run.EndedExecution{Status: string(e.Status)}
		why.Error, why.Cause = runwords.EndOf(e.Error)
		w.tellFailure(e.Unit, []run.Failure{{Error: string(why.Class()), Cause: frame.InOneLine(why.Why())}})
	}
	return err
}

func (w *watcher) tellFailure(unit string, failures []run.Failure) {
	if w.failed[unit] {
		return
	}
	w.failed[unit] = true
	w.say(fmt.Sprintf("%s  failed: %s; see: %s", unit, runwords.WhyFailed(failures), runwords.ShowUnit(w.name, unit)))
}

// inCounts words how many units have ended, such as "120 of 1,000 units ended: 118 succeeded, 2 failed; 200 running".
func inCounts(c stackaws.MapRun, failed int) string {
	text := fmt.Sprintf("%s of %s ended", english.Number(c.Ended()), english.Count(c.Total, "unit"))
	if c.Ended() > 0 {
		text += fmt.Sprintf(": %s succeeded", english.Number(max(c.Ended()-failed, 0)))
	}
	if failed > 0 {
		text += fmt.Sprintf(", %s failed", english.Number(failed))
	}
	if c.Running > 0 {
		text += fmt.Sprintf("; %s running", english.Number(c.Running))
	}
	return text
}
