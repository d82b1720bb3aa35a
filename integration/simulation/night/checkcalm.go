package night

import (
	"time"

	"eks-scaling-automation/integration/runtime/engine"
)

const (
	// Soon is how long a transition may take without faults: two waves of updates, and a late trigger.
	soon = 15 * time.Minute
	// BusyFor limits how long another's update keeps a node group busy.
	busyFor = 15 * time.Minute
)

// promise checks some time after a transition of a calm night that everything is in sync and no run failed.
func (n *night) promise(t transition) {
	if !n.mood.calm {
		return
	}
	within := soon + n.place.climb(t)
	if n.mood.busy {
		within += busyFor
	}
	for _, next := range n.place.transitions {
		begins := n.place.leadOf(next)
		if next.at().After(t.at()) && (!next.at().After(t.at().Add(within)) || !begins.IsZero() && !begins.After(t.at().Add(within))) {
			return // the next stage begins before
		}
	}
	n.at(t.at().Add(within), func() {
		n.checkInSync(t, within)
		for _, r := range n.runs {
			if result := r.Result(); result.Status == engine.Failed {
				n.violate("nothing went wrong, and run %s is red: %s", r.Name, result.Cause)
			}
		}
	})
}

// checkInSync requires every node group to have the number of nodes in the transition's profile.
func (n *night) checkInSync(t transition, within time.Duration) {
	for name := range n.place.profiles[t.profile] {
		wanted, fixed := n.place.target(t.profile, name).(int)
		sizes, exists := n.sizes(name)
		if !fixed || !exists && wanted == 0 || n.place.isIdle(name) || len(n.place.conditionsIn(n.place.unitOf(name))) > 0 {
			continue
		}
		if sizes.Desired != int32(wanted) || n.eks.Running(ref(name)) != "" {
			n.violate("%s after the transition of %s, on which nothing went wrong, %s is %s; wanted is %d",
				within, t.at().Format("15:04"), name, sizes, wanted)
		}
	}
}
