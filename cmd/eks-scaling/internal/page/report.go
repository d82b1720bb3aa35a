// Package page draws a report as one HTML file that people read in a browser, print, or attach to a wiki page. The file needs no script,
// loads nothing, and shows every name as text, whatever is in it.
//
// The package is pure: the same report gives the same bytes.
package page

import (
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/agenda"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/savings"
	"eks-scaling-automation/shared/scaling"
)

// Report is what is up now, the coming week, and what runs did. Its JSON form is a contract.
type Report struct {
	At       time.Time       `json:"at"`
	Since    time.Time       `json:"since"`    // of the runs
	Until    time.Time       `json:"until"`    // of the coming week
	Timezone string          `json:"timezone"` // of times that belong to no cluster: the one that all units share, else UTC
	Version  string          `json:"version"`  // of the tool
	Status   report.Status   `json:"status"`
	Summary  string          `json:"summary"` // the worst thing that is true
	Stack    report.Stack    `json:"stack"`
	Scaling  report.Scaling  `json:"scaling"`
	Source   health.Source   `json:"source"`            // where the sizes come from
	Records  *report.Records `json:"records,omitempty"` // how old they are, if that is the source
	Units    report.Units    `json:"units"`             // counts all units, also those that are not shown
	Nodes    Nodes           `json:"nodes"`             // counts the nodes of all units
	// Clusters lists the units as they are, the worst first. UnitsLeftOut counts the others.
	Clusters     []report.Cluster        `json:"clusters"`
	UnitsLeftOut int                     `json:"unitsLeftOut,omitempty"`
	Week         []Plan                  `json:"week"` // of the units that are shown
	Overrides    []agenda.ListedOverride `json:"overrides"`
	Runs         Runs                    `json:"runs"`
	Savings      Savings                 `json:"savings"`
	Problems     []report.Finding        `json:"problems"`
	Notes        []report.Finding        `json:"notes"`
}

// Nodes counts nodes by what EKS or the last record says, and by what the newest decision asks for.
type Nodes struct {
	Nodegroups int `json:"nodegroups"` // whose sizes are known
	InSync     int `json:"inSync"`     // of them
	Current    int `json:"current"`
	Desired    int `json:"desired"`
}

// Plan is the coming week of a unit, or of several that have the same one.
type Plan struct {
	Cluster  string        `json:"cluster"` // the unit's name; of several, the first ones
	Alike    int           `json:"alike,omitempty"`
	Timezone string        `json:"timezone"`
	Idle     string        `json:"idle,omitempty"` // why it is not scaled; empty if it is
	Steps    []agenda.Step `json:"steps"`
}

// Runs sums up the runs of an interval.
type Runs struct {
	Total    int                 `json:"total"`
	Outcomes map[run.Outcome]int `json:"outcomes"`
	Changes  int                 `json:"changes"` // of node groups
	Failed   int                 `json:"failed"`  // of the changes
	// Partial is set if there are more changes than were read.
	Partial  bool      `json:"partial,omitempty"`
	Lateness *Lateness `json:"lateness,omitempty"` // nil if no transition changed anything
	Days     []Day     `json:"days"`
	// Latest lists the newest runs that changed something, failed, or have not ended. LeftOut counts the others of them.
	Latest   []Run     `json:"latest"`
	LeftOut  int       `json:"leftOut,omitempty"`
	Failures []Failure `json:"failures"`
}

// Savings are the node hours of the interval against the baseline, from the records.
type Savings struct {
	Total savings.Hours  `json:"total"`
	Net   *savings.Range `json:"netUsd,omitempty"` // without the cost of the runs
	Days  []SavedDay     `json:"days"`
	Lines []string       `json:"lines"` // in words, with what to keep in mind
	// Problem says why there is no money; Error why there are no savings at all.
	Problem string `json:"problem,omitempty"`
	Error   string `json:"error,omitempty"`
}

// SavedDay is the part of a day.
type SavedDay struct {
	Date string `json:"date"`
	savings.Part
	Ours savings.NodeTime `json:"savedHours"` // by eks-scaling; negative if it ran more than the baseline
}

// Lateness is how long after a transition EKS accepted the call, and how long until the node group was ACTIVE with its sizes.
type Lateness struct {
	Changes      int     `json:"changes"`
	MedianCall   float64 `json:"medianCallSeconds"`
	LongestCall  float64 `json:"longestCallSeconds"`
	MedianReady  float64 `json:"medianActiveSeconds"`
	LongestReady float64 `json:"longestActiveSeconds"`
}

// Day counts the changes of a day in the report's time zone.
type Day struct {
	Date    string `json:"date"`
	Runs    int    `json:"runs"`
	Changes int    `json:"changes"` // that succeeded
	Failed  int    `json:"failed"`  // changes that failed
}

// Run is a run with its timeline.
type Run struct {
	Name    string      `json:"name"`
	Outcome run.Outcome `json:"outcome,omitempty"` // empty without a record
	Status  string      `json:"status,omitempty"`  // of a run without a record, such as running or timedOut
	// StartedAt is the run's first instant. Due is the transition that started it, if one did.
	StartedAt      time.Time `json:"startedAt"`
	Due            time.Time `json:"due,omitzero"`
	Trigger        string    `json:"trigger,omitempty"`
	Actor          string    `json:"actor,omitempty"`
	Reason         string    `json:"reason,omitempty"`
	Message        string    `json:"message,omitempty"`
	DryRun         bool      `json:"dryRun,omitempty"`
	Console        string    `json:"console,omitempty"`
	Changes        []Change  `json:"changes"`
	ChangesLeftOut int       `json:"changesLeftOut,omitempty"`
}

// Change is what a run did to a node group. StartedAt is when EKS accepted the call, EndedAt when it was ACTIVE with the sizes, or had
// failed.
type Change struct {
	Unit      string         `json:"unit"`
	Nodegroup string         `json:"nodegroup"`
	Outcome   run.Outcome    `json:"outcome"`
	Before    *scaling.Sizes `json:"before,omitempty"`
	After     *scaling.Sizes `json:"after,omitempty"`
	Goal      scaling.Goal   `json:"goal"`
	Reason    string         `json:"reason"`
	StartedAt time.Time      `json:"startedAt,omitzero"`
	EndedAt   time.Time      `json:"endedAt,omitzero"`
	Error     string         `json:"error,omitempty"`
}

// Failure is something that went wrong, with what to do about it.
type Failure struct {
	Run     string    `json:"run"`
	At      time.Time `json:"at"` // when the run began
	Subject string    `json:"subject"`
	Error   string    `json:"error"`
	Cause   string    `json:"cause"`
	Remedy  string    `json:"remedy"`
	Console string    `json:"console,omitempty"`
}
