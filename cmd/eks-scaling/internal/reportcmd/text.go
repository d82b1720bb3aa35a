package reportcmd

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/agenda"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
	"eks-scaling-automation/cmd/eks-scaling/internal/page"
	"eks-scaling-automation/cmd/eks-scaling/internal/runwords"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// inWords prints the report as text.
func inWords(out io.Writer, env frame.Environment, r page.Report) error {
	zone, err := time.LoadLocation(r.Timezone)
	if err != nil {
		return err
	}
	w := words{Screen: term.NewScreen(env.Width), r: r, zone: zone}
	w.Say(term.Plain, 2, fmt.Sprintf("Stack %s in %s, as of %s (%s)", r.Stack.Name, r.Stack.Region, w.local(r.At), r.Timezone))
	w.Say(map[report.Status]term.Mood{report.Healthy: term.OK, report.Unwell: term.Failed, report.Unknown: term.Failed}[r.Status], 2, r.Summary)
	w.now()
	w.week()
	w.runs()
	w.savings()
	w.failures()
	return w.Print(out, env.Color())
}

type words struct {
	*term.Screen
	r    page.Report
	zone *time.Location
}

func (w words) local(t time.Time) string { return t.In(w.zone).Format(scaling.LocalTime) }

func (w words) now() {
	w.Add("", fmt.Sprintf("NOW: %s, %d desired; %d of %s in sync", english.Count(w.r.Nodes.Current, "node"), w.r.Nodes.Desired, w.r.Nodes.InSync, english.Count(w.r.Nodes.Nodegroups, "node group")))
	rows := []term.Row{{Cells: []string{"NODE GROUP", "CURRENT", "DESIRED", "STATE"}}}
	for _, c := range w.r.Clusters {
		for _, n := range c.Nodegroups {
			desired := "-"
			if n.Desired != nil {
				desired = report.InWords(*n.Desired)
			}
			rows = append(rows, term.Row{Cells: []string{c.Name + "/" + n.Name, runwords.SizesOrUnknown(n.Current), desired, page.StateWords(n.State)}})
		}
	}
	w.Table("  ", rows)
	if w.r.UnitsLeftOut > 0 {
		w.Add(fmt.Sprintf("  and %s; show more with --limit", english.Count(w.r.UnitsLeftOut, "more unit")))
	}
}

// maxSteps limits the steps of each unit that the text lists.
const maxSteps = 5

func (w words) week() {
	w.Add("", "COMING WEEK (all of it: eks-scaling preview)")
	for _, p := range w.r.Week {
		w.Say(term.Plain, 4, fmt.Sprintf("  %s (%s)", p.Cluster, p.Timezone))
		if p.Idle != "" {
			w.Add("    not applied: " + p.Idle)
		}
		var rows []term.Row
		for _, s := range p.Steps[:min(len(p.Steps), maxSteps)] {
			rows = append(rows, term.Row{Cells: []string{s.LocalTime.Format("Mon 02") + " " + s.Clock(), agenda.ProfileInWords(s.Profile), agenda.InWords(s.Nodegroups)}})
		}
		w.Table("    ", rows)
	}
	for _, o := range w.r.Overrides {
		w.Say(term.Plain, 4, fmt.Sprintf("  override %s: %s, until %s", o.Name, o.State, w.local(o.Until)))
	}
}

func (w words) runs() {
	var outcomes []string
	for _, outcome := range slices.Sorted(maps.Keys(w.r.Runs.Outcomes)) {
		outcomes = append(outcomes, fmt.Sprintf("%d %s", w.r.Runs.Outcomes[outcome], outcome))
	}
	w.Add("")
	w.Say(term.Plain, 2, fmt.Sprintf("RUNS since %s: %d (%s), %s, %d failed", w.local(w.r.Since), w.r.Runs.Total, english.OrNone(outcomes), english.Count(w.r.Runs.Changes, "change"), w.r.Runs.Failed))
	if l := w.r.Runs.Lateness; l != nil {
		w.Say(term.Plain, 2, fmt.Sprintf("  From transition to call: median %s, longest %s; to ACTIVE: median %s, longest %s",
			page.Seconds(l.MedianCall), page.Seconds(l.LongestCall), page.Seconds(l.MedianReady), page.Seconds(l.LongestReady)))
	}
	var rows []term.Row
	for _, one := range w.r.Runs.Latest {
		result, mood := string(one.Outcome)+one.Status, term.Plain
		if one.Outcome == run.Failed {
			mood = term.Failed
		}
		rows = append(rows, term.Row{Mood: mood, Cells: []string{w.local(one.StartedAt), runwords.StartedBy(one.Actor, one.Trigger), result, changesInWords(one)}})
	}
	if rows != nil {
		w.Table("  ", rows)
	}
}

func changesInWords(r page.Run) string {
	var texts []string
	for _, c := range r.Changes {
		texts = append(texts, c.Unit+"/"+c.Nodegroup+" "+page.Move(c))
	}
	if r.ChangesLeftOut > 0 {
		texts = append(texts, fmt.Sprintf("and %d more", r.ChangesLeftOut))
	}
	if texts == nil {
		return frame.InOneLine(r.Message)
	}
	return strings.Join(texts, ", ")
}

func (w words) savings() {
	w.Add("", "SAVINGS")
	lines := append(slices.Clone(w.r.Savings.Lines), w.r.Savings.Problem)
	switch {
	case w.r.Savings.Error != "":
		lines = []string{w.r.Savings.Error}
	case w.r.Savings.Total.Total().Baseline == 0:
		lines = []string{"No record tells yet what would have run without eks-scaling."}
	}
	for _, line := range lines {
		if line != "" {
			w.Say(term.Plain, 4, "  "+line)
		}
	}
}

func (w words) failures() {
	if len(w.r.Runs.Failures) == 0 {
		return
	}
	w.Add("", "FAILURES")
	for _, f := range w.r.Runs.Failures {
		w.Say(term.Failed, 4, fmt.Sprintf("  %s %s: %s: %s", w.local(f.At), f.Subject, f.Error, f.Cause))
		w.Say(term.Plain, 6, "    -> "+f.Remedy)
	}
}
