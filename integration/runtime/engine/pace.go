package engine

import (
	"context"
	"sync"
	"time"

	"eks-scaling-automation/integration/world/clock"
)

// pace keeps a virtual time and the engine's process together: the time stands
// still until the process has worked off all that it was sent. A nil pace is that
// of an engine without a virtual time: its methods do nothing.
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

// sending notes an instruction that is about to be sent, and returns how late it
// is, in milliseconds; 0 without a virtual time.
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

// idle hears from the process that it has nothing to do until its next timer,
// which is when tick is called.
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

// rest waits until the process has worked off all that it was sent.
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

// end lets the time pass without the process, which is gone.
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

// work is a Task as the virtual time sees it. A nil work is that of an engine
// without one.
type work struct{ of *clock.Work }

// begin begins the work of a Task; the context is to say so.
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
