package event

import (
	"time"

	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// Run identifies the run that caused an event.
type Run struct {
	// Name is the name of the execution of the state machine.
	Name string `json:"name"`
	// ARN is the execution's ARN.
	ARN string `json:"arn"`
	// Trigger is what started the run: schedule, reconcile or manual; missing if the input does not say it.
	Trigger string `json:"trigger,omitempty"`
	// Actor is the person or service that started the run.
	Actor string `json:"actor,omitempty"`
	// Reason is why the run was started.
	Reason string `json:"reason,omitempty"`
}

// RunOf returns a run as events name it.
func RunOf(r run.Run) Run {
	return Run{Name: r.Execution.Name, ARN: r.Execution.ARN, Trigger: r.Trigger, Actor: r.Actor, Reason: r.Reason}
}

// Finished is the detail of [RunFinished].
type Finished struct {
	Header
	Run Run `json:"run"`
	// Outcome is succeeded, failed, skipped or overtaken; for a dry run planned or incomplete.
	Outcome run.Outcome `json:"outcome"`
	// DryRun is true if the run only planned. A dry run has no other events.
	DryRun bool `json:"dryRun"`
	// Message describes the run in one sentence.
	Message string `json:"message"`
	// Error is the class of the first failure.
	Error string `json:"error,omitempty"`
	// StartedAt is when the run started. The field at is when it ended.
	StartedAt time.Time `json:"startedAt"`
	// TargetTime is the time whose sizes the run applied; missing if the run failed before it had one.
	TargetTime time.Time `json:"targetTime,omitzero"`
	// Changed counts the node groups of all units that the run was to change, whatever the result.
	Changed int `json:"changed"`
	// Units counts the clusters and schedules by their outcomes.
	Units map[run.Outcome]int `json:"units,omitempty"`
	// Failures lists what went wrong, causes first; at most 20.
	Failures []Failure `json:"failures,omitempty"`
}

// Failure is something that went wrong in a run.
type Failure struct {
	// Subject is what failed, such as "node group production/big".
	Subject string `json:"subject"`
	Problem
	// ConsoleURL is the execution of the cluster or schedule in the AWS console.
	ConsoleURL string `json:"consoleUrl,omitempty"`
}

// Problem is what went wrong, and what to do.
type Problem struct {
	// Error is the class of the failure, such as NodegroupFailedError.
	Error string `json:"error"`
	// Cause is the message.
	Cause string `json:"cause"`
	// Remedy says what to do.
	Remedy string `json:"remedy"`
}

// Place names a node group.
type Place struct {
	// Cluster is the cluster's name in the configuration.
	Cluster string `json:"cluster"`
	// Schedule is the schedule, if the cluster has named schedules.
	Schedule string `json:"schedule,omitempty"`
	// Nodegroup is the node group; missing if the event is about all of them.
	Nodegroup string `json:"nodegroup,omitempty"`
	// Region is the cluster's.
	Region string `json:"region,omitempty"`
	// Account is the cluster's account; missing if it is the account of the event.
	Account string `json:"account,omitempty"`
}

// PlaceOf returns where a unit's node group is; the node group may be empty.
func PlaceOf(unit, nodegroup string, of run.Cluster) Place {
	cluster, schedule := scaling.SplitUnit(unit)
	return Place{Cluster: cluster, Schedule: schedule, Nodegroup: nodegroup, Region: of.Region, Account: of.Role().Account()}
}

// Purpose is what the sizes are for.
type Purpose struct {
	// Profile is the active profile; missing under an override with custom sizes.
	Profile string `json:"profile,omitempty"`
	// Period is the active period; missing if none made the profile active.
	Period string `json:"period,omitempty"`
	// Override is the active override; missing if there is none.
	Override string `json:"override,omitempty"`
}

// Scaled is the detail of [NodeGroupScaled]. A scale-up in steps has an event for each step.
type Scaled struct {
	Header
	Place
	Purpose
	// Action is scaleUp or scaleDown.
	Action scaling.Action `json:"action"`
	// Before has the sizes before the change.
	Before *scaling.Sizes `json:"before,omitempty"`
	// After has the sizes after the change.
	After scaling.Sizes `json:"after"`
	// Goal has the desired sizes. After a step of a scale-up they differ from after.
	Goal scaling.Goal `json:"goal"`
	// Seconds is how long the change took.
	Seconds float64 `json:"seconds"`
	// Note explains the result, if it needs an explanation.
	Note string `json:"note,omitempty"`
	Run  Run    `json:"run"`
}

// Failed is the detail of [ScalingFailed]: of a node group, or of a whole cluster or schedule if it names no node group.
type Failed struct {
	Header
	Place
	Purpose
	// Action is the action that failed; missing if nothing was decided.
	Action scaling.Action `json:"action,omitempty"`
	// Before has the sizes before the change; missing if they are unknown.
	Before *scaling.Sizes `json:"before,omitempty"`
	// Goal has the desired sizes; missing if nothing was decided.
	Goal *scaling.Goal `json:"goal,omitempty"`
	Problem
	Run Run `json:"run"`
}

// HeldBack is the detail of [ScaleDownHeldBack]: capacity stays above the desired sizes.
type HeldBack struct {
	Header
	Place
	Purpose
	// Before has the sizes, which stay; missing if the event is about a whole cluster or schedule.
	Before *scaling.Sizes `json:"before,omitempty"`
	// Goal has the desired sizes.
	Goal *scaling.Goal `json:"goal,omitempty"`
	// The error is HeldBackError if node groups that the scale-down relies on are not ready, BlastRadiusError if it exceeds the limit.
	Problem
	Run Run `json:"run"`
}

// Drift is the detail of [DriftFound]: a node group was changed outside of the system after a run had applied its sizes. There is one
// event for each change found, however many runs find it.
type Drift struct {
	Header
	Place
	Purpose
	// Before has the sizes that a run had applied.
	Before scaling.Goal `json:"before"`
	// After has the sizes that were found.
	After scaling.Sizes `json:"after"`
	// Corrected is true if the run restored the sizes. Otherwise they stay until the next transition.
	Corrected bool `json:"corrected"`
	Run       Run  `json:"run"`
}
