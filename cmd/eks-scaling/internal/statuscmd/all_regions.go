package statuscmd

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/hubs"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/english"
)

// fleetReport merges the reports of several hubs.
type fleetReport struct {
	At       time.Time         `json:"at"`
	Status   report.Status     `json:"status"`
	Summary  string            `json:"summary"`
	Units    report.Units      `json:"units"` // counts the units of all regions
	Clusters []regionalCluster `json:"clusters"`
	Problems []regionalFinding `json:"problems"`
	Notes    []regionalFinding `json:"notes"`
	Hubs     []hubReport       `json:"hubs"` // what each hub has of its own
	frame.Regions

	ofFleet []hubs.Finding // the first of the problems and notes
}

type regionalCluster struct {
	Region string `json:"region"`
	report.Cluster
}

type regionalFinding struct {
	Region string `json:"region"`
	report.Finding
}

type hubReport struct {
	Region        string               `json:"region"`
	Status        report.Status        `json:"status"`
	Summary       string               `json:"summary"`
	Stack         report.Stack         `json:"stack"`
	Scaling       report.Scaling       `json:"scaling"`
	Configuration report.Configuration `json:"configuration"`
	Runs          report.Runs          `json:"runs"`
	Triggers      report.Triggers      `json:"triggers"`
	Alarms        report.Alarms        `json:"alarms"`
	Subscriptions report.Subscriptions `json:"subscriptions"`
	DeadLetters   report.DeadLetters   `json:"deadLetters"`
}

// onceInAll prints the reports of all hubs, and what is wrong with them together.
func (w watching) onceInAll(cmd *cobra.Command, env frame.Environment) error {
	parts, regions, err := frame.AskAll(cmd, env, func(hub frame.Hub) (report.Report, error) {
		asked := w
		var err error
		if asked.of.Filter, err = w.of.In(hub); err != nil {
			return report.Report{}, err
		}
		return asked.look(cmd.Context(), sourcesOf(hub.Session), hub.Session.Now)
	})
	if len(parts) == 0 {
		return err
	}
	merged := mergeReports(parts, regions)
	inWords := func(out io.Writer) error { return merged.print(out, env, parts, w.view()) }
	return cmp.Or(w.form.Print(cmd.OutOrStdout(), merged, inWords), verdict(report.Report{Status: merged.Status}))
}

func mergeReports(parts []frame.Part[report.Report], regions frame.Regions) fleetReport {
	merged := fleetReport{
		At: parts[0].Answer.At, Clusters: []regionalCluster{}, Problems: []regionalFinding{}, Notes: []regionalFinding{}, Hubs: []hubReport{},
		Units:   report.Units{ByState: map[report.UnitState]int{}},
		Regions: regions, ofFleet: frame.ExamineFleet(parts, regions),
	}
	for _, f := range merged.ofFleet {
		finding := regionalFinding{f.Region, report.Finding{Kind: report.Kind(f.Kind), Subject: "the hub of " + f.Region, Message: f.Message, Remedies: []string{f.Remedy}}}
		if f.Harmless {
			merged.Notes = append(merged.Notes, finding)
		} else {
			merged.Problems = append(merged.Problems, finding)
		}
	}
	for _, p := range parts {
		r := p.Answer
		for _, f := range slices.Concat(r.Problems, r.Notes) {
			for i, remedy := range f.Remedies {
				f.Remedies[i] = frame.InRegion(remedy, p.Region)
			}
		}
		for _, f := range r.Problems {
			merged.Problems = append(merged.Problems, regionalFinding{p.Region, f})
		}
		for _, f := range r.Notes {
			merged.Notes = append(merged.Notes, regionalFinding{p.Region, f})
		}
		merged.Units.Total += r.Units.Total
		for state, n := range r.Units.ByState {
			merged.Units.ByState[state] += n
		}
		for _, c := range r.Clusters {
			merged.Clusters = append(merged.Clusters, regionalCluster{p.Region, c})
		}
		merged.Hubs = append(merged.Hubs, hubReport{
			Region: p.Region, Status: r.Status, Summary: r.Summary, Stack: r.Stack, Scaling: r.Scaling, Configuration: r.Configuration,
			Runs: r.Runs, Triggers: r.Triggers, Alarms: r.Alarms, Subscriptions: r.Subscriptions, DeadLetters: r.DeadLetters,
		})
	}
	merged.conclude()
	return merged
}

// conclude sums up the hubs. A problem counts more than what could not be read, and that more than a note.
func (r *fleetReport) conclude() {
	onlyUnreadable := len(r.Problems) > 0
	for _, p := range r.Problems {
		onlyUnreadable = onlyUnreadable && p.Kind == report.Unreadable
	}
	worst, others := r.Problems, "problem"
	switch {
	case onlyUnreadable:
		r.Status, r.Summary = report.Unknown, "Unknown: "
	case len(r.Problems) > 0:
		r.Status, r.Summary = report.Unwell, "Unhealthy: "
	case len(r.Notes) > 0:
		r.Status, r.Summary, worst, others = report.Noted, "No problems. Note: ", r.Notes, "note"
	default:
		r.Status, r.Summary = report.Healthy, "Healthy"
		return
	}
	first := worst[0]
	if subject := "the hub of " + first.Region; first.Subject == subject {
		r.Summary += subject + ": " + first.Message
	} else {
		r.Summary += first.Region + ": " + first.Subject + ": " + first.Message
	}
	if more := len(worst) - 1; more > 0 {
		r.Summary += "; and " + english.Count(more, "more "+others)
	}
}

// print shows what concerns the fleet, the part of each hub, and the worst thing that is true.
func (r fleetReport) print(out io.Writer, env frame.Environment, parts []frame.Part[report.Report], shown view) error {
	screen := term.NewScreen(env.Width)
	screen.Say(term.Plain, 2, fmt.Sprintf("%s: %s", english.Count(len(r.names()), "region"), strings.Join(r.names(), ", ")))
	if r.Units.Total > maxLive {
		screen.Say(term.Plain, 2, english.Count(r.Units.Total, "unit")+": "+countsOf(r.Units.ByState))
	}
	for _, f := range r.ofFleet {
		mood := term.Failed
		if f.Harmless {
			mood = term.Warning
		}
		screen.Say(mood, 2, "  "+f.Region+": "+f.Message)
		screen.Add("    -> " + f.Remedy)
	}
	screen.Add("")
	if err := screen.Print(out, env.Color()); err != nil {
		return err
	}
	err := frame.PrintParts(out, parts, func(out io.Writer, r report.Report) error {
		return screenOf(r, env.Width, shown).Print(out, env.Color())
	})
	if err != nil {
		return err
	}
	screen = term.NewScreen(env.Width)
	screen.Add("")
	screen.Say(map[report.Status]term.Mood{report.Healthy: term.OK, report.Unwell: term.Failed, report.Unknown: term.Failed}[r.Status], 0, "All regions: "+r.Summary)
	return screen.Print(out, env.Color())
}

// names lists the regions, also those that are missing.
func (r fleetReport) names() []string {
	names := r.Regions.Regions
	for _, u := range r.Unreachable {
		names = append(names, u.Region)
	}
	return names
}
