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
	cmd := &cobra.Command{
		Use:   "apply FILE",
		Short: "Checks a configuration, shows what changes, and writes it",
		Long: `Checks the configuration in FILE, shows what changes against the config table and the coming week of the clusters that it
changes, and writes it. On a terminal it asks first. Where nobody can type it does not, except for --prune that removes
something: that needs --yes.

Nothing is written unless all of FILE is valid. Each entity is written only if nobody has changed it since it was read;
otherwise the command ends with exit code 4 and says who changed what. Clusters, calendars and overrides that are in the
table but not in FILE are left as they are, unless --prune is given. A switch that is off stays off unless FILE says
enabled: true.

Up to 100 items are written together or not at all. More are written in steps: each cluster, with its overrides, is written
completely or not at all. If that is interrupted, the command says what is written, and the same command writes the rest.

` + change.ChangesInJSON,
		Example: `  eks-scaling config apply examples/sao-paulo.yaml
  eks-scaling config apply --yes --reason "OPS-123: a longer night" examples/sao-paulo.yaml
  eks-scaling config apply --dry-run examples/sao-paulo.yaml`,
		Args: document.OneFile,
		RunE: func(cmd *cobra.Command, args []string) error {
			return form.Run(cmd, env, func(env frame.Environment) (any, error) {
				doc, err := document.Read(cmd, args[0], "nothing was written", env)
				if err != nil {
					return nil, err
				}
				s, held, err := env.OpenAndRead(cmd)
				if err != nil {
					return nil, err
				}
				return o.Apply(cmd, env, s, held, document.KeepSwitchesOff(doc, s.Notes, held.Snapshot))
			})
		},
	}
	form.AddFlag(cmd)
	change.ApplyFlags(cmd, env, &o)
	cmd.Flags().BoolVar(&o.DryRun, "dry-run", false, "show what would change and write nothing")
	return cmd
}
