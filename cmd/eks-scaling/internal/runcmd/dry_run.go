package runcmd

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	smithy "github.com/aws/smithy-go"
	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/aws/awserr"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
)

// planExpiry is the age at which a plan is too old to be confirmed.
const planExpiry = time.Minute

// agree shows the plan and asks, again if the answer took too long. If nothing would change it returns false without asking.
func (o *manualRun) agree(cmd *cobra.Command, env frame.Environment, s frame.Session, checked inventory.Checked, in run.Input) (bool, error) {
	in.DryRun = true
	out := env.Told
	for {
		a, err := dryRun(cmd.Context(), s, in)
		if err != nil {
			return false, err
		}
		made, p := s.Current(), planOf(a, checked, in)
		if err := p.print(out, env.Width); err != nil {
			return false, err
		}
		if p.due() == 0 {
			term.SayLine(out, "Nothing to do. Use --yes to start a run anyway.")
			return false, a.finding()
		}
		if err := frame.Confirm(cmd, env, false, "Start this run?"); err != nil {
			return false, err
		}
		if s.Current().Sub(made) <= planExpiry {
			return true, nil
		}
		term.Say(out, "\nThe answer took over a minute. No run was started; this is the current plan:\n\n")
	}
}

// showPlan prints the plan.
func (o *manualRun) showPlan(cmd *cobra.Command, env frame.Environment, s frame.Session, checked inventory.Checked, in run.Input) error {
	a, err := dryRun(cmd.Context(), s, in)
	if err != nil {
		return err
	}
	p := planOf(a, checked, in)
	if err := o.Print(o.answer, a, func(out io.Writer) error { return p.print(out, env.Width) }); err != nil {
		return err
	}
	return p.finding()
}

// planOf returns the plan that a dry run with the input has made.
func planOf(a runAnswer, checked inventory.Checked, in run.Input) runPlan {
	return runPlan{a, checked.Location, readsSignals(checked, in), radius{checked.Global.BlastRadius, in.BeyondBlastRadius}}
}

// readsSignals reports whether the sizes of a unit of the run depend on signals.
func readsSignals(checked inventory.Checked, in run.Input) bool {
	return slices.ContainsFunc(checked.Valid(), func(u config.Unit) bool { return in.Selects(u.Name) && u.Timetable().HasConditions() })
}

// dryRun starts a dry run and waits for its end.
func dryRun(ctx context.Context, s frame.Session, in run.Input) (runAnswer, error) {
	a, err := launch(ctx, s, in)
	if awserr.Denied(err) {
		return a, deniedPlan(err)
	}
	if err != nil {
		return a, err
	}
	done := s.Progress("waiting for the plan")
	defer done()
	return a.await(ctx, s, nil)
}

// deniedPlan says that a plan takes a dry run, and what works without one.
func deniedPlan(err error) error {
	found := "AWS denied states:StartExecution, which starts the dry run"
	if api, ok := errors.AsType[smithy.APIError](err); ok && api.ErrorMessage() != "" {
		found += " (" + api.ErrorMessage() + ")"
	}
	return frame.Remedied{What: "no plan", Found: found, Remedy: "without that permission, use: eks-scaling status, eks-scaling explain", Err: err}
}
