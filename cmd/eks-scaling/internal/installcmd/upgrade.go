package installcmd

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
)

// NewUpgrade returns the command upgrade.
func NewUpgrade(env frame.Environment) *cobra.Command {
	var o options
	var allowDowngrade bool
	var form frame.Output
	cmd := &cobra.Command{
		Use:        "upgrade",
		SuggestFor: []string{"update"},
		Short:      "Updates an installed stack to this release",
		Long: `Updates a stack that install has deployed. It uploads the code of the functions, shows what CloudFormation would change, asks, and
deploys. Resources that are removed or replaced stand first.

Settings stay as they are, unless a flag changes them. New settings get their defaults. Runs that are active continue with the
former code.

A stack of a newer version is refused, unless --allow-downgrade is given. A stack that was deployed with the CDK or from the template
is refused: update it there, or take it over with install --take-over. If CloudFormation fails, it restores the former state.

Required permissions: see docs/installing.md.`,
		Example: `  eks-scaling upgrade
  eks-scaling upgrade --dry-run
  eks-scaling upgrade --revert-drift
  eks-scaling upgrade --parameter Reconcile=every-30-minutes
  eks-scaling upgrade --from dist --yes`,
		Args: frame.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return form.Run(cmd, env, func(env frame.Environment) (any, error) {
				d := &deployer{options: o, cmd: cmd, env: env, verb: "upgrade"}
				return d.answer(d.upgrade(cmd.Context(), allowDowngrade))
			})
		},
	}
	form.AddFlag(cmd)
	o.addFlags(cmd)
	cmd.Flags().BoolVar(&o.revertDrift, "revert-drift", false, "also restore resources that were changed or deleted outside of the stack")
	cmd.Flags().BoolVar(&allowDowngrade, "allow-downgrade", false, "deploy a version that is older than the stack's")
	return cmd
}

func (d *deployer) upgrade(ctx context.Context, allowDowngrade bool) error {
	if err := d.open(ctx); err != nil {
		return err
	}
	if err := decideUpgrade(d.stack, d.now, d.dist.version(), allowDowngrade); err != nil {
		return err
	}
	if err := d.checkPermissions(); err != nil {
		return err
	}
	if d.now.version != d.dist.version() {
		term.Say(d.env.Told, "Stack %s: from %s to %s\n", d.stack.name, known(d.now.version), known(d.dist.version()))
	}
	return d.deploy(ctx, types.ChangeSetTypeUpdate)
}
