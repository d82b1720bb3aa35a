package statuscmd

import (
	"cmp"
	"fmt"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/scaling"
)

// printCluster shows a cluster with its node groups.
func printCluster(s *term.Screen, c report.Cluster, systemIsOff bool) {
	if c.Error != "" {
		s.Say(term.Wrong, 2, fmt.Sprintf("%s cannot be used, so nothing is scaled there: %s", c.Cluster, c.Error))
		return
	}
	if c.Missing {
		s.Say(term.Wrong, 2, fmt.Sprintf("%s is not in EKS in %s, so nothing is scaled there", c.Cluster, c.Region))
	} else {
		s.Say(term.Plain, 2, fmt.Sprintf("%s in %s, %s, enforce: %s", c.Cluster, c.Region, c.LocalTime.Format(scaling.LocalTime), c.Enforce))
	}
	if c.Switch.Position == report.Off {
		s.Say(term.Plain, 4, fmt.Sprintf("  ITS SWITCH IS OFF%s: it is not scaled until: eks-scaling config enable --cluster %s", whoTurned(c.Switch), c.Cluster))
	}
	if !c.Missing {
		printNodegroups(s, c, systemIsOff || c.Switch.Position == report.Off)
	}
}

// printNodegroups shows the node groups of a cluster that is there, and why they are wanted so, and until when.
func printNodegroups(s *term.Screen, c report.Cluster, off bool) {
	rows := []term.Row{{Mood: term.Plain, Cells: []string{"NODE GROUP", "STATUS", "HAS", "WANTED", ""}}}
	for _, n := range c.Nodegroups {
		rows = append(rows, nodegroupRow(n))
	}
	s.Table("  ", rows)
	for _, n := range c.Nodegroups {
		if a := n.AskedFor; a != nil {
			s.Say(term.Plain, 4, fmt.Sprintf("  %s: profile %s was asked for by %s (%s), run %s", n.Nodegroup, a.Profile, cmp.Or(a.Actor, "(not known)"), cmp.Or(a.Reason, "no reason given"), a.Run))
		}
	}
	for _, w := range reasons(c.Nodegroups) {
		s.Say(term.Plain, 4, "  "+w)
	}
	next := "  next: "
	if off && c.NextChange != nil {
		next = "  next, once the switch is on: "
	}
	s.Say(term.Plain, 4, next+changeWords(c.NextChange))
}

func nodegroupRow(n report.Nodegroup) term.Row {
	has, wanted, words := "-", "-", stateWords(n.State)
	if n.Actual != nil {
		has = n.Actual.String()
	}
	if n.Wanted != nil {
		wanted = report.InWords(*n.Wanted)
	}
	if len(n.Health) > 0 {
		words += ", " + english.Count(len(n.Health), "health issue")
	}
	if n.PutBack != nil {
		words += ", put back " + english.Count(n.PutBack.Times, "time") + " in a day"
	}
	mood := term.Plain
	if isWrong(n) {
		mood = term.Wrong
	}
	return term.Row{Mood: mood, Cells: []string{n.Nodegroup, cmp.Or(n.Status, "-"), has, wanted, words}}
}

// isWrong says that a node group is on the list of what is wrong for what it is now.
func isWrong(n report.Nodegroup) bool {
	return health.Nodegroup{Status: n.Status, Health: n.Health}.Failing() || n.State == report.Deviates || n.State == report.LeftAlone
}

func stateWords(s report.State) string {
	switch s {
	case report.AsWanted:
		return "as wanted"
	case report.Changing:
		return "on its way"
	case report.Due:
		return "a run is due"
	case report.Deviates:
		return "NOT AS WANTED"
	case report.LeftAlone:
		return "DRIFTED"
	case report.Asked:
		return "as somebody asked for"
	case report.SwitchedOff:
		return "left as it is, as the switch is off"
	case report.NotTouched:
		return "left as it is by the profile"
	case report.Gone:
		return "GONE"
	case report.NotRead:
	}
	return strings.ToUpper(unreadWords)
}

// reasons say why each node group is wanted as it is; those with the same reason share a line.
func reasons(groups []report.Nodegroup) []string {
	var order []string
	names, wanted := map[string][]string{}, 0
	for _, n := range groups {
		if n.Why == nil {
			continue
		}
		wanted++
		if names[n.Why.Reason] == nil {
			order = append(order, n.Why.Reason)
		}
		names[n.Why.Reason] = append(names[n.Why.Reason], n.Nodegroup)
	}
	for i, reason := range order {
		about := "why"
		if len(names[reason]) < wanted {
			about = "why " + strings.Join(names[reason], ", ")
		}
		order[i] = about + ": " + reason
	}
	return order
}

func changeWords(c *report.Change) string {
	if c == nil {
		return "nothing changes"
	}
	var sizes []string
	for _, n := range c.Nodegroups {
		sizes = append(sizes, n.Nodegroup+" "+report.InWords(n.Goal))
	}
	return c.LocalTime.Format(scaling.LocalTime) + ": " + strings.Join(sizes, ", ")
}
