package main

import (
	"cmp"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/scaling"
)

// listedOverride is an override with its state, and what is wrong. Of one that is broken nothing else is known but the name.
type listedOverride struct {
	scaling.Override
	State string `json:"state"`
	Error string `json:"error,omitempty"`
}

// MarshalJSON has nothing of a broken override that is not known.
func (o listedOverride) MarshalJSON() ([]byte, error) {
	if o.State == broken {
		return json.Marshal(map[string]string{"name": o.Name, "state": o.State, "error": o.Error})
	}
	type plain listedOverride
	return json.Marshal(plain(o))
}

func newOverrideList(env environment) *cobra.Command {
	var form presentation
	all := false
	cmd := &cobra.Command{
		Use:   "list [--all]",
		Short: "Lists the overrides that are in force or coming",
		Long: `Lists the overrides that are in force or coming, and with --all those that have ended; these stay in the table for 7 days.
One that cannot be read is listed as broken, and of one whose cluster cannot be used it is said; the command then ends with 1.`,
		Example: `  eks-scaling override list
  eks-scaling override list --all -o json`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := form.check(cmd); err != nil {
				return err
			}
			s, held, err := env.openAndRead(cmd)
			if err != nil {
				return err
			}
			list := listOverrides(&held, s.now, all)
			if err := form.print(cmd.OutOrStdout(), list, func(out io.Writer) error { return printOverrides(&held, out, env.width, list, all) }); err != nil {
				return err
			}
			if slices.ContainsFunc(list, func(o listedOverride) bool { return o.Error != "" }) {
				return errFindings
			}
			return nil
		},
	}
	form.flag(cmd)
	cmd.Flags().BoolVar(&all, "all", false, "those that have ended, too")
	return cmd
}

// listOverrides is the overrides with their states, by their start.
func listOverrides(s *inventory.Checked, now time.Time, all bool) []listedOverride {
	found := []listedOverride{}
	for _, e := range s.Overrides {
		o := listedOf(s, e, now)
		if all || o.State != ended {
			found = append(found, o)
		}
	}
	slices.SortStableFunc(found, func(a, b listedOverride) int {
		return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.Name, b.Name))
	})
	return found
}

// listedOf is an override with its state, as far as it can be read.
func listedOf(s *inventory.Checked, e inventory.Item, now time.Time) listedOverride {
	if o, fine := s.OverrideByKey[e.Key()]; fine {
		return listedOverride{o, stateOf(o, now), ""}
	}
	o, isOrphan := s.Orphans[e.Key()]
	switch {
	case !isOrphan:
		return listedOverride{scaling.Override{Name: e.Name}, broken, whyBroken(s, e)}
	case o.From.IsZero() || o.Until.IsZero():
		return listedOverride{o, broken, inventory.ErrUnusableCluster.Error()}
	case stateOf(o, now) == ended:
		return listedOverride{o, ended, ""}
	default:
		return listedOverride{o, stateOf(o, now), inventory.ErrUnusableCluster.Error()}
	}
}

func whyBroken(s *inventory.Checked, e inventory.Item) string {
	i := slices.IndexFunc(s.Invalid, func(b inventory.InvalidItem) bool { return b.Item == inventory.ItemKey(e) })
	return strings.ReplaceAll(s.Invalid[i].Err.Error(), "\n", "; ")
}

// printOverrides writes them as a table, with times by the clocks of their clusters.
func printOverrides(s *inventory.Checked, out io.Writer, width int, list []listedOverride, all bool) error {
	if len(list) == 0 {
		text := "no override is in force or coming"
		if all {
			text = "no override"
		}
		return tell(out, "%s\n", text)
	}
	rows := [][]string{{"OVERRIDE", "CLUSTER", "STATE", "WHAT", "FROM", "UNTIL", "BY", "REASON"}}
	for _, o := range list {
		if o.State == broken {
			rows = append(rows, []string{o.Name, "", o.State, o.Error})
			continue
		}
		loc := s.Location(o.Cluster)
		if o.Error != "" {
			o.Reason += "; " + o.Error
		}
		rows = append(rows, []string{
			o.Name, o.Cluster, o.State, overrideInWords(o.Override), o.From.In(loc).Format(scaling.LocalTime), o.Until.In(loc).Format(scaling.LocalTime),
			o.CreatedBy, o.Reason,
		})
	}
	return inColumns(out, width, rows)
}
