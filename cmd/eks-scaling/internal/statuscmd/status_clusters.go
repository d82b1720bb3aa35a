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
		s.Say(term.Plain, 4, fmt.Sprintf("  ITS SWITCH IS OFF%s: it is not scaled until: eks-scaling config enable --cluster %s", c.Switch, c.Cluster))
	}
	if !c.Missing {
		printNodegroups(s, c, systemIsOff || c.Switch.Position == report.Off)
	}
}

// printNodegroups shows the node groups of a cluster, and why and until when their sizes are wanted.
func printNodegroups(s *term.Screen, c report.Cluster, off bool) {
	rows := []term.Row{{Mood: term.Plain, Cells: []string{"NODE GROUP", "STATUS", "HAS", "WANTED", ""}}}
	for _, n := range c.Nodegroups {
		rows = append(rows, nodegroupRow(n))
	}
	s.Table("  ", rows)
	for _, n := range c.Nodegroups {
		if a := n.AskedFor; a.Run != "" {
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
	has, wanted, words := "-", "-", stateWords[n.State]
	if n.Actual != nil {
		has = n.Actual.String()
	}
	if n.Wanted != nil {
		wanted = report.InWords(*n.Wanted)
	}
	if len(n.Health) > 0 {
		words += ", " + english.Count(len(n.Health), "health issue")
	}
	if n.PutBack.Times > 0 {
		words += ", put back " + english.Count(n.PutBack.Times, "time") + " in a day"
	}
	mood := term.Plain
	if isWrong(n) {
		mood = term.Wrong
	}
	return term.Row{Mood: mood, Cells: []string{n.Nodegroup, cmp.Or(n.Status, "-"), has, wanted, words}}
}

// isWrong reports whether the present state of a node group is a problem.
func isWrong(n report.Nodegroup) bool {
	return health.Nodegroup{Status: n.Status, Health: n.Health}.Failing() || n.State == report.Deviates || n.State == report.LeftAlone
}

var stateWords = map[report.State]string{
	report.AsWanted:    "as wanted",
	report.Changing:    "on its way",
	report.Due:         "a run is due",
	report.Deviates:    "NOT AS WANTED",
	report.LeftAlone:   "DRIFTED",
	report.Asked:       "as somebody asked for",
	report.SwitchedOff: "left as it is, as the switch is off",
	report.NotTouched:  "left as it is by the profile",
	report.Gone:        "GONE",
	report.NotRead:     strings.ToUpper(unreadWords),
}

// reasons returns why sizes are wanted, in one line for all node groups with the same reason.
func reasons(groups []report.Nodegroup) []string {
	var order []string
	names, wanted := map[string][]string{}, 0
	for _, n := range groups {
		if n.Why != nil {
			wanted++
			names[n.Why.Reason] = append(names[n.Why.Reason], n.Nodegroup)
			if len(names[n.Why.Reason]) == 1 {
				order = append(order, n.Why.Reason)
			}
		}
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
