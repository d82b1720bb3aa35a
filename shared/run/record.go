package run

import (
	"encoding/json"
	"time"

	"eks-scaling-automation/shared/scaling"
)

// Change is the audit record of one change of a node group.
type Change struct {
	ChangeResult
	Run      Run            `json:"run"`
	Cluster  string         `json:"cluster"`
	Schedule string         `json:"schedule,omitempty"` // empty if the cluster has no named schedules
	Profile  string         `json:"profile"`            // empty under an override with custom sizes
	Period   string         `json:"period"`             // empty if no period made the profile active
	Override string         `json:"override,omitempty"`
	Action   scaling.Action `json:"action"`
	Reason   string         `json:"reason"`
	Goal     scaling.Goal   `json:"goal"` // the requested sizes, also if the change failed
	// StartedAt is when EKS accepted the call, or when the change began if it made none. EndedAt is when its end was seen. Earlier
	// versions did not record them: zero is unknown.
	StartedAt time.Time `json:"startedAt,omitzero"`
	EndedAt   time.Time `json:"endedAt,omitzero"`
	Update    string    `json:"updateId,omitempty"`
}

// UnitRecord is the audit record of a unit's part in a run.
type UnitRecord struct {
	ClusterSummary
	// Execution is the unit's own; Run has the run's.
	Execution Execution `json:"execution"`
	Run       Run       `json:"run"`
	// EndedAt is when the record was made: the unit read its sizes before that. Earlier versions did not record it.
	EndedAt  time.Time `json:"endedAt,omitzero"`
	Timezone string    `json:"timezone,omitempty"`
	// Signals holds the conditions of the periods whose window was open.
	Signals []SignalState `json:"signals,omitempty"`
	// Throttled counts the reads of the unit's decisions that EKS throttled.
	Throttled int `json:"throttled,omitempty"`
	// Failures lists what went wrong: the unit as a whole, or its node groups.
	Failures []Failure `json:"failures,omitempty"`
	// UnsentEvents counts the events of the unit and its changes that EventBridge did not accept.
	UnsentEvents int `json:"unsentEvents,omitempty"`
	// Nodes counts the nodes of the unit at its end.
	Nodes Nodes `json:"nodes,omitzero"`
}

// Nodes counts the nodes of node groups: as they are, and as decided.
type Nodes struct {
	Current int `json:"current"`
	Desired int `json:"desired"`
}

// Plus adds the nodes of other node groups.
func (n Nodes) Plus(other Nodes) Nodes {
	return Nodes{n.Current + other.Current, n.Desired + other.Desired}
}

// Record is the audit record of a run.
type Record struct {
	Summary
	Execution Execution       `json:"execution"`
	Run       Run             `json:"run,omitzero"` // zero if the run failed before it had one
	Input     json.RawMessage `json:"input"`        // as given
	// Changes counts the node groups of all units that the run was to change, whatever the result. If it is 0, the records of the
	// units hold no more than sizes that were left alone. Earlier versions did not record it: nil is unknown.
	Changes *int `json:"changes,omitempty"`
}
