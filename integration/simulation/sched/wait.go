package sched

import "time"

// Event happens once. Processes can wait for it.
type Event struct {
	scheduler *Scheduler
	fired     bool
	waiters   []waiter
}

// waiter is a process in one of its waits.
type waiter struct {
	process *Process
	wait    uint64
}

// NewEvent makes an event that has not fired.
func (s *Scheduler) NewEvent() *Event { return &Event{scheduler: s} }

// Fire lets every process go on that waits for the event. Firing again does nothing.
func (e *Event) Fire() {
	if e.fired {
		return
	}
	e.fired = true
	for _, w := range e.waiters {
		e.scheduler.wake(w.process, w.wait, e.scheduler.now)
	}
	e.waiters = nil
}

// Fired reports whether the event has happened.
func (e *Event) Fired() bool { return e.fired }

// Wait waits until the event has happened.
func (e *Event) Wait() {
	p := e.scheduler.running("Event.Wait")
	if !e.fired {
		e.join(p)
		p.park("event")
	}
}

// WaitFor waits until the event has happened, at most for d. It reports whether the event happened; of an event and a
// deadline at the same instant the seed decides which is first.
func (e *Event) WaitFor(d time.Duration) bool {
	p := e.scheduler.running("Event.WaitFor")
	if e.fired {
		return true
	}
	late := false
	timer := e.scheduler.After(d, func() {
		late = true
		e.leave(p)
	})
	defer timer.Stop()
	e.join(p)
	timer.wakes(p, p.nextWait())
	p.park("event, with a deadline")
	return !late
}

func (e *Event) join(p *Process) { e.waiters = append(e.waiters, waiter{p, p.nextWait()}) }

// leave forgets a process that waits no longer.
func (e *Event) leave(p *Process) {
	for i, w := range e.waiters {
		if w.process == p {
			e.waiters = append(e.waiters[:i], e.waiters[i+1:]...)
			return
		}
	}
}
