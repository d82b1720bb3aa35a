// Package runcmd has the verbs that start runs: run, plan and retry.
package runcmd

import (
	"errors"
	"fmt"
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

// manualRun holds the flags of run and plan.
type manualRun struct {
	following
	clusters, nodegroups []string
	profile, at          string
	dryRun, force        bool
	beyond               bool // the blast radius
	frame.Intent
}

// NewRun returns the command run.
func NewRun(env frame.Environment) *cobra.Command {
	o := &manualRun{}
	cmd := &cobra.Command{
		Use:        "run [--cluster C]... [--nodegroup N]... [--to PROFILE | --at T] [--force] [--beyond-blast-radius] {--reason R [--wait] | --dry-run}",
		SuggestFor: []string{"scale", "start", "execute", "reconcile"},
		Short:      "Scales to the scheduled sizes now",
		Long: `Starts a run, which scales node groups to the sizes that their schedules ask for now, or to a profile. On a terminal, it first
shows the plan and asks. If you take over a minute to answer, the plan is refreshed and you are asked again.

--dry-run only shows the plan, as "eks-scaling plan" does. It needs no --reason.

--wait follows the run to its end. A run of one unit shows each change. A run of several units shows counts, and each unit that
fails. Exit code 1: the run failed or was skipped. Exit code 4: a newer run overtook it. Ctrl-C stops the waiting, not the run.

--to applies a profile until the next transition of the schedule. To keep it longer, use: eks-scaling override set.

--at applies the sizes scheduled for another time. T is RFC 3339 ("2026-12-24T20:00:00-03:00"), or in the clusters' time zone
("2026-12-24 20:00").

A run does not change a node group that drifted until its next transition; --force changes it now.

If the settings have a blast radius, the plan compares what the run takes down with it. --beyond-blast-radius lifts it for this run; the
reason is on record.

With -o json or yaml, the answer has name, arn, status and console. With --wait or --dry-run, it also has startedAt, endedAt, seconds
and summary: outcome, message, error, units (counts), failures, and clusters. Each cluster has its execution and, for each node
group, before, after, outcome and reason. For a dry run, expected has the order of the changes, and heldBack what holds a
scale-down back.`,
		Example: `  eks-scaling run --reason "after the incident"
  eks-scaling run --cluster production --to peak --reason "load test" --wait
  eks-scaling run --cluster production --nodegroup big --force --reason "back to the schedule" --yes`,
		Args: namesAsFlags,
	}
	cmd.RunE = o.onStack(env)
	o.flags(cmd)
	o.AddFlags(cmd, env)
	o.addSelection(cmd)
	cmd.Flags().BoolVar(&o.beyond, "beyond-blast-radius", false, "lift the limit on what the run takes down (blastRadius)")
	cmd.Flags().BoolVar(&o.dryRun, "dry-run", false, "only show the plan")
	return cmd
}

// NewPlan returns the command plan, which is "run --dry-run" under a name of its own.
func NewPlan(env frame.Environment) *cobra.Command {
	o := &manualRun{dryRun: true, Intent: frame.Intent{By: env.User}}
	cmd := &cobra.Command{
		Use:   "plan [--cluster C]... [--nodegroup N]... [--to PROFILE | --at T] [--force]",
		Short: "Shows what a run would change now, and why",
		Long: `Shows what "eks-scaling run" would change in each node group, and why. Nothing is changed. Exit code 1: the run would fail, or be
skipped.

The plan is made by a dry run in the stack, so it needs permission to start one (states:StartExecution). "eks-scaling runs" lists
the dry run; it never sends an alert. Without that permission, use "eks-scaling status" and "eks-scaling explain".

The dry run reads signals, and judges conditions as the run would. It leaves nothing to remember. The run reads the signals again.

--to, --at and --force show what the same flags of "eks-scaling run" would change. The same goes for -o json and yaml.`,
		Example: `  eks-scaling plan
  eks-scaling plan --cluster production --to peak
  eks-scaling plan --at "2026-12-24 20:00"`,
		Args: namesAsFlags,
	}
	var all bool
	onStack := o.onStack(env)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if all {
			return o.planOfAll(cmd, env)
		}
		return onStack(cmd, args)
	}
	o.AddFlag(cmd)
	o.addSelection(cmd)
	frame.AddAllRegionsFlag(cmd, &all, frame.LooksAtAllRegions)
	return cmd
}

// addSelection adds the flags that say what to scale, and to which sizes.
func (o *manualRun) addSelection(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringArrayVar(&o.clusters, "cluster", nil, "only this cluster or schedule (CLUSTER:SCHEDULE); repeatable (default: all)")
	flags.StringArrayVar(&o.nodegroups, "nodegroup", nil, "only this node group; repeatable (default: all)")
	flags.StringVar(&o.profile, "to", "", "scale to this profile instead of the schedule")
	flags.StringVar(&o.at, "at", "", "scale to the sizes scheduled for this time instead of now")
	flags.BoolVar(&o.force, "force", false, "also change node groups that drifted")
}

// namesAsFlags refuses arguments, and says which flag takes them.
func namesAsFlags(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return frame.Usage(cmd, fmt.Errorf("unexpected argument %q: use --cluster %s", args[0], runwords.ShellWord(args[0])))
}

// onStack checks the flags, opens the stack and runs the command.
func (o *manualRun) onStack(env frame.Environment) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, _ []string) error {
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
	}
}

// check checks the flags alone.
func (o *manualRun) check(cmd *cobra.Command) error {
	switch {
	case (!o.dryRun || o.beyond) && o.NeedReason() != nil:
		return frame.Usage(cmd, o.NeedReason())
	case cmd.Flags().Changed("to") && o.profile == "":
		return frame.Usage(cmd, errors.New("--to requires the name of a profile"))
	case o.profile != "" && o.at != "":
		return frame.Usage(cmd, errors.New("--to and --at cannot be combined: --to applies a profile now"))
	}
	return o.Check(cmd)
}

func (o *manualRun) run(cmd *cobra.Command, env frame.Environment, s frame.Session) error {
	checked, err := s.Read(cmd.Context())
	if err != nil {
		return err
	}
	part, err := o.participants(s, checked)
	if err != nil {
		return err
	}
	in, err := o.input(part)
	if err != nil {
		return frame.Usage(cmd, err)
	}
	if o.dryRun {
		return o.showPlan(cmd, env, s, checked, in)
	}
	if !in.At.IsZero() {
		term.Say(s.Notes, "This applies the sizes scheduled for %s right now. To only see them, use: eks-scaling plan --at T\n", localTime(part, in.At))
	}
	return o.start(cmd, env, s, checked, in)
}

// start asks, and starts the run.
func (o *manualRun) start(cmd *cobra.Command, env frame.Environment, s frame.Session, checked inventory.Checked, in run.Input) error {
	switch {
	case !o.Yes && !env.Interactive:
		return frame.Confirm(cmd, env, false, "") // the error says what is missing
	case !o.Yes:
		if proceed, err := o.agree(cmd, env, s, checked, in); err != nil || !proceed {
			return err
		}
	}
	a, err := launch(cmd.Context(), s, in)
	if err != nil {
		return err
	}
	return o.report(cmd, env, s, a)
}

// localTime words an instant in the time zone that the units share, or else in UTC.
func localTime(units []config.Unit, at time.Time) string {
	if zone := runwords.CommonZone(units); zone != nil {
		return at.In(zone).Format(scaling.LocalTime)
	}
	return at.UTC().Format(frame.UTCForm)
}
