package runcmd

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/runwords"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
)

// retrying holds the flags of "retry".
type retrying struct {
	following
	frame.Intent
	asks bool // there is a terminal, and no --yes
}

// NewRetry returns the command retry.
func NewRetry(env frame.Environment) *cobra.Command {
	o := &retrying{}
	cmd := &cobra.Command{
		Use:   "retry EXECUTION --reason R [--wait]",
		Short: "Repeats a run that failed, or continues one that was interrupted",
		Long: `Repeats or continues a run that did not succeed. Give its name or ARN. The command shows what it will do, and asks. After the
answer it checks again, and does nothing if the run must now be handled in another way.

AWS continues ("redrives") a run that was stopped, timed out or broke off, from the step in which it ended, with the decisions
it had made. Units that had not ended continue. Units that have ended do not run again, even if they failed. If all units ended
well, only the steps after them run. AWS does not record the reason.

A new run, with new decisions, is started instead in these cases. It is for the units that failed or did not end, and otherwise
has the same input:
 - the run ended as failed;
 - all units have ended, and some failed;
 - AWS cannot continue it: it ended more than 14 days ago, or it reached a limit of AWS that it would reach again;
 - another run was started after it, so the old decisions could undo the changes of that run;
 - the configuration was changed after it was started, so the old decisions are out of date.
Clusters that are no longer configured are left out of the new run.

A run that succeeded, that is still running, or whose units all ended well but whose record AWS cannot complete, is not touched.

--wait follows the run as "eks-scaling run" does. The output of -o json and yaml is the same, too, with repeats (the name of the
run that is repeated) or redriveCount.`,
		Example: `  eks-scaling retry reconcile-2026-11-23T12-00 --reason "the capacity is back"
  eks-scaling retry reconcile-2026-11-23T12-00 --reason "the capacity is back" --yes --wait`,
		Args: frame.Arguments("EXECUTION"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.NeedReason(); err != nil {
				return frame.Usage(cmd, err)
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
			o.asks = env.Interactive && !o.Yes
			return frame.WithRemedy(o.retry(cmd, env, s, held.Snapshot, args[0]))
		},
	}
	o.flags(cmd)
	o.AddFlags(cmd, env)
	return cmd
}

func (o *retrying) retry(cmd *cobra.Command, env frame.Environment, s frame.Session, snapshot inventory.Snapshot, nameOrARN string) error {
	t, err := planRetry(s, cmd, snapshot, nameOrARN)
	if err != nil {
		return err
	}
	switch t.way {
	case startNew:
		return o.startNew(cmd, env, s, snapshot, t)
	case continueIt:
		return o.continueIt(cmd, env, s, t)
	case leaveAlone:
	}
	remedy := "see: eks-scaling runs show " + runwords.ShellWord(t.Name)
	if t.allWell() && t.endedInFailState && runwords.InputOf(t.Input).Trigger == run.ReconcileTrigger {
		remedy += "; if its triggers failed, fix those with: eks-scaling triggers sync"
	}
	return fmt.Errorf("run %s was not retried: %s; %s", t.Name, t.why, remedy)
}

// agree asks, and then looks at the run again: it may have changed since the question.
func (o *retrying) agree(cmd *cobra.Command, env frame.Environment, s frame.Session, t retryPlan, question string) (retryPlan, error) {
	if err := frame.Confirm(cmd, env, o.Yes, question); err != nil || !o.asks {
		return t, err
	}
	snapshot, err := s.Config.Read(cmd.Context())
	if err != nil {
		return t, err
	}
	again, err := planRetry(s, cmd, snapshot, t.ARN)
	if err == nil && again.way != t.way {
		err = fmt.Errorf("run %s was not retried, as things have changed since the question: %s; see: eks-scaling runs show %s", t.Name, again.why, runwords.ShellWord(t.Name))
	}
	return again, err
}

// told is where the question is put when asking, else stderr.
func (o *retrying) told(cmd *cobra.Command, env frame.Environment) io.Writer {
	if o.asks {
		return env.Told
	}
	return cmd.ErrOrStderr()
}

// startNew starts a run with the input of another one.
func (o *retrying) startNew(cmd *cobra.Command, env frame.Environment, s frame.Session, snapshot inventory.Snapshot, t retryPlan) error {
	in, err := usableInput(t.Input)
	if err != nil {
		return fmt.Errorf("run %s cannot be repeated, as its input is invalid: %w; start another one with: eks-scaling run --reason R", t.Name, err)
	}
	out := o.told(cmd, env)
	in.Clusters = t.announceNew(out)
	if in.Trigger == run.ReconcileTrigger {
		term.SayLine(out, "  The triggers are not updated; to fix those: eks-scaling triggers sync")
	}
	if len(in.Clusters) <= runwords.Screenful {
		term.Say(out, "  %s\n", runCommand(in, o.Reason))
	}
	if _, err := (&manualRun{clusters: in.Clusters}).participants(s, inventory.Check(snapshot, s.Now)); err != nil {
		term.Say(s.Notes, "warning: the run will fail: %v\n", err)
	}
	if t, err = o.agree(cmd, env, s, t, "Start this run?"); err != nil {
		return err
	}
	in.Clusters, _ = t.toRepeat() // as of now
	in.Trigger, in.Actor, in.Reason = manualTrigger, o.By, fmt.Sprintf("%s (repeats %s)", o.Reason, t.Name)
	a, err := launch(cmd.Context(), s, in)
	if err != nil {
		return err
	}
	a.Repeats = t.Name
	return o.report(cmd, env, s, a)
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

// continueIt makes AWS continue a run.
func (o *retrying) continueIt(cmd *cobra.Command, env frame.Environment, s frame.Session, t retryPlan) error {
	out := o.told(cmd, env)
	term.Say(out, "Run %s: %s\nIt will be continued with the decisions it had made: %s.\n", t.Name, t.Status, t.why)
	t.announceUnits(out)
	t, err := o.agree(cmd, env, s, t, "Continue this run?")
	if err != nil {
		return err
	}
	done := s.Progress("retrying run " + t.Name)
	err = s.Executions().Redrive(cmd.Context(), t.Execution)
	done()
	if refused, ok := errors.AsType[*types.ExecutionNotRedrivable](err); ok {
		in := runwords.InputOf(t.Input)
		in.Clusters, _ = t.toRepeat()
		return fmt.Errorf("AWS does not redrive run %s: %s; start a new one with: %s", t.Name, refused.ErrorMessage(), runCommand(in, o.Reason))
	}
	if err != nil {
		return err
	}
	a := answerFor(t.Summary)
	a.Status, a.Redrives = stackaws.Running, t.RedriveCount+1
	return o.report(cmd, env, s, a)
}

// runCommand returns the command that starts a run with an input.
func runCommand(in run.Input, reason string) string {
	parts := []string{"eks-scaling", "run"}
	for _, name := range in.Clusters {
		parts = append(parts, "--cluster", runwords.ShellWord(name))
	}
	for _, name := range in.Nodegroups {
		parts = append(parts, "--nodegroup", runwords.ShellWord(name))
	}
	if in.Profile != "" {
		parts = append(parts, "--to", runwords.ShellWord(in.Profile))
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
