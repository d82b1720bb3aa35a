package limits

import (
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/pace"
)

// Events that the history gets, by AWS's count: 2 for a Choice, Wait, Pass or Succeed, 5 for a Task that succeeds (entered,
// scheduled, started, succeeded, exited), 4 for a Map and 2 for each of its iterations.
const (
	// Run: LoadConfig, AnythingToDo, ForEachUnit, Reconcile, AuditRun, AnyFailed and Succeeded, with the
	// execution's own beginning and end.
	runEvents = 24
	// SyncSchedules comes in a reconcile run.
	syncEvents = 5
	// NotifyFailure comes in a failed run, and Failed in the place of Succeeded.
	failedEvents = 4
	// Unit: the iteration of ForEachUnit, the last Decide, Next and UnitDone.
	unitEvents = 11
	// Wave: Decide, Next and ScaleWave.
	waveEvents = 11
	// Wait: Decide, Next and WaitBeforeDecide.
	waitEvents = 9
	// Change: the iteration of ScaleWave, Scale, Called and Audit.
	changeEvents = 14
	// Look: WaitBeforeCheck, WaitForNodegroupActive and Active, or WaitBeforeScale, Scale and Called.
	lookEvents = 9
)

// Course is what happens to one unit in a run. Nothing in it is a unit in which nothing changes.
type Course struct {
	Waits     int // for another run, or for a call to EKS that is still open
	Waves     int
	Changes   int // of node groups, in all waves
	Looks     int // at updates, of all changes
	BusyLooks int // at node groups that another update keeps busy
}

// Events counts the events of the unit's part of a history.
func (c Course) Events() int {
	return unitEvents + waitEvents*c.Waits + waveEvents*c.Waves + changeEvents*c.Changes + lookEvents*(c.Looks+c.BusyLooks)
}

// RunEvents counts the events in the history of a run with these units.
func RunEvents(reconcile, failed bool, units ...Course) int {
	events := runEvents
	if reconcile {
		events += syncEvents
	}
	if failed {
		events += failedEvents
	}
	for _, unit := range units {
		events += unit.Events()
	}
	return events
}

// changesAll is the course of a cluster in which every node group changes and every update takes [SlowUpdate].
func changesAll(c config.Cluster) Course {
	n := len(c.Nodegroups)
	return Course{Waves: min(n, waves), Changes: n, Looks: n * pace.Looks(SlowUpdate)}
}

// waves is how many waves a unit needs if nothing goes wrong: what raises capacity comes first, scale-downs come second.
const waves = 2

// Events counts the events of a run that changes every node group of the clusters in updates of [SlowUpdate], reconciles
// the triggers and fails.
func Events(clusters []config.Cluster) int {
	var units []Course
	for _, c := range clusters {
		units = append(units, changesAll(c))
	}
	return RunEvents(true, true, units...)
}
