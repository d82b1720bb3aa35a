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
)

// watcher reports the progress of a run: step by step if it has a single unit, else how many units have ended, and which ones failed.
type watcher struct {
	ctx  context.Context
	s    frame.Session
	name string
	live io.Writer // nil reports nothing
	run  *stackaws.Watched

	unit *stackaws.Watched // the execution of the only unit; nil until it is found

	counted  time.Time       // the last look at the map run
	reported time.Time       // the last line with counts
	line     string          // that line
	ended    int             // as of the last look
	failing  int             // how many units have a record of a failure
	failed   map[string]bool // the units that were reported as failed
	cut      int             // how many executions were ended from outside, as of the last look that reported all of them
	seen     map[string]bool // the ARNs of those that were reported
	unknown  bool            // a warning said that the units cannot be counted
}

// minCountsPause is the shortest time between two lines with counts.
const minCountsPause = 15 * time.Second

func newWatcher(ctx context.Context, s frame.Session, a runAnswer, live io.Writer) *watcher {
	w := &watcher{ctx: ctx, s: s, name: a.Name, live: live, failed: map[string]bool{}, seen: map[string]bool{}}
	w.run = s.Executions().Watch(a.ARN, a.Redrives, w.event)
	return w
}

// follow follows the run to its end.
func (w *watcher) follow() (*stackaws.History, error) {
	return w.run.Follow(w.ctx, poll, func() { w.look(false) })
}

func (w *watcher) say(text string) {
	if w.live != nil && text != "" {
		term.SayLine(w.live, "  "+text)
	}
}

// event reports an event of the run, after the news from its units.
func (w *watcher) event(e stackaws.Event) {
	switch {
	case e.Kind == stackaws.UnitsStarted:
		w.reported = w.s.Clock()
		if n := len(w.run.History().Units()); n > 1 {
			w.say("scaling " + english.Count(n, "unit"))
		}
	case e.Kind == stackaws.Left && e.Step.State == stackaws.ForEachUnit, e.Kind == stackaws.Ended && w.inUnits():
		w.look(true)
	}
	w.say(runwords.InLine(e))
}

// inUnits reports whether the run has started its units and not yet left them.
func (w *watcher) inUnits() bool {
	last := w.run.History().Last
	return w.run.History().MapRun != "" && last != nil && (last.State == stackaws.ForEachUnit || last.Cluster != "")
}

// look reports the news from the units since the last look. The last look does not wait for its turn.
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

// lookAtUnit reports the news from the only unit. A failed read is made up for by the next look.
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

// count reports how many units have ended, and each one that has failed.
func (w *watcher) count(h *stackaws.History, last bool) {
	counts, err := w.s.Executions().MapRun(w.ctx, h.MapRun)
	if err == nil && (last || counts.Ended() > w.ended || counts.Cut != w.cut) {
		err = w.reportFailures(h, counts.Cut, last)
	}
	if err != nil {
		if !w.unknown && w.ctx.Err() == nil {
			term.Say(w.s.Notes, "warning: cannot count the units: %s\n", frame.Sentence(err))
		}
		w.unknown = true
		return
	}
	w.ended = counts.Ended()
	line := inCounts(counts, max(w.failing+counts.Cut, len(w.failed)))
	if line != w.line && (last || w.s.Clock().Sub(w.reported) >= minCountsPause) {
		w.say(line)
		w.line, w.reported = line, w.s.Clock()
	}
}

// inCounts returns text such as "120 of 1,000 units ended: 118 succeeded, 2 failed; 200 running".
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
