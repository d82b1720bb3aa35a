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
		s.Say(term.Wrong, 2, fmt.Sprintf("%s: invalid configuration, not scaled: %s", c.Cluster, c.Error))
		return
	}
	if c.Missing {
		s.Say(term.Wrong, 2, fmt.Sprintf("%s was not found in EKS in %s, so it is not scaled", c.Cluster, c.Region))
	} else {
		s.Say(term.Plain, 2, fmt.Sprintf("%s in %s, %s, enforce: %s", c.Cluster, c.Region, c.LocalTime.Format(scaling.LocalTime), c.Enforce))
	}
	if c.Switch.Position == report.Off {
		s.Say(term.Plain, 4, fmt.Sprintf("  Paused%s. Resume with: eks-scaling resume %s", c.Switch, c.Cluster))
	}
	if !c.Missing {
		printNodegroups(s, c, systemIsOff || c.Switch.Position == report.Off)
	}
}

// printNodegroups shows the node groups of a cluster, and why and until when their sizes are wanted.
func printNodegroups(s *term.Screen, c report.Cluster, off bool) {
	rows := []term.Row{{Mood: term.Plain, Cells: []string{"NODE GROUP", "STATUS", "CURRENT", "DESIRED", ""}}}
	for _, n := range c.Nodegroups {
		rows = append(rows, nodegroupRow(n))
	}
	s.Table("  ", rows)
	for _, n := range c.Nodegroups {
		if a := n.AskedFor; a.Run != "" {
			s.Say(term.Plain, 4, fmt.Sprintf("  %s: held at profile %s by run %s of %s (%s)", n.Nodegroup, a.Profile, a.Run, cmp.Or(a.Actor, "unknown"), cmp.Or(a.Reason, "no reason given")))
		}
	}
	for _, w := range reasons(c.Nodegroups) {
		s.Say(term.Plain, 4, "  "+w)
	}
	next := "  next: "
	if off && c.NextChange != nil {
		next = "  next, after resuming: "
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
		words += ", corrected " + english.Count(n.PutBack.Times, "time") + " in 24 hours"
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
	report.AsWanted:    "in sync",
	report.Changing:    "updating",
	report.Due:         "pending",
	report.Deviates:    "NOT IN SYNC",
	report.LeftAlone:   "DRIFTED",
	report.Asked:       "held by manual run",
	report.SwitchedOff: "paused",
	report.NotTouched:  "not in the profile",
	report.Gone:        "NOT FOUND",
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
		return "no change"
	}
	var sizes []string
	for _, n := range c.Nodegroups {
		sizes = append(sizes, n.Nodegroup+" "+report.InWords(n.Goal))
	}
	return c.LocalTime.Format(scaling.LocalTime) + ": " + strings.Join(sizes, ", ")
}
