package limits

import (
	"cmp"
	"time"

	"eks-scaling-automation/shared/config"
)

// UnitTime returns how long a run works on a unit in the worst case: every node group changes and needs all of waitTimeout. Each
// further step of the scale-up takes as long once more, and at least rampUp.every passes before it.
func UnitTime(c config.Unit) time.Duration {
	further, each := Steps(c)-1, time.Duration(c.WaitTimeout)
	idle := max(0, time.Duration(c.RampUp.Every)-each)
	return time.Duration(turns(len(c.Nodegroups), c.Concurrency)+further)*each + time.Duration(further)*idle
}

// Steps returns how many steps the largest scale-up of a unit takes: from the limits' minSize of each node group to the most nodes
// that are asked of it.
func Steps(c config.Unit) int {
	if c.RampUp.Nodes == 0 {
		return 1
	}
	nodes := 0
	for name, most := range c.MostNodes() {
		nodes += max(0, int(most-c.Nodegroups[name].MinSize))
	}
	return max(1, (nodes+c.RampUp.Nodes-1)/c.RampUp.Nodes)
}

// turns returns how many batches of atOnce changes a run needs for n node groups, if they split over two waves in the worst way.
// A single node group is one wave.
func turns(n, atOnce int) int {
	if n < waves {
		return n
	}
	return waves + (n-waves)/atOnce
}

// AtOnce returns how many units a run scales at a time; the default if the settings are invalid.
func AtOnce(c config.Config) int {
	return cmp.Or(c.Fleet.Units, config.DefaultFleet().Units)
}

// RunTime bounds how long a run takes in the worst case, whatever the order of its units: at the latest, the last unit begins
// when the others have filled all lanes.
func RunTime(units []config.Unit, atOnce int) time.Duration {
	var all, longest time.Duration
	for _, c := range units {
		each := UnitTime(c)
		all, longest = all+each, max(longest, each)
	}
	if len(units) <= atOnce {
		return longest
	}
	return (all-longest)/time.Duration(atOnce) + longest
}
