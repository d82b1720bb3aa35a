// Package run defines the data that the parts of the system exchange about a run: its input, the payloads of the steps, the classes
// of errors, and the records in the audit trail.
package run

import (
	"encoding/json"
	"time"

	"eks-scaling-automation/shared/account"
	"eks-scaling-automation/shared/budget"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/signal"
)

// Execution names one run of the state machine.
type Execution struct {
	ARN  string `json:"arn"`
	Name string `json:"name"`
}

// Input is the input of a run. Every field is optional; unknown fields are an error.
type Input struct {
	// Trigger, Actor and Reason record what started the run, who did, and why.
	Trigger string `json:"trigger,omitempty"`
	Actor   string `json:"actor,omitempty"`
	Reason  string `json:"reason,omitempty"`
	// Due is the scheduled time of the trigger; zero if no trigger started the run.
	Due time.Time `json:"due,omitzero"`
	// Clusters and Schedules limit the run to the units of these clusters and to these units, such as "production:batch". If both
	// are nil, the run is for all units. Nodegroups limits it to these names; nil means all. An empty list means none.
	Clusters   []string `json:"clusters,omitempty"`
	Schedules  []string `json:"schedules,omitempty"`
	Nodegroups []string `json:"nodegroups,omitempty"`
	// Profile is applied now, regardless of the schedule.
	Profile string `json:"profile,omitempty"`
	// At replaces now as the instant to decide for; zero means now.
	At time.Time `json:"at,omitzero"`
	// DryRun stops after the decision.
	DryRun bool `json:"dryRun,omitempty"`
	// Force applies the period even if it was already applied.
	Force bool `json:"force,omitempty"`
	// BeyondBlastRadius lifts the limit on what the run takes down. It requires Reason.
	BeyondBlastRadius bool `json:"beyondBlastRadius,omitempty"`
}

// The values of [Input.Trigger] in runs started by EventBridge Scheduler.
const (
	ReconcileTrigger = "reconcile" // also syncs the triggers
	ScheduleTrigger  = "schedule"  // follows a transition or a change, for the clusters that have it
)

// LoadConfigRequest is the payload of load-config.
type LoadConfigRequest struct {
	Execution Execution       `json:"execution"`
	Input     json.RawMessage `json:"input"` // as given, not yet checked to be an [Input]
}

// Subject identifies the topic of a payload in log lines.
type Subject struct {
	Execution, Unit, Nodegroup string
}

// Subject returns the run.
func (r LoadConfigRequest) Subject() Subject {
	return Subject{Execution: r.Execution.Name}
}

// Run holds the facts that all steps of a run share.
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
	// BeyondBlastRadius lifts the settings' limit on what the run takes down.
	BeyondBlastRadius bool `json:"beyondBlastRadius,omitempty"`
}

// Order ranks the run's decisions among other runs' decisions.
func (r Run) Order() claim.Order {
	return claim.NewOrder(r.TakenAt, r.Execution.Name)
}

// Instant returns the instant that a round decides for: At if the run has one, else the later of now and Due.
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
	// Units names the units to scale, in the order in which they begin. Decide reads each one in its turn.
	Units []string `json:"units"`
	// Concurrency is how many units are scaled at a time, at least 1. It is always set: the definition passes it to the map,
	// which fails on anything else.
	Concurrency int `json:"concurrency"`
	// Signals reports whether there are signals to read. Readings is empty before that, but always set: the definition passes it
	// to the units.
	Signals  bool            `json:"signals"`
	Readings signal.Readings `json:"readings"`
	// Notice explains why there is nothing to do; empty otherwise.
	Notice string `json:"notice,omitempty"`
	// Notes has more information for people, such as a cluster that is no longer configured.
	Notes []string `json:"notes,omitempty"`
}

// Subject returns the whole run. The step read-signals receives and returns this state.
func (r LoadConfigResult) Subject() Subject {
	return Subject{Execution: r.Run.Execution.Name}
}

// Next is the next step of a unit.
type Next string

// The next steps. The definition branches on them.
const (
	NextScale Next = "scale" // carry out the wave, then decide again
	NextWait  Next = "wait"  // wait, then decide again
	NextDone  Next = "done"
)

// UnitTask is the state of one unit in a run. Decide receives and returns it; at first only Run, Unit and Readings are set.
type UnitTask struct {
	Run  Run    `json:"run"`
	Unit string `json:"unit"`
	// Readings holds the run's readings: of all signals at first, and after the first decision of those that the unit uses.
	Readings signal.Readings `json:"readings,omitempty"`
	// Signals holds the conditions of the unit's open conditional periods, as the latest round judged them.
	Signals []SignalState `json:"signals,omitempty"`
	// Round counts the decisions, from 1.
	Round int `json:"round,omitempty"`
	// Idle counts the waves since a node group last arrived.
	Idle int `json:"idle,omitempty"`
	// Steps counts the waves that were a step of a scale-up; StepAt is when the last one began. The next step waits for it.
	Steps  int       `json:"steps,omitempty"`
	StepAt time.Time `json:"stepAt,omitzero"`
	// NextStepAt is set while the unit waits to begin the next step.
	NextStepAt time.Time `json:"nextStepAt,omitzero"`
	// Reserved counts the nodes of the unit's scale-downs so far, for the blast radius. A change that was surely not requested is taken off.
	Reserved int     `json:"reserved,omitempty"`
	Cluster  Cluster `json:"cluster,omitzero"`
	// At is the instant that this round decided for. The decision holds until GoodUntil; zero means forever.
	At        time.Time      `json:"at"`
	GoodUntil time.Time      `json:"goodUntil"`
	Wanted    scaling.Wanted `json:"wanted"`
	// Basis identifies the configuration that the round was decided from.
	Basis string `json:"basis"`
	// Decisions has one entry for each node group, from the round that changed it, else from the latest.
	Decisions []scaling.Decision `json:"decisions,omitempty"`
	Guards    []scaling.Guard    `json:"guards"`
	// Wave holds the changes to make now, Done the results of earlier waves.
	Wave *Wave         `json:"wave,omitempty"`
	Done ChangeResults `json:"done,omitempty"`
	// Expected lists the node groups of each wave that a dry run foresees.
	Expected [][]string `json:"expected,omitempty"`
	// Throttled counts the reads that EKS throttled, in all rounds. ThrottledSince is set while every reading fails because of
	// that: since a reading last got further.
	Throttled      int       `json:"throttled,omitempty"`
	ThrottledSince time.Time `json:"throttledSince,omitzero"`
	// Seen is set while readings are throttled.
	Seen *Seen `json:"seen,omitempty"`
	Next Next  `json:"next,omitempty"`
	// DelaySeconds is the wait before the next decision. Waiting names the other run, if any.
	DelaySeconds int      `json:"delaySeconds,omitempty"`
	Waiting      *Waiting `json:"waiting,omitempty"`
	// Outcome is set at the end. Notice explains it where necessary.
	Outcome Outcome `json:"outcome,omitempty"`
	Notice  string  `json:"notice,omitempty"`
	// OvertakenBy names the newer run that decides instead for at least one node group.
	OvertakenBy string `json:"overtakenBy,omitempty"`
	// Error is set when the unit failed as a whole.
	Error *StepError `json:"error,omitempty"`
}

// SignalState is the condition of a period as a round judged it.
type SignalState struct {
	Period string `json:"period"`
	Signal string `json:"signal"`
	// Value is the last good value, read at At.
	Value string    `json:"value,omitempty"`
	At    time.Time `json:"at,omitzero"`
	Error string    `json:"error,omitempty"` // of this run's reading
	// On is what the condition is, since Since.
	On    bool      `json:"on"`
	Since time.Time `json:"since,omitzero"`
}

// Subject returns the unit.
func (t UnitTask) Subject() Subject {
	return Subject{Execution: t.Run.Execution.Name, Unit: t.Unit}
}

// Seen holds the node groups that were read before EKS throttled the reading, so that the next one reads only the others.
type Seen struct {
	// Record identifies the contents of the unit's record. If they differ, another run may have changed the node groups.
	Record     string                   `json:"record"`
	Nodegroups map[string]SeenNodegroup `json:"nodegroups"`
}

// SeenNodegroup is a node group as it was read.
type SeenNodegroup struct {
	At        time.Time         `json:"at"`
	Condition scaling.Condition `json:"condition"`
	Sizes     *scaling.Sizes    `json:"sizes,omitempty"`
	Detail    string            `json:"detail,omitempty"`
	Update    string            `json:"update,omitempty"` // the status of its recorded update; empty without one
}

// Waiting identifies the run that a unit waits for.
type Waiting struct {
	Run   string    `json:"run"` // the name of the other run's execution
	Since time.Time `json:"since"`
}

// Cluster holds the settings of a cluster that the steps need.
type Cluster struct {
	Name string `json:"name"`
	// EKSName is the cluster's name in EKS if it is not Name.
	EKSName  string `json:"eksName,omitempty"`
	Region   string `json:"region"`
	Timezone string `json:"timezone"`
	// RoleARN and ExternalID are of the role that is assumed to reach the cluster; see [account.Role].
	RoleARN            string `json:"roleArn,omitempty"`
	ExternalID         string `json:"externalId,omitempty"`
	Spoke              bool   `json:"spoke,omitempty"`
	WaitTimeoutSeconds int    `json:"waitTimeoutSeconds"`
	Concurrency        int    `json:"concurrency"`
	// Budget limits the calls in the cluster's account and region.
	Budget budget.Budget `json:"budget,omitzero"`
}

// Role returns the role that is assumed to reach the cluster.
func (c Cluster) Role() account.Role {
	return account.Role{ARN: c.RoleARN, ExternalID: c.ExternalID, Spoke: c.Spoke}
}

// Wave is one wave of changes with their results.
type Wave struct {
	Decisions []scaling.Decision `json:"decisions"`
	Results   ChangeResults      `json:"results,omitempty"`
}

// SyncTriggersRequest is the payload of sync-triggers. The definition sends the execution, the config table's stream sends
// records, and a deployment sends neither.
type SyncTriggersRequest struct {
	Execution Execution         `json:"execution,omitzero"`
	Records   []json.RawMessage `json:"Records,omitempty"`
}

// Subject returns the run, if there is one.
func (r SyncTriggersRequest) Subject() Subject {
	return Subject{Execution: r.Execution.Name}
}

// SyncTriggersResult counts the planned schedules and the changes that were made.
type SyncTriggersResult struct {
	Planned int `json:"planned"`
	Created int `json:"created"`
	Updated int `json:"updated"`
	Deleted int `json:"deleted"`
}

// AuditRequest is the payload of audit: a change, a unit or a run.
type AuditRequest struct {
	Change *ChangeTask `json:"change,omitempty"`
	Unit   *UnitEnd    `json:"unit,omitempty"`
	Run    *Task       `json:"run,omitempty"`
}

// UnitEnd is the payload of audit at the end of a unit. Execution is the unit's own.
type UnitEnd struct {
	Execution Execution `json:"execution"`
	State     UnitTask  `json:"state"`
}

// UnitResult is the output of a unit's execution. All units share the state of the run, so it is small.
type UnitResult struct {
	Unit    string  `json:"unit"`
	Outcome Outcome `json:"outcome"`
	// Execution is the name of the unit's execution if the unit could not be recorded. That execution has the reason.
	Execution string `json:"execution,omitempty"`
}

// Subject returns the change's node group, the unit or the run.
func (r AuditRequest) Subject() Subject {
	switch {
	case r.Change != nil:
		return r.Change.Subject()
	case r.Unit != nil:
		return r.Unit.State.Subject()
	case r.Run != nil:
		return Subject{Execution: r.Run.Execution.Name}
	default:
		return Subject{}
	}
}

// CallMargin is the time allowed for a call to EKS. A decision that expires sooner is made again.
const CallMargin = 10 * time.Second
