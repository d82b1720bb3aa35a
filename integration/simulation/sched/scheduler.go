package sched

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// maxStepsAnInstant limits the steps at one virtual instant. More steps mean that processes wake each other in a circle.
const maxStepsAnInstant = 1_000_000

// Scheduler runs processes. Only its own processes and timers, and the caller of Run before and after it, may use it.
type Scheduler struct {
	rand  *rand.Rand
	start time.Time

	now     time.Duration
	queue   queue
	queued  uint64 // entries so far
	spawned int    // processes so far
	live    []*Process
	idle    []*coroutine
	current *Process // nil while a timer's function runs, and outside Run

	steps   int // since the clock last moved
	stopped bool
	failure error
}

// New returns a scheduler with its own source of random numbers. Its clock begins at start.
func New(seed uint64, start time.Time) *Scheduler {
	return &Scheduler{rand: rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15)), start: start}
}

// Now returns the virtual time.
func (s *Scheduler) Now() time.Time { return s.start.Add(s.now) }

// Rand returns the source of this run's random numbers. Everything random must use it.
func (s *Scheduler) Rand() *rand.Rand { return s.rand }

// Current returns the running process; nil in a timer's function and outside Run.
func (s *Scheduler) Current() *Process { return s.current }

// Run runs until no process is left and no timer is pending, or until Stop. The error is a *Deadlock, a *Panic or a *Livelock. It
// kills the remaining processes, so that it leaves no goroutine behind, and drops pending timers. More processes can be spawned
// and run afterwards, by the same clock.
func (s *Scheduler) Run() (err error) {
	s.stopped, s.failure, s.steps = false, nil, 0
	defer s.clear()
	for s.failure == nil && !s.stopped {
		e, ok := s.next()
		if !ok {
			return s.deadlock()
		}
		if s.steps++; s.steps > maxStepsAnInstant {
			return &Livelock{At: s.Now(), Processes: s.waiting()}
		}
		if e.timer != nil {
			e.timer.fire()
		} else {
			s.resume(e.process)
		}
	}
	return s.failure
}

// Stop ends Run at once and kills every process. The calling process continues to its next wait.
func (s *Scheduler) Stop() { s.stopped = true }

// next takes the earliest entry that is not stale and moves the clock there.
func (s *Scheduler) next() (entry, bool) {
	for len(s.queue) > 0 {
		e := s.queue.pop()
		if e.stale() {
			continue
		}
		if e.at > s.now {
			s.now, s.steps = e.at, 0
		}
		return e, true
	}
	return entry{}, false
}

func (s *Scheduler) enqueue(e entry) {
	e.at = max(e.at, s.now)
	e.tie, e.seq = s.rand.Uint64(), s.queued
	s.queued++
	s.queue.push(e)
}

// wake continues a process at an instant, if it is still in that wait.
func (s *Scheduler) wake(p *Process, wait uint64, at time.Duration) {
	s.enqueue(entry{at: at, process: p, wait: wait})
}

// running returns the process that is about to wait.
func (s *Scheduler) running(what string) *Process {
	if s.current == nil {
		panic(fmt.Sprintf("sched: %s outside of a process", what))
	}
	return s.current
}

// Sleep lets the running process wait. With d of 0 or less, it only yields to other ready processes.
func (s *Scheduler) Sleep(d time.Duration) {
	p := s.running("Sleep")
	s.wake(p, p.nextWait(), s.now+max(d, 0))
	p.park("sleep")
}

// Yield lets other ready processes run, in an order that the seed decides.
func (s *Scheduler) Yield() { s.Sleep(0) }

func (s *Scheduler) deadlock() error {
	if len(s.live) == 0 {
		return nil
	}
	return &Deadlock{At: s.Now(), Processes: s.waiting()}
}

// waiting describes the remaining processes, the oldest first.
func (s *Scheduler) waiting() []string {
	var all []string
	for _, p := range s.byAge() {
		all = append(all, p.String())
	}
	return all
}

func (s *Scheduler) byAge() []*Process {
	all := slices.Clone(s.live)
	slices.SortFunc(all, func(a, b *Process) int { return a.id - b.id })
	return all
}

// clear kills the remaining processes, and what they spawn.
func (s *Scheduler) clear() {
	s.current = nil
	for len(s.live) > 0 {
		for _, p := range s.byAge() {
			p.Kill()
		}
	}
	for _, c := range s.idle {
		c.stop()
	}
	s.queue, s.idle = nil, nil
}
