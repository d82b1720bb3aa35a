package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scheduler"
	"eks-scaling-automation/shared/triggers"
)

func newSchedulesSync(env environment) *cobra.Command {
	var form presentation
	yes := false
	cmd := &cobra.Command{
		Use:   "sync [--yes]",
		Short: "Makes the triggers that follow the configuration as they should be",
		Long: `Creates, changes and removes schedules of EventBridge Scheduler so that the group that follows the configuration is as
planned, just as every reconcile run does. Shows what will change and asks. It touches nothing outside of that group; the
schedule of the stack is mended by a deployment.

It refuses when the settings cannot be used, as then nothing is known of what should be. A cluster that cannot be used has no
triggers, and keeps those of the others from nothing. -o json and yaml need --yes, and answer with what was done.`,
		Example: `  eks-scaling schedules sync
  eks-scaling schedules sync --yes -o json`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := form.check(cmd); err != nil {
				return err
			}
			if form.output != tableOutput && !yes {
				return usage(cmd, fmt.Errorf("found -o %s without --yes; want both, as the answer is only what was done", form.output))
			}
			s, err := env.open(cmd)
			if err != nil {
				return err
			}
			return withRemedy(s.syncSchedules(cmd, env, form, yes))
		},
	}
	form.flag(cmd)
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return cmd
}

// syncSchedules shows what is to be done, asks, and does it.
func (s session) syncSchedules(cmd *cobra.Command, env environment, form presentation, yes bool) error {
	ctx, out := cmd.Context(), cmd.OutOrStdout()
	clusters, err := s.planned(ctx)
	if err != nil {
		return err
	}
	plan := triggers.Plan(clusters, s.now)
	found, err := s.boundariesDue(ctx, plan)
	if err != nil {
		return err
	}
	done := scheduler.Changes{Create: []string{}, Update: []string{}, Delete: []string{}}
	if len(found) > 0 {
		if form.output == tableOutput {
			printDue(out, s.stack.BoundariesGroup, found)
		}
		if err := confirm(cmd, env, yes, "Do this?"); err != nil {
			return err
		}
		if done, err = s.sync(ctx, plan); err != nil {
			return err
		}
	}
	return form.print(out, done, func(out io.Writer) error {
		text := "nothing to do: the triggers are as planned"
		if !done.None() {
			text = fmt.Sprintf("done: %d created, %d changed, %d removed", len(done.Create), len(done.Update), len(done.Delete))
		}
		_, err := fmt.Fprintln(out, text)
		return err
	})
}

// boundariesDue are the schedules that follow the configuration and are not as planned. If something is wrong with the
// stack's own, it says so.
func (s session) boundariesDue(ctx context.Context, plan []triggers.Trigger) ([]scheduler.Inspection, error) {
	done := s.progress("looking at the schedules")
	stacks, boundaries := s.scheduleGroups()
	own, ownErr := stacks.Inspect(ctx, []triggers.Trigger{triggers.Reconcile(s.stack.Reconcile)}, s.now)
	others, err := boundaries.Inspect(ctx, plan, s.now)
	done()
	if ownErr != nil && err == nil {
		_, _ = fmt.Fprintf(s.notes, "the stack's own schedule could not be looked at: %s\n", sentence(ownErr))
	}
	for _, i := range own {
		if !i.Standing.AsItShouldBe() {
			_, _ = fmt.Fprintf(s.notes, "%s is %s: %s\n", i.Name, standingInWords(i.Standing), stackMends(s.stack.ReconcileGroup))
		}
	}
	var due []scheduler.Inspection
	for _, i := range others {
		if !i.Standing.AsItShouldBe() {
			due = append(due, i)
		}
	}
	return due, err
}

func (s session) sync(ctx context.Context, plan []triggers.Trigger) (scheduler.Changes, error) {
	defer s.progress("changing the schedules")()
	_, boundaries := s.scheduleGroups()
	changes, err := boundaries.Sync(ctx, plan, s.now)
	if err != nil {
		err = errors.New(config.OneLine(withRemedy(err)) + "; what was changed before that is right, and the same command does the rest")
	}
	return changes, err
}

// printDue says what will be done.
func printDue(out io.Writer, group string, due []scheduler.Inspection) {
	_, _ = fmt.Fprintf(out, "in group %s:\n", group)
	for _, i := range due {
		sign, what := "~", "change"
		switch i.Standing {
		case scheduler.Missing:
			sign, what = "+", "create"
		case scheduler.NotPlanned:
			sign, what = "-", "remove"
		case scheduler.Differs, scheduler.Disabled, scheduler.AsPlanned, scheduler.Passing, scheduler.Due:
		}
		_, _ = fmt.Fprintf(out, "  %s %s %s  %s\n", sign, what, i.Name, timing{i.Expression, i.Zone})
		for _, d := range i.Differences {
			_, _ = fmt.Fprintf(out, "      %s: %s -> %s\n", d.Setting, d.Found, d.Wanted)
		}
	}
}
