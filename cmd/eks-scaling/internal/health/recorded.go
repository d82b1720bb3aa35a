package health

import (
	"slices"
	"time"

	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// Source says where the sizes of node groups come from.
type Source string

// The sources.
const (
	FromEKS     Source = "eks"
	FromRecords Source = "records" // the records of runs: each hourly run looks at every node group
)

// Recorded is a unit's part in the last run that took it.
type Recorded struct {
	Run string    // the name of its execution
	At  time.Time // when it began
	run.ClusterSummary
	Failures []run.Failure
}

// Failed reports whether the unit, or one of its node groups, failed. It is false without a record.
func (r *Recorded) Failed() bool { return r != nil && r.Outcome == run.Failed }

// HeldBack returns what holds back a scale-down of the unit; none without a record.
func (r *Recorded) HeldBack() (by []string) {
	if r == nil {
		return nil
	}
	for _, n := range r.Nodegroups {
		by = append(by, n.HeldBack...)
	}
	return by
}

// Observe makes facts about the unit's node groups of its record.
func (c *ClusterFacts) Observe(r run.UnitRecord) {
	c.Recorded = &Recorded{Run: r.Run.Execution.Name, At: r.Run.TakenAt, ClusterSummary: r.ClusterSummary, Failures: r.Failures}
	gone := map[string]string{}
	for _, f := range r.Failures {
		if _, nodegroup := f.Part(); f.Error == string(run.TargetNotFoundError) {
			gone[nodegroup] = f.Cause
		}
	}
	for _, n := range r.Nodegroups {
		if _, configured := c.Config.Nodegroups[n.Nodegroup]; !configured {
			continue
		}
		sizes := n.After
		if sizes == nil {
			sizes = n.Before
		}
		switch why, isGone := gone[n.Nodegroup]; {
		case isGone:
			c.Nodegroups[n.Nodegroup] = Fact[Nodegroup]{Missing: true, Error: why}
		case sizes == nil && n.Outcome == run.Unchanged && n.Warning != "": // it is to have no nodes, and does not exist
			c.Nodegroups[n.Nodegroup] = Fact[Nodegroup]{Missing: true, Error: n.Warning}
		case sizes != nil:
			c.Nodegroups[n.Nodegroup] = Known(recordedNodegroup(n, *sizes, r.Run.TakenAt))
		}
	}
}

// recordedNodegroup returns what a record says of a node group. An update that the run did not wait for may still be in progress.
func recordedNodegroup(n run.NodegroupSummary, sizes scaling.Sizes, at time.Time) Nodegroup {
	found := Nodegroup{Sizes: sizes, Seen: at}
	if n.Action == scaling.Await && n.Outcome != run.Succeeded {
		found.Status = Updating
	}
	if n.Outcome == run.Unchanged && n.Warning != "" { // such as that it is DEGRADED
		found.Health = []string{n.Warning}
	}
	return found
}

// Unrecorded reports whether no record has the sizes of a node group.
func (c ClusterFacts) Unrecorded(nodegroup string) bool {
	_, known := c.Nodegroups[nodegroup]
	return !known
}

// OldestRecord returns the oldest of the units' records, and whether there is any.
func OldestRecord(clusters []ClusterFacts) (oldest *Recorded) {
	for _, c := range clusters {
		if c.Recorded != nil && (oldest == nil || c.Recorded.At.Before(oldest.At)) {
			oldest = c.Recorded
		}
	}
	return oldest
}

// NewestRecord returns the newest of the units' records; nil if there is none.
func NewestRecord(clusters []ClusterFacts) *Recorded {
	recorded := slices.DeleteFunc(slices.Clone(clusters), func(c ClusterFacts) bool { return c.Recorded == nil })
	if len(recorded) == 0 {
		return nil
	}
	return slices.MaxFunc(recorded, func(a, b ClusterFacts) int { return a.Recorded.At.Compare(b.Recorded.At) }).Recorded
}
