// Package report judges the facts about a system for "status". The report compares each part with what it should be, and lists
// what is wrong with what to do about it. It decides with the functions that runs decide with, so its prediction of the next run
// is what the next run does. The package is pure.
package report

import (
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
)

// Report is the health of the system at an instant. Its JSON form is a contract. Instants are in UTC, with the cluster's own
// clock beside where one matters; sizes are in nodes.
type Report struct {
	At            time.Time     `json:"at"`
	Healthy       bool          `json:"healthy"` // there are no problems; a pause is none, unless config apply was interrupted
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

// Problem is one thing that is wrong.
type Problem struct {
	Kind     Kind     `json:"kind"`
	Subject  string   `json:"subject"` // such as "production/big" or "the alarms"
	Message  string   `json:"message"`
	Remedies []string `json:"remedies"` // commands; if there are several, each has a comment
	Links    []Link   `json:"links,omitempty"`
}

// Link is an execution that shows what went wrong, in the console of Step Functions.
type Link struct {
	Subject   string `json:"subject"` // such as "cluster production"
	Execution string `json:"executionArn"`
	URL       string `json:"url"`
}

// Kind classifies a problem. Monitoring may go by it.
type Kind string

// The kinds of problems.
const (
	Unreadable           Kind = "unreadable"           // the message says why
	StackFailed          Kind = "stackFailed"          // the last deployment failed
	ConfigurationInvalid Kind = "configurationInvalid" // an item of the configuration is unusable
	ConfigurationPartial Kind = "configurationPartial" // config apply was interrupted, and scaling is paused
	ClusterMissing       Kind = "clusterMissing"       // EKS has no such cluster
	NodegroupMissing     Kind = "nodegroupMissing"     // EKS has the cluster, but not the node group
	NodegroupFailing     Kind = "nodegroupFailing"     // EKS reports a failure or health issues
	NodegroupDeviates    Kind = "nodegroupDeviates"    // not as wanted, and no run is changing it
	NodegroupFought      Kind = "nodegroupFought"      // somebody else changes what runs have set
	RunFailed            Kind = "runFailed"            // and no later run has succeeded
	NoRecentRun          Kind = "noRecentRun"
	TriggerMissing       Kind = "triggerMissing"
	TriggerDisabled      Kind = "triggerDisabled"
	TriggerNotPlanned    Kind = "triggerNotPlanned"
	AlarmMissing         Kind = "alarmMissing"
	AlarmSilenced        Kind = "alarmSilenced" // it notifies no one
	AlarmRaised          Kind = "alarmRaised"
	DeadLettersFound     Kind = "deadLettersFound"
)

// Examine judges the facts as of now.
func Examine(f health.Facts, now time.Time) Report {
	e := examination{
		Facts: f, now: now, history: historyOf(f.Runs), invalid: map[string]bool{},
		report: Report{At: now.UTC().Truncate(time.Second), Clusters: []Cluster{}, Problems: []Problem{}},
	}
	e.stack()
	e.configuration()
	e.unreadable("the last applied sizes", f.AppliedError)
	for _, c := range f.Clusters {
		if f.Asked(c.Name) {
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

// examination is an unfinished report.
type examination struct {
	health.Facts
	now     time.Time
	history history
	invalid map[string]bool // the items of the configuration that are, such as "cluster/production"
	report  Report
}

// wrong adds a problem.
func (e *examination) wrong(kind Kind, subject, message string, remedies ...string) {
	e.report.Problems = append(e.report.Problems, Problem{Kind: kind, Subject: subject, Message: message, Remedies: remedies})
}

// unreadable adds a problem if a part could not be read, and reports that.
func (e *examination) unreadable(subject, why string) bool {
	if why != "" {
		e.wrong(Unreadable, subject, "could not be read: "+why, "eks-scaling doctor")
	}
	return why != ""
}
