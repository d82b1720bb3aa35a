package run

import (
	"slices"
	"time"

	"eks-scaling-automation/shared/scaling"
)

// ChangeTask is the state of one node group's change. The steps scale, wait-for-nodegroup-active and audit get it.
type ChangeTask struct {
	Run       Run              `json:"run"`
	Unit      string           `json:"unit"`
	Round     int              `json:"round"`
	Cluster   Cluster          `json:"cluster"`
	At        time.Time        `json:"at"`
	GoodUntil time.Time        `json:"goodUntil"` // zero means forever
	Wanted    scaling.Wanted   `json:"wanted"`
	Basis     string           `json:"basis"`
	Guards    []scaling.Guard  `json:"guards"`
	Decision  scaling.Decision `json:"decision"`
	Progress  *Progress        `json:"progress,omitempty"` // from scale on
	Error     *StepError       `json:"error,omitempty"`    // if a step failed
}

// Subject returns the node group.
func (t ChangeTask) Subject() Subject {
	return Subject{Execution: t.Run.Execution.Name, Unit: t.Unit, Nodegroup: t.Decision.Nodegroup}
}

// Name names the node group for messages, with its cluster.
func (t ChangeTask) Name() string { return NodegroupName(t.Unit, t.Decision.Nodegroup) }

// NodegroupName names a node group of a unit, such as "production/big": it belongs to the cluster, whatever its schedule.
func NodegroupName(unit, nodegroup string) string {
	cluster, _ := scaling.SplitUnit(unit)
	return cluster + "/" + nodegroup
}

// Target returns the node group's wanted sizes and the reason.
func (t ChangeTask) Target() scaling.Wanted {
	if t.Decision.Wanted != nil {
		return *t.Decision.Wanted
	}
	return t.Wanted
}

// Status is the stage of a change.
type Status string

// The statuses that the definition branches on.
const (
	Busy    Status = "busy"    // the node group cannot be changed yet: scale checks again
	Pending Status = "pending" // EKS is updating it: wait-for-nodegroup-active checks again
	Ended   Status = "ended"
)

// Progress describes a change that has started.
type Progress struct {
	Status Status `json:"status"`
	// Outcome is set when the change has ended without an error.
	Outcome Outcome `json:"outcome,omitempty"`
	// Note explains the outcome to people, or what the change waits for.
	Note     string `json:"note,omitempty"`
	UpdateID string `json:"updateId,omitempty"`
	// Attempted reports that an earlier invocation of the round may have made the call.
	Attempted bool `json:"attempted,omitempty"`
	// Before is zero until EKS has answered.
	Before scaling.Sizes `json:"before"`
	After  scaling.Sizes `json:"after"`
	// WasDegraded reports that the node group was DEGRADED before the change.
	WasDegraded bool      `json:"wasDegraded,omitempty"`
	StartedAt   time.Time `json:"startedAt"`
	EndedAt     time.Time `json:"endedAt,omitzero"`
	Deadline    time.Time `json:"deadline"`
	// ShortSince is the first time that the node group lacked the requested sizes after its update had ended.
	ShortSince time.Time `json:"shortSince,omitzero"`
	// DelaySeconds is the wait before the next check.
	DelaySeconds int `json:"delaySeconds"`
	// Health lists the issues that EKS reports.
	Health []string `json:"health,omitempty"`
	// Throttled counts the calls that EKS throttled, including the ones that were repeated at once.
	Throttled int `json:"throttled,omitempty"`
	// OvertakenBy names the newer run that decides for the node group.
	OvertakenBy string `json:"overtakenBy,omitempty"`
}

// Overtake ends the change because another run has the claim.
func (p *Progress) Overtake(by string, now time.Time) {
	p.Status, p.Outcome, p.OvertakenBy, p.EndedAt = Ended, Overtaken, by, now
}

// Outcome is the result of a change, a unit or a run.
type Outcome string

// The outcomes. The definition branches on failed, skipped and overtaken.
const (
	Succeeded Outcome = "succeeded"
	Unchanged Outcome = "unchanged" // it was already in sync
	Failed    Outcome = "failed"
	Overtaken Outcome = "overtaken" // a newer run decides instead
	Returned  Outcome = "returned"  // no call was made: the decision must be made again
	Skipped   Outcome = "skipped"   // the run had nothing to do
	Planned   Outcome = "planned"   // a dry run
	// Incomplete is a dry run with an error: a part of the plan is missing, or all of it.
	Incomplete Outcome = "incomplete"
)

// ChangeResult is the result of one node group's change.
type ChangeResult struct {
	Nodegroup string `json:"nodegroup"`
	// Activation identifies the activation that caused the change.
	Activation  string         `json:"activation,omitempty"`
	Outcome     Outcome        `json:"outcome"`
	Before      *scaling.Sizes `json:"before,omitempty"`
	After       *scaling.Sizes `json:"after,omitempty"`     // nil when it failed
	Attempted   bool           `json:"attempted,omitempty"` // the call may have been made, although the outcome says that it was not
	Seconds     float64        `json:"seconds"`
	Note        string         `json:"note,omitempty"`
	Health      []string       `json:"health,omitempty"`
	Throttled   int            `json:"throttled,omitempty"` // calls that EKS throttled
	OvertakenBy string         `json:"overtakenBy,omitempty"`
	Error       *StepError     `json:"error,omitempty"`
	// UnsentEvents counts the events of the change that EventBridge did not accept.
	UnsentEvents int `json:"unsentEvents,omitempty"`
}

// ChangeResults lists the results of several changes.
type ChangeResults []ChangeResult

// Add returns the results with another one. The steps of a scale-up become one result, so that the state of a unit does not grow
// with them.
func (r ChangeResults) Add(result ChangeResult) ChangeResults {
	for i, earlier := range r {
		if earlier.Nodegroup == result.Nodegroup && earlier.Activation == result.Activation && earlier.Arrived() {
			all := slices.Clone(r)
			all[i] = result.since(earlier)
			return all
		}
	}
	return append(slices.Clip(r), result)
}

// Arrived reports whether the change, which may be a step, ended with its sizes.
func (r ChangeResult) Arrived() bool { return r.Outcome == Succeeded || r.Outcome == Unchanged }

// since returns the result of two changes in a row: what the later one led to, from the sizes before the earlier one.
func (r ChangeResult) since(earlier ChangeResult) ChangeResult {
	r.Seconds, r.Throttled = r.Seconds+earlier.Seconds, r.Throttled+earlier.Throttled
	r.UnsentEvents += earlier.UnsentEvents
	switch r.Outcome {
	case Returned: // it changed nothing
		earlier.Throttled, earlier.UnsentEvents = r.Throttled, r.UnsentEvents
		return earlier
	case Unchanged:
		r.Outcome = earlier.Outcome
	case Succeeded, Failed, Overtaken, Skipped, Planned, Incomplete:
	}
	r.Before = earlier.Before
	return r
}
