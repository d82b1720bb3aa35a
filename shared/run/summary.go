package run

import (
	"encoding/json"
	"time"

	"eks-scaling-automation/shared/scaling"
)

// Task is the payload of audit at the end of a run.
type Task struct {
	Execution Execution       `json:"execution"`
	StartTime time.Time       `json:"startTime"`
	Input     json.RawMessage `json:"input"`
	State     State           `json:"state"`
}

// State is the final state of a run: the output of load-config and the result of each unit's execution, or an error instead.
type State struct {
	LoadConfigResult
	// SignalsError is set if the signals could not be read: the units decided without readings.
	SignalsError *StepError `json:"signalsError,omitempty"`
	// Results has a [UnitResult] for each unit. For an execution that did not succeed, Step Functions puts an [EndedExecution]
	// there.
	Results []json.RawMessage `json:"results,omitempty"`
	// UnitsError is set if the units' executions were ended together.
	UnitsError *StepError `json:"unitsError,omitempty"`
	StepError
	// Triggers counts the changes of the triggers by a reconcile run. TriggersError is set if that failed.
	Triggers      *SyncTriggersResult `json:"triggers,omitempty"`
	TriggersError *StepError          `json:"triggersError,omitempty"`
}

// Summary is the output of a run. The Step Functions console shows it as the execution's output.
type Summary struct {
	Outcome Outcome `json:"outcome"`
	// Message describes the run in one sentence.
	Message string `json:"message"`
	// Error is the class of the first failure; set only with the outcome failed.
	Error string `json:"error,omitempty"`
	// Units counts the units by their outcomes. What happened to each one is in its [UnitRecord].
	Units map[Outcome]int `json:"units,omitempty"`
	// Failures lists what went wrong, causes before consequences. At most [MaxFailures] are listed.
	Failures []Failure `json:"failures,omitempty"`
	// Triggers counts the changes of the triggers by a reconcile run.
	Triggers *SyncTriggersResult `json:"triggers,omitempty"`
	// Alert is sent when the run failed.
	Alert *Alert `json:"alert,omitempty"`
}

// MaxFailures is how many failures a [Summary] lists.
const MaxFailures = 20

// Failure is something that went wrong in a run.
type Failure struct {
	// Subject is what failed, such as "node group production/big".
	Subject string `json:"subject"`
	// Schedule is the schedule of a node group, if its cluster has named schedules.
	Schedule string `json:"schedule,omitempty"`
	// Error is the class, Cause the message.
	Error string `json:"error"`
	Cause string `json:"cause"`
	// Execution is the unit's. It is empty if the run failed as a whole.
	Execution Execution `json:"execution,omitzero"`
}

// EndedExecution is Step Functions' result of a unit's execution that did not succeed.
type EndedExecution struct {
	ExecutionARN string `json:"ExecutionArn"`
	Name         string `json:"Name"`
	Status       string `json:"Status"`
	Input        string `json:"Input"` // the JSON text of a [UnitTask]
	Error        string `json:"Error"`
	Cause        string `json:"Cause"`
}

// ClusterSummary describes the changes of a unit and their reasons.
type ClusterSummary struct {
	Cluster  string  `json:"cluster"` // the unit's name, such as "production" or "production:batch"
	Outcome  Outcome `json:"outcome"`
	Profile  string  `json:"profile,omitempty"`
	Period   string  `json:"period,omitempty"`
	Override string  `json:"override,omitempty"`
	Reason   string  `json:"reason,omitempty"`
	Error    string  `json:"error,omitempty"`
	// OvertakenBy names the newer run that decides instead for at least one node group.
	OvertakenBy string             `json:"overtakenBy,omitempty"`
	Nodegroups  []NodegroupSummary `json:"nodegroups,omitempty"`
	// Expected lists the node groups of each wave that a dry run foresees. See HeldBack for those that would not be scaled.
	Expected [][]string `json:"expected,omitempty"`
}

// NodegroupSummary describes the decision for a node group and its result.
type NodegroupSummary struct {
	Nodegroup string         `json:"nodegroup"`
	Action    scaling.Action `json:"action"`
	Outcome   Outcome        `json:"outcome"`
	Before    *scaling.Sizes `json:"before,omitempty"`
	After     *scaling.Sizes `json:"after,omitempty"`
	Reason    string         `json:"reason"`
	Error     string         `json:"error,omitempty"`
	// HeldBack names the node groups that must be ready before this scale-down but are not.
	HeldBack []string `json:"heldBack,omitempty"`
	// Warning reports a problem that did not fail the run.
	Warning string `json:"warning,omitempty"`
	// Drifted has the sizes that an earlier run had applied if somebody else changed them.
	Drifted *scaling.Goal `json:"drifted,omitempty"`
}

// Alert is a message to people. The subject is short, printable ASCII, as SNS demands.
type Alert struct {
	Subject string `json:"subject"`
	Message string `json:"message"`
}
