package runcmd

import (
	"fmt"
	"slices"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/runwords"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/run"
)

// reportFailures reports the units that have failed since the last look: recorded failures, and units whose executions were ended
// from outside. Executions that ended together with the run are only counted.
func (w *watcher) reportFailures(h *stackaws.History, cut int, last bool) error {
	if last && h.UnitsEnded() != nil {
		if all, err := w.reportEnded(h); all || err != nil {
			return err
		}
	}
	records, err := w.s.Logs.FailedUnits(w.ctx, w.name)
	w.failing = len(records)
	for _, r := range records {
		w.reportFailure(r.Cluster, r.Failures)
	}
	if err != nil || h.Status != stackaws.Running || cut == w.cut {
		return err
	}
	return w.reportCut(h, cut, last)
}

// reportEnded reports the failed units once all have ended. The run knows how their executions ended, which saves a call for each. It
// returns whether the run knows all of them.
func (w *watcher) reportEnded(h *stackaws.History) (all bool, err error) {
	units, err := runwords.UnitsOf(w.ctx, w.s, w.name, h, nil)
	for _, u := range units {
		if u.Outcome == run.Failed {
			w.reportFailure(u.Cluster, u.Failures())
		}
	}
	return len(units) == len(h.Units()), err
}

// reportCut reports the executions that were ended from outside since the run was last continued. Each takes a call, so a look reads a
// screenful of them, and the next look reads more.
func (w *watcher) reportCut(h *stackaws.History, cut int, last bool) error {
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
		w.reportFailure(e.Unit, []run.Failure{{Error: string(why.Class()), Cause: frame.InOneLine(why.Why())}})
	}
	w.cut = cut
	return nil
}

func (w *watcher) reportFailure(unit string, failures []run.Failure) {
	if w.failed[unit] {
		return
	}
	w.failed[unit] = true
	w.say(fmt.Sprintf("%s  failed: %s; details: %s", unit, runwords.WhyFailed(failures), runwords.ShowUnit(w.name, unit)))
}
