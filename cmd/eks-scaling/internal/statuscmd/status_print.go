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
	"eks-scaling-automation/shared/inventory"
)

// screenOf lays out a report for people.
func screenOf(r report.Report, width int) *term.Screen {
	s := term.NewScreen(width)
	switchOff(s, r)
	parts(s, r)
	s.Add("")
	printVerdict(s, r)
	return s
}

// switchOff says first that nothing is scaled, if the switch is off.
func switchOff(s *term.Screen, r report.Report) {
	if r.Switch.Position != report.Off {
		return
	}
	next := "Resume with: eks-scaling resume"
	switch r.Switch.Apply {
	case report.Writing:
		next = "Config apply is at work."
	case report.Interrupted:
		next = "Config apply was interrupted: " + inventory.HoldRemedy
	}
	s.Say(term.Plain, 2, "Scaling is PAUSED"+r.Switch.String()+". "+next)
	s.Add("")
}

// parts shows the parts of the system.
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
	if left := r.Runs.LeftOut; left.Runs > 0 {
		s.Say(term.Plain, 2, fmt.Sprintf("Not read: what %s until %s changed, as there are too many. "+
			"These changes may be shown as drift.", english.Count(left.Runs, "run"), left.Newest.Format(frame.UTCForm)))
	}
}

// printVerdict shows the problems, or says that there are none.
func printVerdict(s *term.Screen, r report.Report) {
	switch {
	case !r.Healthy:
		s.Say(term.Wrong, 0, "PROBLEMS")
		for _, p := range r.Problems {
			s.Say(term.Wrong, 2, "  "+p.Subject+": "+p.Message)
			for _, remedy := range p.Remedies {
				s.Add("    -> " + remedy)
			}
			for _, link := range p.Links {
				s.Add(fmt.Sprintf("    -> %s   # the execution of %s", link.URL, link.Subject))
			}
		}
	case r.Switch.Position == report.Off:
		s.Say(term.Plain, 0, "No problems, but scaling is paused")
	case r.Configuration.State == report.None:
		s.Say(term.Plain, 0, "No problems, but no cluster is configured. Start with: eks-scaling init")
	default:
		s.Say(term.Fine, 0, "Healthy")
	}
}

// printRecentRuns shows the latest runs.
func printRecentRuns(s *term.Screen, r report.Report) {
	rows := []term.Row{{Mood: term.Plain, Cells: []string{"LAST RUNS", "STATUS", "DURATION", "STARTED BY", "RESULT"}}}
	for _, run := range r.Runs.Latest {
		took := "-"
		if !run.EndedAt.IsZero() {
			took = frame.FormatDuration(run.EndedAt.Sub(run.Begun).Round(time.Second))
		}
		mood := term.Plain
		if slices.ContainsFunc(r.Problems, func(p report.Problem) bool { return p.Kind == report.RunFailed && p.Subject == "run "+run.Name }) {
			mood = term.Wrong
		}
		rows = append(rows, term.Row{Mood: mood, Cells: []string{run.StartedAt.Format(frame.UTCForm), run.Status, took, starter(run), whatRunDid(run)}})
	}
	s.Table("", rows)
}

// starter returns who or what started a run. Only of a manual run the actor is a person.
func starter(r report.Run) string {
	if r.Trigger == "manual" && r.Actor != "" {
		return r.Actor
	}
	return cmp.Or(r.Trigger, r.Actor, "-")
}

// whatRunDid marks dry runs, also failed ones, and counts those in a row.
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
