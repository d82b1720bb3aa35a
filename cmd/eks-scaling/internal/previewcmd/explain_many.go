package previewcmd

import (
	"cmp"
	"io"
	"maps"
	"slices"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/agenda"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/scaling"
)

// maxExplained limits the units that are explained in full, and those that are listed of more.
const maxExplained = 30

// isLarge reports whether there are too many units to explain each.
func (c loadedConfig) isLarge() bool { return len(c.units) > maxExplained && !c.all }

// listUnits prints a line for each unit before they are explained. Of many, it counts their profiles, and prints the first lines.
func listUnits(out io.Writer, width int, c loadedConfig, at time.Time) error {
	if len(c.units) < 2 {
		return nil
	}
	rows, counts := [][]string{{"UNIT", "PROFILE", "BECAUSE OF", "UNTIL", "SIZES"}}, map[string]int{}
	for _, unit := range c.units {
		e := explainUnit(c, unit, at)
		counts[agenda.ProfileInWords(e.Profile)+" ("+e.cause()+")"]++
		if c.isLarge() && len(rows) > maxExplained {
			continue
		}
		until := "-"
		if e.Until != nil {
			until = e.Until.In(e.LocalTime.Location()).Format("Mon 2006-01-02 15:04")
		}
		rows = append(rows, []string{e.Cluster, agenda.ProfileInWords(e.Profile), e.cause(), until, agenda.InWords(e.Nodegroups)})
	}
	if c.isLarge() {
		term.Say(out, "%s: %s\n\n", english.Count(len(c.units), "unit"), countsInWords(counts))
	}
	if err := term.WriteTable(out, width, rows); err != nil {
		return err
	}
	if more := len(c.units) - (len(rows) - 1); more > 0 {
		return term.Tell(out, "and %s more. Name some with --cluster, --schedule, --account or --in-region; --all explains all\n", english.Number(more))
	}
	if !c.isLarge() {
		term.SayLine(out)
	}
	return nil
}

// countsInWords words counts, the largest first.
func countsInWords(counts map[string]int) string {
	keys := slices.SortedFunc(maps.Keys(counts), func(a, b string) int { return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b)) })
	for i, key := range keys {
		keys[i] = english.Number(counts[key]) + " " + key
	}
	return english.OrNone(keys)
}

// cause names what sets the profile, such as "period day".
func (e clusterExplanation) cause() string {
	switch e.Source {
	case scaling.FromPeriod:
		return "period " + e.Period
	case scaling.FromOverride:
		if i := slices.IndexFunc(e.Considered, func(c consideration) bool { return c.Source == scaling.FromOverride && c.Applies }); i >= 0 {
			return e.Considered[i].title()
		}
	case scaling.FromDefault, scaling.FromPerson:
	}
	return string(e.Source)
}
