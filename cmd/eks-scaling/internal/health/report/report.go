// Package report judges the facts about a system for "status". The report compares each part with what it should be, and lists
// what is wrong with what to do about it. It decides with the functions that runs decide with, so its prediction of the next run
// is what the next run does. The package is pure.
package report

import (
	"slices"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
)

// Report is the health of the system at an instant. Its JSON form is a contract. Instants are in UTC, with the cluster's own
// clock beside where one matters; sizes are in nodes.
type Report struct {
	At time.Time `json:"at"`
	// Healthy says that there are no problems. A switch that is off is not one: somebody chose that.
	Healthy       bool          `json:"healthy"`
	Stack         Stack         `json:"stack"`
	Switch        Switch        `json:"switch"`
	Configuration Configuration `json:"configuration"`
	Clusters      []Cluster     `json:"clusters"`
	Runs          Runs          `json:"runs"`
	Triggers      Triggers      `json:"triggers"`
	Alarms        Alarms        `json:"alarms"`
	DeadLetters   DeadLetters   `json:"deadLetters"`
	Problems      []Problem     `json:"problems"`
}

// Examine holds the facts against what should be, as of now.
func Examine(f health.Facts, now time.Time) Report {
	e := examination{
		Facts: f, now: now,
		report: Report{At: now.UTC().Truncate(time.Second), Clusters: []Cluster{}, Problems: []Problem{}},
	}
	e.stack()
	e.configuration()
	e.unreadable("what was applied last", f.AppliedError)
	for _, c := range f.Clusters {
		if f.Only == nil || slices.Contains(f.Only, c.Name) {
			e.report.Clusters = append(e.report.Clusters, e.cluster(c))
		}
	}
	e.runs()
	e.triggers()
	e.alarms()
	e.deadLetters()
	e.report.Healthy = len(e.report.Problems) == 0
	return e.report
}

// examination is a report in the making.
type examination struct {
	health.Facts
	now    time.Time
	report Report
}

// wrong puts a problem on the list.
func (e *examination) wrong(kind Kind, subject, message string, remedies ...string) {
	e.report.Problems = append(e.report.Problems, Problem{kind, subject, message, remedies})
}

// unreadable puts a part on the list that could not be read, if that is so.
func (e *examination) unreadable(subject, why string) bool {
	if why != "" {
		e.wrong(Unreadable, subject, "could not be read: "+why, "eks-scaling doctor")
	}
	return why != ""
}

func (e *examination) justNow(t time.Time) bool {
	return health.JustNow(t, e.now)
}
