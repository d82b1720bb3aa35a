package sched

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// maxStepsAnInstant bounds how much happens without virtual time passing. More means that processes wake each other in
// a circle.
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

// New makes a scheduler with its own source of random numbers. Its clock begins at start.
func New(seed uint64, start time.Time) *Scheduler {
	return &Scheduler{rand: rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15)), start: start}
}

// Now is the virtual time.
func (s *Scheduler) Now() time.Time { return s.start.Add(s.now) }

// Rand gives the random numbers of this run. Everything random must come from it.
func (s *Scheduler) Rand() *rand.Rand { return s.rand }

// Current is the running process; nil in a timer's function and outside Run.
func (s *Scheduler) Current() *Process { return s.current }

// Run runs until no process is left and no timer is pending, or until Stop. The error is a *Deadlock, a *Panic or a
// *Livelock. Processes that are left then are killed, so that Run leaves no goroutine behind; pending timers are dropped.
// More can be spawned and run afterwards, by the same clock.
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

// Stop ends Run at once: every process is killed. The one that calls it runs on to its next wait.
func (s *Scheduler) Stop() { s.stopped = true }

// next takes the earliest entry that still means something and moves the clock there.
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

// wake lets a process go on at an instant, if it still is in that wait then.
func (s *Scheduler) wake(p *Process, wait uint64, at time.Duration) {
	s.enqueue(entry{at: at, process: p, wait: wait})
}

// running is the process that is to wait.
func (s *Scheduler) running(what string) *Process {
	if s.current == nil {
		panic(fmt.Sprintf("sched: %s outside of a process", what))
	}
	return s.current
}

// Sleep lets the running process wait for a while. A d of 0 or less only lets others run that could at this instant.
func (s *Scheduler) Sleep(d time.Duration) {
	p := s.running("Sleep")
	s.wake(p, p.nextWait(), s.now+max(d, 0))
	p.park("sleep")
}

// Yield lets other processes run that could at this instant, in an order that the seed decides.
func (s *Scheduler) Yield() { s.Sleep(0) }

func (s *Scheduler) deadlock() error {
	if len(s.live) == 0 {
		return nil
	}
	return &Deadlock{At: s.Now(), Processes: s.waiting()}
}

// waiting describes the processes that are left, the oldest first.
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

// clear kills what is left, and what that spawns.
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
