package statuscmd

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/scaling"
)

// screenOf is a report for people.
func screenOf(r report.Report, width int) *term.Screen {
	s := term.NewScreen(width)
	switchOff(s, r)
	parts(s, r)
	s.Add("")
	printVerdict(s, r)
	return s
}

// switchOff says first of all that nothing is scaled, if that is so.
func switchOff(s *term.Screen, r report.Report) {
	if r.Switch.Position == report.Off {
		s.Say(term.Plain, 2, "THE SWITCH IS OFF"+whoTurned(r.Switch)+": nothing is scaled until: eks-scaling config enable")
		s.Add("")
	}
}

// parts shows what there is.
func parts(s *term.Screen, r report.Report) {
	account := ""
	if r.Stack.Account != "" {
		account = ", account " + r.Stack.Account
	}
	s.Add(s.Cut(fmt.Sprintf("stack %s in %s%s, %s", r.Stack.Name, r.Stack.Region, account, r.At.Format(frame.UTCForm))), "")
	s.Table("", overview(r))
	for _, c := range r.Clusters {
		s.Add("")
		printCluster(s, c, r.Switch.Position == report.Off)
	}
	if len(r.Runs.Latest) > 0 {
		s.Add("")
		printRecentRuns(s, r)
	}
}

// overview is a line for each part of the system.
func overview(r report.Report) []term.Row {
	return []term.Row{
		part("SWITCH", switchWords(r.Switch.Position), ""),
		stackRow(r.Stack),
		configurationRow(r.Configuration),
		triggersRow(r.Triggers, r.Clusters),
		alarmsRow(r.Alarms),
		deadLettersRow(r.DeadLetters),
		lastSuccessRow(r),
	}
}

// part is a line of the overview; what is wrong takes the place of what is fine.
func part(name, fine, bad string) term.Row {
	if bad != "" {
		return term.Row{Mood: term.Wrong, Cells: []string{name, bad}}
	}
	return term.Row{Mood: term.Plain, Cells: []string{name, fine}}
}

const unreadWords = "could not be read"

func unreadPart(err string) string {
	if err == "" {
		return ""
	}
	return unreadWords
}

func switchWords(p report.Position) string {
	switch p {
	case report.On:
		return "on"
	case report.Off:
		return "OFF"
	case report.Unknown:
	}
	return "not known"
}

// whoTurned is such as " since 2026-11-23 12:00 UTC by ana (maintenance)".
func whoTurned(s report.Switch) string {
	var since time.Time
	if s.Since != nil {
		since = *s.Since
	}
	return frame.FormatAuthor(s.By, since, s.Reason)
}

func stackRow(s report.Stack) term.Row {
	bad, text, condition := unreadPart(s.Error), s.Status, s.Condition()
	if words, _, _ := strings.Cut(condition.String(), ","); words != "" {
		text += " (" + words + ")" // the rest stands where it says what is wrong
	}
	if bad == "" && condition.Failed() {
		bad = text
	}
	return part("STACK", text, bad)
}

func configurationRow(c report.Configuration) term.Row {
	clusters := english.Count(c.Clusters, "cluster")
	switch c.State {
	case report.Valid:
		return part("CONFIGURATION", "valid, "+clusters, "")
	case report.None:
		return part("CONFIGURATION", "no cluster yet", "")
	case report.Invalid:
		return part("CONFIGURATION", "", fmt.Sprintf("invalid: %s cannot be used", english.Count(max(len(c.Findings), 1), "item")))
	case report.NotKnown:
	}
	return part("CONFIGURATION", "", unreadWords)
}

func triggersRow(t report.Triggers, clusters []report.Cluster) term.Row {
	var differ, bad []string
	for _, group := range []struct {
		names []string
		what  string
	}{{t.Missing, "missing"}, {t.Disabled, "disabled"}, {t.NotPlanned, "not planned"}} {
		if len(group.names) > 0 {
			differ = append(differ, fmt.Sprintf("%d %s", len(group.names), group.what))
		}
	}
	text := fmt.Sprintf("%d planned", t.Planned)
	switch {
	case t.Error != "":
		bad = append(bad, unreadWords)
	case !t.Compared:
		text = "not compared, as the configuration cannot be used"
	case len(differ) == 0:
		text += ", all there"
		if slices.ContainsFunc(clusters, func(c report.Cluster) bool { return c.Error != "" }) {
			text += "; none for what cannot be used"
		}
	case t.Settling:
		text += ", " + strings.Join(differ, ", ") + ": the configuration has just changed, and they follow"
	default:
		bad = append([]string{text}, differ...)
	}
	if t.Reconcile != report.Present {
		if bad == nil {
			bad = []string{text}
		}
		bad = append(bad, "reconcile "+string(t.Reconcile))
	}
	return part("TRIGGERS", text, strings.Join(bad, ", "))
}

func alarmsRow(a report.Alarms) term.Row {
	raised, silent := len(a.Alarms.Raised()), len(a.Alarms.Silenced())
	var bad []string
	switch missing := len(a.Alarms.Missing()); {
	case a.Error != "":
		return part("ALARMS", "", unreadWords)
	case len(a.Alarms) == 0:
		bad = []string{"there are none"}
	case missing > 0:
		bad = []string{fmt.Sprintf("%d missing", missing)}
	}
	if raised > 0 {
		bad = append(bad, fmt.Sprintf("%d of %d gone off", raised, len(a.Alarms)))
	}
	if silent > 0 {
		bad = append(bad, fmt.Sprintf("%d of %d would tell nobody", silent, len(a.Alarms)))
	}
	return part("ALARMS", fmt.Sprintf("%d, none gone off", len(a.Alarms)), strings.Join(bad, ", "))
}

func deadLettersRow(d report.DeadLetters) term.Row {
	bad := unreadPart(d.Error)
	if bad == "" && d.Messages > 0 {
		bad = english.Count(d.Messages, "message")
	}
	return part("DEAD LETTERS", "none", bad)
}

func lastSuccessRow(r report.Report) term.Row {
	text := "none yet"
	if r.Runs.LastSuccess != nil {
		text = "ended " + r.Runs.LastSuccess.Format(frame.UTCForm)
	}
	bad := unreadPart(r.Runs.Error)
	if late := slices.ContainsFunc(r.Problems, func(p report.Problem) bool { return p.Kind == report.NoRecentRun }); late && bad == "" {
		bad = strings.Replace(text, "none yet", "none found", 1)
	}
	return part("LAST GOOD RUN", text, bad)
}

// printVerdict ends a screen with what is wrong, or says that nothing is.
func printVerdict(s *term.Screen, r report.Report) {
	switch {
	case !r.Healthy:
		s.Say(term.Wrong, 0, "WHAT IS WRONG, AND WHAT TO DO")
		for _, p := range r.Problems {
			s.Say(term.Wrong, 2, "  "+p.Subject+": "+p.Message)
			for _, remedy := range p.Remedies {
				s.Add("    -> " + remedy)
			}
		}
	case r.Switch.Position == report.Off:
		s.Say(term.Plain, 0, "nothing is wrong, but nothing is scaled while the switch is off")
	case r.Configuration.State == report.None:
		s.Say(term.Plain, 0, "nothing is wrong, but no cluster is configured, so nothing is scaled; begin with: eks-scaling init")
	default:
		s.Say(term.Fine, 0, "everything is fine")
	}
}

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
	has, wanted, words := "-", "-", standingWords(n.Standing)
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
	well := slices.Contains([]string{"ACTIVE", "UPDATING", "CREATING"}, n.Status) && len(n.Health) == 0
	return !well || n.Standing == report.Deviates || n.Standing == report.LeftAlone
}

func standingWords(s report.Standing) string {
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

// printRecentRuns shows the latest runs.
func printRecentRuns(s *term.Screen, r report.Report) {
	rows := []term.Row{{Mood: term.Plain, Cells: []string{"LAST RUNS", "STATUS", "TOOK", "STARTED BY", "WHAT IT DID"}}}
	for _, run := range r.Runs.Latest {
		took := "-"
		if run.EndedAt != nil {
			took = frame.FormatDuration(run.EndedAt.Sub(run.Begun()).Round(time.Second))
		}
		mood := term.Plain
		if slices.ContainsFunc(r.Problems, func(p report.Problem) bool { return p.Kind == report.RunFailed && p.Subject == "run "+run.Name }) {
			mood = term.Wrong
		}
		rows = append(rows, term.Row{Mood: mood, Cells: []string{run.StartedAt.Format(frame.UTCForm), run.Status, took, starter(run), whatRunDid(run)}})
	}
	s.Table("", rows)
}

// starter is who or what started a run; that of a schedule is always the scheduler.
func starter(r report.Run) string {
	if r.Trigger == "manual" && r.Actor != "" {
		return r.Actor
	}
	return cmp.Or(r.Trigger, r.Actor, "-")
}

// whatRunDid says of a dry run that it was one also where that failed, and how many there were in a row.
func whatRunDid(r report.Run) string {
	text := frame.Ending{Status: stackaws.Status(r.Status), Outcome: r.Outcome, Message: r.Message}.InWords()
	switch {
	case r.DryRunsBefore > 0:
		return fmt.Sprintf("%d dry runs, the last: %s", r.DryRunsBefore+1, strings.TrimPrefix(text, "a dry run: "))
	case r.DryRun && !strings.HasPrefix(text, "a dry run: "):
		return "a dry run: " + text
	default:
		return text
	}
}
