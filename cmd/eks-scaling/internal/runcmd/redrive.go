package runcmd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
)

// redriving is what the flags of "redrive" say.
type redriving struct {
	following
	yes        bool
	by, reason string
	asks       bool // somebody is asked
}

func NewRedrive(env frame.Environment) *cobra.Command {
	o := &redriving{}
	cmd := &cobra.Command{
		Use:   "redrive EXECUTION --reason R [--wait]",
		Short: "Repeats a run that failed, or continues one that was cut off",
		Long: `Takes up a run again that did not succeed, by its name or ARN. Shows what will happen, and asks. After that it looks once
more, and does nothing if by then the run would be taken up in another way.

A run that was stopped, that timed out or that broke off is continued by AWS from the step in which it ended, with what it had
decided. AWS keeps no reason for that.

A new run with the same input is started instead, which decides anew, in three cases:
 - the run failed and said so: it has come to its end, and AWS would only fail it once more;
 - another run was started after it: the old decisions could undo what that one did;
 - the configuration was changed after it was started: the old decisions are those of the old one.

A run that succeeded or that still goes on is left alone.

--wait follows the run as it does with: eks-scaling run. The answers of -o json and yaml are the same, too, with repeats, the
name of the run that is repeated, or redriveCount.`,
		Example: `  eks-scaling redrive reconcile-2026-11-23T12-00 --reason "the capacity is back"
  eks-scaling redrive reconcile-2026-11-23T12-00 --reason "the capacity is back" --yes --wait`,
		Args: frame.Arguments("EXECUTION"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if strings.TrimSpace(o.reason) == "" {
				return frame.Usage(cmd, errors.New("--reason: missing; want why, for the record"))
			}
			if err := o.Check(cmd); err != nil {
				return err
			}
			answer, env := o.SplitStreams(cmd, env)
			o.answer = answer
			s, held, err := env.OpenAndRead(cmd)
			if err != nil {
				return err
			}
			o.asks = env.Interactive && !o.yes
			return frame.WithRemedy(o.redrive(cmd, env, s, held.Snapshot, args[0]))
		},
	}
	o.flags(cmd)
	frame.RecordFlags(cmd, env, &o.by, &o.reason)
	cmd.Flags().BoolVar(&o.yes, "yes", false, "do not ask")
	return cmd
}

// redriveFacts are what decides how a run is taken up again.
type redriveFacts struct {
	status stackaws.Status
	// endedInFailState is that the run came to the state in which failed runs end.
	endedInFailState bool
	// later is a run that was started after it; empty if there is none.
	later string
	// changed is what became of the configuration after it was started, such as "cluster/production was changed"; empty for
	// nothing, as far as it is known.
	changed string
	// refusal is why AWS would not redrive it; empty if it would.
	refusal string
}

// action is how a run is taken up again.
type action int

const (
	leaveAlone action = iota
	startAnew
	continueIt
)

// decide says how a run is taken up again, and why.
func (c redriveFacts) decide() (action, string) {
	switch {
	case c.status == stackaws.Succeeded:
		return leaveAlone, "it succeeded, so there is nothing to repeat"
	case c.status == stackaws.Running:
		return leaveAlone, "it still goes on"
	case c.endedInFailState:
		return startAnew, "it has come to its end, and AWS would only fail it once more"
	case c.later != "":
		return startAnew, fmt.Sprintf("%s was started after it, and the old decisions could undo what that one did", c.later)
	case c.changed != "":
		return startAnew, fmt.Sprintf("%s after it was started, and its decisions are those of the old configuration", c.changed)
	case c.refusal != "":
		return leaveAlone, "AWS does not redrive it: " + c.refusal
	default:
		return continueIt, "it was cut off, and nothing has happened since, as far as it is known"
	}
}

// redrivePlan is how a run is to be taken up again, as things stand.
type redrivePlan struct {
	stackaws.Execution
	history *stackaws.History
	redriveFacts
	way action
	why string
}

// lookAtRun finds out how a run is to be taken up again.
func lookAtRun(s frame.Session, cmd *cobra.Command, snapshot inventory.Snapshot, nameOrARN string) (redrivePlan, error) {
	e, history, err := execution(s, cmd, nameOrARN)
	if err != nil {
		return redrivePlan{}, err
	}
	c, err := circumstancesOf(cmd.Context(), s, e, history, snapshot)
	t := redrivePlan{Execution: e, history: history, redriveFacts: c}
	t.way, t.why = c.decide()
	return t, err
}

func (o *redriving) redrive(cmd *cobra.Command, env frame.Environment, s frame.Session, snapshot inventory.Snapshot, nameOrARN string) error {
	t, err := lookAtRun(s, cmd, snapshot, nameOrARN)
	if err != nil {
		return err
	}
	switch t.way {
	case startAnew:
		return o.startAnew(cmd, env, s, snapshot, t)
	case continueIt:
		return o.continueIt(cmd, env, s, t)
	case leaveAlone:
	}
	remedy := "look at it with: eks-scaling runs show " + t.Name
	if t.refusal != "" && t.status != stackaws.Succeeded && t.status != stackaws.Running {
		remedy = "start a new one with: " + runCommand(inputOf(t.Input), o.reason)
	}
	return fmt.Errorf("run %s is left alone: %s; %s", t.Name, t.why, remedy)
}

// agree asks, and looks at the run once more: while the question was open somebody else may have been faster.
func (o *redriving) agree(cmd *cobra.Command, env frame.Environment, s frame.Session, t redrivePlan, question string) (redrivePlan, error) {
	if err := frame.Confirm(cmd, env, o.yes, question); err != nil || !o.asks {
		return t, err
	}
	snapshot, err := s.Config.Read(cmd.Context())
	if err != nil {
		return t, err
	}
	again, err := lookAtRun(s, cmd, snapshot, t.ARN)
	if err == nil && again.way != t.way {
		err = fmt.Errorf("run %s is left alone, as things have changed since the question: %s; see: eks-scaling runs show %s", t.Name, again.why, t.Name)
	}
	return again, err
}

// told is where it is said what will happen: where the question is put, or else beside the answer.
func (o *redriving) told(cmd *cobra.Command) io.Writer {
	if o.asks {
		return cmd.OutOrStdout()
	}
	return cmd.ErrOrStderr()
}

// maxRuns runs to see whether one is later than another: the latest come first.
const maxRuns = 100

// circumstancesOf finds out what decides about a run.
func circumstancesOf(ctx context.Context, s frame.Session, e stackaws.Execution, history *stackaws.History, snapshot inventory.Snapshot) (redriveFacts, error) {
	c := redriveFacts{
		status: e.Status, endedInFailState: history.Last != nil && history.Last.State == stackaws.EndFailed && e.Status == stackaws.Failed, refusal: e.NotRedrivable,
	}
	c.changed = writtenSince(snapshot, e.Started)
	if chosen, _ := c.decide(); chosen == leaveAlone && c.refusal == "" {
		return c, nil
	}
	done := s.Progress("looking for what happened after it")
	defer done()
	since, err := s.Executions().List(ctx, e.Started, false, maxRuns)
	if err != nil {
		return c, err
	}
	since = slices.DeleteFunc(since, func(other stackaws.Summary) bool { return other.Started.Before(e.Started) })
	if len(since) > 0 && since[0].ARN != e.ARN {
		c.later = since[0].Name // the latest comes first
	}
	if chosen, _ := c.decide(); chosen != startAnew {
		c.changed = changedSince(ctx, s, e.Started)
	}
	return c, nil
}

// writtenSince is what was written into the configuration after an instant. A switch that is off counts, too: a new run tells of
// it, while one that is continued goes on as if it were on.
func writtenSince(snapshot inventory.Snapshot, at time.Time) string {
	changed := ""
	for _, e := range snapshot.Items() {
		if e.UpdatedAt.After(at) || e.Kind == inventory.KindSettings && e.Switch() == inventory.SwitchOff {
			changed = inventory.DisplayKey(e) + " was changed"
		}
	}
	return changed
}

// changedSince is what the history of the configuration has after an instant that the items do not tell: that one was removed,
// or written by hand. A history that cannot be read holds nobody up, but that is said.
func changedSince(ctx context.Context, s frame.Session, at time.Time) string {
	changes, err := s.Logs.ConfigChangesBetween(ctx, at, s.Current())
	if err != nil {
		term.Say(s.Notes, "whether something was removed from the configuration since is not known: %v\n", frame.WithRemedy(err))
	}
	for _, change := range changes {
		switch {
		case !change.Time.After(at):
		case change.After == nil:
			return change.Item() + " was removed"
		default:
			return change.Item() + " was changed"
		}
	}
	return ""
}

// startAnew starts a run with the input of another one.
func (o *redriving) startAnew(cmd *cobra.Command, env frame.Environment, s frame.Session, snapshot inventory.Snapshot, t redrivePlan) error {
	in, err := usableInput(t.Input)
	if err != nil {
		return fmt.Errorf("run %s cannot be repeated, as its input is not usable: %w; start one with: eks-scaling run --reason R", t.Name, err)
	}
	out := o.told(cmd)
	term.Say(out, "run %s: %s\nA new run with the same input is to be started: %s.\n", t.Name, t.Status, t.why)
	if in.Trigger == run.ReconcileTrigger {
		term.SayLine(out, "It leaves the triggers as they are; to mend those: eks-scaling schedules sync")
	}
	term.Say(out, "  %s\n", runCommand(in, o.reason))
	if _, err := (&manualRun{clusters: in.Clusters}).participants(s, inventory.Check(snapshot, s.Now)); err != nil {
		term.Say(s.Notes, "the run will fail: %v\n", err)
	}
	if t, err = o.agree(cmd, env, s, t, "Start it?"); err != nil {
		return err
	}
	in.Trigger, in.Actor, in.Reason = manualTrigger, o.by, fmt.Sprintf("%s (repeats %s)", o.reason, t.Name)
	l, err := launch(cmd.Context(), s, in)
	if err != nil {
		return err
	}
	l.repeats = t.Name
	return o.report(cmd, s, l)
}

// usableInput reads an input as strictly as a run does.
func usableInput(data json.RawMessage) (in run.Input, err error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	err = decoder.Decode(&in)
	if err == nil && (in.Clusters != nil && len(in.Clusters) == 0 || in.Nodegroups != nil && len(in.Nodegroups) == 0) {
		err = errors.New("found an empty list of clusters or nodegroups, which selects nothing")
	}
	return in, err
}

// continueIt has AWS go on with a run.
func (o *redriving) continueIt(cmd *cobra.Command, env frame.Environment, s frame.Session, t redrivePlan) error {
	out := o.told(cmd)
	term.Say(out, "run %s: %s\nIt is to be continued with what it had decided: %s.\n", t.Name, t.Status, t.why)
	printOpen(out, t.history)
	t, err := o.agree(cmd, env, s, t, "Continue it?")
	if err != nil {
		return err
	}
	done := s.Progress("redriving run " + t.Name)
	err = s.Executions().Redrive(cmd.Context(), t.Execution)
	done()
	if refused, ok := errors.AsType[*types.ExecutionNotRedrivable](err); ok {
		return fmt.Errorf("AWS does not redrive run %s: %s; start a new one with: %s", t.Name, refused.ErrorMessage(), runCommand(inputOf(t.Input), o.reason))
	}
	if err != nil {
		return err
	}
	l := launched{Summary: t.Summary, redrives: t.RedriveCount + 1}
	l.Status, l.Ended = stackaws.Running, time.Time{}
	return o.report(cmd, s, l)
}

// printOpen names the steps in which a run ended.
func printOpen(out io.Writer, history *stackaws.History) {
	for _, step := range history.Steps {
		if !step.Exited.IsZero() || step.Type == "Map" {
			continue
		}
		where := step.State
		if subject := subjectOf(*step); subject != "" {
			where = subject + ", " + where
		}
		term.Say(out, "  from: %s\n", where)
	}
}

// runCommand is the command that starts a run with an input.
func runCommand(in run.Input, reason string) string {
	parts := []string{"eks-scaling", "run"}
	for _, name := range in.Clusters {
		parts = append(parts, "--cluster", shellWord(name))
	}
	for _, name := range in.Nodegroups {
		parts = append(parts, "--nodegroup", shellWord(name))
	}
	if in.Profile != "" {
		parts = append(parts, "--profile", shellWord(in.Profile))
	}
	if !in.At.IsZero() {
		parts = append(parts, "--at", in.At.UTC().Format(time.RFC3339))
	}
	if in.DryRun {
		parts = append(parts, "--dry-run")
	}
	if in.Force {
		parts = append(parts, "--force")
	}
	return strings.Join(append(parts, "--reason", "'"+strings.ReplaceAll(frame.InOneLine(reason), "'", `'\''`)+"'"), " ")
}
