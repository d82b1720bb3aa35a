package configcmd

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/agenda"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/inventory"
)

func newConfigShow(env frame.Environment) *cobra.Command {
	var form frame.Output
	cmd := &cobra.Command{
		Use:   "show [CLUSTER]",
		Short: "Shows the configuration in the table, and who wrote it when and why",
		Long: `Shows the configuration in the table: whether scaling is paused, the clusters, the active and upcoming overrides and the
calendars, with who wrote them, when and why. With CLUSTER it shows that cluster, its overrides and its calendars. With
-o json or yaml each item has kind, name, version, at, actor, reason and spec. For the document itself use config export.

Invalid items are named on stderr, and the command then ends with 1.`,
		Example: `  eks-scaling config show
  eks-scaling config show production -o yaml`,
		Args: form.Args(frame.AtMostOne),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, held, err := env.OpenAndReadAll(cmd)
			if err != nil {
				return err
			}
			cluster := ""
			if len(args) == 1 {
				cluster = args[0]
				if _, err := held.FindCluster(cluster); err != nil {
					return err
				}
			}
			inWords := func(out io.Writer) error { return printConfig(&held, out, env.Width, cluster, s.Now) }
			if err := form.Print(cmd.OutOrStdout(), shownOf(&held, cluster), inWords); err != nil {
				return err
			}
			return frame.Remarks(&held, s.Notes)
		},
	}
	form.AddFlag(cmd)
	return cmd
}

// runsInWords describes the settings of runs that are not the defaults.
func runsInWords(s config.Settings) (text string) {
	if !s.Fleet.IsZero() {
		text += fmt.Sprintf(", %s at a time", english.Count(s.Fleet.Units, "unit"))
	}
	if !s.BlastRadius.IsZero() {
		text += fmt.Sprintf(", a run takes down at most %s", s.BlastRadius)
	}
	if !s.Budget.IsZero() {
		text += fmt.Sprintf(", at most %s in each account and region", s.Budget)
	}
	return text
}

// printConfig prints the configuration, or the part about one cluster, as tables.
func printConfig(s *inventory.Checked, out io.Writer, width int, cluster string, now time.Time) error {
	if s.IsEmpty() {
		return term.Tell(out, "%s\n", "No configuration yet. Start with: eks-scaling init, or: eks-scaling config apply FILE")
	}
	if s.Settings != nil {
		term.SayFitting(out, width, "Scaling %s, time zone %s%s (%s)\n\n",
			stateInWords(s.Settings.PauseState()), s.Global.Timezone, runsInWords(s.Global), written(*s.Settings))
	}
	if err := printClusters(s, out, width, cluster); err != nil {
		return err
	}
	term.SayLine(out)
	list := slices.DeleteFunc(agenda.ListOverrides(s, now, false), func(o agenda.ListedOverride) bool { return cluster != "" && o.Cluster != cluster })
	if err := agenda.PrintOverrides(s, out, width, list, false); err != nil {
		return err
	}
	if err := printSignals(s, out, width); err != nil {
		return err
	}
	calendars := calendarsOf(s, cluster)
	if len(calendars) == 0 {
		return nil
	}
	rows := [][]string{{"CALENDAR", "DATES", "WRITTEN"}}
	for _, e := range calendars {
		rows = append(rows, []string{e.Name, orBroken(s.InvalidErr(e) != nil, strconv.Itoa(len(s.CalendarByName[e.Name].Dates))), written(e)})
	}
	term.SayLine(out)
	return term.WriteTable(out, width, rows)
}

// printSignals prints where signals are read from, and what holds without a value.
func printSignals(s *inventory.Checked, out io.Writer, width int) error {
	if len(s.Global.Signals) == 0 {
		return nil
	}
	rows := [][]string{{"SIGNAL", "SOURCE", "OTHERWISE"}}
	for _, name := range slices.Sorted(maps.Keys(s.Global.Signals)) {
		signal := s.Global.Signals[name]
		from := cmp.Or(signal.Alarm, signal.Parameter, signal.Calendar)
		if signal.HTTP != nil {
			from = signal.HTTP.Host()
		}
		rows = append(rows, []string{name, string(signal.Source()) + " " + from, string(signal.Otherwise)})
	}
	term.SayLine(out)
	return term.WriteTable(out, width, rows)
}

func printClusters(s *inventory.Checked, out io.Writer, width int, only string) error {
	rows := [][]string{{"CLUSTER", "REGION", "IN EKS", "TIME ZONE", "STATUS", "PERIODS", "NODE GROUPS", "WRITTEN"}}
	for _, e := range s.Clusters {
		if only != "" && e.Name != only {
			continue
		}
		c, usable := s.ClusterByName[e.Name]
		if !usable {
			rows = append(rows, []string{e.Name, agenda.Broken, "", "", "", "", "", written(e)})
		}
		for _, u := range c.Units() {
			rows = append(rows, []string{
				u.Name, u.Region, inEKS(u), u.Timetable().Location().String(), stateInWords(e.UnitPauseState(u.Name)), strconv.Itoa(len(u.Schedule.Periods)),
				strconv.Itoa(len(u.Nodegroups)), written(e),
			})
		}
	}
	const column = 2
	if !slices.ContainsFunc(rows[1:], func(row []string) bool { return row[column] != "" }) {
		for i := range rows {
			rows[i] = slices.Delete(rows[i], column, column+1)
		}
	}
	return term.WriteTable(out, width, rows)
}

// inEKS returns the account of a unit's cluster, if it is not the stack's, and its name in EKS, if it is another one.
func inEKS(u config.Unit) string {
	name := u.ClusterName()
	if account := u.Role.Account(); account != "" {
		return strings.TrimSuffix(account+"/"+name, "/")
	}
	return name
}

// calendarsOf returns the calendars that a cluster's periods name. It returns all without a cluster, or if it cannot be read.
func calendarsOf(s *inventory.Checked, cluster string) []inventory.Item {
	e, err := s.FindCluster(cluster)
	named := config.CalendarsOf(e.Spec)
	if err != nil || s.InvalidErr(e) != nil && named == nil {
		return s.Calendars
	}
	return slices.DeleteFunc(slices.Clone(s.Calendars), func(e inventory.Item) bool { return !slices.Contains(named, e.Name) })
}

func orBroken(isBroken bool, text string) string {
	if isBroken {
		return agenda.Broken
	}
	return text
}

// stateInWords says whether something is paused.
func stateInWords(state inventory.PauseState) string {
	switch state {
	case inventory.NotPaused:
		return "active"
	case inventory.Paused:
		return "PAUSED"
	case inventory.PauseUnclear:
		return agenda.Broken
	}
	return ""
}

// written returns text such as "version 3 since 2026-11-23 12:00 UTC by ana (maintenance)".
func written(e inventory.Item) string {
	return fmt.Sprintf("version %d%s", e.Version, health.WrittenBy(e))
}
