package limits

import (
	"cmp"
	"time"

	"eks-scaling-automation/shared/config"
)

// UnitTime is how long a run is busy with a cluster, in the worst case: every node group changes and needs all of
// waitTimeout.
func UnitTime(c config.Cluster) time.Duration {
	return time.Duration(turns(len(c.Nodegroups), c.Concurrency)) * time.Duration(c.WaitTimeout)
}

// turns is how often a run starts changes of n node groups, atOnce at a time, if they are divided over two waves in the
// worst way: a few of one wave wait alone. One node group alone is one wave.
func turns(n, atOnce int) int {
	if n < waves {
		return n
	}
	return waves + (n-waves)/atOnce
}

// AtOnce is how many units a run scales at the same time; by default if the settings cannot be used.
func AtOnce(c config.Config) int {
	return cmp.Or(c.Fleet.Units, config.DefaultFleet().Units)
}

// RunTime bounds how long a run takes in the worst case, in whatever order its units begin: the one that ends last begins when all
// lanes are full of the others at the latest.
func RunTime(clusters []config.Cluster, atOnce int) time.Duration {
	var all, longest time.Duration
	for _, c := range clusters {
		each := UnitTime(c)
		all, longest = all+each, max(longest, each)
	}
	if len(clusters) <= atOnce {
		return longest
	}
	return (all-longest)/time.Duration(atOnce) + longest
}
