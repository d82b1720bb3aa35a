package statemachine

import (
	"encoding/json"
	"time"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
)

// Execution names one run of the state machine.
type Execution struct {
	ARN  string `json:"arn"`
	Name string `json:"name"`
}

// Input is what a run may be started with; every field is optional, and unknown ones are an error.
type Input struct {
	// Trigger, Actor and Reason say what started the run, who, and why. They are put on record.
	Trigger string `json:"trigger,omitempty"`
	Actor   string `json:"actor,omitempty"`
	Reason  string `json:"reason,omitempty"`
	// Clusters and Nodegroups narrow the run to these names; nil is all, an empty list is none.
	Clusters   []string `json:"clusters,omitempty"`
	Nodegroups []string `json:"nodegroups,omitempty"`
	// Profile is applied now, whatever the schedule wants.
	Profile string `json:"profile,omitempty"`
	// At is the instant to decide for instead of now; zero is now.
	At time.Time `json:"at,omitzero"`
	// DryRun stops after the decision.
	DryRun bool `json:"dryRun,omitempty"`
	// Force applies the period though it was already applied.
	Force bool `json:"force,omitempty"`
}

// ReconcileTrigger is the [Input.Trigger] of the runs that also keep the triggers as they should be.
const ReconcileTrigger = "reconcile"

// LoadConfigRequest is what load-config gets.
type LoadConfigRequest struct {
	Execution Execution       `json:"execution"`
	Input     json.RawMessage `json:"input"` // as given, not yet checked to be an [Input]
}

// Subject says what a payload is about. Log lines carry it.
type Subject struct {
	Execution, Cluster, Nodegroup string
}

// Subject is the run.
func (r LoadConfigRequest) Subject() Subject {
	return Subject{Execution: r.Execution.Name}
}

// Run holds the circumstances that every step of a run shares.
type Run struct {
	Execution Execution `json:"execution"`
	Trigger   string    `json:"trigger,omitempty"`
	Actor     string    `json:"actor,omitempty"`
	Reason    string    `json:"reason,omitempty"`
	// At is the one instant for which the run decides; TakenAt is when it was taken, by the clock. They differ only in a
	// run that was asked to decide for another instant.
	At         time.Time `json:"at"`
	TakenAt    time.Time `json:"takenAt"`
	Profile    string    `json:"profile,omitempty"`
	Nodegroups []string  `json:"nodegroups,omitempty"`
	DryRun     bool      `json:"dryRun"`
	Force      bool      `json:"force"`
}

// LoadConfigResult is the state of a run after load-config.
type LoadConfigResult struct {
	Run      Run                 `json:"run"`
	Clusters []config.Standalone `json:"clusters"`
	// Invalid are the clusters whose configuration cannot be used; they fail the run, but do not stop the others.
	Invalid []ClusterNotice `json:"invalid"`
	// Skipped are the clusters that the run leaves alone on purpose.
	Skipped []ClusterNotice `json:"skipped"`
	// Notice says why there is nothing to do, when there is nothing to do.
	Notice string `json:"notice,omitempty"`
}

// ClusterNotice says something about a cluster that takes no part in the run.
type ClusterNotice struct {
	Cluster string `json:"cluster"`
	Message string `json:"message"`
}

// DecideRequest is what decide gets: one cluster.
type DecideRequest struct {
	Run     Run               `json:"run"`
	Cluster config.Standalone `json:"cluster"`
}

// Subject is the cluster.
func (r DecideRequest) Subject() Subject {
	return Subject{Execution: r.Run.Execution.Name, Cluster: r.Cluster.Name}
}

// Cluster is what the later steps need to know of a cluster.
type Cluster struct {
	Name               string `json:"name"`
	Region             string `json:"region"`
	Timezone           string `json:"timezone"`
	RoleARN            string `json:"roleArn,omitempty"`
	WaitTimeoutSeconds int    `json:"waitTimeoutSeconds"`
	Concurrency        int    `json:"concurrency"`
}

// ClusterTask is the state of one cluster's part of a run, after decide and through its waves.
type ClusterTask struct {
	Run     Run            `json:"run"`
	Cluster Cluster        `json:"cluster"`
	Wanted  scaling.Wanted `json:"wanted"`
	Plan    scaling.Plan   `json:"plan"`
	// WaveIndex is the wave whose turn it is, of WaveCount.
	WaveIndex int `json:"waveIndex"`
	WaveCount int `json:"waveCount"`
	// Done are the results of the waves that have succeeded, Wave those of the last one if it has not.
	Done ChangeResults `json:"done"`
	Wave *Wave         `json:"wave,omitempty"`
	// Error is set when the cluster failed as a whole; then only Run and Cluster are there beside it.
	Error *StepError `json:"error,omitempty"`
}

// Wave is what came of one wave of changes.
type Wave struct {
	Results ChangeResults `json:"results"`
	Failed  bool          `json:"failed"`
}

// ChangeTask is the state of one node group's change. The steps scale, wait-for-nodegroup-active and audit get it.
type ChangeTask struct {
	Run      Run              `json:"run"`
	Cluster  Cluster          `json:"cluster"`
	Wanted   scaling.Wanted   `json:"wanted"`
	Decision scaling.Decision `json:"decision"`
	Progress *Progress        `json:"progress,omitempty"` // from scale on
	Error    *StepError       `json:"error,omitempty"`    // when a step failed
}

// Subject is the node group.
func (t ChangeTask) Subject() Subject {
	return Subject{Execution: t.Run.Execution.Name, Cluster: t.Cluster.Name, Nodegroup: t.Decision.Nodegroup}
}

// InForce is what is wanted of the node group, and why.
func (t ChangeTask) InForce() scaling.Wanted {
	if t.Decision.Wanted != nil {
		return *t.Decision.Wanted
	}
	return t.Wanted
}

// Status says whether a node group has arrived at its sizes.
type Status string

// The statuses that the definition branches on.
const (
	Active  Status = "active"
	Pending Status = "pending"
)

// Progress is how far a change has come.
type Progress struct {
	// Changed is false when the node group was already as wanted.
	Changed  bool          `json:"changed"`
	UpdateID string        `json:"updateId,omitempty"`
	Before   scaling.Sizes `json:"before"`
	After    scaling.Sizes `json:"after"`
	// WasDegraded tells an old ailment from one that the change has brought.
	WasDegraded bool      `json:"wasDegraded,omitempty"`
	StartedAt   time.Time `json:"startedAt"`
	EndedAt     time.Time `json:"endedAt,omitzero"`
	Deadline    time.Time `json:"deadline"`
	Status      Status    `json:"status"`
	// DelaySeconds is how long to wait before the next look.
	DelaySeconds int `json:"delaySeconds"`
	// Health are the issues that EKS reports, in words.
	Health []string `json:"health,omitempty"`
}

// Outcome is how something ended.
type Outcome string

// The outcomes. Those of a change are the first three; the definition branches on failed and skipped.
const (
	Succeeded Outcome = "succeeded"
	Unchanged Outcome = "unchanged" // it was already as wanted
	Failed    Outcome = "failed"
	Skipped   Outcome = "skipped" // a run that was not to do anything
	Planned   Outcome = "planned" // a dry run
)

// ChangeResult is what came of one node group's change.
type ChangeResult struct {
	Nodegroup string         `json:"nodegroup"`
	Outcome   Outcome        `json:"outcome"`
	Before    *scaling.Sizes `json:"before,omitempty"`
	After     *scaling.Sizes `json:"after,omitempty"` // nil when it failed
	Seconds   float64        `json:"seconds"`
	Health    []string       `json:"health,omitempty"`
	Error     *StepError     `json:"error,omitempty"`
}

// ChangeResults are those of one or more waves. The definition can append to a list only by nesting,
// [[[], wave 1], wave 2], so any depth of lists is read, and flattened.
type ChangeResults []ChangeResult

// UnmarshalJSON reads nested lists of results.
func (r *ChangeResults) UnmarshalJSON(data []byte) error {
	var elements []json.RawMessage
	if err := json.Unmarshal(data, &elements); err != nil {
		return err
	}
	*r = ChangeResults{}
	for _, element := range elements {
		if element[0] == '[' {
			var nested ChangeResults
			if err := json.Unmarshal(element, &nested); err != nil {
				return err
			}
			*r = append(*r, nested...)
			continue
		}
		var result ChangeResult
		if err := json.Unmarshal(element, &result); err != nil {
			return err
		}
		*r = append(*r, result)
	}
	return nil
}

// SyncSchedulesRequest is what sync-schedules gets: from the definition the execution, from the config table's stream the
// records of what has changed, and after a deployment neither.
type SyncSchedulesRequest struct {
	Execution Execution         `json:"execution,omitzero"`
	Records   []json.RawMessage `json:"Records,omitempty"`
}

// Subject is the run, if there is one.
func (r SyncSchedulesRequest) Subject() Subject {
	return Subject{Execution: r.Execution.Name}
}

// SyncSchedulesResult says how many schedules are planned, and how many were changed to match.
type SyncSchedulesResult struct {
	Planned int `json:"planned"`
	Created int `json:"created"`
	Updated int `json:"updated"`
	Deleted int `json:"deleted"`
}

// AuditRequest is what audit gets: a change or a run.
type AuditRequest struct {
	Change *ChangeTask `json:"change,omitempty"`
	Run    *RunTask    `json:"run,omitempty"`
}

// Subject is the change's node group, or the run.
func (r AuditRequest) Subject() Subject {
	switch {
	case r.Change != nil:
		return r.Change.Subject()
	case r.Run != nil:
		return Subject{Execution: r.Run.Execution.Name}
	default:
		return Subject{}
	}
}

// RunTask is a run at its end.
type RunTask struct {
	Execution Execution       `json:"execution"`
	StartTime time.Time       `json:"startTime"`
	Input     json.RawMessage `json:"input"`
	State     RunState        `json:"state"`
}

// RunState is where a run stands when it ends: what load-config found and what came of each cluster, or the error that
// took their place.
type RunState struct {
	LoadConfigResult
	Results []ClusterTask `json:"results"`
	StepError
	// Schedules is what a reconcile run did to the triggers, SchedulesError why it could not.
	Schedules      *SyncSchedulesResult `json:"schedules,omitempty"`
	SchedulesError *StepError           `json:"schedulesError,omitempty"`
}

// RunSummary is what a run returns; the Step Functions console shows it as the execution's output.
type RunSummary struct {
	Outcome Outcome `json:"outcome"`
	// Message is one sentence on what happened.
	Message string `json:"message"`
	// Error is the first failure's class; only with the outcome failed.
	Error    string           `json:"error,omitempty"`
	Clusters []ClusterSummary `json:"clusters,omitempty"`
	// Schedules is what a reconcile run did to the triggers.
	Schedules *SyncSchedulesResult `json:"schedules,omitempty"`
	// Alert is sent when the run failed.
	Alert *Alert `json:"alert,omitempty"`
}

// ClusterSummary is what a run did to a cluster, and why.
type ClusterSummary struct {
	Cluster    string             `json:"cluster"`
	Outcome    Outcome            `json:"outcome"`
	Profile    string             `json:"profile,omitempty"`
	Period     string             `json:"period,omitempty"`
	Override   string             `json:"override,omitempty"`
	Reason     string             `json:"reason,omitempty"`
	Error      string             `json:"error,omitempty"`
	Nodegroups []NodegroupSummary `json:"nodegroups,omitempty"`
}

// NodegroupSummary is what a run decided for a node group, and what came of it.
type NodegroupSummary struct {
	Nodegroup string         `json:"nodegroup"`
	Action    scaling.Action `json:"action"`
	Outcome   Outcome        `json:"outcome"`
	Before    *scaling.Sizes `json:"before,omitempty"`
	After     *scaling.Sizes `json:"after,omitempty"`
	Reason    string         `json:"reason"`
	Error     string         `json:"error,omitempty"`
}

// Alert is a message to people. The subject is short, printable ASCII, as SNS demands.
type Alert struct {
	Subject string `json:"subject"`
	Message string `json:"message"`
}
