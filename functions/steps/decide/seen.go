package decide

import (
	"encoding/hex"
	"encoding/json"
	"hash/fnv"
	"maps"

	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// A look that EKS throttles keeps what it has read for the next one. Otherwise many units in one account and region would read the same
// node groups again and again, and none would ever read all of its own.
const (
	// A run that has been silent for this long has lost its claim anyway.
	seenFor = claim.Lifetime
	// Longer details, such as many health issues, are read again: the state of an execution has little room.
	maxSeenDetail = 100
)

// recallSeen returns a node group as an earlier look has read it, if no run can have changed it since.
func (r *round) recallSeen(nodegroup string) (run.SeenNodegroup, bool) {
	if r.task.Seen == nil || r.task.Seen.Record != r.recordKey() {
		return run.SeenNodegroup{}, false
	}
	seen, ok := r.task.Seen.Nodegroups[nodegroup]
	return seen, ok && r.now.Sub(seen.At) < seenFor
}

// keepSeen keeps a node group for the next look, in case EKS throttles this one.
func (r *round) keepSeen(nodegroup string, o scaling.Observed, update nodegroups.UpdateStatus) {
	if len(o.Detail) > maxSeenDetail {
		return
	}
	seen := run.Seen{Record: r.recordKey(), Nodegroups: map[string]run.SeenNodegroup{}}
	if r.task.Seen != nil && r.task.Seen.Record == seen.Record {
		maps.Copy(seen.Nodegroups, r.task.Seen.Nodegroups)
	}
	seen.Nodegroups[nodegroup] = run.SeenNodegroup{
		At: r.now, Condition: o.Condition, Sizes: o.Sizes, Detail: o.Detail, Update: string(update),
	}
	r.task.Seen = &seen
}

// recordKey identifies what is on record of the unit. It changes whenever another run may have changed a node group: a run claims the
// unit first. While this run holds the claim, no other one can.
func (r *round) recordKey() string {
	if r.holds() {
		return "held"
	}
	data, _ := json.Marshal(r.record) // maps of texts, numbers and times; in the order of their keys
	hash := fnv.New64a()
	_, _ = hash.Write(data) // it never fails
	return hex.EncodeToString(hash.Sum(nil))
}
