package configcmd

import (
	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/change"
	"eks-scaling-automation/cmd/eks-scaling/internal/document"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
)

func newConfigApply(env frame.Environment) *cobra.Command {
	o := change.Options{FromFile: true}
	var form frame.Output
	var file frame.DocumentArgument
	var all bool
	cmd := &cobra.Command{
		Use:   "apply FILE",
		Short: "Checks a configuration, shows what changes, and writes it",
		Long: `Checks the configuration in FILE, shows what changes in the config table and in the coming week, asks, and writes it. If more
than 3 clusters change, it shows their fields and weeks only with --verbose. FILE can be "-" for stdin; then --yes is
required.

It compares new clusters, and those with other node groups, with EKS. It warns about names that do not exist, sizes that
differ, permissions that are missing and accounts that cannot be reached. It also looks for the sources of new and changed
signals. It writes nothing if the deployment does not list the host of one, if a cluster's account is the stack's own, or if its
region is in another partition than the stack. --offline skips that.

Nothing is written unless all of FILE is valid. An item is written only if nobody has changed it since it was read.
Otherwise the command ends with 4, and says who changed what. Clusters, calendars and overrides that are in the table but
not in FILE stay, unless --prune is given. What is paused stays paused, unless FILE says paused: false.

Up to 100 items are written together or not at all. More are written in steps: each cluster, with its overrides, is written
completely or not at all. If a calendar, a signal or the time zone changes together with more clusters than one step can hold, scaling
is paused until everything is written. After an interruption the command says what is written, and whether scaling is
paused. The same command writes the rest. If scaling is paused until then, any other document is refused without
--abandon-hold.

With --all-regions it writes to the hub of each region that has clusters, in FILE or in a table. It shows equal plans together and
asks once. Each hub is written by itself: one that cannot be reached or has a conflict does not hinder the others. The command
then names what is not written, and ends with an exit code for it. The same command writes the rest. A region of FILE without a
stack is an error, and nothing is written. An override is written only to the hub that scales its cluster.

` + change.ChangesInJSON + ` With --all-regions the answer has hubs, each
with region, state, changes and error.`,
		Example: `  eks-scaling config apply examples/sao-paulo.yaml
  eks-scaling config apply --yes --reason "OPS-123: a longer night" examples/sao-paulo.yaml
  eks-scaling config apply --dry-run examples/sao-paulo.yaml
  eks-scaling import terraform main.tf --cluster production | eks-scaling config apply -f - --yes`,
		Args: file.Args,
		RunE: func(cmd *cobra.Command, args []string) error {
			return form.Run(cmd, env, func(env frame.Environment) (any, error) {
				doc, err := document.Read(cmd, file.Name(args), "nothing was written", env)
				if err != nil {
					return nil, err
				}
				if all {
					return applyToAll(o, cmd, env, doc)
				}
				s, held, err := env.OpenAndReadAll(cmd)
				if err != nil {
					return nil, err
				}
				return o.Apply(cmd, env, s, held, document.KeepPaused(doc, s.Notes, held.Snapshot))
			})
		},
	}
	form.AddFlag(cmd)
	file.AddFlag(cmd)
	change.ApplyFlags(cmd, env, &o)
	change.AbandonFlag(cmd, &o)
	frame.AddAllRegionsFlag(cmd, &all, "write to the stacks of all regions that have clusters")
	cmd.Flags().BoolVar(&o.DryRun, "dry-run", false, "show what would change and write nothing")
	return cmd
}
