package limits

import (
	"time"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/pace"
)

// Course is what happens to one unit in a run. Nothing in it is a unit in which nothing changes.
type Course struct {
	Waits     int // for another run, or for a call to EKS that is still open
	Waves     int
	Changes   int // of node groups, in all waves
	Looks     int // at updates, of all changes
	BusyLooks int // at node groups that another update keeps busy
}

// Events counts the events that the unit's course adds to a history.
func (c Course) Events() int {
	h := history()
	return h.unit + h.wait*c.Waits + h.wave*c.Waves + h.change*c.Changes + h.look*c.Looks + h.busyLook*c.BusyLooks
}

// RunEvents counts the events of a run and of its units together.
func RunEvents(reconcile, failed bool, units ...Course) int {
	h := history()
	events := h.run
	if reconcile {
		events += h.sync
	}
	if failed {
		events += h.failed
	}
	for _, unit := range units {
		events += unit.Events()
	}
	return events
}

// waves is how many waves a unit needs if nothing goes wrong: what raises capacity comes first, scale-downs come second.
const waves = 2

// UnitEvents counts the events of a unit in which every node group changes and takes all of waitTimeout.
func UnitEvents(c config.Cluster) int {
	n := len(c.Nodegroups)
	return Course{Waves: min(n, waves), Changes: n, Looks: n * pace.Looks(time.Duration(c.WaitTimeout))}.Events()
}
