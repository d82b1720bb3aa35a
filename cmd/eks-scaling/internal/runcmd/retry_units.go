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
)

// announceNew says which run will start, and returns its clusters and units.
func (p retryPlan) announceNew(out io.Writer) []string {
	repeat, gone := p.toRepeat()
	term.Say(out, "Run %s: %s\n", p.Name, p.Status)
	if p.someFailed() {
		term.Say(out, "Will start a new run for %s of its %s, which failed or did not end (%s).\n", english.Number(len(p.failed())),
			english.Count(len(p.units), "unit"), p.why)
		term.Say(out, "  Units: %s\n", health.FirstFew(repeat, runwords.Screenful))
	} else {
		term.Say(out, "Will start a new run with the same input (%s).\n", p.why)
	}
	if len(gone) > 0 {
		term.Say(out, "  Left out (no longer configured): %s\n", health.FirstFew(gone, runwords.Screenful))
	}
	return repeat
}

// announceUnits says where a redrive continues: in which steps, and with which of several units.
func (p retryPlan) announceUnits(out io.Writer) {
	printOpen(out, p.history)
	if p.only != nil {
		printOpen(out, p.only)
	}
	cut, failed := p.interrupted(), len(p.failed())-len(p.interrupted())
	if len(p.units) > 1 && len(cut) > 0 {
		term.Say(out, "  %s of %s will continue: %s\n", english.Number(len(cut)), english.Count(len(p.units), "unit"),
			health.FirstFew(cut, runwords.Screenful))
	}
	if n := p.counts.NotRedrivable; n > 0 {
		term.Say(out, "  %s cannot continue: AWS does not redrive what reached a limit, or ended over 14 days ago\n", english.Count(n, "unit"))
	}
	if failed > 0 {
		term.Say(out, "  %s failed and will not run again\n", english.Count(failed, "unit"))
	}
	if failed+p.counts.NotRedrivable > 0 {
		term.Say(out, "  To retry those, run this again after it has ended: eks-scaling retry %s --reason \"...\"\n", runwords.ShellWord(p.Name))
	}
}

// printOpen prints the steps in which an execution ended.
func printOpen(out io.Writer, history *stackaws.History) {
	for _, step := range history.Steps {
		if !step.Exited.IsZero() || step.Type == "Map" {
			continue
		}
		term.Say(out, "  From: %s\n", runwords.PlaceOf(step.Cluster, step.Nodegroup, step.State))
	}
}

// readOnly reads the history of the run's only unit; nil if it has several, or none was started.
func (p *retryPlan) readOnly(ctx context.Context, s frame.Session) error {
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
