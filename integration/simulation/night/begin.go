package night

import (
	"time"

	"eks-scaling-automation/shared/run"
)

// length is the duration of a night, and quiet the time to settle afterwards.
const (
	length = 7 * time.Hour
	quiet  = 4 * time.Hour
)

// begin plans the whole night.
func (n *night) begin() {
	n.tell("configuration %q; %d faults, %d deaths, %d slow of 1000 calls; %d of 100 updates go wrong; clocks differ by %s; people take capacity away: %t",
		n.place.name, n.mood.faults, n.mood.deaths, n.mood.slow, n.mood.ill, n.mood.skew, n.mood.hostile)
	if n.place.waitTimeout != "" {
		n.mood.calm = false // updates may take longer than a calm night allows
	}
	n.Spawn("first", func() {
		n.start(run.Input{Trigger: run.ReconcileTrigger}) // records the initial state before the night
		for _, t := range n.place.transitions {
			n.lead(t)
			n.fire(t.at())
			n.promise(t)
		}
		n.look()
		n.promiseLooks()
		for hour := 1; hour < 9; hour++ {
			n.reconcile(clock(hour, 23))
		}
		for range n.mood.people {
			n.at(n.someTime(), n.somebodyActs)
		}
		if name := n.place.autoscaled; name != "" {
			for range 6 {
				n.at(n.someTime(), func() { n.autoscale(name) })
			}
		}
		n.disturb()
		n.liftRadius()
	})
	n.at(evening.Add(length), n.calmDown)
}

// disturb plans what gets in the way of transitions.
func (n *night) disturb() {
	if n.mood.crosses {
		n.cross(n.place.transitions[n.Rand().IntN(2)])
	}
	if n.mood.busy && !n.mood.calm && n.place.split != nil {
		n.at(n.place.transitions[1].at().Add(-30*time.Second), n.chase)
	}
	if n.mood.busy {
		t, name := n.place.transitions[n.Rand().IntN(2)], []string{"small", "big"}[n.Rand().IntN(2)]
		n.at(t.at().Add(-n.between(0, 2*time.Minute)), func() { n.occupy(name, busyFor/2, busyFor) })
	}
}

// at runs a function at an instant.
func (n *night) at(t time.Time, what func()) {
	n.After(t.Sub(n.Now()), func() { n.Spawn("event", what) })
}

// someTime draws an instant, mostly close to a transition, because that is when things overlap.
func (n *night) someTime() time.Time {
	if n.Rand().IntN(4) == 0 {
		return evening.Add(n.between(0, length-time.Hour))
	}
	t := n.place.transitions[n.Rand().IntN(2)]
	if begins := n.place.leadOf(t); begins.After(evening) && n.Rand().IntN(2) == 0 {
		return begins.Add(n.between(-time.Minute, t.at().Sub(begins)))
	}
	return t.at().Add(n.between(-time.Minute, 8*time.Minute))
}

func (n *night) reconcile(at time.Time) {
	n.at(at.Add(n.between(0, time.Minute)), func() {
		n.start(run.Input{Trigger: run.ReconcileTrigger, Due: at.UTC()})
	})
}

// calmDown ends the faults. Active runs may end by themselves; then people repair what is broken, and reconcile runs correct the
// rest.
func (n *night) calmDown() {
	n.clean = true
	n.tell("the faults end")
	n.Sleep(quiet)
	for _, r := range n.runs {
		if !r.Done().Fired() {
			n.violate("run %s has not ended %s after the last fault", r.Name, quiet)
		}
	}
	n.checkRecords()
	n.heal()
	n.tell("people repair what is broken")
	for range n.place.limits { // each run settles at least one node group that held others back
		n.start(run.Input{Trigger: run.ReconcileTrigger})
		n.Sleep(90 * time.Minute)
	}
	n.checkQuiet()
}
