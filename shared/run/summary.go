package run

import (
	"encoding/json"
	"time"

	"eks-scaling-automation/shared/scaling"
)

// RunTask is a run at its end.
type RunTask struct {
	Execution Execution       `json:"execution"`
	StartTime time.Time       `json:"startTime"`
	Input     json.RawMessage `json:"input"`
	State     RunState        `json:"state"`
}

// RunState is where a run stands when it ends: what load-config found and how each unit ended, or the error that took
// their place.
type RunState struct {
	LoadConfigResult
	Results []UnitTask `json:"results"`
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
	Cluster  string  `json:"cluster"`
	Outcome  Outcome `json:"outcome"`
	Profile  string  `json:"profile,omitempty"`
	Period   string  `json:"period,omitempty"`
	Override string  `json:"override,omitempty"`
	Reason   string  `json:"reason,omitempty"`
	Error    string  `json:"error,omitempty"`
	// OvertakenBy is the newer run that decides instead, for some of the node groups at least.
	OvertakenBy string             `json:"overtakenBy,omitempty"`
	Nodegroups  []NodegroupSummary `json:"nodegroups,omitempty"`
	// Expected are the waves that a dry run foresees, as names of node groups. Those that are held back say so themselves.
	Expected [][]string `json:"expected,omitempty"`
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
	// HeldBack names the node groups that a scale-down relies on and that are not ready.
	HeldBack []string `json:"heldBack,omitempty"`
	// Warning is what people should know though the run did not fail by it.
	Warning string `json:"warning,omitempty"`
}

// Alert is a message to people. The subject is short, printable ASCII, as SNS demands.
type Alert struct {
	Subject string `json:"subject"`
	Message string `json:"message"`
}
