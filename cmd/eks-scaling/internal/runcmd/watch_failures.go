package runcmd

import (
	"fmt"
	"slices"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/runwords"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/run"
)

// tellFailures tells of the units that have failed since the last look: those on record, and those whose executions were ended from
// outside. What was ended together with the run is only counted.
func (w *watcher) tellFailures(h *stackaws.History, cut int, last bool) error {
	if last && h.UnitsEnded() != nil {
		if all, err := w.tellEnded(h); all || err != nil {
			return err
		}
	}
	records, err := w.s.Logs.FailedUnits(w.ctx, w.name)
	w.failing = len(records)
	for _, r := range records {
		w.tellFailure(r.Cluster, r.Failures)
	}
	if err != nil || h.Status != stackaws.Running || cut == w.cut {
		return err
	}
	return w.tellCut(h, cut, last)
}

// tellEnded tells of the failed units once all have ended. The run has the ends of their executions, which saves a call for each. It
// reports whether it has all of them.
func (w *watcher) tellEnded(h *stackaws.History) (all bool, err error) {
	units, err := runwords.UnitsOf(w.ctx, w.s, w.name, h)
	for _, u := range units {
		if u.Outcome == run.Failed {
			w.tellFailure(u.Cluster, u.Failures())
		}
	}
	return len(units) == len(h.Units()), err
}

// tellCut tells of the executions that were ended from outside, and not before the run was continued. Each takes a call, so that a
// look asks for a screenful of them, and the next one for more.
func (w *watcher) tellCut(h *stackaws.History, cut int, last bool) error {
	listed, err := w.s.Executions().UnitsStarted(w.ctx, h.MapRun, 0, stackaws.UnitStatuses...)
	if err != nil {
		return err
	}
	listed = slices.DeleteFunc(listed, func(s stackaws.Summary) bool { return w.seen[s.ARN] || s.Ended.Before(h.Redriven) })
	if !last && len(listed) > runwords.Screenful {
		listed, cut = listed[:runwords.Screenful], w.cut
	}
	ended, err := w.s.Executions().UnitExecutions(w.ctx, listed)
	if err != nil {
		return err
	}
	for _, e := range ended {
		w.seen[e.ARN] = true
		why := run.EndedExecution{Status: string(e.Status)}
		why.Error, why.Cause = runwords.EndOf(e.Error)
		w.tellFailure(e.Unit, []run.Failure{{Error: string(why.Class()), Cause: frame.InOneLine(why.Why())}})
	}
	w.cut = cut
	return nil
}

func (w *watcher) tellFailure(unit string, failures []run.Failure) {
	if w.failed[unit] {
		return
	}
	w.failed[unit] = true
	w.say(fmt.Sprintf("%s  failed: %s; see: %s", unit, runwords.WhyFailed(failures), runwords.ShowUnit(w.name, unit)))
}
