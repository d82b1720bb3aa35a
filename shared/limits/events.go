package limits

import (
	"time"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/pace"
)

// Course counts what happens to one unit in a run. The zero value is a unit without changes.
type Course struct {
	Waits     int // for another run, for a call to EKS that is still open, or for the next step
	Waves     int
	Changes   int // of node groups, in all waves
	Looks     int // checks of updates, for all changes
	BusyLooks int // checks of node groups that another update keeps busy
}

// Events counts the events that the unit's course adds to the history of its execution.
func (c Course) Events() int {
	h := history()
	return h.unit + h.wait*c.Waits + h.wave*c.Waves + h.change*c.Changes + h.look*c.Looks + h.busyLook*c.BusyLooks
}

// waves is how many waves a unit needs if nothing fails: one to scale up, one to scale down.
const waves = 2

// UnitCourse returns the worst course: the change of every node group takes all of waitTimeout and needs an extra wave, because
// it had to be waited for or its change was given back to decide. Each further step of the scale-up is waited for, and
// is a wave with one change more: a step leaves at most one node group on its way.
func UnitCourse(c config.Unit) Course {
	n, further := len(c.Nodegroups), Steps(c)-1
	every := time.Duration(c.RampUp.Every)
	return Course{
		Waits: further * int((every+pace.Longest-1)/pace.Longest), Waves: min(n, waves) + 1 + further, Changes: 2*n + further,
		Looks: (n + further) * pace.Looks(time.Duration(c.WaitTimeout)),
	}
}

// UnitEvents counts the events of a unit in its worst course.
func UnitEvents(c config.Unit) int { return UnitCourse(c).Events() }
