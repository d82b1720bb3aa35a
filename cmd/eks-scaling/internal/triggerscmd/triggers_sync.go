package triggerscmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/filter"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/triggers"
)

func newTriggersSync(env frame.Environment) *cobra.Command {
	var form frame.Output
	yes := false
	cmd := &cobra.Command{
		Use:   "sync [--yes]",
		Short: "Creates, changes and removes triggers to match the plan",
		Long: `Creates, changes and removes the triggers that follow the configuration, as every scheduled run does. Shows the changes and
asks for confirmation. If the changes differ by the time of the answer, it asks again. It changes no other group of schedules.
A deployment fixes the stack's own trigger.

With invalid settings the plan is unknown, and nothing changes. An invalid cluster has no triggers; it does not affect the
others. With -o json or yaml, stdout has the changes that were made and stderr everything else.`,
		Example: `  eks-scaling triggers sync
  eks-scaling triggers sync --yes -o json`,
		Args: frame.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return form.RunWithStack(cmd, env, func(env frame.Environment, s frame.Session) (any, error) {
				return syncTriggers(s, cmd, env, yes)
			})
		},
	}
	form.AddFlag(cmd)
	frame.AddYesFlag(cmd, &yes)
	return cmd
}

// syncTriggers shows the changes, asks, and makes them.
func syncTriggers(s frame.Session, cmd *cobra.Command, env frame.Environment, yes bool) (triggers.Changes, error) {
	due, err := agreeToSync(s, cmd, env, yes)
	if err != nil {
		return triggers.Changes{}, err
	}
	done := triggers.Changes{Create: []string{}, Update: []string{}, Delete: []string{}}
	if due.what != "" {
		if done, err = syncNow(cmd.Context(), s, due); err != nil {
			return done, err
		}
	}
	text := "In sync: nothing to do."
	if !done.None() {
		text = fmt.Sprintf("Done: %d created, %d changed, %d removed.", len(done.Create), len(done.Update), len(done.Delete))
	}
	err = term.Tell(env.Told, "%s\n", text)
	return done, err
}

// agreeToSync shows the changes and asks, again if they differ after the answer: someone else may sync meanwhile.
func agreeToSync(s frame.Session, cmd *cobra.Command, env frame.Environment, yes bool) (dueSync, error) {
	for shown := ""; ; {
		due, err := lookForDue(cmd.Context(), s)
		if err != nil || shown != "" && due.what == shown {
			return due, err
		}
		_, _ = io.WriteString(s.Notes, due.notes)
		if due.what == "" {
			return due, nil
		}
		if shown != "" {
			term.SayLine(env.Told, "The changes are different now:")
		}
		_, _ = io.WriteString(env.Told, due.what)
		if err := frame.Confirm(cmd, env, yes, "Apply these changes?"); err != nil || yes {
			return due, err
		}
		shown = due.what
	}
}

// dueSync holds the changes that the group of the configuration needs.
type dueSync struct {
	now   time.Time
	plan  []triggers.Trigger
	what  string // in words; empty if there are none
	notes string
}

// lookForDue finds the changes that are needed now.
func lookForDue(ctx context.Context, s frame.Session) (dueSync, error) {
	defer s.Progress("reading the triggers")()
	var notes strings.Builder
	d := dueSync{now: s.Current()}
	s.Notes, s.Watched = &notes, false
	clusters, _, err := planned(ctx, s, filter.Filter{})
	if err != nil {
		return d, err
	}
	d.plan = triggers.Plan(clusters, d.now)
	groups := groupsOf(s)
	own, err := groups.InspectReconcile(ctx, d.now)
	noteStackDrift(s, own, err)
	found, err := groups.Triggers.Inspect(ctx, d.plan, d.now)
	found = slices.DeleteFunc(found, func(i triggers.Inspection) bool { return i.State.OK() })
	d.what, d.notes = dueInWords(s.Stack.TriggersGroup, found), notes.String()
	return d, err
}

// noteStackDrift notes problems of the stack's own trigger, which a sync does not fix.
func noteStackDrift(s frame.Session, own []triggers.Inspection, err error) {
	if err != nil {
		term.Say(s.Notes, "could not read the stack's own trigger: %s\n", frame.Sentence(err))
	}
	for _, i := range own {
		if !i.State.OK() {
			term.Say(s.Notes, "%s is %s. %s\n", i.Name, stateInWords(i.State), stackRemedy(s.Stack))
		}
	}
}

func syncNow(ctx context.Context, s frame.Session, due dueSync) (triggers.Changes, error) {
	defer s.Progress("changing the triggers")()
	changes, err := groupsOf(s).Triggers.Sync(ctx, due.plan, due.now)
	if err != nil {
		words := errors.New(eachInWords(err) + "; changes already made are kept; run the command again to make the rest")
		if frame.ExitCode(err) == frame.ExitNoAccess {
			words = frame.NoAccess(words)
		}
		err = words
	}
	return changes, err
}

// eachInWords lists joined errors on one line.
func eachInWords(err error) string {
	several, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return frame.Sentence(err)
	}
	var words []string
	for _, each := range several.Unwrap() {
		words = append(words, frame.Sentence(each))
	}
	return strings.Join(words, "; ")
}

// dueInWords lists the changes; empty if there are none.
func dueInWords(group string, due []triggers.Inspection) string {
	if len(due) == 0 {
		return ""
	}
	var out strings.Builder
	term.Say(&out, "in group %s:\n", group)
	counts := map[string]int{}
	for _, i := range due {
		sign, what := "~", "change"
		switch i.State {
		case triggers.Missing:
			sign, what = "+", "create"
		case triggers.Unplanned:
			sign, what = "-", "remove"
		case triggers.Differs, triggers.Disabled, triggers.InSync, triggers.Transient, triggers.Due:
		}
		counts[what]++
		term.Say(&out, "  %s %s %s  %s\n", sign, what, i.Name, timing{i.Expression, i.Zone})
		for _, d := range i.Differences {
			current, desired := term.CutToDifference(d.Current, d.Desired, maxSetting) // an input may name 1,000 clusters
			term.Say(&out, "      %s: %s -> %s\n", d.Setting, current, desired)
		}
	}
	term.Say(&out, "Plan: %d to create, %d to change, %d to remove.\n", counts["create"], counts["change"], counts["remove"])
	return out.String()
}
