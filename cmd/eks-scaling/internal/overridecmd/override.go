// Package overridecmd has the verbs of "override": set, list and cancel.
package overridecmd

import (
	"io"
	"slices"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/agenda"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/scaling"
)

// overrideEntity returns an override as an item, over the one that was read, if any.
func overrideEntity(o scaling.Override, read inventory.Item) (inventory.Item, error) {
	e, err := inventory.OverrideItem(o)
	return e.Over(read), err
}

// NewOverride returns the command override.
func NewOverride(env frame.Environment) *cobra.Command {
	return frame.Family(&cobra.Command{Use: "override", Short: "Manages temporary overrides"},
		newOverrideSet(env), newOverrideList(env), newOverrideCancel(env))
}

func newOverrideList(env frame.Environment) *cobra.Command {
	var form frame.Output
	all, allRegions := false, false
	cmd := &cobra.Command{
		Use:   "list [--all]",
		Short: "Lists active and upcoming overrides",
		Long: `Lists active and upcoming overrides. With --all it also lists those that ended in the last 7 days. The command ends with 1 if
an override or its cluster is invalid.`,
		Example: `  eks-scaling override list
  eks-scaling override list --all-regions
  eks-scaling override list --all -o json`,
		Args: frame.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := form.Check(cmd); err != nil {
				return err
			}
			if allRegions {
				return listOfAll(cmd, env, &form, all)
			}
			s, held, err := env.OpenAndRead(cmd)
			if err != nil {
				return err
			}
			list := agenda.ListOverrides(&held, s.Now, all)
			if err := form.Print(cmd.OutOrStdout(), list, func(out io.Writer) error { return agenda.PrintOverrides(&held, out, env.Width, list, all) }); err != nil {
				return err
			}
			return findings(list)
		},
	}
	form.AddFlag(cmd)
	cmd.Flags().BoolVar(&all, "all", false, "also list overrides that have ended")
	frame.AddAllRegionsFlag(cmd, &allRegions, frame.LooksAtAllRegions)
	return cmd
}

// findings ends the command with 1 if an override or its cluster is invalid.
func findings(list []agenda.ListedOverride) error {
	if slices.ContainsFunc(list, func(o agenda.ListedOverride) bool { return o.Error != "" }) {
		return frame.ErrFindings
	}
	return nil
}
