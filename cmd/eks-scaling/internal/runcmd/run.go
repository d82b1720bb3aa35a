// Package runcmd has the verbs that start runs: run and retry.
package runcmd

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/runwords"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// manualTrigger is the trigger of runs that people start.
const manualTrigger = "manual"

// manualRun holds the flags of "run".
type manualRun struct {
	following
	clusters, nodegroups []string
	profile, at          string
	dryRun, force        bool
	frame.Intent
}

// NewRun returns the command run.
func NewRun(env frame.Environment) *cobra.Command {
	o := &manualRun{}
	cmd := &cobra.Command{
		Use:   "run [--cluster C]... [--nodegroup N]... [--to PROFILE | --at T] [--force] {--reason R [--wait] | --dry-run}",
		Short: "Scales to the scheduled sizes now, or shows what would change",
		Long: `Starts a run, which scales the node groups to the sizes that their schedules ask for now, or to a profile. On a terminal it first
shows the plan and asks. If you take over a minute to answer, the plan is refreshed and you are asked again. Without a terminal,
--yes is required.

--dry-run only shows the plan: what would change in each node group, and why. The exit code is 1 if a node group would fail, or if
a unit could not be planned. It needs no --reason. Each plan, also the one before the question, is made by a run that changes
nothing: "eks-scaling runs" lists it, but it alerts nobody.

--wait follows the run to its end. A run of one unit shows each change. A run of several units shows counts, and each unit that
fails. The exit code is 1 if the run fails, and 4 if a newer run overtakes it. Ctrl-C only stops the waiting; the run continues,
and "eks-scaling runs show" shows it.

--to takes a profile of the clusters. It holds until the next transition of the
schedule. To keep it longer, use: eks-scaling override set.

--at decides for another time than now. T is RFC 3339 ("2026-12-24T20:00:00-03:00"), or in the clusters' time zone
("2026-12-24 20:00"). With --dry-run nothing is changed; without it the sizes of that time are applied now.

A node group that was scaled by somebody else after its transition is not changed until the next one; --force changes it now.

-o json and yaml print one document at the end: name, arn, status and console. With --wait or --dry-run also started, ended, seconds
and summary: outcome, message, error, units (counts), failures, and for each cluster its execution and, for each node group, before,
after, outcome and reason. For a dry run, expected has the waves of each cluster, and heldBack what holds a scale-down back.`,
		Example: `  eks-scaling run --dry-run
  eks-scaling run --dry-run --at "2026-12-24 20:00" --cluster production
  eks-scaling run --cluster production --to peak --reason "load test" --wait
  eks-scaling run --cluster production --nodegroup big --force --reason "back to the schedule" --yes`,
		Args: frame.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.check(cmd); err != nil {
				return err
			}
			answer, env := o.SplitStreams(cmd, env)
			o.answer = answer
			s, err := env.Open(cmd)
			if err != nil {
				return err
			}
			return frame.WithRemedy(o.run(cmd, env, s))
		},
	}
	o.flags(cmd)
	o.AddFlags(cmd, env)
	flags := cmd.Flags()
	flags.StringArrayVar(&o.clusters, "cluster", nil, "only this cluster; may be repeated (default: all)")
	flags.StringArrayVar(&o.nodegroups, "nodegroup", nil, "only this node group; may be repeated (default: all)")
	flags.StringVar(&o.profile, "to", "", "apply this profile of the clusters now, instead of the schedule")
	flags.StringVar(&o.at, "at", "", "decide for this moment instead of now")
	flags.BoolVar(&o.dryRun, "dry-run", false, "only show what would change")
	flags.BoolVar(&o.force, "force", false, "also change node groups that were scaled by somebody else")
	return cmd
}

// check checks the flags alone.
func (o *manualRun) check(cmd *cobra.Command) error {
	switch {
	case o.NeedReason() != nil && !o.dryRun:
		return frame.Usage(cmd, o.NeedReason())
	case cmd.Flags().Changed("to") && o.profile == "":
		return frame.Usage(cmd, errors.New(`--to: found ""; want the name of a profile`))
	case o.profile != "" && o.at != "":
		return frame.Usage(cmd, errors.New("found both --to and --at; want one of them: a profile is put in force now"))
	}
	return o.Check(cmd)
}

func (o *manualRun) run(cmd *cobra.Command, env frame.Environment, s frame.Session) error {
	held, err := s.Read(cmd.Context())
	if err != nil {
		return err
	}
	part, err := o.participants(s, held)
	if err != nil {
		return err
	}
	in, err := o.input(part)
	if err != nil {
		return frame.Usage(cmd, err)
	}
	if o.dryRun {
		return o.showPlan(cmd, s, held, in)
	}
	if !in.At.IsZero() {
		term.Say(s.Notes, "This applies the sizes scheduled for %s now; --dry-run only shows them\n", inZoneOf(part, in.At))
	}
	return o.start(cmd, env, s, held, in)
}

// start asks, and starts the run.
func (o *manualRun) start(cmd *cobra.Command, env frame.Environment, s frame.Session, held inventory.Checked, in run.Input) error {
	switch {
	case !o.Yes && !env.Interactive:
		return frame.Confirm(cmd, env, false, "") // which says what is missing
	case !o.Yes:
		if proceed, err := o.agree(cmd, env, s, held, in); err != nil || !proceed {
			return err
		}
	}
	a, err := launch(cmd.Context(), s, in)
	if err != nil {
		return err
	}
	return o.report(cmd, env, s, a)
}

// inZoneOf words an instant by the clock that the clusters share, or else in UTC.
func inZoneOf(clusters []config.Cluster, at time.Time) string {
	if zone := runwords.CommonZone(clusters); zone != nil {
		return at.In(zone).Format(scaling.LocalTime)
	}
	return at.UTC().Format(frame.UTCForm)
}

// planHolds is the time after which an answer refers to an outdated plan.
const planHolds = time.Minute

// agree shows the plan and asks, again if the answer took too long. If nothing would change it returns false without asking.
func (o *manualRun) agree(cmd *cobra.Command, env frame.Environment, s frame.Session, held inventory.Checked, in run.Input) (bool, error) {
	in.DryRun = true
	out := env.Told
	for {
		a, err := dryRun(cmd.Context(), s, in)
		if err != nil {
			return false, err
		}
		made, p := s.Current(), runPlan{a, held.Location}
		if err := p.print(out); err != nil {
			return false, err
		}
		if p.due() == 0 {
			term.SayLine(out, "Nothing to do. Use --yes to start a run anyway.")
			return false, a.finding()
		}
		if err := frame.Confirm(cmd, env, false, "Start this run?"); err != nil {
			return false, err
		}
		if s.Current().Sub(made) <= planHolds {
			return true, nil
		}
		term.Say(out, "\nThe answer took over a minute. No run was started; this is the current plan.\n")
	}
}

// showPlan prints what would change.
func (o *manualRun) showPlan(cmd *cobra.Command, s frame.Session, held inventory.Checked, in run.Input) error {
	a, err := dryRun(cmd.Context(), s, in)
	if err != nil {
		return err
	}
	p := runPlan{a, held.Location}
	if err := o.Print(o.answer, a, p.print); err != nil {
		return err
	}
	return p.finding()
}

// dryRun starts a dry run and waits for its end.
func dryRun(ctx context.Context, s frame.Session, in run.Input) (runAnswer, error) {
	a, err := launch(ctx, s, in)
	if err != nil {
		return a, err
	}
	done := s.Progress("waiting for the plan of run " + a.Name)
	defer done()
	return a.await(ctx, s, nil)
}
