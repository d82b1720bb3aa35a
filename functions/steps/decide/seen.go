package decide

import (
	"encoding/hex"
	"encoding/json"
	"hash/fnv"
	"maps"
	"time"

	"eks-scaling-automation/shared/limits"
	"eks-scaling-automation/shared/run"
)

// A throttled reading keeps what it has read for the next attempt. Otherwise many units in one account and region would start
// over each time, and none would ever finish.
const (
	// What was read stays valid until an idle run must have read all node groups of the largest account and region that its budget
	// allows. Scale reads each node group again before it is changed, and what a scale-down relies on.
	seenFor = limits.MaxIdleReading
	// Longer details, such as many health issues, are read again: an execution's state is limited.
	maxSeenDetail = 100
)

// recallSeen returns the node groups kept by throttled readings, if no run can have changed them since.
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

// keepSeen keeps node groups for the next attempt, also those that it reads again. If this attempt has read one for the first time,
// the unit waits from now on: a budget that is used up by many units delays each of them, and fails none.
func (r *round) keepSeen(seen map[string]run.SeenNodegroup) {
	kept := run.Seen{Record: r.recordKey(), Nodegroups: map[string]run.SeenNodegroup{}}
	if before := r.task.Seen; before != nil && before.Record == kept.Record {
		maps.Copy(kept.Nodegroups, before.Nodegroups)
	}
	known := len(kept.Nodegroups)
	maps.Copy(kept.Nodegroups, seen)
	r.task.Seen = nil
	if len(kept.Nodegroups) > 0 {
		r.task.Seen = &kept
	}
	if len(kept.Nodegroups) > known {
		r.task.ThrottledSince = time.Time{}
	}
}

// recordKey identifies the contents of the unit's record. It changes before another run can change a node group, because a run
// claims the node group first. While this run holds the claim, only its orders matter, with the schedules that they are under.
func (r *round) recordKey() string {
	var read any = r.record
	if r.holds() {
		read = []any{r.record.Orders, r.record.Under}
	}
	data, _ := json.Marshal(read) // maps of texts, numbers and times; in the order of their keys
	hash := fnv.New64a()
	_, _ = hash.Write(data) // it never fails
	return hex.EncodeToString(hash.Sum(nil))
}
