package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"eks-scaling-automation/shared/inventory"
)

func newConfigDiff(env environment) *cobra.Command {
	var o applyOptions
	var form presentation
	cmd := &cobra.Command{
		Use:   "diff FILE",
		Short: "Shows what config apply would change",
		Long: `Checks the configuration in FILE and shows what config apply would change in the table. Ends with 0 if that is nothing,
and with 1 if it is something. What is not in FILE counts with --prune only. -o json and yaml list the changes: of each item
its kind, name, change, the version that it would have, and lines.`,
		Example: `  eks-scaling config diff examples/sao-paulo.yaml`,
		Args: func(cmd *cobra.Command, args []string) error {
			if err := oneFile(cmd, args); err != nil {
				return err
			}
			return form.check(cmd)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			doc, err := readFile(cmd, args[0], "nothing was compared", env)
			if err != nil {
				return err
			}
			s, held, err := env.openAndRead(cmd)
			if err != nil {
				return err
			}
			all, err := held.Diff(held.Stamp(doc.over(s.notes, held.Snapshot), o.by, s.now))
			if err != nil {
				return err
			}
			all = slices.DeleteFunc(all, func(c inventory.Change) bool { return !c.Needed() })
			due := slices.DeleteFunc(slices.Clone(all), func(c inventory.Change) bool { return c.IsLeft(o.prune) })
			if err := inventory.NotNewer(due); err != nil {
				return fmt.Errorf("nothing was compared: %w", err)
			}
			inWords := func(out io.Writer) error { o.printChanges(out, all); return nil }
			if err := form.print(cmd.OutOrStdout(), o.differences(all), inWords); err != nil {
				return err
			}
			if len(due) > 0 {
				return errFindings
			}
			return nil
		},
	}
	form.flag(cmd)
	cmd.Flags().BoolVar(&o.prune, "prune", false, "compare as config apply --prune does")
	return cmd
}

func (o applyOptions) differences(all []inventory.Change) []difference {
	list := []difference{}
	for _, c := range all {
		d := differenceOf(c)
		if c.IsLeft(o.prune) {
			d.Change = "left"
		}
		list = append(list, d)
	}
	return list
}
