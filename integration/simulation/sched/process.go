package sched

import (
	"fmt"
	"iter"
	"runtime/debug"
)

// Process is a function that runs beside others.
type Process struct {
	// Name is for people; it need not be unique.
	Name string

	scheduler *Scheduler
	id        int
	place     int // in scheduler.live
	body      func()
	done      *Event

	on      *coroutine // nil before it has begun
	wait    uint64     // counts its waits, the first being its begin
	parked  bool
	running bool // or waits for a process that it is killing
	killed  bool
	died    bool
	why     string // what it waits for
}

// killed is the panic value of a killed process.
type killedProcess struct{ process *Process }

func (k killedProcess) String() string { return "sched: " + k.process.Name + " was killed" }

// Spawn begins a process at this instant. It runs once the running one waits.
func (s *Scheduler) Spawn(name string, body func()) *Process {
	s.spawned++
	p := &Process{
		Name: name, scheduler: s, id: s.spawned, place: len(s.live), body: body, done: s.NewEvent(), wait: 1, parked: true, why: "begin",
	}
	s.live = append(s.live, p)
	s.wake(p, 1, s.now)
	return p
}

// Sandbox runs body in its own process and waits for its end. It returns false if that process was killed; body gets it from
// Current. If the caller is killed, the sandbox keeps running.
func (s *Scheduler) Sandbox(name string, body func()) (completed bool) {
	return !s.Spawn(name, body).Wait()
}

// Wait waits for the end of the process. It reports whether it was killed.
func (p *Process) Wait() (killed bool) {
	p.done.Wait()
	return p.died
}

// Done returns an event that fires when the process has ended.
func (p *Process) Done() *Event { return p.done }

// Killed reports whether the process ended because it was killed.
func (p *Process) Killed() bool { return p.died }

// Alive reports whether the process has not ended.
func (p *Process) Alive() bool { return !p.done.Fired() }

// Kill ends a waiting process before it returns: only the process's deferred functions run, and every wait in them ends at once
// the same way. A process that kills itself does not return from Kill.
func (p *Process) Kill() {
	if !p.Alive() {
		return
	}
	p.killed = true
	switch {
	case p.scheduler.current == p:
		panic(killedProcess{p})
	case p.running: // it is killing its own killer, and ends when it continues
	case p.on == nil:
		p.died = true
		p.end()
	default:
		p.scheduler.resume(p)
	}
}

// String describes what the process waits for.
func (p *Process) String() string { return fmt.Sprintf("%s (%s)", p.Name, p.why) }

func (p *Process) waitsIn(wait uint64) bool { return p.parked && p.wait == wait }

// nextWait returns the number of the process's next wait.
func (p *Process) nextWait() uint64 { return p.wait + 1 }

// park waits until something wakes the process.
func (p *Process) park(why string) {
	if p.killed {
		panic(killedProcess{p})
	}
	p.wait++
	p.parked, p.why = true, why
	p.on.yield(struct{}{})
	if p.killed {
		panic(killedProcess{p})
	}
}

// resume lets a process run to its next wait or its end.
func (s *Scheduler) resume(p *Process) {
	if p.on == nil {
		p.on = s.coroutine()
		p.on.process = p
	}
	before := s.current
	s.current, p.parked, p.running = p, false, true
	p.on.next()
	s.current, p.running = before, false
	if before != nil && before.killed {
		panic(killedProcess{before})
	}
}

// coroutine runs processes one after the other, so that its stack grows only once. It stays a coroutine of the scheduler, so
// t.FailNow in a process ends the test.
type coroutine struct {
	process *Process
	next    func() (struct{}, bool)
	stop    func()
	yield   func(struct{}) bool
}

// coroutine returns a free coroutine.
func (s *Scheduler) coroutine() *coroutine {
	if last := len(s.idle) - 1; last >= 0 {
		c := s.idle[last]
		s.idle = s.idle[:last]
		return c
	}
	c := &coroutine{}
	c.next, c.stop = iter.Pull(func(yield func(struct{}) bool) {
		c.yield = yield
		for more := true; more; more = yield(struct{}{}) {
			c.process.live()
			s.idle = append(s.idle, c)
		}
	})
	return c
}

// live runs a process from its beginning to its end.
func (p *Process) live() {
	defer p.recover()
	p.body()
}

func (p *Process) recover() {
	defer p.end()
	thrown := recover()
	p.died = p.killed // even if the body recovered from it
	if k, ok := thrown.(killedProcess); thrown == nil || ok && k.process == p {
		return
	}
	if p.scheduler.failure == nil {
		p.scheduler.failure = &Panic{Process: p.Name, Value: thrown, Stack: string(debug.Stack())}
	}
}

// end removes the process.
func (p *Process) end() {
	live := p.scheduler.live
	last := len(live) - 1
	live[p.place] = live[last]
	live[p.place].place = p.place
	live[last] = nil
	p.scheduler.live = live[:last]
	p.parked = false
	p.done.Fire()
}
