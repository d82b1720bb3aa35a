package statuscmd

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/scaling"
)

// cluster shows a cluster with its node groups.
func (p printer) cluster(c report.Cluster) {
	switch {
	case c.Error != "":
		p.Say(term.Failed, 2, fmt.Sprintf("%s: invalid configuration, not scaled: %s", c.Name, c.Error))
		return
	case c.NotFound:
		p.Say(term.Failed, 2, fmt.Sprintf("%s was NOT FOUND in EKS in %s, so it is not scaled", c.Name, c.Region))
	default:
		text := fmt.Sprintf("%s in %s, local time %s", c.Name, c.Region, c.LocalTime.Format(scaling.LocalTime))
		if c.Enforce == scaling.Always {
			text += ", enforce: always"
		}
		p.Say(term.Plain, 2, text)
	}
	if c.Scaling.State == report.OnPause {
		p.Say(term.Plain, 2, fmt.Sprintf("  Paused%s. Resume with: eks-scaling resume %s", c.Scaling, c.Name))
	}
	if !c.NotFound {
		p.nodegroups(c)
	}
}

// nodegroups shows the node groups of a cluster, why and until when their sizes are desired, and the next change.
func (p printer) nodegroups(c report.Cluster) {
	rows := []term.Row{{Mood: term.Plain, Cells: []string{"NODE GROUP", "STATUS", "CURRENT", "DESIRED", ""}}}
	for _, n := range c.Nodegroups {
		rows = append(rows, nodegroupRow(n))
	}
	p.Table("  ", rows)
	for _, n := range c.Nodegroups {
		if n.HeldBy.Run != "" {
			p.Say(term.Plain, 2, "  "+heldWords(n, c))
		}
	}
	for _, w := range reasons(c.Nodegroups) {
		p.Say(term.Plain, 2, "  "+w)
	}
	for _, s := range c.Signals {
		p.Say(moodOfSignal(s), 2, "  "+p.signalWords(s))
	}
	if took := health.ScaleUpsInWords(scaleUpsOf(c.Nodegroups)); took != "" {
		p.Say(term.Plain, 2, "  "+took)
	}
	next := "  next: "
	if c.NextChange != nil && (c.Scaling.State == report.OnPause || p.r.Scaling.State == report.OnPause) {
		next = "  next, after resuming: "
	}
	p.Say(term.Plain, 2, next+p.changeWords(c.NextChange))
}

// scaleUpsOf returns the last scale-ups that are on record.
func scaleUpsOf(groups []report.Nodegroup) (all []health.ScaleUp) {
	for _, n := range groups {
		if n.ScaleUpSeconds > 0 {
			all = append(all, health.ScaleUp{Nodegroup: n.Name, Seconds: n.ScaleUpSeconds})
		}
	}
	return all
}

// heldWords says which manual run decides on the sizes of a node group, and until when.
func heldWords(n report.Nodegroup, c report.Cluster) string {
	by := n.HeldBy
	does, until := "held at", ""
	switch {
	case by.Running:
		does = "being set to"
	case c.Enforce == scaling.Always:
		until = ", until the next run"
	case by.Until.IsZero():
		until = ", until the next transition"
	default:
		until = ", until " + by.Until.In(c.LocalTime.Location()).Format(scaling.LocalTime)
	}
	return fmt.Sprintf("%s: %s profile %s by run %s of %s (%s)%s",
		n.Name, does, by.Profile, by.Run, cmp.Or(by.Actor, "unknown"), cmp.Or(by.Reason, "no reason given"), until)
}

func nodegroupRow(n report.Nodegroup) term.Row {
	current, desired, words := "-", "-", stateWords[n.State]
	if n.Current != nil {
		current = n.Current.String()
	}
	if n.Desired != nil {
		desired = report.InWords(*n.Desired)
	}
	if len(n.Health) > 0 {
		words += ", " + english.Count(len(n.Health), "health issue")
	}
	if n.Corrections.Count > 0 {
		words += ", corrected " + english.Count(n.Corrections.Count, "time") + " in 24 hours"
	}
	mood := term.Plain
	switch {
	case isWrong(n):
		mood = term.Failed
	case n.State == report.Updating || n.State == report.Pending:
		mood = term.Changed
	}
	return term.Row{Mood: mood, Cells: []string{n.Name, cmp.Or(n.Status, "-"), current, desired, words}}
}

// isWrong reports whether the current state of a node group is a problem.
func isWrong(n report.Nodegroup) bool {
	wrong := []report.State{report.NotInSync, report.Drifted, report.NotFound, report.NotRead}
	return slices.Contains(wrong, n.State) || health.Nodegroup{Status: n.Status, Health: n.Health}.Failing()
}

var stateWords = map[report.State]string{
	report.InSync:       "in sync",
	report.Updating:     "updating",
	report.Pending:      "pending (next run within 2 min)",
	report.NotInSync:    "NOT IN SYNC",
	report.Drifted:      "DRIFTED (changed outside eks-scaling)",
	report.Held:         "held by manual run",
	report.Paused:       "paused",
	report.NotInProfile: "not in the profile",
	report.NotFound:     "NOT FOUND",
	report.NotRead:      strings.ToUpper(unreadWords),
	report.Unrecorded:   "not recorded yet",
}

// reasons returns why sizes are desired, in one line for all node groups with the same reason.
func reasons(groups []report.Nodegroup) []string {
	var order []string
	names, scheduled := map[string][]string{}, 0
	for _, n := range groups {
		if n.Why != nil {
			scheduled++
			names[n.Why.Reason] = append(names[n.Why.Reason], n.Name)
			if len(names[n.Why.Reason]) == 1 {
				order = append(order, n.Why.Reason)
			}
		}
	}
	for i, reason := range order {
		about := "why"
		if len(names[reason]) < scheduled {
			about = "why " + strings.Join(names[reason], ", ")
		}
		order[i] = about + ": " + reason
	}
	return order
}

func (p printer) changeWords(c *report.Change) string {
	if c == nil {
		return "no change"
	}
	var sizes []string
	for _, n := range c.Nodegroups {
		sizes = append(sizes, n.Name+" "+report.InWords(n.Goal))
	}
	return fmt.Sprintf("%s (%s): %s", term.Relative(c.At, p.r.At), c.LocalTime.Format(scaling.LocalTime), strings.Join(sizes, ", "))
}
