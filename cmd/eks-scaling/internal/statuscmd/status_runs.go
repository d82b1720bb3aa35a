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
)

// printRecentRuns shows the latest runs.
func printRecentRuns(s *term.Screen, r report.Report) {
	rows := []term.Row{{Mood: term.Plain, Cells: []string{"LAST RUNS", "STATUS", "TOOK", "STARTED BY", "WHAT IT DID"}}}
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
