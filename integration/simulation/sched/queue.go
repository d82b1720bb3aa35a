package sched

import "time"

// entry is an event at an instant: a process continues, or a timer calls its function.
type entry struct {
	at       time.Duration // since the scheduler's start
	tie, seq uint64        // the order within an instant: drawn from the seed, then as it was queued
	process  *Process
	wait     uint64 // the process's wait that the entry ends
	timer    *Timer
}

// stale reports whether the entry has nothing left to do.
func (e entry) stale() bool {
	if e.timer != nil {
		return e.timer.over
	}
	return !e.process.waitsIn(e.wait)
}

func (e entry) before(other entry) bool {
	switch {
	case e.at != other.at:
		return e.at < other.at
	case e.tie != other.tie:
		return e.tie < other.tie
	}
	return e.seq < other.seq
}

// queue is a binary heap, the earliest entry first.
type queue []entry

func (q *queue) push(e entry) {
	*q = append(*q, e)
	h, i := *q, len(*q)-1
	for i > 0 {
		parent := (i - 1) / 2
		if !h[i].before(h[parent]) {
			return
		}
		h[i], h[parent] = h[parent], h[i]
		i = parent
	}
}

func (q *queue) pop() entry {
	h, last := *q, len(*q)-1
	first := h[0]
	h[0], h[last] = h[last], entry{}
	*q = h[:last]
	q.sink()
	return first
}

// sink moves the first entry down to its place.
func (q *queue) sink() {
	h, i := *q, 0
	for {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(h); child++ {
			if h[child].before(h[least]) {
				least = child
			}
		}
		if least == i {
			return
		}
		h[i], h[least] = h[least], h[i]
		i = least
	}
}
