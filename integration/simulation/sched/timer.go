package sched

import "time"

// Timer calls a function at an instant.
type Timer struct {
	scheduler *Scheduler
	call      func()
	over      bool // it was stopped, or has called
	wakeup    waiter
}

// After calls a function when d has passed. The function runs outside of every process, so it must not wait, but it can spawn a
// process that does.
func (s *Scheduler) After(d time.Duration, call func()) *Timer {
	t := &Timer{scheduler: s, call: call}
	s.enqueue(entry{at: s.now + max(d, 0), timer: t})
	return t
}

// Stop keeps the timer from calling. It reports whether it had not called yet.
func (t *Timer) Stop() bool {
	pending := !t.over
	t.over = true
	return pending
}

// wakes also continues a process when the timer calls, if it is still in that wait.
func (t *Timer) wakes(p *Process, wait uint64) { t.wakeup = waiter{p, wait} }

func (t *Timer) fire() {
	t.over = true
	if w := t.wakeup; w.process != nil {
		if !w.process.waitsIn(w.wait) {
			return
		}
		t.call()
		t.scheduler.resume(w.process)
		return
	}
	t.call()
}
