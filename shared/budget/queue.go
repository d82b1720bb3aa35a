package budget

import "sync"

// Queue hands out the slots of one process, for one that cannot share those of the others.
type Queue struct {
	mu   sync.Mutex
	next map[string]int64 // by place and kind
}

// Take takes the next slot of a place. It returns false if all slots that the caller would wait for are taken.
func (q *Queue) Take(r Request) (slot int64, free bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	key := r.Place + " " + string(r.Kind)
	slot = max(q.next[key], r.Second())
	if slot >= r.End() {
		return 0, false
	}
	if q.next == nil {
		q.next = map[string]int64{}
	}
	q.next[key] = slot + r.Step()
	return slot, true
}
