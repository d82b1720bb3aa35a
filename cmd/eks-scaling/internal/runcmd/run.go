package runcmd

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/agenda"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// manualTrigger is the trigger of runs that people start.
const manualTrigger = "manual"

// manualRun is what the flags of "run" say.
type manualRun struct {
	following
	clusters, nodegroups []string
	profile, at          string
	dryRun, force, yes   bool
	by, reason           string
}

func NewRun(env frame.Environment) *cobra.Command {
	o := &manualRun{}
	cmd := &cobra.Command{
		Use:   "run [--cluster C]... [--nodegroup N]... [--profile P | --at T] [--force] {--reason R [--wait] | --dry-run}",
		Short: "Scales now, as the schedules want it, or shows what a run would do",
		Long: `Starts a run, which brings the node groups to where the schedules want them now, or to a profile. On a terminal it first
shows what would change, and asks; --yes starts it at once, and without a terminal it is needed. Who takes longer than a minute
to answer is shown the plan as it is then, and asked again.

--dry-run only shows what a run would change: node group by node group, from what to what, and why. The exit code is 1 if one
would fail. It needs no --reason. Such a plan, also the one before the question, is made by a run that changes nothing. It is listed
by "eks-scaling runs" as any other, but alerts nobody.

--wait follows the run: each node group's change as it happens, and how the run ends. The exit code is 1 if it fails.
Ctrl-C ends only the waiting; the run goes on, and "eks-scaling runs show" has it.

--profile is a profile of the clusters here; the one of the AWS configuration is named by AWS_PROFILE. It holds until the
schedule's next change; for a longer time there is: eks-scaling override set.

--at decides for another moment than now. T is RFC 3339 ("2026-12-24T20:00:00-03:00"), or by the clusters' own clock
("2026-12-24 20:00"). With --dry-run nothing but the decision is made; without it the sizes of that moment are put in force now.

A node group that was brought to its period's sizes before, and that somebody has scaled since, is left alone; --force puts
it back.

-o json and yaml give one document at the end: name, arn, status, console, and if the run was waited for, started, ended,
seconds, and its summary: outcome, message, error, and of each cluster and node group before, after, outcome and reason.
A dry run has the waves that it expects of each cluster in expected, and what holds a scale-down back in heldBack.`,
		Example: `  eks-scaling run --dry-run
  eks-scaling run --dry-run --at "2026-12-24 20:00" --cluster production
  eks-scaling run --cluster production --profile peak --reason "load test" --wait
  eks-scaling run --cluster production --nodegroup big --force --reason "back to the schedule" --yes`,
		Args: frame.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := cmp.Or(o.check(cmd), o.following.Check(cmd)); err != nil {
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
	frame.RecordFlags(cmd, env, &o.by, &o.reason)
	flags := cmd.Flags()
	flags.StringArrayVar(&o.clusters, "cluster", nil, "only this cluster; may be repeated (default: all)")
	flags.StringArrayVar(&o.nodegroups, "nodegroup", nil, "only this node group; may be repeated (default: all)")
	flags.StringVar(&o.profile, "profile", "", "a profile of the clusters, to put in force now instead of what the schedules want")
	flags.StringVar(&o.at, "at", "", "decide for this moment instead of now")
	flags.BoolVar(&o.dryRun, "dry-run", false, "only show what would change")
	flags.BoolVar(&o.force, "force", false, "also put back what was scaled since the period was applied")
	flags.BoolVar(&o.yes, "yes", false, "do not ask")
	return cmd
}

// check looks at the flags by themselves.
func (o *manualRun) check(cmd *cobra.Command) error {
	switch {
	case strings.TrimSpace(o.reason) == "" && !o.dryRun:
		return frame.Usage(cmd, errors.New("--reason: missing; want why, for the record"))
	case cmd.Flags().Changed("profile") && o.profile == "":
		return frame.Usage(cmd, errors.New(`--profile: found ""; want the name of a profile`))
	case o.profile != "" && o.at != "":
		return frame.Usage(cmd, errors.New("found both --profile and --at; want one of them: a profile is put in force now"))
	}
	return nil
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
		term.Say(s.Notes, "the sizes of %s are put in force now; --dry-run only shows them\n", inZoneOf(part, in.At))
	}
	return o.start(cmd, env, s, held, in)
}

// start starts the run, once somebody has said yes to it.
func (o *manualRun) start(cmd *cobra.Command, env frame.Environment, s frame.Session, held inventory.Checked, in run.Input) error {
	switch {
	case !o.yes && !env.Interactive:
		return frame.Confirm(cmd, env, false, "") // which says what is missing
	case !o.yes:
		if proceed, err := o.agree(cmd, env, s, held, in); err != nil || !proceed {
			return err
		}
	}
	l, err := launch(cmd.Context(), s, in)
	if err != nil {
		return err
	}
	return o.report(cmd, s, l)
}

// inZoneOf is an instant by the clock that the clusters share, or else in UTC.
func inZoneOf(clusters []config.Cluster, at time.Time) string {
	if zone := commonZone(clusters); zone != nil {
		return at.In(zone).Format(scaling.LocalTime)
	}
	return at.UTC().Format(frame.UTCForm)
}

// participants are the clusters that the run would scale. What is named and not there is not found; what is named and cannot
// be used is an error. Others that are switched off, or that cannot be used, are spoken of.
func (o *manualRun) participants(s frame.Session, held inventory.Checked) ([]config.Cluster, error) {
	if held.SettingsErr != nil {
		return nil, fmt.Errorf("no run can use the settings as they are in the table: %w", held.SettingsErr)
	}
	if !held.Configured {
		return nil, frame.NotFound(errors.New("nothing is configured yet; write a configuration with: eks-scaling config apply FILE"))
	}
	for _, name := range o.clusters {
		if _, err := held.Snapshot.FindCluster(name); err != nil {
			return nil, err
		}
	}
	broken := slices.DeleteFunc(slices.Clone(held.Unusable), func(b inventory.UnusableCluster) bool { return !o.selects(b.Cluster) })
	for _, b := range broken {
		if slices.Contains(o.clusters, b.Cluster) {
			return nil, fmt.Errorf("cluster %s cannot be used as it is in the table: %s%s", b.Cluster, config.OneLine(b.Err), frame.MendFirst(b.Err))
		}
	}
	part := []config.Cluster{}
	for _, c := range held.Runnable {
		switch {
		case !o.selects(c.Name):
		case !c.Enabled:
			noteDisabled(s, held, c.Name)
		default:
			part = append(part, c)
		}
	}
	warnOutcome(s.Notes, held.Global.Enabled, len(part), broken)
	return part, o.checkNames(part, len(broken) > 0)
}

// noteDisabled says that a cluster takes no part, unless that was said when the configuration was read.
func noteDisabled(s frame.Session, held inventory.Checked, cluster string) {
	if e, err := held.Snapshot.FindCluster(cluster); err != nil || !frame.AnnounceDisabled(e) {
		term.Say(s.Notes, "cluster %s is left alone, as enabled is false for it; lift that with: eks-scaling config enable --cluster %s\n", cluster, cluster)
	}
}

func (o *manualRun) selects(cluster string) bool {
	return len(o.clusters) == 0 || slices.Contains(o.clusters, cluster)
}

// warnOutcome says what becomes of the run for the clusters that cannot be used, and if nothing at all becomes of it. While the
// switch is off it is skipped before it looks at any cluster.
func warnOutcome(notes io.Writer, enabled bool, part int, broken []inventory.UnusableCluster) {
	failing := ", and the run will fail for it"
	switch {
	case !enabled:
		failing = ""
	case part > 0:
		failing += " after scaling the others"
	}
	for _, b := range broken {
		term.Say(notes, "cluster %s cannot be used%s: %s\n", b.Cluster, failing, config.OneLine(b.Err))
	}
	if !enabled || part+len(broken) == 0 {
		term.SayLine(notes, "the run will be skipped: no cluster takes part in it")
	}
}

// checkNames holds the node groups and the profile against the clusters that take part, as the run itself does: a node group
// must be in one of them, unless one is broken that may have it, and a profile in all.
func (o *manualRun) checkNames(part []config.Cluster, someBroken bool) error {
	var known []string
	for _, c := range part {
		known = slices.AppendSeq(known, maps.Keys(c.Nodegroups))
		if _, ok := c.Profiles[o.profile]; o.profile != "" && !ok {
			return frame.NotFound(fmt.Errorf("unknown profile %q in cluster %s; known: %s", o.profile, c.Name, english.OrNone(slices.Sorted(maps.Keys(c.Profiles)))))
		}
	}
	if len(part) == 0 || someBroken {
		return nil
	}
	slices.Sort(known)
	for _, name := range o.nodegroups {
		if !slices.Contains(known, name) {
			return frame.NotFound(fmt.Errorf("unknown node group %q in the clusters of this run; known: %s", name, english.OrNone(slices.Compact(known))))
		}
	}
	return nil
}

// input is what the flags ask for.
func (o *manualRun) input(part []config.Cluster) (run.Input, error) {
	in := run.Input{
		Trigger: manualTrigger, Actor: o.by, Reason: o.reason, Clusters: o.clusters, Nodegroups: o.nodegroups,
		Profile: o.profile, DryRun: o.dryRun, Force: o.force,
	}
	if o.at == "" {
		return in, nil
	}
	if len(part) == 0 && !strings.Contains(o.at, "T") {
		return in, fmt.Errorf(`--at: found %q, but no cluster takes part whose clock could be meant; want RFC 3339 ("2026-12-24T20:00:00-03:00")`, o.at)
	}
	at, err := agenda.Instant(o.at, part)
	if err != nil {
		return in, fmt.Errorf("--at: %w", err)
	}
	in.At = at
	return in, nil
}

// planHolds is for how long a plan is taken to hold: who says yes to an older one may mean what is not so any more.
const planHolds = time.Minute

// agree shows what would change and asks, where the question is put, and once more if the answer took too long. It says no by
// itself where nothing would change.
func (o *manualRun) agree(cmd *cobra.Command, env frame.Environment, s frame.Session, held inventory.Checked, in run.Input) (bool, error) {
	in.DryRun = true
	out := cmd.OutOrStdout()
	for {
		a, err := dryRun(cmd.Context(), s, in)
		if err != nil {
			return false, err
		}
		made, p := s.Current(), runPlanOf(a, held)
		if err := p.print(out); err != nil {
			return false, err
		}
		if p.due() == 0 {
			term.SayLine(out, "No run was started; --yes starts one all the same.")
			return false, a.finding()
		}
		if err := frame.Confirm(cmd, env, false, "Do this?"); err != nil {
			return false, err
		}
		if s.Current().Sub(made) <= planHolds {
			return true, nil
		}
		term.Say(out, "\nThe answer took longer than a minute. No run was started; this is the plan as of now.\n")
	}
}

// showPlan shows what would change.
func (o *manualRun) showPlan(cmd *cobra.Command, s frame.Session, held inventory.Checked, in run.Input) error {
	a, err := dryRun(cmd.Context(), s, in)
	if err != nil {
		return err
	}
	p := runPlanOf(a, held)
	if err := o.Print(o.answer, a, p.print); err != nil {
		return err
	}
	return p.finding()
}

// dryRun has a run decide, and waits for it.
func dryRun(ctx context.Context, s frame.Session, in run.Input) (runAnswer, error) {
	l, err := launch(ctx, s, in)
	if err != nil {
		return runAnswer{}, err
	}
	done := s.Progress("run " + l.Name + " decides, and changes nothing")
	defer done()
	return l.await(ctx, s, nil)
}

// randomText tells apart what is started in the same second.
func randomText() string {
	return strings.ToLower(rand.Text()[:6])
}
