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

// Events counts the events that the unit's course adds to the history of its execution.
func (c Course) Events() int {
	h := history()
	return h.unit + h.wait*c.Waits + h.wave*c.Waves + h.change*c.Changes + h.look*c.Looks + h.busyLook*c.BusyLooks
}

// waves is how many waves a unit needs if nothing goes wrong: what raises capacity comes first, scale-downs come second.
const waves = 2

// UnitCourse is a unit in which every node group takes all of waitTimeout for its change, and needs a wave more than if all goes well:
// it was awaited in that, or its change was given back to decide.
func UnitCourse(c config.Cluster) Course {
	n := len(c.Nodegroups)
	return Course{Waves: min(n, waves) + 1, Changes: 2 * n, Looks: n * pace.Looks(time.Duration(c.WaitTimeout))}
}

// UnitEvents counts the events of a unit in that course.
func UnitEvents(c config.Cluster) int { return UnitCourse(c).Events() }
