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
	asks bool // on a terminal, without --yes
}

// NewRetry returns the command retry.
func NewRetry(env frame.Environment) *cobra.Command {
	o := &retrying{}
	cmd := &cobra.Command{
		Use:        "retry RUN --reason R [--wait]",
		SuggestFor: []string{"redrive", "rerun", "repeat"},
		Short:      "Retries a failed or interrupted run",
		Long: `Retries a run that did not succeed. RUN is its name or ARN. The command says what it will do, and asks. It then checks again, and
does nothing if the answer is out of date.

An interrupted run (stopped, timed out, or failed by AWS) is redriven: AWS continues it from the step in which it ended, with the
decisions it had made. Units that have ended do not run again, even if they failed. If no unit failed, only the steps after the
units run. AWS does not record the reason.

Otherwise a new run is started. It has the same input, plans again, and covers only the units that failed or did not end. This
happens if:
 - the run ended as failed, or all of its units have ended and some failed
 - AWS cannot redrive it: it ended over 14 days ago, or reached a limit that it would only reach again
 - another run was started later: redriving the old one could undo the changes of the new one
 - the configuration was changed since: the old decisions are out of date
Clusters that are no longer configured are left out.

Nothing is done if the run succeeded or is still running.

--wait and the output of -o json and yaml are as for "eks-scaling run", with retryOf (the name of the retried run) or redriveCount.`,
		Example: `  eks-scaling retry reconcile-2026-11-23T12-00 --reason "the capacity is back"
  eks-scaling retry reconcile-2026-11-23T12-00 --reason "the capacity is back" --yes --wait`,
		Args: frame.Arguments("RUN"),
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
	p, err := planRetry(s, cmd, snapshot, nameOrARN)
	if err != nil {
		return err
	}
	switch p.action {
	case startNew:
		return o.startNew(cmd, env, s, snapshot, p)
	case redrive:
		return o.redrive(cmd, env, s, p)
	case leaveAlone:
	}
	return p.refusal()
}

// refusal says why there is nothing to retry, and where to look.
func (p retryPlan) refusal() error {
	look := "eks-scaling runs show " + runwords.ShellWord(p.Name)
	switch {
	case p.Status == stackaws.Succeeded:
		return fmt.Errorf("run %s succeeded; nothing to retry", p.Name)
	case p.Status == stackaws.Running:
		return fmt.Errorf("run %s is still running; follow it with: %s", p.Name, look)
	case p.allWell() && p.endedInFailState && runwords.InputOf(p.Input).Trigger == run.ReconcileTrigger:
		return fmt.Errorf("run %s cannot be retried: %s; if its triggers failed, fix them with: eks-scaling triggers sync; details: %s", p.Name, p.why, look)
	default:
		return fmt.Errorf("run %s cannot be retried: %s; details: %s", p.Name, p.why, look)
	}
}

// agree asks, and then reads the run again: it may have changed since the question.
func (o *retrying) agree(cmd *cobra.Command, env frame.Environment, s frame.Session, p retryPlan, question string) (retryPlan, error) {
	if err := frame.Confirm(cmd, env, o.Yes, question); err != nil || !o.asks {
		return p, err
	}
	snapshot, err := s.Config.Read(cmd.Context())
	if err != nil {
		return p, err
	}
	again, err := planRetry(s, cmd, snapshot.In(s.Stack.OnlyRegion), p.ARN)
	if err == nil && again.action != p.action {
		err = fmt.Errorf("run %s was not retried, as it changed since the question: %s; details: eks-scaling runs show %s", p.Name, again.why, runwords.ShellWord(p.Name))
	}
	return again, err
}

// told returns where the command says what it will do: beside the question if it asks, else stderr.
func (o *retrying) told(cmd *cobra.Command, env frame.Environment) io.Writer {
	if o.asks {
		return env.Told
	}
	return cmd.ErrOrStderr()
}

// startNew starts a run with the input of another one.
func (o *retrying) startNew(cmd *cobra.Command, env frame.Environment, s frame.Session, snapshot inventory.Snapshot, p retryPlan) error {
	in, err := usableInput(p.Input)
	if err != nil {
		return fmt.Errorf("run %s cannot be retried: invalid input: %w; start another run with: eks-scaling run --reason R", p.Name, err)
	}
	out := o.told(cmd, env)
	repeat := p.announceNew(out)
	in.Select(repeat)
	if in.Trigger == run.ReconcileTrigger {
		term.SayLine(out, "  It does not update the triggers. To update them: eks-scaling triggers sync")
	}
	if len(repeat) <= runwords.Screenful {
		term.Say(out, "  Same as: %s\n", runCommand(in, o.Reason))
	}
	if _, err := (&manualRun{clusters: repeat}).participants(s, inventory.Check(snapshot, s.Now)); err != nil {
		term.Say(s.Notes, "warning: the run will fail: %v\n", err)
	}
	if p, err = o.agree(cmd, env, s, p, "Start this run?"); err != nil {
		return err
	}
	repeat, _ = p.toRepeat() // as of now
	in.Select(repeat)
	in.Trigger, in.Actor, in.Reason = runwords.ManualTrigger, o.By, fmt.Sprintf("%s (retry of %s)", o.Reason, p.Name)
	a, err := launch(cmd.Context(), s, in)
	if err != nil {
		return err
	}
	a.RetryOf = p.Name
	return o.report(cmd, env, s, a)
}

// usableInput reads an input as strictly as a run does.
func usableInput(data json.RawMessage) (in run.Input, err error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	err = decoder.Decode(&in)
	if err == nil && (!in.SelectsAll() && len(in.Selected()) == 0 || in.Nodegroups != nil && len(in.Nodegroups) == 0) {
		err = errors.New("an empty list of clusters, schedules or nodegroups selects nothing")
	}
	return in, err
}

// redrive makes AWS continue a run.
func (o *retrying) redrive(cmd *cobra.Command, env frame.Environment, s frame.Session, p retryPlan) error {
	out := o.told(cmd, env)
	term.Say(out, "Run %s: %s\nWill redrive it with the decisions it had made (%s).\n", p.Name, p.Status, p.why)
	p.announceUnits(out)
	p, err := o.agree(cmd, env, s, p, "Retry this run?")
	if err != nil {
		return err
	}
	done := s.Progress("retrying run " + p.Name)
	err = s.Executions().Redrive(cmd.Context(), p.Execution)
	done()
	if refused, ok := errors.AsType[*types.ExecutionNotRedrivable](err); ok {
		in := runwords.InputOf(p.Input)
		repeat, _ := p.toRepeat()
		in.Select(repeat)
		return fmt.Errorf("AWS cannot redrive run %s: %s; start a new one with: %s", p.Name, refused.ErrorMessage(), runCommand(in, o.Reason))
	}
	if err != nil {
		return err
	}
	a := answerFor(p.Summary)
	a.Status, a.Redrives = stackaws.Running, p.RedriveCount+1
	return o.report(cmd, env, s, a)
}

// runCommand returns the command that starts a run with an input.
func runCommand(in run.Input, reason string) string {
	parts := []string{"eks-scaling", "run"}
	for _, name := range in.Selected() {
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
	if in.BeyondBlastRadius {
		parts = append(parts, "--beyond-blast-radius")
	}
	return strings.Join(append(parts, "--reason", "'"+strings.ReplaceAll(frame.InOneLine(reason), "'", `'\''`)+"'"), " ")
}
