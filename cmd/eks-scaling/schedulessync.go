package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	awsscheduler "github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/spf13/cobra"

	"eks-scaling-automation/shared/triggers"
)

func newSchedulesSync(env environment) *cobra.Command {
	var form presentation
	yes := false
	cmd := &cobra.Command{
		Use:   "sync [--yes]",
		Short: "Makes the triggers that follow the configuration as they should be",
		Long: `Creates, changes and removes schedules of EventBridge Scheduler so that the group that follows the configuration is as
planned, just as every reconcile run does. Shows what will change and asks, and asks again when that has changed by the time
of the answer. It touches nothing outside of that group; the schedule of the stack is mended by a deployment.

It refuses when the settings cannot be used, as then nothing is known of what should be. A cluster that cannot be used has no
triggers, and keeps those of the others from nothing. -o json and yaml answer with what was done; all else goes to stderr then.`,
		Example: `  eks-scaling schedules sync
  eks-scaling schedules sync --yes -o json`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return form.answerFrom(cmd, env, func(env environment, s session) (any, error) {
				return s.syncSchedules(cmd, env, yes)
			})
		},
	}
	form.flag(cmd)
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return cmd
}

// syncSchedules shows what is to be done, asks, and does it.
func (s session) syncSchedules(cmd *cobra.Command, env environment, yes bool) (triggers.Changes, error) {
	due, err := s.agree(cmd, env, yes)
	if err != nil {
		return triggers.Changes{}, err
	}
	done := triggers.Changes{Create: []string{}, Update: []string{}, Delete: []string{}}
	if due.what != "" {
		if done, err = s.sync(cmd.Context(), due); err != nil {
			return done, err
		}
	}
	text := "nothing to do: the triggers are as planned"
	if !done.None() {
		text = fmt.Sprintf("done: %d created, %d changed, %d removed", len(done.Create), len(done.Update), len(done.Delete))
	}
	err = tell(cmd.OutOrStdout(), "%s\n", text)
	return done, err
}

// agree shows what is due until a yes is given to what is due even after it: others may go on working while the question is
// open.
func (s session) agree(cmd *cobra.Command, env environment, yes bool) (dueSync, error) {
	for shown := ""; ; {
		due, err := s.lookForDue(cmd.Context())
		if err != nil || shown != "" && due.what == shown {
			return due, err
		}
		_, _ = io.WriteString(s.notes, due.notes)
		if due.what == "" {
			return due, nil
		}
		if shown != "" {
			sayLine(cmd.OutOrStdout(), "this has changed meanwhile; now it is")
		}
		_, _ = io.WriteString(cmd.OutOrStdout(), due.what)
		if err := confirm(cmd, env, yes, "Do this?"); err != nil || yes {
			return due, err
		}
		shown = due.what
	}
}

// dueSync is what is due in the group that follows the configuration, at an instant.
type dueSync struct {
	now   time.Time
	plan  []triggers.Trigger
	what  string // in words; empty when nothing is due
	notes string // what else was noticed
}

// lookForDue finds out what is due by now.
func (s session) lookForDue(ctx context.Context) (dueSync, error) {
	defer s.progress("looking at the schedules")()
	var notes strings.Builder
	d := dueSync{now: s.current()}
	s.notes, s.watched = &notes, false
	clusters, err := s.planned(ctx, d.now)
	if err != nil {
		return d, err
	}
	d.plan = triggers.Plan(clusters, d.now)
	groups := s.scheduleGroups(awsscheduler.NewFromConfig(s.aws))
	own, err := groups.inspectStacks(ctx, d.now)
	s.noteStacks(own, err)
	found, err := groups.boundaries.Inspect(ctx, d.plan, d.now)
	found = slices.DeleteFunc(found, func(i triggers.Inspection) bool { return i.State.AsItShouldBe() })
	d.what, d.notes = dueInWords(s.stack.BoundariesGroup, found), notes.String()
	return d, err
}

// noteStacks says if something is wrong with the stack's own schedules.
func (s session) noteStacks(own []triggers.Inspection, err error) {
	if err != nil {
		say(s.notes, "the stack's own schedule could not be looked at: %s\n", sentence(err))
	}
	for _, i := range own {
		if !i.State.AsItShouldBe() {
			say(s.notes, "%s is %s: %s\n", i.Name, standingInWords(i.State), stackMends(s.stack.ReconcileGroup))
		}
	}
}

func (s session) sync(ctx context.Context, due dueSync) (triggers.Changes, error) {
	defer s.progress("changing the schedules")()
	changes, err := s.scheduleGroups(awsscheduler.NewFromConfig(s.aws)).boundaries.Sync(ctx, due.plan, due.now)
	if err != nil {
		err = errors.New(eachInWords(err) + "; what was changed before that is right, and the same command does the rest")
	}
	return changes, err
}

// eachInWords says every one of several errors that came of one call.
func eachInWords(err error) string {
	several, ok := err.(interface{ Unwrap() []error }) // only what the call itself has joined
	if !ok {
		return sentence(err)
	}
	var words []string
	for _, each := range several.Unwrap() {
		words = append(words, sentence(each))
	}
	return strings.Join(words, "; ")
}

// dueInWords says what is to be done; empty when that is nothing.
func dueInWords(group string, due []triggers.Inspection) string {
	if len(due) == 0 {
		return ""
	}
	var out strings.Builder
	say(&out, "in group %s:\n", group)
	for _, i := range due {
		sign, what := "~", "change"
		switch i.State {
		case triggers.Missing:
			sign, what = "+", "create"
		case triggers.Unplanned:
			sign, what = "-", "remove"
		case triggers.Differs, triggers.Disabled, triggers.InSync, triggers.Transient, triggers.Due:
		}
		say(&out, "  %s %s %s  %s\n", sign, what, i.Name, timing{i.Expression, i.Zone})
		for _, d := range i.Differences {
			say(&out, "      %s: %s -> %s\n", d.Setting, d.Found, d.Wanted)
		}
	}
	return out.String()
}
