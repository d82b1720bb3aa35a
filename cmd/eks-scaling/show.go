package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/shared/tables"
)

func newConfigShow(env environment) *cobra.Command {
	var form presentation
	cmd := &cobra.Command{
		Use:   "show [CLUSTER]",
		Short: "Shows the configuration in the table, and who wrote it when and why",
		Long: `Shows the configuration in the table: the switch, the clusters, the overrides that have not ended and the calendars, with
who wrote them, when and why. Of CLUSTER these are its overrides and the calendars that it uses. With -o json or yaml it is
the document itself.

What cannot be used is named on stderr, and the command then ends with 1.`,
		Example: `  eks-scaling config show
  eks-scaling config show production -o yaml`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage(cmd, fmt.Errorf("found %s; want at most one, the cluster", count(len(args), "argument")))
			}
			return form.check(cmd)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			s, snapshot, err := env.openAndRead(cmd)
			if err != nil {
				return err
			}
			cluster := ""
			if len(args) == 1 {
				cluster = args[0]
				if _, err := findCluster(snapshot, cluster); err != nil {
					return err
				}
			}
			held := checked(snapshot)
			inWords := func(out io.Writer) error { return held.print(out, cluster, s.now) }
			if err := form.print(cmd.OutOrStdout(), held.document(cluster, s.now), inWords); err != nil {
				return err
			}
			return held.remarks(s.notes, s.now)
		},
	}
	form.flag(cmd)
	return cmd
}

// print writes the configuration, or what of it concerns one cluster, as tables.
func (s *stored) print(out io.Writer, cluster string, now time.Time) error {
	if s.isEmpty() {
		_, err := fmt.Fprintln(out, "there is no configuration yet; write one with: eks-scaling config apply FILE")
		return err
	}
	if s.Settings != nil {
		_, _ = fmt.Fprintf(out, "switch %s, time zone %s (%s)\n\n", inPosition(*s.Settings), s.settings.Timezone, written(*s.Settings))
	}
	if err := s.printClusters(out, cluster); err != nil {
		return err
	}
	_, _ = fmt.Fprintln(out)
	list := slices.DeleteFunc(s.list(now, false), func(o listedOverride) bool { return cluster != "" && o.Cluster != cluster })
	if err := s.printOverrides(out, list, false); err != nil {
		return err
	}
	calendars := s.calendarsOf(cluster)
	if len(calendars) == 0 {
		return nil
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "\nCALENDAR\tDATES\tWRITTEN")
	for _, e := range calendars {
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\n", e.Name, orBroken(s.isBroken(e), strconv.Itoa(len(s.calendars[e.Name].Dates))), written(e))
	}
	return table.Flush()
}

func (s *stored) printClusters(out io.Writer, only string) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "CLUSTER\tREGION\tTIME ZONE\tSWITCH\tPERIODS\tNODE GROUPS\tWRITTEN")
	for _, e := range s.Clusters {
		if only != "" && e.Name != only {
			continue
		}
		c, usable := s.clusters[e.Name]
		if !usable {
			_, _ = fmt.Fprintf(table, "%s\t%s\t\t\t\t\t%s\n", e.Name, broken, written(e))
			continue
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%d\t%d\t%s\n", e.Name, c.Region, c.Timetable().Location(), inPosition(e),
			len(c.Schedule.Periods), len(c.Nodegroups), written(e))
	}
	return table.Flush()
}

// calendarsOf are the calendars that a cluster's periods name, or all where no cluster is given or it cannot be read.
func (s *stored) calendarsOf(cluster string) []tables.Entity {
	e, err := findCluster(s.Snapshot, cluster)
	var spec struct {
		Schedule struct {
			Periods []struct {
				Calendars struct{ Only, Except []string }
			}
		}
	}
	if err != nil || json.Unmarshal(e.Spec, &spec) != nil {
		return s.Calendars
	}
	var named []string
	for _, p := range spec.Schedule.Periods {
		named = slices.Concat(named, p.Calendars.Only, p.Calendars.Except)
	}
	return slices.DeleteFunc(slices.Clone(s.Calendars), func(e tables.Entity) bool { return !slices.Contains(named, e.Name) })
}

func orBroken(isBroken bool, text string) string {
	if isBroken {
		return broken
	}
	return text
}

// inPosition is the switch in words.
func inPosition(e tables.Entity) string {
	switch enabledIn(e.Spec) {
	case on:
		return "on"
	case off:
		return "OFF"
	case unclear:
		return broken
	}
	return ""
}

// written is such as "version 3 since 2026-11-23 12:00 UTC by ana (maintenance)".
func written(e tables.Entity) string {
	return fmt.Sprintf("version %d%s", e.Version, whoWhenWhy(e.UpdatedBy, e.UpdatedAt, e.Reason))
}
