package runscmd

import (
	"cmp"
	"slices"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/runwords"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// stepsOf returns the steps of an execution, in the order in which they were entered.
func stepsOf(history *stackaws.History) []shownStep {
	steps := []shownStep{}
	for _, s := range history.Steps {
		step := shownStep{
			State: s.State, Type: s.Type, Cluster: s.Cluster, Nodegroup: s.Nodegroup, Entered: s.Entered, Exited: s.Exited,
			Attempts: s.Attempts, Failed: s.Failed,
		}
		if !s.Exited.IsZero() {
			step.Seconds = s.Exited.Sub(s.Entered).Seconds()
		}
		steps = append(steps, step)
	}
	return steps
}

// withSteps returns the steps of a run, with its unit's steps after the step that started the unit.
func withSteps(ofRun, ofUnit []shownStep) []shownStep {
	started := slices.IndexFunc(ofRun, func(s shownStep) bool { return s.State == stackaws.ForEachUnit })
	return slices.Insert(ofRun, started+1, ofUnit...)
}

// decisionsOf returns the decisions with their results so far.
func decisionsOf(history *stackaws.History) []shownDecision {
	results, begun := map[group]*run.ChangeResult{}, map[group]bool{}
	for _, s := range history.Steps {
		of := group{s.Cluster, s.Nodegroup}
		begun[of] = begun[of] || s.State == stackaws.Scale // EKS may have got what it was asked for there
		if r := s.Result(); r != nil {
			results[of] = r
		}
	}
	decisions := []shownDecision{}
	for _, task := range lastTasks(history) {
		for _, d := range task.Decisions {
			of := group{task.Unit, d.Nodegroup}
			shown := shownDecision{
				Cluster: of.cluster, Nodegroup: of.nodegroup, Action: d.Action, Before: d.Before, After: &d.After, Reason: d.Reason,
				HeldBack: d.HeldBack, Warning: d.Warning,
			}
			if r := results[of]; r != nil {
				shown.Outcome, shown.Seconds, shown.Warning = r.Outcome, r.Seconds, cmp.Or(d.Warning, r.Note)
			} else if task.Outcome == run.Overtaken && d.Action != scaling.Keep {
				shown.Outcome = run.Overtaken
			} else {
				shown.Outcome = outcomeWithoutResult(d, task.Run.DryRun, history.Status != stackaws.Running && !begun[of])
			}
			decisions = append(decisions, shown)
		}
	}
	return decisions
}

// expectedOf returns the waves that a dry run expects.
func expectedOf(history *stackaws.History) []runwords.ShownWaves {
	var all []runwords.ShownWaves
	for _, task := range lastTasks(history) {
		if len(task.Expected) > 0 {
			all = append(all, runwords.ShownWaves{Cluster: task.Unit, Waves: task.Expected})
		}
	}
	return all
}

// lastTasks returns the units as their last rounds left them, in the order of their first decisions.
func lastTasks(history *stackaws.History) []*run.UnitTask {
	var tasks []*run.UnitTask
	for _, s := range history.Steps {
		task := s.Task()
		if task == nil {
			continue
		}
		i := slices.IndexFunc(tasks, func(t *run.UnitTask) bool { return t.Unit == task.Unit })
		if i < 0 {
			tasks = append(tasks, task)
		} else {
			tasks[i] = task
		}
	}
	return tasks
}

// outcomeWithoutResult returns the outcome of a decision without a reported change; empty if unknown.
func outcomeWithoutResult(d scaling.Decision, dryRun, neverBegun bool) run.Outcome {
	switch {
	case d.Action == scaling.Keep:
		return run.Unchanged
	case dryRun:
		return run.Planned
	case neverBegun:
		return run.Skipped
	default:
		return ""
	}
}

// errorsOf returns the errors of steps.
func errorsOf(history *stackaws.History) []shownError {
	all := []shownError{}
	for _, s := range history.Steps {
		if s.Error == nil {
			continue
		}
		e := shownError{
			State: s.State, Cluster: s.Cluster, Nodegroup: s.Nodegroup, Attempts: s.Attempts, Recovered: !s.Failed,
			Error: s.Error.Error, Cause: frame.InOneLine(stackaws.Cause(*s.Error)),
		}
		if s.Failed {
			e.Remedy = run.ErrorName(e.Error).Remedy()
		}
		all = append(all, e)
	}
	return all
}

// failuresOf returns the failures of a unit for which no step has an error already. Of a unit that was cut off with its run there is
// nothing to tell: the run says why.
func failuresOf(u runwords.Unit, known []shownError) []shownError {
	var all []shownError
	if u.CutOff() {
		return nil
	}
	for _, f := range u.Failures() {
		_, nodegroup := f.Part()
		if slices.ContainsFunc(known, func(e shownError) bool {
			return !e.Recovered && e.Cluster == u.Cluster && e.Nodegroup == nodegroup
		}) {
			continue
		}
		all = append(all, shownError{
			Cluster: u.Cluster, Nodegroup: nodegroup, Error: f.Error, Cause: frame.InOneLine(f.Cause), Remedy: run.ErrorName(f.Error).Remedy(),
		})
	}
	return all
}
