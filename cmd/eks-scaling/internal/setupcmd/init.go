// Package setupcmd has the verbs that create a first configuration: init and import.
package setupcmd

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/change"
	"eks-scaling-automation/cmd/eks-scaling/internal/collect"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/reach"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/scaling"
)

// initOptions holds the flags of init.
type initOptions struct {
	answers
	unit                       string // the cluster, or the schedule to add
	nodegroupFlags, limitFlags []string
	more                       reach.More
	externalID                 string
	change.Options
}

// NewInit returns the command init.
func NewInit(env frame.Environment) *cobra.Command {
	o := &initOptions{}
	var form frame.Output
	cmd := &cobra.Command{
		Use:   "init [--cluster C[:SCHEDULE]] [--timezone Z] [--nodegroup NAME[=INSIDE[/OUTSIDE]]]... [--days D] [--from T] [--to T]",
		Short: "Creates a first configuration from working hours",
		Long: `Finds the clusters of the stack's region and their managed node groups. Asks for working hours, and for the sizes inside and
outside them. Shows the coming week, asks for confirmation, and writes the configuration.

Flags answer questions in advance. Without a terminal, init never asks: --cluster, --timezone, --days, --from, --to and
--nodegroup are then required. If some are missing, init lists them and what it found in the region.

  --nodegroup big=3/0   3 nodes in working hours, none outside them
  --nodegroup big=3     the same
  --nodegroup big       the current size in working hours; on a terminal, init asks for both sizes
  --limits big=1..5     hard limits: eks-scaling never scales outside them (default: the current minSize and maxSize, made wide
                        enough for the sizes)
  --days mon-fri        or mon,wed,sat, or every-day; hours after midnight belong to the day on which they started
  --from 22:00 --to 06:00   ends the next morning; --from 00:00 --to 24:00 means the whole day

Outside working hours the default is 0 nodes, except for one node group: it keeps its current size, so that the cluster is
never without nodes by accident. Init warns about hours without any node.

Init adds a cluster and changes nothing else in the configuration. With --cluster production:batch it adds a cluster with the
named schedule batch. If production is configured with schedules, it adds batch to them, for node groups that no schedule has yet.
On a terminal, init offers that too if all clusters are configured.

With other accounts in the configuration, or with --account, init finds their clusters too, through the viewer roles of their
spokes, in the regions of the configuration and of --in-region. It writes account, and if the name is taken, another name with
clusterName. If the configuration has no external id, it asks for that of the spokes, or --external-id has it.

Edit what is configured with config edit. The exit code is 4 if the cluster or the schedule is already configured, or if someone
else writes the cluster at the same time. It is 3 if there is no cluster or node group to configure.

` + change.ChangesInJSON + ` With --dry-run the answer is the configuration.

Required permissions: eks:ListNodegroups and eks:DescribeNodegroup, and without --cluster eks:ListClusters; sts:AssumeRole on the
viewer roles of other accounts.`,
		Example: `  eks-scaling init
  eks-scaling init --cluster production --timezone America/Sao_Paulo --days mon-fri --from 08:00 --to 20:00 \
    --nodegroup big=3/0 --nodegroup small=1/0 --yes --reason "OPS-123: nights off"
  eks-scaling init --cluster production --timezone UTC --days every-day --from 22:00 --to 06:00 --nodegroup batch=10 --dry-run
  eks-scaling init --cluster production:gpu --timezone UTC --days mon-fri --from 08:00 --to 20:00 --nodegroup gpu=2/0`,
		Args: frame.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.read(); err != nil {
				return frame.Usage(cmd, err)
			}
			if err := o.more.Check(cmd); err != nil {
				return err
			}
			return form.Run(cmd, env, func(env frame.Environment) (any, error) {
				s, held, err := env.OpenAndReadAll(cmd)
				if err != nil {
					return nil, err
				}
				return o.begin(cmd, env, s, held)
			})
		},
	}
	form.AddFlag(cmd)
	flags := cmd.Flags()
	flags.StringVar(&o.unit, "cluster", "", "the cluster to configure, or its new schedule (CLUSTER:SCHEDULE)")
	o.more.AddFlags(cmd)
	flags.StringVar(&o.externalID, "external-id", "", "the external id of the spokes, if the configuration has none yet")
	flags.StringVar(&o.timezone, "timezone", "", "the time zone of the working hours, such as America/Sao_Paulo")
	flags.StringArrayVar(&o.nodegroupFlags, "nodegroup", nil, "a node group to schedule, as NAME=INSIDE/OUTSIDE; repeatable")
	flags.StringArrayVar(&o.limitFlags, "limits", nil, "the hard limits of a node group, as NAME=MIN..MAX; repeatable")
	flags.StringVar(&o.days, "days", "", "the days with working hours, such as mon-fri")
	flags.StringVar(&o.from, "from", "", "start of working hours, such as 08:00")
	flags.StringVar(&o.to, "to", "", "end of working hours, such as 20:00")
	frame.AddYesFlag(cmd, &o.Yes)
	flags.BoolVar(&o.DryRun, "dry-run", false, "print the configuration and write nothing")
	o.AddRecordFlags(cmd, env)
	return cmd
}

// begin finds the cluster, asks for missing answers, and writes the configuration.
func (o *initOptions) begin(cmd *cobra.Command, env frame.Environment, s frame.Session, held inventory.Checked) (any, error) {
	others, accounts, err := o.otherPlaces(cmd, env, s, held)
	if err != nil {
		return nil, err
	}
	var found []candidate
	if len(others) > 0 {
		found, err = o.findEverywhere(cmd, s, held, others)
	} else if err = checkNew(held, o.cluster, o.schedule, s.AWS.Region); err == nil {
		found, err = o.find(cmd, s, held)
	}
	if err != nil {
		return nil, err
	}
	zone := cmp.Or(held.Global.Timezone, zoneOfRegion(s.AWS.Region))
	chosen, err := choose(cmd, env, s, &o.answers, found, zone)
	if err != nil {
		return nil, err
	}
	d, err := o.plan(*chosen, held.Global.Timezone)
	if err != nil {
		return nil, frame.Usage(cmd, err)
	}
	d.reachedBy(chosen.place, accounts)
	return o.finish(cmd, env, s, held, *chosen, d)
}

// choose completes the answers and returns the chosen cluster.
func choose(cmd *cobra.Command, env frame.Environment, s frame.Session, a *answers, found []candidate, zone string) (*candidate, error) {
	if env.Interactive {
		q := &questions{answers: a, form: frame.NewForm(cmd, env), zone: zone}
		return q.ask(cmd.Context(), found)
	}
	if missing := a.missing(); len(missing) > 0 {
		_, _ = io.WriteString(s.Notes, foundInWords(s.AWS.Region, found, a.schedule, zone))
		return nil, frame.Usage(cmd, fmt.Errorf("required without a terminal: %s", strings.Join(missing, ", ")))
	}
	return &found[0], a.known(found[0])
}

// find returns the named cluster, or all that can be configured.
func (o *initOptions) find(cmd *cobra.Command, s frame.Session, held inventory.Checked) ([]candidate, error) {
	api := collect.PaceOf(s, held.Global.Budget).EKS(s.AWS, nodegroups.Place{Region: s.AWS.Region})
	done := s.Progress("finding clusters and node groups in " + s.AWS.Region)
	defer done()
	if o.cluster != "" {
		groups, err := nodegroupsOf(cmd.Context(), api, o.cluster, s.AWS.Region)
		found := candidate{
			Cluster: stackaws.Cluster{Name: o.cluster, Nodegroups: groups}, configured: held.ClusterByName[o.cluster], place: reach.Place{Region: s.AWS.Region},
		}
		if err == nil && len(found.free()) == 0 {
			err = frame.NotFound(fmt.Errorf("all node groups of cluster %s are in its schedules already; move some with: eks-scaling config edit", o.cluster))
		}
		return []candidate{found}, err
	}
	found, others, err := clustersOf(cmd.Context(), api, s.AWS.Region, held)
	done()
	if err == nil {
		for _, why := range others {
			term.Say(s.Notes, "skipped: %s\n", why)
		}
	}
	return found, err
}

// foundInWords lists the clusters that can be configured, with an example.
func foundInWords(region string, found []candidate, schedule, zone string) string {
	var text strings.Builder
	where := " in " + region
	if slices.ContainsFunc(found, func(c candidate) bool { return c.elsewhere != "" }) {
		where = ""
	}
	text.WriteString("Found" + where + ":\n")
	for _, c := range found {
		text.WriteString("  " + c.inWords(0) + "\n")
	}
	first := found[0]
	if !first.isNew() {
		schedule, zone = cmp.Or(schedule, first.proposedSchedule()), cmp.Or(first.configured.Timezone, zone)
	}
	term.Say(&text, "Example:\n  eks-scaling init --cluster %s --timezone %s --days %s --from %s --to %s",
		scaling.UnitName(first.Name, schedule)+first.flags(), zone, proposedDays, proposedFrom, proposedTo)
	keeper := keeperOf(first.Cluster, sizingsOf(first.free()))
	for _, g := range first.free() {
		term.Say(&text, " --nodegroup %s=%d/%d", g.Name, proposedInside(g), proposedOutside(g, keeper))
	}
	return text.String() + "\n"
}

// finish shows the configuration and writes it, or prints it.
func (o *initOptions) finish(
	cmd *cobra.Command, env frame.Environment, s frame.Session, held inventory.Checked, found candidate, first firstDocument,
) (any, error) {
	var document any = first
	unit := found.unit(o.schedule)
	text, wanted, err := planText(unit, first)
	if err != nil {
		return nil, err
	}
	met := held.Around(found.unit(""))
	if !found.isNew() {
		document = extended(met, wanted.Clusters[0], s.Now)
		if text, wanted, err = planText(unit, document); err != nil {
			return nil, err
		}
	}
	planned, _ := wanted.Clusters[0].Unit(o.schedule)
	if held.Settings != nil {
		wanted.Settings, wanted.Accounts = held.Global, cmp.Or(first.Accounts, held.Global.Accounts)
	}
	warn(s.Notes, wanted.Clusters[0], planned, found.Cluster)
	if err := hasRoom(held, met, wanted, s.Now); err != nil {
		return nil, err
	}
	if o.DryRun {
		_, err := env.Told.Write(text)
		return frame.Document{Value: document}, err
	}
	if err := suitsOverrides(met, wanted.Clusters[0]); err != nil {
		return nil, err
	}
	made, err := o.Apply(cmd, env, s, met, wanted)
	if err != nil {
		return nil, err
	}
	printNextSteps(env.Told, held.Snapshot, planned)
	return made, nil
}

// extended returns the configuration around a cluster, with the schedule and the node groups of the given one added to it.
func extended(met inventory.Checked, with config.Cluster, now time.Time) config.Config {
	c := met.Config()
	whole := met.ClusterByName[with.Name]
	whole.Nodegroups = maps.Clone(whole.Nodegroups)
	maps.Copy(whole.Nodegroups, with.Nodegroups)
	whole.Schedules = slices.Concat(whole.Schedules, with.Schedules)
	c.Clusters = []config.Cluster{whole}
	c.Overrides = slices.DeleteFunc(c.Overrides, func(o scaling.Override) bool { return !o.Until.After(now) })
	return c
}

// warn warns about hours without any node. It does not if a node group outside the configuration has nodes.
func warn(notes io.Writer, cluster config.Cluster, planned config.Unit, found stackaws.Cluster) {
	if slices.ContainsFunc(found.Nodegroups, func(g stackaws.Nodegroup) bool {
		_, configured := cluster.Nodegroups[g.Name]
		return !configured && g.Sizes.DesiredSize > 0
	}) {
		return
	}
	for _, advice := range planned.Advise() {
		term.Say(notes, "warning: %s: %s\n", planned.Name, advice.Message)
	}
}

// hasRoom refuses a configuration that exceeds the limits of a run together with the table; met is the part of the table around the
// new cluster.
func hasRoom(held, met inventory.Checked, wanted config.Config, now time.Time) error {
	due, err := met.Diff(wanted)
	if err != nil {
		return err
	}
	due = slices.DeleteFunc(due, func(c inventory.Change) bool { return c.Gone })
	return change.Preview(held, due).Exceeds(now)
}

// suitsOverrides refuses a cluster that has invalid overrides: its own, or those of an earlier cluster with its name.
func suitsOverrides(met inventory.Checked, cluster config.Cluster) error {
	whose := "an earlier cluster " + cluster.Name + " is invalid for this one"
	if len(met.Clusters) > 0 {
		whose = "cluster " + cluster.Name + " is invalid"
	}
	for _, e := range met.Overrides {
		if _, valid := met.OverrideByKey[e.Key()]; valid || met.HasEnded(e) {
			continue
		}
		if _, err := config.ParseOverride(e.Spec, map[string]config.Cluster{cluster.Name: cluster}); err != nil {
			return fmt.Errorf("nothing written: override %s of %s: %w; cancel it first: eks-scaling override cancel %s", e.Name, whose, err, e.Name)
		}
	}
	return nil
}

// printNextSteps says what happens after the write.
func printNextSteps(out io.Writer, snapshot inventory.Snapshot, planned config.Unit) {
	next := "A run starts within 2 minutes and scales the node groups to the schedule."
	switch {
	case snapshot.IsPaused():
		next = "Scaling is paused. Resume with: eks-scaling resume"
	case planned.Paused:
		next = fmt.Sprintf("Cluster %s is paused. Resume with: eks-scaling resume %s", planned.Cluster, planned.Cluster)
	}
	term.Say(out, "%s\nFollow it with: eks-scaling status\n", next)
}
