// Package report judges the facts about a system for "status". It compares each part with what it should be, and lists the problems
// with their remedies. It decides with the same functions as runs, so it predicts the next run correctly. The package is pure.
package report

import (
	"slices"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
)

// Report is the health of the system at an instant. Its JSON form is a contract. Instants are in UTC, with the cluster's local time
// beside them where it matters; sizes are in nodes.
type Report struct {
	At            time.Time     `json:"at"`
	Status        Status        `json:"status"`
	Summary       string        `json:"summary"`           // the worst thing that is true
	Source        health.Source `json:"source"`            // where the sizes come from
	Records       *Records      `json:"records,omitempty"` // how old they are, if that is the source
	Units         Units         `json:"units"`             // counts the units of clusters
	Stack         Stack         `json:"stack"`
	Scaling       Scaling       `json:"scaling"`
	Configuration Configuration `json:"configuration"`
	Clusters      []Cluster     `json:"clusters"`
	Runs          Runs          `json:"runs"`
	Triggers      Triggers      `json:"triggers"`
	Alarms        Alarms        `json:"alarms"`
	Subscriptions Subscriptions `json:"subscriptions"`
	DeadLetters   DeadLetters   `json:"deadLetters"`
	Problems      []Finding     `json:"problems"` // the worst first
	Notes         []Finding     `json:"notes"`    // deliberate, temporary or not urgent
}

// Status is the result of the report.
type Status string

// The statuses.
const (
	Healthy Status = "healthy"
	Noted   Status = "notes"    // no problems, but notes
	Unwell  Status = "problems" // at least one was found
	Unknown Status = "unknown"  // no problem was found, but something could not be read
)

// Examine judges the facts as of now.
func Examine(f health.Facts, now time.Time) Report {
	e := examination{
		Facts: f, now: now, history: historyOf(f.Runs), invalid: map[string]bool{}, told: map[string]bool{},
		report: Report{At: now.UTC().Truncate(time.Second), Source: f.Source, Clusters: []Cluster{}, Problems: []Finding{}, Notes: []Finding{}},
	}
	e.stack()
	e.configuration()
	e.calendars()
	e.pausedClusters()
	e.unreadable("the last applied sizes", f.AppliedError)
	for _, c := range f.Clusters {
		if f.Asked(c.Name) {
			e.report.Clusters = append(e.report.Clusters, e.unit(c))
		}
	}
	e.records()
	e.manualRuns()
	e.signals()
	e.runs()
	e.triggers()
	e.alarms()
	e.subscriptions()
	e.deadLetters()
	e.conclude()
	return e.report
}

// examination is an unfinished report.
type examination struct {
	health.Facts
	now     time.Time
	history history
	invalid map[string]bool // the invalid items of the configuration, such as "cluster/production"
	told    map[string]bool // what was reported of a cluster, for its first unit
	manual  []manualRun     // those that set node groups to other sizes than the schedule
	unread  []unreadSignal
	about   string // the unit that is examined now
	stale   []string
	report  Report
}

// once reports whether this is the first time that it is asked about something.
func (e *examination) once(what string) bool {
	first := !e.told[what]
	e.told[what] = true
	return first
}

// conclude sorts the problems, and sums up the report.
func (e *examination) conclude() {
	r := &e.report
	slices.SortStableFunc(r.Problems, func(a, b Finding) int { return a.Kind.rank() - b.Kind.rank() })
	switch {
	case len(r.Problems) == 0 && len(r.Notes) == 0:
		r.Status, r.Summary = Healthy, "Healthy"
	case len(r.Problems) == 0:
		r.Status, r.Summary = Noted, "No problems. Note: "+worst(r.Notes, "note")
	case r.Problems[0].Kind == Unreadable:
		r.Status, r.Summary = Unknown, "Unknown: "+worst(r.Problems, "problem")
	default:
		r.Status, r.Summary = Unwell, "Unhealthy: "+worst(r.Problems, "problem")
	}
}
