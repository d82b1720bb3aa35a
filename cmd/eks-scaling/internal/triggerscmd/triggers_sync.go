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

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/triggers"
)

func newTriggersSync(env frame.Environment) *cobra.Command {
	var form frame.Output
	yes := false
	cmd := &cobra.Command{
		Use:   "sync [--yes]",
		Short: "Makes the triggers that follow the configuration as they should be",
		Long: `Creates, changes and removes schedules of EventBridge Scheduler so that the group that follows the configuration is as
planned, just as every reconcile run does. Shows what will change and asks, and asks again when that has changed by the time
of the answer. It touches nothing outside of that group; the schedule of the stack is mended by a deployment.

It refuses when the settings cannot be used, as then nothing is known of what should be. A cluster that cannot be used has no
triggers, and keeps those of the others from nothing. -o json and yaml answer with what was done; all else goes to stderr then.`,
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
	text := "nothing to do: the triggers are as planned"
	if !done.None() {
		text = fmt.Sprintf("done: %d created, %d changed, %d removed", len(done.Create), len(done.Update), len(done.Delete))
	}
	err = term.Tell(env.Told, "%s\n", text)
	return done, err
}

// agreeToSync shows what is due until a yes is for what is still due after it. Others may change something meanwhile.
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
			term.SayLine(env.Told, "this has changed meanwhile; now it is")
		}
		_, _ = io.WriteString(env.Told, due.what)
		if err := frame.Confirm(cmd, env, yes, "Do this?"); err != nil || yes {
			return due, err
		}
		shown = due.what
	}
}

// dueSync is what is due in the group that follows the configuration.
type dueSync struct {
	now   time.Time
	plan  []triggers.Trigger
	what  string // in words; empty if nothing is due
	notes string
}

// lookForDue finds out what is due now.
func lookForDue(ctx context.Context, s frame.Session) (dueSync, error) {
	defer s.Progress("looking at the schedules")()
	var notes strings.Builder
	d := dueSync{now: s.Current()}
	s.Notes, s.Watched = &notes, false
	clusters, err := planned(ctx, s)
	if err != nil {
		return d, err
	}
	d.plan = triggers.Plan(clusters, d.now)
	groups := groupsOf(s)
	own, err := groups.InspectReconcile(ctx, d.now)
	noteStackDrift(s, own, err)
	found, err := groups.Triggers.Inspect(ctx, d.plan, d.now)
	found = slices.DeleteFunc(found, func(i triggers.Inspection) bool { return i.State.AsItShouldBe() })
	d.what, d.notes = dueInWords(s.Stack.TriggersGroup, found), notes.String()
	return d, err
}

// noteStackDrift notes problems of the stack's own schedules.
func noteStackDrift(s frame.Session, own []triggers.Inspection, err error) {
	if err != nil {
		term.Say(s.Notes, "the stack's own schedule could not be looked at: %s\n", frame.Sentence(err))
	}
	for _, i := range own {
		if !i.State.AsItShouldBe() {
			term.Say(s.Notes, "%s is %s: %s\n", i.Name, stateInWords(i.State), stackRemedy(s.Stack.ReconcileGroup))
		}
	}
}

func syncNow(ctx context.Context, s frame.Session, due dueSync) (triggers.Changes, error) {
	defer s.Progress("changing the schedules")()
	changes, err := groupsOf(s).Triggers.Sync(ctx, due.plan, due.now)
	if err != nil {
		err = errors.New(eachInWords(err) + "; what was changed before that is right, and the same command does the rest")
	}
	return changes, err
}

// eachInWords lists the errors that a call has joined.
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
	for _, i := range due {
		sign, what := "~", "change"
		switch i.State {
		case triggers.Missing:
			sign, what = "+", "create"
		case triggers.Unplanned:
			sign, what = "-", "remove"
		case triggers.Differs, triggers.Disabled, triggers.InSync, triggers.Transient, triggers.Due:
		}
		term.Say(&out, "  %s %s %s  %s\n", sign, what, i.Name, timing{i.Expression, i.Zone})
		for _, d := range i.Differences {
			term.Say(&out, "      %s: %s -> %s\n", d.Setting, d.Found, d.Wanted)
		}
	}
	return out.String()
}
