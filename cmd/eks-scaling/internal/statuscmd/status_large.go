package statuscmd

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/english"
)

// maxWorst limits the units that a summary lists.
const maxWorst = 10

// isLarge reports whether there are too many units for a line each.
func (p printer) isLarge() bool { return p.r.Units.Total > maxLive && !p.all }

// summary counts the units by state and lists the worst ones, a line each.
func (p printer) summary() {
	p.Add("")
	p.Say(term.Plain, 2, english.Count(p.r.Units.Total, "unit")+": "+countsOf(p.r.Units.ByState))
	p.ageOfRecords()
	units := worstOf(p.r)
	shown := units
	if !p.problems {
		shown = units[:min(len(units), maxWorst)]
	}
	if len(shown) == 0 {
		return
	}
	rows := []term.Row{{Mood: term.Plain, Cells: []string{"UNIT", "STATE", "WHY"}}}
	for _, c := range shown {
		rows = append(rows, term.Row{Mood: moodOfUnit(c.State), Cells: []string{c.Name, unitWords[c.State], p.why(c)}})
	}
	p.Add("")
	p.Table("", rows)
	if rest := units[len(shown):]; len(rest) > 0 {
		left := map[report.UnitState]int{}
		for _, c := range rest {
			left[c.State]++
		}
		p.Say(term.Plain, 2, fmt.Sprintf("and %s more: %s. List them with: %s", english.Number(len(rest)), countsOf(left), p.again("--problems")))
	}
	p.Say(term.Plain, 2, "Show one with: "+frame.InRegion("eks-scaling status --cluster "+shown[0].Name, p.r.Stack.OnlyRegion))
}

// again returns the command with the same filter and another flag.
func (p printer) again(flag string) string {
	command := strings.Join(slices.DeleteFunc([]string{"eks-scaling status", p.filter, flag}, func(part string) bool { return part == "" }), " ")
	return frame.InRegion(command, p.r.Stack.OnlyRegion)
}

// ageOfRecords says how old the sizes are, if they come from the records.
func (p printer) ageOfRecords() {
	r := p.r.Records
	if r == nil {
		return
	}
	text := "No run has recorded them yet"
	if r.Run != "" {
		text = fmt.Sprintf("As the last runs recorded them, %s", term.Relative(r.Newest, p.r.At))
		if r.Newest.Sub(r.Oldest) >= health.Grace {
			text += fmt.Sprintf(" (the oldest record: %s)", term.Relative(r.Oldest, p.r.At))
		}
	}
	p.Say(term.Plain, 2, text+". Ask EKS with: "+p.again("--live"))
}

// worstOf returns the units that need attention, the worst first.
func worstOf(r report.Report) []report.Cluster {
	units := slices.DeleteFunc(slices.Clone(r.Clusters), func(c report.Cluster) bool { return c.State.Calm() })
	slices.SortStableFunc(units, func(a, b report.Cluster) int {
		return cmp.Or(cmp.Compare(a.State.Rank(), b.State.Rank()), cmp.Compare(a.Name, b.Name))
	})
	return units
}

// countsOf words counts, such as "3 failed, 12 drifted, 985 in sync".
func countsOf(byState map[report.UnitState]int) string {
	var parts []string
	for _, state := range report.WorstFirst {
		if n := byState[state]; n > 0 {
			parts = append(parts, english.Number(n)+" "+unitWords[state])
		}
	}
	return strings.Join(parts, ", ")
}

var unitWords = map[report.UnitState]string{
	report.LastRunFailed: "failed", report.UnitInvalid: "invalid", report.UnitNotFound: "not found", report.UnitFailing: "failing in EKS",
	report.UnitNotInSync: "not in sync", report.UnitDrifted: "drifted", report.UnitNotRead: "unreadable", report.UnitOvertaken: "overtaken",
	report.UnitHeldBack: "held back", report.UnitHeld: "held by manual run", report.UnitPaused: "paused",
	report.UnitStale: "without a recent record", report.UnitUpdating: "updating", report.UnitPending: "pending", report.UnitInSync: "in sync",
}

func moodOfUnit(s report.UnitState) term.Mood {
	switch {
	case s.Wrong():
		return term.Failed
	case s.Calm():
		return term.Plain
	default:
		return term.Warning
	}
}

// why words why a unit is in its state, in a few words: a line is cut.
func (p printer) why(c report.Cluster) string {
	switch {
	case c.State == report.UnitPaused:
		return strings.TrimSpace(c.Scaling.String())
	case c.State == report.UnitNotInSync || c.State == report.UnitDrifted:
		return sizesOff(c)
	case c.LastRecord != nil && c.LastRecord.Message != "":
		return strings.TrimPrefix(c.LastRecord.Message, unitWords[c.State]+": ")
	}
	if problem := p.problemOf(c); problem != "" {
		return problem
	}
	switch {
	case c.LastRecord != nil:
		return "recorded " + term.Relative(c.LastRecord.At, p.r.At)
	case c.State == report.UnitStale:
		return "no run has recorded it yet"
	}
	for _, n := range c.Nodegroups {
		if n.HeldBy.Run != "" {
			return heldWords(n, c)
		}
	}
	return ""
}

// problemOf returns the first problem of a unit; empty if it has none.
func (p printer) problemOf(c report.Cluster) string {
	i := slices.IndexFunc(p.r.Problems, func(f report.Finding) bool { return f.Unit == c.Name })
	if i < 0 {
		return ""
	}
	f := p.r.Problems[i]
	if _, nodegroup, isGroup := strings.Cut(f.Subject, "/"); isGroup && !strings.Contains(f.Subject, " ") {
		return nodegroup + ": " + f.Message
	}
	return f.Message
}

// sizesOff words the node groups that do not have their desired sizes, such as "big 1 -> 3, small 0 -> 1".
func sizesOff(c report.Cluster) string {
	var off []string
	for _, n := range c.Nodegroups {
		if n.State == report.NotInSync || n.State == report.Drifted {
			text, _ := sizeOf(n)
			off = append(off, text)
		}
	}
	return health.FirstFew(off, maxSizes)
}
