package configcmd

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/change"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/cmd/eks-scaling/internal/writeplan"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/inventory"
)

func newConfigRollback(env frame.Environment) *cobra.Command {
	var o change.Options
	var form frame.Output
	cmd := &cobra.Command{
		Use:   "rollback CLUSTER VERSION",
		Short: "Restores an earlier version of a cluster's configuration",
		Long: `Restores an earlier version of a cluster's configuration from config history, as a new version. It must be valid with the
current settings, calendars and overrides. A removed cluster can be restored too. An edit by hand has no version of its own: VERSION
is the state before that edit.

Shows what changes and the coming week, and asks. If somebody changes the cluster meanwhile, nothing is written and the
command ends with 4.

` + change.ChangesInJSON,
		Example: `  eks-scaling config history production
  eks-scaling config rollback production 3 --reason "the shorter night was too short"`,
		Args: frame.Arguments("CLUSTER", "VERSION"),
		RunE: func(cmd *cobra.Command, args []string) error {
			version, err := strconv.Atoi(args[1])
			if err != nil || version < 1 {
				return frame.Usage(cmd, fmt.Errorf("invalid version %q: use a whole number from 1", args[1]))
			}
			return form.RunWithStack(cmd, env, func(env frame.Environment, s frame.Session) (any, error) {
				return rollBack(o, cmd, env, s, args[0], version)
			})
		},
	}
	form.AddFlag(cmd)
	o.AddFlags(cmd, env)
	return cmd
}

func rollBack(o change.Options, cmd *cobra.Command, env frame.Environment, s frame.Session, name string, version int) (made change.Report, err error) {
	ctx, out := cmd.Context(), env.Told
	held, err := s.Read(ctx)
	if err != nil {
		return made, err
	}
	if err := held.Here(name); err != nil {
		return made, err
	}
	changes, err := s.Logs.ConfigChanges(ctx, inventory.KindCluster, name)
	if err != nil {
		return made, err
	}
	c, err := restored(held, changes, name, version)
	if err != nil {
		return made, err
	}
	if c.Same {
		term.Say(out, "Cluster %s is already as in version %d; nothing to do.\n", name, version)
		return change.NewReport(s), nil
	}
	p := change.Preview(held, []inventory.Change{c})
	if _, err := p.After.Units(name); err != nil {
		return made, fmt.Errorf("nothing was written: version %d of cluster %s does not fit the rest of the table: %w", version, name, err)
	}
	if err := p.Exceeds(s.Now); err != nil {
		return made, err
	}
	change.PrintChange(c, out)
	if err := p.Show(out, s.Notes, env.Width, s.Now, true); err != nil {
		return made, err
	}
	if err := frame.Confirm(cmd, env, o.Yes, fmt.Sprintf("Restore version %d as version %d?", version, c.After.NextVersion())); err != nil {
		return made, err
	}
	o.Reason = strings.TrimSuffix(fmt.Sprintf("back to version %d: %s", version, o.Reason), ": ")
	plan := writeplan.Plan{Steps: []writeplan.Step{{Changes: []inventory.Change{c}}}}
	if err = o.Write(cmd, env, s, plan); err == nil {
		change.SayAlone(out, s, held.Snapshot)
	}
	return change.NewReport(s, plan.Changes()...), err
}

// restored returns the change to an earlier version. A cluster that was removed is added again.
func restored(held inventory.Checked, changes []inventory.ConfigChange, name string, version int) (c inventory.Change, err error) {
	current, missing := held.FindCluster(name)
	if missing != nil {
		if len(changes) == 0 { // it never existed
			return c, missing
		}
		current = inventory.Item{Kind: inventory.KindCluster, Name: name, Removed: inventory.RemovedVersion(changes)}
	}
	past, err := pastVersion(changes, name, version)
	if err != nil {
		return c, err
	}
	wanted := current
	wanted.Spec = past.After
	if c, err = inventory.ChangeTo(current.Spec, wanted); err != nil {
		return c, err
	}
	if err := cmp.Or(inventory.NotNewer([]inventory.Change{c}), config.CheckFormat(past.Format)); err != nil {
		return c, fmt.Errorf("nothing was written: %w", err)
	}
	return c, nil
}

// pastVersion returns a recorded version of a cluster as it was first written: edits by hand keep the version. If a version was given twice
// it returns the newest. A removal has nothing to restore.
func pastVersion(changes []inventory.ConfigChange, name string, version int) (inventory.ConfigChange, error) {
	var found *inventory.ConfigChange
	var known []string
	for _, c := range changes {
		switch {
		case c.After == nil && c.Version == version && found == nil:
			return c, frame.NotFound(fmt.Errorf("version %d of cluster %s is its removal; restore an earlier version", version, name))
		case c.After != nil && c.Version == version:
			found = &c
		case found != nil:
			return *found, nil
		case c.After != nil:
			known = append(known, strconv.Itoa(c.Version))
		}
	}
	if found != nil {
		return *found, nil
	}
	slices.Reverse(known)
	known = slices.Compact(known)
	return inventory.ConfigChange{}, frame.NotFound(fmt.Errorf("version %d of cluster %s not found; known: %s", version, name, english.OrNone(known)))
}
