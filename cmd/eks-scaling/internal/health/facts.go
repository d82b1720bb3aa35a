// Package health holds the facts about a deployed system, and the judgements that "status" and "doctor" share. Package report turns
// the facts into the report of status, package checks into the checks of doctor.
//
// All three are pure: they call no service, never read the clock and print nothing.
package health

import (
	"slices"
	"time"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/triggers"
)

// Grace is how long a run may take to follow a configuration change or the start of a period, and for EKS to report it.
const Grace = 5 * time.Minute

// JustNow reports whether t is so recent that a run, or the triggers, may not have followed yet.
func JustNow(t, now time.Time) bool {
	return !t.IsZero() && !t.After(now) && now.Sub(t) < Grace
}

// CloseClock is the largest difference between the local clock and AWS's clock that is ignored. AWS's clock is read with a
// precision of one second.
const CloseClock = 5 * time.Second

// Day is a period of time, not a calendar day.
const Day = 24 * time.Hour

// System holds the facts that status and doctor both judge.
type System struct {
	// Only names the clusters or units to judge; nil means all. The system itself is always judged.
	Only []string
	// Partial means that the configuration of the units to judge was read, and no more of it. Then only
	// the triggers of these units are compared.
	Partial       bool
	Configuration Fact[inventory.Checked]
	Paused        *Author        // who paused the system; nil if it is not paused
	Hold          *Hold          // set while the configuration is only partly written
	Clusters      []ClusterFacts // the units of all configured clusters, by cluster
	Triggers      Fact[Triggers]
	Reconcile     Fact[[]triggers.Inspection] // the group of the trigger that does not depend on the configuration
	Alarms        Fact[Alarms]
	DeadLetters   Fact[int] // the approximate number of messages in the queue
}

// Asked reports whether to judge a unit.
func (s *System) Asked(unit string) bool {
	return s.Only == nil || scaling.NamesUnit(s.Only, unit)
}

// SettingsUsable reports whether runs can use the settings.
func (s *System) SettingsUsable() bool {
	return s.Configuration.Value.Configured && s.Configuration.Value.SettingsErr == nil
}

// Unusable returns why runs cannot use a cluster, in one line; empty if they can.
func (s *System) Unusable(c ClusterFacts) string {
	if err := s.Configuration.Value.SettingsErr; err != nil {
		return config.OneLine(err)
	}
	return c.Unusable
}

// Facts holds the facts that status judges. An Error explains in one sentence why a part could not be read; it is empty if it was
// read.
type Facts struct {
	System
	Stack StackFacts
	// Source says where the sizes come from. Facts from the records have what the last runs left.
	Source Source
	// AppliedError is why the last applied sizes are unknown for all clusters.
	AppliedError  string
	Runs          RunFacts
	Subscriptions Fact[[]Subscription] // of the alert topic
}

// StackFacts holds what CloudFormation reports.
type StackFacts struct {
	deployment.Stack
	Error string
}

// ClusterFacts holds the facts about a unit: a configured cluster, or one of its schedules.
type ClusterFacts struct {
	Name     string      // of the unit
	Cluster  string      // of EKS
	Unusable string      // why its own configuration is unusable, in one line; empty if it is usable
	Config   config.Unit // with its overrides; empty if unusable
	Paused   *Author     // who paused the unit or its cluster; nil if neither is paused
	Latest   time.Time   // the last write of an item that affects its sizes; zero if unknown
	// Applied holds the last application by node group. AppliedError explains why it is unknown for this cluster.
	Applied      map[string]scaling.Application
	Took         map[string]time.Duration // of the last scale-up, by node group
	AppliedError string
	Conditions   ConditionFacts
	Missing      bool // EKS has no such cluster
	// Recorded is the last record of the unit, if the sizes come from the records; nil if there is none.
	Recorded   *Recorded
	Nodegroups map[string]Fact[Nodegroup]
}

// CountClusters counts the clusters of units.
func CountClusters[U any](units []U, clusterOf func(U) string) int {
	names := map[string]bool{}
	for _, u := range units {
		names[clusterOf(u)] = true
	}
	return len(names)
}

// ClustersOf returns each unit with the facts from the configuration.
func ClustersOf(held inventory.Checked) []ClusterFacts {
	usable := map[string]config.Unit{}
	for _, u := range held.Runnable {
		usable[u.Name] = u
	}
	overrides := map[string][]inventory.Item{}
	for _, o := range held.Overrides {
		overrides[o.ClusterName()] = append(overrides[o.ClusterName()], o)
	}
	var all []ClusterFacts
	for _, item := range held.Clusters {
		about := slices.Concat(overrides[item.Name], []inventory.Item{item})
		if held.Settings != nil {
			about = append(about, *held.Settings)
		}
		_, latest := inventory.Written(about)
		for _, unit := range item.UnitNames() {
			c := ClusterFacts{Name: unit, Cluster: item.Name, Config: usable[unit], Latest: latest, Nodegroups: map[string]Fact[Nodegroup]{}}
			if err := held.UnusableErr(unit); err != nil {
				c.Unusable = config.OneLine(err)
			}
			all = append(all, c)
		}
	}
	return all
}

// The statuses of a node group that are judged.
const (
	Active   = "ACTIVE"
	Updating = "UPDATING"
	Creating = "CREATING"
	Degraded = "DEGRADED"
)

// Nodegroup is a node group as EKS reports it.
type Nodegroup struct {
	Sizes  scaling.Sizes
	Status string   // such as ACTIVE
	Health []string // the issues
	// MaxUnavailable is how many nodes an update of the version may take at once; 0 means unknown.
	MaxUnavailable int32
	// Seen is when a run saw the sizes, if they come from its record. Then the status is unknown, unless it is an update.
	Seen time.Time
}

// Failing reports whether EKS reports a failure or health issues.
func (n Nodegroup) Failing() bool {
	return len(n.Health) > 0 || n.Seen.IsZero() && !slices.Contains([]string{Active, Updating, Creating}, n.Status)
}

// RunFacts holds the latest executions and their records.
type RunFacts struct {
	Error        string
	Executions   []Execution // the newest first
	RecordsError string
	Records      []Record // of the last day or more, in no order
	LeftOut      LeftOut
	// ReadingsError is why it is unknown which readings of signals failed.
	ReadingsError string
}

// LeftOut counts the runs whose units were not read, because there are too many.
type LeftOut struct {
	Runs   int       `json:"runs"`
	Newest time.Time `json:"newestAt"` // when the newest of them began
}

// Add counts a run that began at an instant.
func (n *LeftOut) Add(began time.Time) {
	n.Runs++
	if began.After(n.Newest) {
		n.Newest = began.UTC()
	}
}

// Execution is an execution of the state machine.
type Execution struct {
	Name, ARN      string
	Status         string // such as SUCCEEDED
	Started, Ended time.Time
	Redriven       time.Time // the last time; zero if never
	// Input is the execution's input, set only if the audit trail has no record of it; nil if unknown.
	Input *run.Input
}

// Begun returns when the execution was started or last redriven.
func (x Execution) Begun() time.Time {
	if x.Redriven.After(x.Started) {
		return x.Redriven
	}
	return x.Started
}

// Record is a run on the audit trail.
type Record struct {
	run.Summary
	Units []run.ClusterSummary // the results of its units, if they matter and were read
	Name  string               // of the execution
	Run   run.Run              // only its input if it failed early
}

// StartedWith returns the facts of a run that its input contains.
func StartedWith(in run.Input) run.Run {
	return run.Run{Trigger: in.Trigger, Actor: in.Actor, Reason: in.Reason, Profile: in.Profile, DryRun: in.DryRun}
}
