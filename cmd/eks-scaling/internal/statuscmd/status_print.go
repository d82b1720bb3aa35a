package statuscmd

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
	"eks-scaling-automation/cmd/eks-scaling/internal/runwords"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/english"
)

// printer lays out a report for people.
type printer struct {
	*term.Screen
	r report.Report
	view
}

// view says what to show of a report.
type view struct {
	all      bool   // every part, instead of one line for what is in order
	problems bool   // only what has findings
	filter   string // the flags that narrow the report, for the commands that it suggests
}

// screenOf lays out a report: the problems first, and the verdict in the last line.
func screenOf(r report.Report, width int, v view) *term.Screen {
	p := printer{term.NewScreen(width), r, v}
	p.header()
	p.findings()
	p.parts()
	p.Add("")
	p.verdict()
	return p.Screen
}

// header names the stack and the time.
func (p printer) header() {
	account := ""
	if p.r.Stack.Account != "" {
		account = ", account " + p.r.Stack.Account
	}
	scope := ""
	if p.r.Stack.OnlyRegion != "" {
		scope = " (only the clusters of this region)"
	}
	p.Say(term.Plain, 2, fmt.Sprintf("stack %s in %s%s%s, %s", p.r.Stack.Name, p.r.Stack.Region, scope, account, p.r.At.Format(frame.UTCForm)))
	if p.isLarge() {
		p.summary()
	} else {
		p.ageOfRecords()
	}
}

// findings shows the problems and the notes, each with its remedies.
func (p printer) findings() {
	problems, notes := p.r.Problems, p.r.Notes
	if p.isLarge() { // the summary has the units
		ofUnit := func(f report.Finding) bool { return f.Unit != "" }
		problems, notes = slices.DeleteFunc(slices.Clone(problems), ofUnit), slices.DeleteFunc(slices.Clone(notes), ofUnit)
	}
	p.list("PROBLEMS", term.Failed, problems)
	p.list("NOTES", term.Warning, notes)
	if more := len(p.r.Notes) - len(notes); more > 0 {
		p.Add("")
		p.Say(term.Plain, 2, fmt.Sprintf("%s about units. List them with: %s", english.Count(more, "note"), p.again("-o json")))
	}
}

func (p printer) list(title string, mood term.Mood, all []report.Finding) {
	if len(all) == 0 {
		return
	}
	p.Add("")
	p.Say(mood, 0, title)
	for _, f := range all {
		p.Say(mood, 2, "  "+f.Subject+": "+f.Message)
		for _, remedy := range f.Remedies {
			p.Add("    -> " + remedy)
		}
		for _, link := range f.Links {
			p.Add(fmt.Sprintf("    -> %s   # the execution of %s", link.URL, link.Subject))
		}
	}
}

// parts shows the parts of the system: all of them, or the clusters with problems and a line for each other one.
func (p printer) parts() {
	if p.all {
		p.Add("")
		p.Table("", overview(p.r))
		for _, c := range p.r.Clusters {
			p.Add("")
			p.cluster(c)
		}
		p.recentRuns()
	} else {
		p.overview()
	}
	if left := p.r.Runs.LeftOut; left.Runs > 0 {
		p.Say(term.Plain, 2, fmt.Sprintf("Not read: the results of %s until %s, as there are too many. Their changes may appear as drift.",
			english.Count(left.Runs, "run"), left.Newest.Format(frame.UTCForm)))
	}
}

// overview shows the system in one sentence, the clusters, the signals and the last run. With --problems it shows only clusters.
func (p printer) overview() {
	if !p.problems {
		if len(p.r.Problems)+len(p.r.Notes) > 0 || p.isLarge() {
			p.Add("")
		}
		p.Say(term.Plain, 2, "System: "+brief(p.r))
	}
	if !p.isLarge() {
		p.clusters()
	}
	if !p.problems {
		p.signals()
		p.lastRun()
	}
}

// verdict shows the worst thing that is true.
func (p printer) verdict() {
	mood := map[report.Status]term.Mood{report.Healthy: term.OK, report.Unwell: term.Failed, report.Unknown: term.Failed}[p.r.Status]
	p.Say(mood, 0, p.r.Summary)
}

// lastRun shows the last run in one line.
func (p printer) lastRun() {
	if len(p.r.Runs.Latest) == 0 {
		return
	}
	r := p.r.Runs.Latest[0]
	text := fmt.Sprintf("Last run: %s by %s, %s", term.Relative(r.StartedAt, p.r.At), starter(r), runwords.StatusWord(endingOf(r)))
	if !r.EndedAt.IsZero() {
		text += fmt.Sprintf(" in %s: %s", durationOf(r), resultOf(r))
	}
	p.Add("")
	p.Say(p.moodOf(r), 2, text)
}

// recentRuns shows the latest runs.
func (p printer) recentRuns() {
	if len(p.r.Runs.Latest) == 0 {
		return
	}
	rows := []term.Row{{Mood: term.Plain, Cells: []string{"LAST RUNS", "STATUS", "STARTED BY", "DURATION", "RESULT"}}}
	for _, r := range p.r.Runs.Latest {
		rows = append(rows, term.Row{Mood: p.moodOf(r), Cells: []string{
			term.Relative(r.StartedAt, p.r.At), runwords.StatusWord(endingOf(r)), starter(r), durationOf(r), cmp.Or(resultOf(r), "-"),
		}})
	}
	p.Add("")
	p.Table("", rows)
}

// moodOf marks the run that is a problem.
func (p printer) moodOf(r report.Run) term.Mood {
	if slices.ContainsFunc(p.r.Problems, func(f report.Finding) bool { return f.Kind == report.RunFailed && f.Subject == "run "+r.Name }) {
		return term.Failed
	}
	return term.Plain
}

func durationOf(r report.Run) string {
	if r.EndedAt.IsZero() {
		return "-"
	}
	return frame.FormatDuration(r.EndedAt.Sub(r.Begun).Round(time.Second))
}

// starter returns who or what started a run. Only a manual run has a person as its actor.
func starter(r report.Run) string {
	if r.Trigger == "manual" && r.Actor != "" {
		return r.Actor
	}
	return cmp.Or(r.Trigger, r.Actor, "-")
}

func endingOf(r report.Run) frame.Ending {
	end := frame.Ending{Outcome: r.Outcome, Message: r.Message}
	_ = end.Status.UnmarshalText([]byte(r.Status)) // never fails
	return end
}

// resultOf marks dry runs, also failed ones, and counts those in a row.
func resultOf(r report.Run) string {
	text := runwords.ShortResult(endingOf(r))
	switch {
	case r.DryRunsBefore > 0:
		return fmt.Sprintf("%d dry runs, the last: %s", r.DryRunsBefore+1, strings.TrimPrefix(text, "dry run: "))
	case r.DryRun && !strings.HasPrefix(text, "dry run: "):
		return "dry run: " + text
	default:
		return text
	}
}
