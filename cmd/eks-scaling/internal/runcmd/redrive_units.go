package runcmd

import (
	"context"
	"io"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/runwords"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/run"
)

// announceNew tells which run is to be started, and returns its input.
func (p redrivePlan) announceNew(out io.Writer, in run.Input) run.Input {
	repeat := p.toRepeat()
	if len(repeat) == 0 {
		term.Say(out, "run %s: %s\nA new run with the same input is to be started: %s.\n", p.Name, p.Status, p.why)
		return in
	}
	in.Clusters = repeat
	term.Say(out, "run %s: %s\nA new run is to be started for what did not end well, %s of %s: %s.\n", p.Name, p.Status,
		english.Number(len(repeat)), english.Count(len(p.units), "unit"), p.why)
	term.Say(out, "  units: %s\n", health.FirstFew(repeat, runwords.Screenful))
	return in
}

// announceUnits tells where a run is continued: in which steps, and with which of several units.
func (p redrivePlan) announceUnits(out io.Writer) {
	printOpen(out, p.history)
	if p.only != nil {
		printOpen(out, p.only)
	}
	if len(p.units) < 2 {
		return
	}
	cut, failed := p.cutOff(), len(p.failed())-len(p.cutOff())
	if len(cut) > 0 {
		term.Say(out, "  %s of %s had not ended, and continue: %s\n", english.Number(len(cut)), english.Count(len(p.units), "unit"), health.FirstFew(cut, runwords.Screenful))
	}
	if failed > 0 {
		term.Say(out, "  %s failed, and AWS does not run those again; once this run has ended, repeat them with: eks-scaling redrive %s --reason \"...\"\n",
			english.Count(failed, "unit"), runwords.ShellWord(p.Name))
	}
}

// printOpen prints the steps in which an execution ended.
func printOpen(out io.Writer, history *stackaws.History) {
	for _, step := range history.Steps {
		if !step.Exited.IsZero() || step.Type == "Map" {
			continue
		}
		term.Say(out, "  from: %s\n", runwords.PlaceOf(step.Cluster, step.Nodegroup, step.State))
	}
}

// readOnly reads what the execution of the run's only unit did; nil if it has several, or none was started.
func (p *redrivePlan) readOnly(ctx context.Context, s frame.Session) error {
	if len(p.history.Units()) != 1 {
		return nil
	}
	started, err := s.Executions().UnitsStarted(ctx, p.history.MapRun, 1)
	if err != nil || len(started) == 0 {
		return err
	}
	p.only, err = s.Executions().History(ctx, started[0].ARN)
	return err
}
