// Package setupcmd has the verbs that create a first configuration: init and import.
package setupcmd

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/change"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/importer"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
)

// initOptions holds the flags of init.
type initOptions struct {
	answers
	nodegroupFlags, limitFlags []string
	change.Options
}

// NewInit returns the command init.
func NewInit(env frame.Environment) *cobra.Command {
	o := &initOptions{}
	var form frame.Output
	cmd := &cobra.Command{
		Use:   "init [--cluster C] [--timezone Z] [--nodegroup NAME[=INSIDE[/OUTSIDE]]]... [--days D] [--from T] [--to T]",
		Short: "Makes a first configuration of a cluster: working hours, and the sizes outside of them",
		Long: `Lists the clusters of the stack's region and their managed node groups with the sizes that they have now, asks for the
working hours and for the sizes inside and outside of them, shows the coming week, asks, and writes the configuration.

What a flag says is not asked. Without a terminal nothing is asked: then --cluster, --timezone, --days, --from, --to and
--nodegroup are needed, and whatever is missing is named together with what was found in the region.

  --nodegroup big=3/0   3 nodes in working hours, none outside of them
  --nodegroup big=3     the same
  --nodegroup big       in working hours as many as now; on a terminal its sizes are asked for
  --limits big=1..5     big never has less than 1 node and never more than 5, whoever asks; by default these are the bounds
                        that it has now, made wide enough for its sizes
  --days mon-fri        or mon,wed,sat, or every-day; working hours count to the day on which they begin
  --from 22:00 --to 06:00   end on the next morning; --from 00:00 --to 24:00 is the whole day

It adds a cluster to the configuration and changes nothing else in it. One that is there already is for config edit. Somebody
else who writes it at the same time ends the command with exit code 4, as does a cluster that is there already; no cluster or no
node group to configure, with 3.

` + change.ChangesInJSON + ` With --dry-run the answer is the configuration.

It needs the permissions eks:ListNodegroups and eks:DescribeNodegroup, and without --cluster eks:ListClusters.`,
		Example: `  eks-scaling init
  eks-scaling init --cluster production --timezone America/Sao_Paulo --days mon-fri --from 08:00 --to 20:00 \
    --nodegroup big=3/0 --nodegroup small=1/0 --yes --reason "OPS-123: nights off"
  eks-scaling init --cluster production --timezone UTC --days every-day --from 22:00 --to 06:00 --nodegroup batch=10 --dry-run`,
		Args: frame.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.read(); err != nil {
				return frame.Usage(cmd, err)
			}
			return form.Run(cmd, env, func(env frame.Environment) (any, error) {
				s, held, err := env.OpenAndRead(cmd)
				if err != nil {
					return nil, err
				}
				return o.begin(cmd, env, s, held)
			})
		},
	}
	form.AddFlag(cmd)
	flags := cmd.Flags()
	flags.StringVar(&o.cluster, "cluster", "", "the cluster to configure")
	flags.StringVar(&o.timezone, "timezone", "", "its time zone, such as America/Sao_Paulo")
	flags.StringArrayVar(&o.nodegroupFlags, "nodegroup", nil, "a node group to schedule, as NAME=INSIDE/OUTSIDE; may be repeated")
	flags.StringArrayVar(&o.limitFlags, "limits", nil, "the limits of a node group, as NAME=MIN..MAX; may be repeated")
	flags.StringVar(&o.days, "days", "", "the days with working hours, such as mon-fri")
	flags.StringVar(&o.from, "from", "", "when working hours begin, such as 08:00")
	flags.StringVar(&o.to, "to", "", "when working hours end, such as 20:00")
	frame.AddYesFlag(cmd, &o.Yes)
	flags.BoolVar(&o.DryRun, "dry-run", false, "print the configuration and write nothing")
	o.AddRecordFlags(cmd, env)
	return cmd
}

// begin finds the cluster, asks for missing answers, and writes the configuration.
func (o *initOptions) begin(cmd *cobra.Command, env frame.Environment, s frame.Session, held inventory.Checked) (any, error) {
	if err := beginnable(held, o.cluster); err != nil {
		return nil, err
	}
	found, err := o.find(cmd, s, held.Snapshot)
	if err != nil {
		return nil, err
	}
	zone := cmp.Or(held.Global.Timezone, zoneOfRegion(s.AWS.Region))
	chosen, err := choose(cmd, env, s, &o.answers, found, zone)
	if err != nil {
		return nil, err
	}
	d, err := o.plan(*chosen, s.AWS.Region, held.Global.Timezone)
	if err != nil {
		return nil, frame.Usage(cmd, err)
	}
	return o.finish(cmd, env, s, held, d)
}

// beginnable refuses a cluster that is configured already, and settings that cannot be used.
func beginnable(held inventory.Checked, cluster string) error {
	if _, err := held.FindCluster(cluster); err == nil {
		return frame.Taken(fmt.Errorf("cluster %s is configured already; change that with: eks-scaling config edit", cluster))
	}
	for _, b := range held.Invalid {
		if b.Key == "settings/"+inventory.GlobalSettings {
			return fmt.Errorf("%s%s", b, frame.FixFirst(b.Err))
		}
	}
	return nil
}

// choose completes the answers and returns the chosen cluster.
func choose(cmd *cobra.Command, env frame.Environment, s frame.Session, a *answers, found []stackaws.Cluster, zone string) (*stackaws.Cluster, error) {
	if env.Interactive {
		q := &questions{answers: a, form: frame.NewForm(cmd, env), zone: zone}
		return q.ask(cmd.Context(), found)
	}
	if missing := a.missing(); len(missing) > 0 {
		_, _ = io.WriteString(s.Notes, foundInWords(s.AWS.Region, found, zone))
		return nil, frame.Usage(cmd, fmt.Errorf("missing: %s; there is no terminal to ask at", strings.Join(missing, ", ")))
	}
	return &found[0], a.known(found[0])
}

// find returns the named cluster, or all that can be configured.
func (o *initOptions) find(cmd *cobra.Command, s frame.Session, snapshot inventory.Snapshot) ([]stackaws.Cluster, error) {
	api := eks.NewFromConfig(s.AWS)
	done := s.Progress("looking for clusters and node groups in " + s.AWS.Region)
	defer done()
	if o.cluster != "" {
		groups, err := nodegroupsOf(cmd.Context(), api, o.cluster, s.AWS.Region)
		return []stackaws.Cluster{{Name: o.cluster, Nodegroups: groups}}, err
	}
	found, others, err := clustersOf(cmd.Context(), api, s.AWS.Region, snapshot)
	done()
	if err == nil {
		for _, why := range others {
			term.Say(s.Notes, "left out: %s\n", why)
		}
	}
	return found, err
}

// foundInWords lists the clusters that can be configured, with an example.
func foundInWords(region string, found []stackaws.Cluster, zone string) string {
	var text strings.Builder
	text.WriteString("found in " + region + ":\n")
	for _, c := range found {
		text.WriteString("  " + c.Name + ": " + nodegroupsInWords(c.Nodegroups, 0) + "\n")
	}
	term.Say(&text, "for example:\n  eks-scaling init --cluster %s --timezone %s --days %s --from %s --to %s",
		found[0].Name, zone, proposedDays, proposedFrom, proposedTo)
	for _, g := range found[0].Nodegroups {
		term.Say(&text, " --nodegroup %s=%d/0", g.Name, proposedInside(g))
	}
	return text.String() + "\n"
}

// finish shows the configuration and writes it, or prints it.
func (o *initOptions) finish(cmd *cobra.Command, env frame.Environment, s frame.Session, held inventory.Checked, d importer.Document) (any, error) {
	text, err := planText(d)
	if err != nil {
		return nil, err
	}
	wanted, err := config.Parse(text)
	if err != nil {
		return nil, err
	}
	met := held.Around(d.Clusters[0].Name)
	if err := hasRoom(held, met, wanted, s.Now); err != nil {
		return nil, err
	}
	if o.DryRun {
		_, err := env.Told.Write(text)
		return d, err
	}
	if held.Settings != nil {
		wanted.Settings = held.Global
	}
	if err := suitsOverrides(met, wanted.Clusters[0]); err != nil {
		return nil, err
	}
	made, err := o.Apply(cmd, env, s, met, wanted)
	if err != nil {
		return nil, err
	}
	sayWhatIsNext(env.Told, held.Snapshot)
	return made, nil
}

// hasRoom refuses a configuration that exceeds the limits of a run together with the table; met is the part of the table around the
// new cluster.
func hasRoom(held, met inventory.Checked, wanted config.Config, now time.Time) error {
	due, err := met.Diff(wanted)
	if err != nil {
		return err
	}
	due = slices.DeleteFunc(due, func(c inventory.Change) bool {
		return c.Gone || held.Settings != nil && c.After.Kind == inventory.KindSettings
	})
	return change.Preview(held, due).Exceeds(now)
}

// suitsOverrides refuses a cluster that does not suit the overrides of a former cluster of its name.
func suitsOverrides(met inventory.Checked, cluster config.Cluster) error {
	for _, e := range met.Overrides {
		if _, err := config.ParseOverride(e.Spec, map[string]config.Cluster{cluster.Name: cluster}); err != nil && !met.HasEnded(e) {
			return fmt.Errorf("nothing was written: override %s, of an older cluster %s, does not fit this one: %w; end it first, with: eks-scaling override cancel %s",
				e.Name, cluster.Name, err, e.Name)
		}
	}
	return nil
}

// sayWhatIsNext tells what happens after the write.
func sayWhatIsNext(out io.Writer, snapshot inventory.Snapshot) {
	next := "a run follows within about two minutes, and brings the node groups to where the schedule wants them"
	if snapshot.Off() {
		next = "the switch is off: nothing is scaled until: eks-scaling resume"
	}
	term.Say(out, "%s\nlook at it with: eks-scaling status\n", next)
}
