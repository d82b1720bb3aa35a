package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/english"
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
				return usage(cmd, fmt.Errorf("found %s; want at most one, the cluster", english.Count(len(args), "argument")))
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
			held := checked(snapshot, s.now)
			inWords := func(out io.Writer) error { return held.print(out, env.width, cluster, s.now) }
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
func (s *stored) print(out io.Writer, width int, cluster string, now time.Time) error {
	if s.isEmpty() {
		return tell(out, "%s\n", "there is no configuration yet; begin with: eks-scaling init, or: eks-scaling config apply FILE")
	}
	if s.Settings != nil {
		say(out, "switch %s, time zone %s (%s)\n\n", inPosition(*s.Settings), s.settings.Timezone, written(*s.Settings))
	}
	if err := s.printClusters(out, width, cluster); err != nil {
		return err
	}
	sayLine(out)
	list := slices.DeleteFunc(s.list(now, false), func(o listedOverride) bool { return cluster != "" && o.Cluster != cluster })
	if err := s.printOverrides(out, width, list, false); err != nil {
		return err
	}
	calendars := s.calendarsOf(cluster)
	if len(calendars) == 0 {
		return nil
	}
	rows := [][]string{{"CALENDAR", "DATES", "WRITTEN"}}
	for _, e := range calendars {
		rows = append(rows, []string{e.Name, orBroken(s.isBroken(e), strconv.Itoa(len(s.calendars[e.Name].Dates))), written(e)})
	}
	sayLine(out)
	return inColumns(out, width, rows)
}

func (s *stored) printClusters(out io.Writer, width int, only string) error {
	rows := [][]string{{"CLUSTER", "REGION", "TIME ZONE", "SWITCH", "PERIODS", "NODE GROUPS", "WRITTEN"}}
	for _, e := range s.Clusters {
		if only != "" && e.Name != only {
			continue
		}
		c, usable := s.clusters[e.Name]
		if !usable {
			rows = append(rows, []string{e.Name, broken, "", "", "", "", written(e)})
			continue
		}
		rows = append(rows, []string{
			e.Name, c.Region, c.Timetable().Location().String(), inPosition(e), strconv.Itoa(len(c.Schedule.Periods)), strconv.Itoa(len(c.Nodegroups)),
			written(e),
		})
	}
	return inColumns(out, width, rows)
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
