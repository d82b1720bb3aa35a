// Package accountscmd has the verb accounts: which accounts and regions can be reached, which clusters are there, and the template of
// the stack that connects an account.
package accountscmd

import (
	"errors"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/collect"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/reach"
	"eks-scaling-automation/shared/english"
)

// NewAccounts returns the command accounts.
func NewAccounts(env frame.Environment) *cobra.Command {
	var form frame.Output
	var more reach.More
	cmd := &cobra.Command{
		Use:   "accounts [--account ID,...] [--in-region R,...]",
		Short: "Lists accounts and regions, and the clusters in them",
		Long: `Lists each account and region of the configuration: whether you reach it, its configured clusters, and its clusters that are not
configured. The account and the region of the stack come first. --account and --in-region look further, for example into an
account that has no configured cluster yet.

You reach another account as the viewer role of its spoke, with the external id of the configuration, and a roleArn as that role.
AWS does not tell why it refuses a role. "accounts" asks IAM whether you lack the permission, and otherwise names what to check.

The exit code is 1 if an account or region cannot be reached. "accounts template" connects an account.

Required permissions: eks:ListClusters and eks:ListNodegroups in the stack's account; sts:AssumeRole on the viewer roles. With
iam:SimulatePrincipalPolicy and sts:GetCallerIdentity it tells whether you lack the latter.`,
		Example: `  eks-scaling accounts
  eks-scaling accounts --account 210987654321,310987654321 --in-region sa-east-1,eu-west-1
  eks-scaling accounts -o json
  eks-scaling accounts template > spoke.json`,
		Args: frame.OnlyVerbs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := errors.Join(form.Check(cmd), more.Check(cmd)); err != nil {
				return err
			}
			s, err := env.Open(cmd)
			if err != nil {
				return err
			}
			if err := more.CheckPartition(cmd, s.Stack); err != nil {
				return err
			}
			held, err := s.ReadAll(cmd.Context())
			if err != nil {
				return frame.WithRemedy(err)
			}
			places := reach.PlacesOf(s.Stack, held.Config(), more)
			done := s.Progress("looking into " + english.Count(len(places), "region"))
			found := look(cmd.Context(), reach.New(s.AWS, collect.PaceOf(s, held.Global.Budget)), s.Stack, places, held)
			done()
			inWords := func(out io.Writer) error { return printAccounts(out, env.Width, env.Color(), found) }
			if err := form.Print(cmd.OutOrStdout(), found, inWords); err != nil {
				return err
			}
			if slices.ContainsFunc(found, func(e entry) bool { return !e.Reachable }) {
				return frame.ErrFindings
			}
			return nil
		},
	}
	form.AddFlag(cmd)
	more.AddFlags(cmd)
	cmd.AddCommand(newTemplate(env))
	return cmd
}
