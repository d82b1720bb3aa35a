package report

import (
	"fmt"
	"slices"

	"eks-scaling-automation/shared/english"
)

// Finding is a problem or a note.
type Finding struct {
	Kind     Kind     `json:"kind"`
	Subject  string   `json:"subject"` // such as "production/big" or "the alarms"
	Message  string   `json:"message"`
	Unit     string   `json:"unit,omitempty"` // the unit that it is about; empty if it is about the system
	Remedies []string `json:"remedies"`       // commands; if there are several, each has a comment
	Links    []Link   `json:"links,omitempty"`

	short string // what is true of the subject, in a few words
}

// Link is an execution that shows what went wrong, in the console of Step Functions.
type Link struct {
	Subject   string `json:"subject"` // such as "cluster production"
	Execution string `json:"executionArn"`
	URL       string `json:"url"`
}

// Kind classifies a finding. Monitoring may rely on it.
type Kind string

// The kinds of problems.
const (
	ConfigurationPartial Kind = "configurationPartial" // config apply was interrupted, and scaling is paused
	ScalingPaused        Kind = "scalingPaused"        // everything, or every cluster
	ConfigurationEmpty   Kind = "configurationEmpty"   // all clusters were removed
	ConfigurationInvalid Kind = "configurationInvalid" // an item of the configuration is unusable
	UnitFailed           Kind = "unitFailed"           // in the last run that took it; only from the records
	ClusterNotFound      Kind = "clusterNotFound"      // EKS has no such cluster
	NodegroupNotFound    Kind = "nodegroupNotFound"    // EKS has the cluster, but not the node group
	NodegroupFailing     Kind = "nodegroupFailing"     // EKS reports a failure or health issues
	NodegroupNotInSync   Kind = "nodegroupNotInSync"   // and no run is changing it
	NodegroupDrifted     Kind = "nodegroupDrifted"     // it was changed after a run
	RunFailed            Kind = "runFailed"            // and no later run has succeeded
	NoRecentRun          Kind = "noRecentRun"
	TriggerMissing       Kind = "triggerMissing"
	TriggerDisabled      Kind = "triggerDisabled"
	TriggerNotPlanned    Kind = "triggerNotPlanned"
	StackFailed          Kind = "stackFailed"   // the last deployment failed
	NotSubscribed        Kind = "notSubscribed" // no one receives alerts
	AlarmFiring          Kind = "alarmFiring"
	AlarmMissing         Kind = "alarmMissing"
	AlarmSilenced        Kind = "alarmSilenced" // it notifies no one
	DeadLettersFound     Kind = "deadLettersFound"
	SignalStale          Kind = "signalStale"   // no value of a signal counts, so that its fallback decides
	CalendarEnded        Kind = "calendarEnded" // a calendar in use has no more dates
	RecordStale          Kind = "recordStale"   // no run has recorded a unit for long; only from the records
	Unreadable           Kind = "unreadable"    // the message says why
)

// The kinds of notes.
const (
	NotConfigured    Kind = "notConfigured"    // there has never been a cluster
	Applying         Kind = "applying"         // config apply is writing, and scaling is paused
	ClusterPaused    Kind = "clusterPaused"    // but not every cluster
	ManualRun        Kind = "manualRun"        // it set, or is setting, other sizes than the schedule
	TriggersUpdating Kind = "triggersUpdating" // after a change of the configuration
	CalendarEnding   Kind = "calendarEnding"   // a calendar in use runs out within 60 days
	SignalUnread     Kind = "signalUnread"     // the last reading of a signal failed; its last value still counts
	AheadTooShort    Kind = "aheadTooShort"    // a node group needs longer than the time ahead of a transition
)

// bySeverity lists the kinds of problems, the worst first.
var bySeverity = []Kind{
	ConfigurationPartial, ScalingPaused, ConfigurationEmpty, ConfigurationInvalid, UnitFailed, ClusterNotFound, NodegroupNotFound, NodegroupFailing,
	NodegroupNotInSync, NodegroupDrifted, RunFailed, NoRecentRun, TriggerMissing, TriggerDisabled, TriggerNotPlanned, StackFailed,
	NotSubscribed, AlarmFiring, AlarmMissing, AlarmSilenced, DeadLettersFound, SignalStale, CalendarEnded, RecordStale, Unreadable,
}

func (k Kind) rank() int { return slices.Index(bySeverity, k) }

// inShort says in a few words what is true of a finding's subject.
var inShort = map[Kind]string{
	ConfigurationPartial: "is only partly written",
	ScalingPaused:        "is paused",
	ConfigurationEmpty:   "has no clusters",
	ConfigurationInvalid: "is invalid",
	UnitFailed:           "failed in its last run",
	ClusterNotFound:      "was not found in EKS",
	NodegroupNotFound:    "was not found in EKS",
	NodegroupFailing:     "is failing in EKS",
	NodegroupNotInSync:   "is not in sync",
	NodegroupDrifted:     "has drifted",
	RunFailed:            "did not succeed",
	NoRecentRun:          "have not succeeded recently",
	TriggerMissing:       "is missing",
	TriggerDisabled:      "is disabled",
	TriggerNotPlanned:    "is not planned",
	StackFailed:          "failed to deploy",
	NotSubscribed:        "has no confirmed subscription",
	AlarmFiring:          "is firing",
	AlarmMissing:         "are not complete",
	AlarmSilenced:        "notifies no one",
	DeadLettersFound:     "is not empty",
	SignalStale:          "has no value that counts",
	SignalUnread:         "could not be read by the last run",
	CalendarEnded:        "has run out of dates",
	RecordStale:          "has no recent record",
	Unreadable:           "could not be read",
	NotConfigured:        "has no clusters yet; start with: eks-scaling init",
	Applying:             "is paused while config apply is writing",
	ClusterPaused:        "is paused",
	CalendarEnding:       "runs out of dates soon",
	AheadTooShort:        "needs longer than the time ahead",
	TriggersUpdating:     "are updating after a configuration change",
}

// wrong adds a problem.
func (e *examination) wrong(kind Kind, subject, message string, remedies ...string) *Finding {
	e.report.Problems = append(e.report.Problems, e.finding(kind, subject, message, remedies))
	return &e.report.Problems[len(e.report.Problems)-1]
}

// note adds a note.
func (e *examination) note(kind Kind, subject, message string, remedies ...string) *Finding {
	e.report.Notes = append(e.report.Notes, e.finding(kind, subject, message, remedies))
	return &e.report.Notes[len(e.report.Notes)-1]
}

func (e *examination) finding(kind Kind, subject, message string, remedies []string) Finding {
	all := make([]string, len(remedies))
	for i, remedy := range remedies {
		all[i] = e.Stack.Redeployment(remedy)
	}
	return Finding{Kind: kind, Subject: subject, Message: message, Unit: e.about, Remedies: all, short: inShort[kind]}
}

// unreadable adds a problem if a part could not be read, and reports that.
func (e *examination) unreadable(subject, why string) bool {
	if why != "" {
		e.wrong(Unreadable, subject, "could not be read: "+why, "eks-scaling doctor")
	}
	return why != ""
}

// worst says what the first finding is, and counts the others.
func worst(all []Finding, what string) string {
	text := all[0].Subject + " " + all[0].short
	if more := len(all) - 1; more > 0 {
		text += fmt.Sprintf(" (and %s)", english.Count(more, "more "+what))
	}
	return text
}
