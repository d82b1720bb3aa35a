package decide

import (
	"encoding/hex"
	"encoding/json"
	"hash/fnv"

	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/run"
)

// A look that EKS throttles keeps what it has read for the next one. Otherwise many units in one account and region would read the same
// node groups again and again, and none would ever read all of its own.
const (
	// A run that has been silent for this long has lost its claim anyway.
	seenFor = claim.Lifetime
	// Longer details, such as many health issues, are read again: the state of an execution has little room.
	maxSeenDetail = 100
)

// recallSeen returns the node groups that throttled looks have read, if no run can have changed them since.
func (r *round) recallSeen() map[string]run.SeenNodegroup {
	recalled := map[string]run.SeenNodegroup{}
	if r.task.Seen == nil || r.task.Seen.Record != r.recordKey() {
		return recalled
	}
	for name, seen := range r.task.Seen.Nodegroups {
		if r.now.Sub(seen.At) < seenFor {
			recalled[name] = seen
		}
	}
	return recalled
}

// keepSeen keeps node groups for the next look.
func (r *round) keepSeen(seen map[string]run.SeenNodegroup) {
	r.task.Seen = nil
	if len(seen) > 0 {
		r.task.Seen = &run.Seen{Record: r.recordKey(), Nodegroups: seen}
	}
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
