package engine

import (
	"context"
	"sync"
	"time"

	"eks-scaling-automation/integration/world/clock"
)

// pace synchronizes a virtual time with the engine's process: the time stands still until the process has handled all
// instructions. A nil pace, without a virtual time, does nothing.
type pace struct {
	v *clock.VirtualTime

	mu      sync.Mutex
	rested  *sync.Cond // the process is idle, or gone
	sent    int
	release func() // of the hold on the time; nil while the process is idle
	cancel  func() // of the process's next timer
	ended   bool
}

func newPace(v *clock.VirtualTime) *pace {
	p := &pace{v: v, cancel: func() {}}
	p.rested = sync.NewCond(&p.mu)
	return p
}

// sending counts an instruction about to be sent, and returns the virtual time in milliseconds; 0 without one.
func (p *pace) sending() int64 {
	if p == nil {
		return 0
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent++
	if p.release == nil && !p.ended {
		p.release = p.v.Hold()
	}
	return p.v.Now().UnixMilli()
}

// idle handles the process's message that it is idle until its next timer, for which tick is called.
func (p *pace) idle(i idle, tick func()) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if i.Received != p.sent || p.release == nil {
		return
	}
	p.cancel()
	p.cancel = func() {}
	if i.Next != nil {
		p.cancel = p.v.At(time.UnixMilli(*i.Next), tick)
	}
	p.release()
	p.release = nil
	p.rested.Broadcast()
}

// rest waits until the process has handled all instructions.
func (p *pace) rest() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.release != nil && !p.ended {
		p.rested.Wait()
	}
}

// end lets the time pass after the process is gone.
func (p *pace) end() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended = true
	p.rested.Broadcast()
	p.cancel()
	if p.release != nil {
		p.release()
		p.release = nil
	}
}

// work is a Task's work in the virtual time; nil without a virtual time.
type work struct{ of *clock.Work }

// begin begins the work of a Task, which the returned context carries.
func (p *pace) begin(ctx context.Context) (context.Context, work) {
	if p == nil {
		return ctx, work{}
	}
	w := p.v.Begin()
	return clock.WithWork(ctx, w), work{w}
}

func (w work) turn() {
	if w.of != nil {
		w.of.Turn()
	}
}

func (w work) end() {
	if w.of != nil {
		w.of.End()
	}
}
