package statuscmd

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/scaling"
)

// clusters shows the clusters with problems, and a line for each other one.
func (p printer) clusters() {
	rows := []term.Row{{Mood: term.Plain, Cells: []string{"CLUSTER", "STATE", "NODE GROUPS", "NEXT CHANGE"}}}
	for _, c := range p.r.Clusters {
		if inTrouble(c) {
			p.Add("")
			p.cluster(c)
			continue
		}
		rows = append(rows, term.Row{Mood: term.Plain, Cells: []string{c.Name, unitWords[c.State], sizesOf(c), p.nextOf(c)}})
	}
	if len(rows) > 1 {
		p.Add("")
		p.Table("", rows)
	}
}

// inTrouble reports whether a cluster, or one of its node groups, has a problem.
func inTrouble(c report.Cluster) bool {
	return c.Error != "" || c.NotFound || slices.ContainsFunc(c.Nodegroups, isWrong)
}

// maxSizes limits the node groups whose sizes a line shows.
const maxSizes = 3

// sizesOf returns text such as "big 1 -> 3, small 0", or the number of nodes if there are many node groups.
func sizesOf(c report.Cluster) string {
	var changing, all []string
	nodes := 0
	for _, n := range c.Nodegroups {
		text, inSync := sizeOf(n)
		if all = append(all, text); !inSync {
			changing = append(changing, text)
		}
		if n.Current != nil {
			nodes += int(n.Current.DesiredSize)
		}
	}
	switch {
	case len(all) <= maxSizes:
		return cmp.Or(strings.Join(all, ", "), "-")
	case len(changing) == 0:
		return english.Count(len(all), "node group") + ", " + english.Count(nodes, "node")
	case len(changing) > maxSizes:
		return fmt.Sprintf("%s and %d more", strings.Join(changing[:maxSizes], ", "), len(all)-maxSizes)
	default:
		return fmt.Sprintf("%s, %d in sync", strings.Join(changing, ", "), len(all)-len(changing))
	}
}

// sizeOf returns text such as "big 3" or "big 1 -> 3".
func sizeOf(n report.Nodegroup) (text string, inSync bool) {
	if n.Current == nil {
		return n.Name + " -", true
	}
	current := fmt.Sprint(n.Current.DesiredSize)
	if n.Desired == nil || n.Desired.Reached(*n.Current) {
		return n.Name + " " + current, true
	}
	desired := shortGoal(*n.Desired)
	if current == desired {
		current, desired = n.Current.String(), report.InWords(*n.Desired)
	}
	return n.Name + " " + current + " -> " + desired, false
}

// shortGoal returns the desired size alone, if there is one.
func shortGoal(g scaling.Goal) string {
	if g.DesiredSize == nil {
		return report.InWords(g)
	}
	return fmt.Sprint(*g.DesiredSize)
}

// nextOf returns text such as "in 4h, Tue 11:30 -03:00: big 1".
func (p printer) nextOf(c report.Cluster) string {
	switch {
	case c.Scaling.State == report.OnPause || p.r.Scaling.State == report.OnPause:
		return "none while paused"
	case c.NextChange == nil:
		return "none"
	}
	var sizes []string
	for _, n := range c.NextChange.Nodegroups {
		sizes = append(sizes, n.Name+" "+shortGoal(n.Goal))
	}
	text := fmt.Sprintf("%s, %s: ", term.Relative(c.NextChange.At, p.r.At), c.NextChange.LocalTime.Format("Mon 15:04"))
	if len(sizes) > maxSizes {
		return text + english.Count(len(sizes), "node group")
	}
	return text + strings.Join(sizes, ", ")
}
