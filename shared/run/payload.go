// Package run holds what the parts of the system tell each other about a run: its input, the payloads that cross between the steps, the
// classes of errors, and the records in the audit trail.
package run

import (
	"encoding/json"
	"time"

	"eks-scaling-automation/shared/claim"
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
	// Due is the instant for which a trigger was scheduled; zero in a run that no trigger has started.
	Due time.Time `json:"due,omitzero"`
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
	// TakenAt is the run's first instant, by the clock. Runs are ordered by it.
	TakenAt time.Time `json:"takenAt"`
	// At is the instant for which the run was asked to decide; zero is each round's own.
	At         time.Time `json:"at,omitzero"`
	Due        time.Time `json:"due,omitzero"`
	Profile    string    `json:"profile,omitempty"`
	Nodegroups []string  `json:"nodegroups,omitempty"`
	DryRun     bool      `json:"dryRun"`
	Force      bool      `json:"force"`
}

// Order ranks the run's decisions among those of other runs.
func (r Run) Order() claim.Order {
	return claim.NewOrder(r.TakenAt, r.Execution.Name)
}

// Instant is what a round decides for at a moment of the clock: no earlier than the trigger was due, unless the run was
// asked for another instant.
func (r Run) Instant(now time.Time) time.Time {
	switch {
	case !r.At.IsZero():
		return r.At
	case r.Due.After(now):
		return r.Due
	default:
		return now
	}
}

// LoadConfigResult is the state of a run after load-config.
type LoadConfigResult struct {
	Run Run `json:"run"`
	// Units are the names of those that take part. Each is read when its turn comes.
	Units []string `json:"units"`
	// Notice says why there is nothing to do, when there is nothing to do.
	Notice string `json:"notice,omitempty"`
}

// Next says how a unit goes on.
type Next string

// The ways in which a unit goes on; the definition branches on them.
const (
	NextScale Next = "scale" // carry out the wave, then decide again
	NextWait  Next = "wait"  // wait, then decide again
	NextDone  Next = "done"
)

// UnitTask is the state of one unit's part of a run. Decide gets it and returns it; at first only Run and Unit are set.
type UnitTask struct {
	Run  Run    `json:"run"`
	Unit string `json:"unit"`
	// Round counts the decisions, from 1.
	Round int `json:"round,omitempty"`
	// Idle counts the waves since a node group last arrived.
	Idle    int     `json:"idle,omitempty"`
	Cluster Cluster `json:"cluster,omitzero"`
	// At is the instant for which this round decided, GoodUntil when that stops being true; zero is never.
	At        time.Time      `json:"at"`
	GoodUntil time.Time      `json:"goodUntil"`
	Wanted    scaling.Wanted `json:"wanted"`
	// Basis identifies the configuration that the round was decided from.
	Basis string `json:"basis"`
	// Decisions has one for every node group: that of the round which changed it, else the latest.
	Decisions []scaling.Decision `json:"decisions,omitempty"`
	Guards    []scaling.Guard    `json:"guards"`
	// Wave is what to change now; Done are the results of the waves before it.
	Wave *Wave         `json:"wave,omitempty"`
	Done ChangeResults `json:"done,omitempty"`
	// Expected are the waves that a dry run foresees, as names of node groups.
	Expected [][]string `json:"expected,omitempty"`
	Next     Next       `json:"next,omitempty"`
	// DelaySeconds is how long to wait before the next decision, Waiting for whom.
	DelaySeconds int      `json:"delaySeconds,omitempty"`
	Waiting      *Waiting `json:"waiting,omitempty"`
	// Outcome is set at the end, Notice when there is something to say about it.
	Outcome Outcome `json:"outcome,omitempty"`
	Notice  string  `json:"notice,omitempty"`
	// OvertakenBy is the newer run that decides instead of this one, for some node groups at least.
	OvertakenBy string `json:"overtakenBy,omitempty"`
	// Error is set when the unit failed as a whole.
	Error *StepError `json:"error,omitempty"`
}

// Subject is the unit.
func (t UnitTask) Subject() Subject {
	return Subject{Execution: t.Run.Execution.Name, Cluster: t.Unit}
}

// Waiting says what a unit waits for, and since when.
type Waiting struct {
	Run   string    `json:"run"` // the name of the other run's execution
	Since time.Time `json:"since"`
}

// Cluster is what the steps need to know of a cluster.
type Cluster struct {
	Name               string `json:"name"`
	Region             string `json:"region"`
	Timezone           string `json:"timezone"`
	RoleARN            string `json:"roleArn,omitempty"`
	WaitTimeoutSeconds int    `json:"waitTimeoutSeconds"`
	Concurrency        int    `json:"concurrency"`
}

// Wave is one wave of changes, and what came of them.
type Wave struct {
	Decisions []scaling.Decision `json:"decisions"`
	Results   ChangeResults      `json:"results,omitempty"`
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

// CallMargin is how long a call to EKS may take: a decision that is good for less than that is made again.
const CallMargin = 10 * time.Second
