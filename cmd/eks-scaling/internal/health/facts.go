// Package health holds the facts about a deployed system, and the judgements that "status" and "doctor" share. Package report turns
// the facts into the report of status, package checks into the checks of doctor.
//
// All three are pure: they call no service, never ask for the current time and print nothing.
package health

import (
	"slices"
	"time"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// Facts are what was found out. An Error is one sentence on why a part could not be read, and empty when it could.
type Facts struct {
	// Only are the clusters to speak of; nil is all. The parts that are the whole system's stay the whole system's.
	Only          []string
	Stack         StackFacts
	Configuration ConfigurationFacts
	Clusters      []ClusterFacts // all of the configuration, in the order of their names
	// AppliedError is why it is unknown for all clusters what was last applied to their node groups.
	AppliedError string
	Runs         RunFacts
	// Boundaries are the schedules that follow the configuration, Reconcile those that do not depend on it.
	Boundaries, Reconcile Fact[[]Schedule]
	Alarms                Fact[Alarms]
	DeadLetters           Fact[int] // about how many messages are in the queue
}

// StackFacts are what CloudFormation says.
type StackFacts struct {
	deployment.Stack
	Error string
}

// ConfigurationFacts are what the config table says.
type ConfigurationFacts struct {
	Error string
	// Configured is false when nobody has written anything yet.
	Configured bool
	// SettingsUsable says that runs can use the settings, so that it is known what is wanted.
	SettingsUsable bool
	Off            *Turn     // of the system's switch; nil when that is on
	Findings       []Finding // the items that cannot be used
	// Oldest and Latest are when the first and the last of its items were written; zero when that is not known.
	Oldest, Latest time.Time
}

// Turn is who turned a switch off, when and why, as far as it is known.
type Turn struct {
	Since  time.Time
	By     string
	Reason string
}

// ClusterFacts are what is known of a cluster of the configuration.
type ClusterFacts struct {
	Name     string
	Unusable string         // why a run cannot use its configuration; empty when it can
	Config   config.Cluster // with its overrides; only of one that is usable
	Off      *Turn          // of the cluster's switch; nil when that is on
	Latest   time.Time      // the last write of what says how it is scaled; zero when that is not known
	// Applied is what was last applied, by node group; AppliedError is why that is unknown for this cluster.
	Applied      map[string]scaling.Application
	AppliedError string
	Missing      bool // EKS has no such cluster
	Nodegroups   map[string]Fact[Nodegroup]
}

// Nodegroup is a node group as EKS has it.
type Nodegroup struct {
	Sizes  scaling.Sizes
	Status string   // such as ACTIVE
	Health []string // the issues, in words
}

// RunFacts are the latest executions and what is on record of them.
type RunFacts struct {
	Error        string
	Executions   []Execution // the newest first
	RecordsError string
	Records      []Record // of the last day or more, in no order
}

// Execution is one of the state machine.
type Execution struct {
	Name, ARN      string
	Status         string // such as SUCCEEDED
	Started, Ended time.Time
	Redriven       time.Time // the last time; zero if it never was
	// Input is the execution's input, set only if the audit trail has no record of it; nil if unknown.
	Input *run.Input
}

// Begun returns when the execution was started, or continued the last time.
func (x Execution) Begun() time.Time {
	if x.Redriven.After(x.Started) {
		return x.Redriven
	}
	return x.Started
}

// MayChange reports whether a run may scale a node group, as far as its input is known.
func (x Execution) MayChange(cluster, nodegroup string) bool {
	if x.Input == nil {
		return true
	}
	among := func(names []string, name string) bool { return names == nil || slices.Contains(names, name) }
	return !x.Input.DryRun && among(x.Input.Clusters, cluster) && among(x.Input.Nodegroups, nodegroup)
}

// Record is what the audit trail has of a run.
type Record struct {
	run.Summary
	Name string  // of the execution
	Run  run.Run // only what it was started with when it failed before it had more
}

// Of returns what a run did to a node group, if it was part of the run.
func (r Record) Of(cluster, nodegroup string) (run.NodegroupSummary, bool) {
	for _, c := range r.Clusters {
		for _, n := range c.Nodegroups {
			if c.Cluster == cluster && n.Nodegroup == nodegroup {
				return n, true
			}
		}
	}
	return run.NodegroupSummary{}, false
}
