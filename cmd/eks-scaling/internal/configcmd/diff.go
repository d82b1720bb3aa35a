package configcmd

import (
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/change"
	"eks-scaling-automation/cmd/eks-scaling/internal/document"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/inventory"
)

func newConfigDiff(env frame.Environment) *cobra.Command {
	var o change.Options
	var form frame.Output
	var file frame.DocumentArgument
	var all bool
	cmd := &cobra.Command{
		Use:   "diff FILE",
		Short: "Shows what config apply would change",
		Long: `Checks the configuration in FILE and shows what config apply would change in the table. Ends with 0 if nothing would
change, and with 1 otherwise. What is in the table but not in FILE counts only with --prune. Equal changes of many items are
shown together, with all names. With --all-regions, hubs with equal differences are shown together; an unreachable one counts as
different. With -o json or yaml each change has kind, name, change, version (after apply) and lines, and with --all-regions region.`,
		Example: `  eks-scaling config diff examples/sao-paulo.yaml`,
		Args:    form.Args(file.Args),
		RunE: func(cmd *cobra.Command, args []string) error {
			doc, err := document.Read(cmd, file.Name(args), "nothing was compared", env)
			if err != nil {
				return err
			}
			if all {
				return diffOfAll(o, &form, cmd, env, doc)
			}
			s, held, err := env.OpenAndReadAll(cmd)
			if err != nil {
				return err
			}
			found, err := compare(o, s, held, doc)
			if err != nil {
				return err
			}
			inWords := func(out io.Writer) error { o.PrintChanges(out, found.all); return nil }
			if err := form.Print(cmd.OutOrStdout(), differencesOf(o, found.all), inWords); err != nil {
				return err
			}
			if len(found.due) > 0 {
				return frame.ErrFindings
			}
			return nil
		},
	}
	form.AddFlag(cmd)
	file.AddFlag(cmd)
	cmd.Flags().BoolVar(&o.Verbose, "verbose", false, "show the fields of every cluster")
	cmd.Flags().BoolVar(&o.Prune, "prune", false, "compare as config apply --prune does")
	frame.AddAllRegionsFlag(cmd, &all, "compare with the stacks of all regions that have clusters")
	return cmd
}

// compared holds how a table differs from a document, and what config apply would write.
type compared struct {
	all, due []inventory.Change
}

func compare(o change.Options, s frame.Session, held inventory.Checked, doc document.Document) (found compared, err error) {
	wanted := change.OfHub(s, document.KeepPaused(doc, s.Notes, held.Snapshot))
	if found.all, err = held.Diff(held.Stamp(wanted, o.By, s.Now)); err != nil {
		return found, err
	}
	found.all = slices.DeleteFunc(found.all, func(c inventory.Change) bool { return !c.Needed() })
	found.due = slices.DeleteFunc(slices.Clone(found.all), func(c inventory.Change) bool { return c.IsLeft(o.Prune) })
	if err := inventory.NotNewer(found.due); err != nil {
		return found, fmt.Errorf("nothing was compared: %w", err)
	}
	return found, nil
}

func differencesOf(o change.Options, all []inventory.Change) []change.ItemChange {
	list := make([]change.ItemChange, len(all))
	for i, c := range all {
		list[i] = change.ItemChangeOf(c)
		if c.IsLeft(o.Prune) {
			list[i].Change = "left"
		}
	}
	return list
}
