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
			n.trigger(t)
			n.promise(t)
		}
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
	})
	n.at(evening.Add(length), n.calmDown)
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
	return n.place.transitions[n.Rand().IntN(2)].at().Add(n.between(-time.Minute, 8*time.Minute))
}

func (n *night) reconcile(at time.Time) {
	n.at(at.Add(n.between(0, time.Minute)), func() {
		n.start(run.Input{Trigger: run.ReconcileTrigger, Due: at.UTC()})
	})
}

// trigger fires a trigger of the schedule: usually once, sometimes late, twice or not at all. Two time zones have two triggers
// for one instant.
func (n *night) trigger(t transition) {
	fires := 1
	switch n.Rand().IntN(12) {
	case 0:
		if !n.mood.calm {
			fires = 0
		}
	case 1, 2, 3:
		fires = 2
	}
	for range fires {
		late := n.between(0, 2*time.Second)
		if n.Rand().IntN(4) == 0 {
			late = n.between(0, 90*time.Second)
		}
		n.at(t.at().Add(late), func() { n.start(run.Input{Trigger: "schedule", Due: t.at().UTC()}) })
	}
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
