package clock

import (
	"context"
	"slices"
	"time"
)

// Work is an activity of a world, such as a Task of a run. The time stands still while any work is awake. One work at a time has
// its turn, in the order in which they began or woke up, so that scenarios are repeatable.
type Work struct {
	v     *VirtualTime
	sleep *sleep        // nil while it is awake
	turn  chan struct{} // closed when its turn has come
	ended bool
}

// turns tracks the current work and the queue. VirtualTime.mu guards it.
type turns struct {
	working *Work
	waiting []*Work
}

type sleep struct {
	over chan struct{} // closed when its time has passed
	woke bool          // whether this wakes the work; set before over is closed
}

// Begin begins a work, which waits for its turn in [Work.Turn]. Call End to end it.
func (v *VirtualTime) Begin() *Work {
	v.mu.Lock()
	defer v.mu.Unlock()
	w := &Work{v: v}
	v.holds++
	w.queue()
	return w
}

// queue adds the work to the queue. It requires v.mu.
func (w *Work) queue() {
	t := &w.v.turns
	w.turn = make(chan struct{})
	t.waiting = append(t.waiting, w)
	t.next()
}

// next gives a free turn to the work that waited longest. It signals only that one, because thousands may wait. It requires v.mu.
func (t *turns) next() {
	if t.working == nil && len(t.waiting) > 0 {
		t.working, t.waiting = t.waiting[0], t.waiting[1:]
		close(t.working.turn)
	}
}

// Turn waits until it is this work's turn. It returns at once for a work that is not in the queue.
func (w *Work) Turn() {
	w.v.mu.Lock()
	turn := w.turn
	w.v.mu.Unlock()
	<-turn
}

// leave gives the turn to the next work. It requires v.mu.
func (w *Work) leave() {
	t := &w.v.turns
	if t.working == w {
		t.working = nil
	}
	if i := slices.Index(t.waiting, w); i >= 0 {
		t.waiting = slices.Delete(t.waiting, i, i+1)
		close(w.turn)
	}
	t.next()
	w.v.changed.Broadcast()
}

// Sleep lets time pass for this work while others have their turn, and returns at this work's next turn. Interrupting or ending
// the work does not shorten Sleep: the time then stands still until done is called. Always call done. Closing the time ends every
// Sleep.
func (w *Work) Sleep(d time.Duration) (done func()) {
	s := w.fallAsleep(d)
	select {
	case <-s.over:
	case <-w.v.closed:
		return func() {}
	}
	if !s.woke {
		return w.v.release
	}
	w.Turn()
	return func() {}
}

func (w *Work) fallAsleep(d time.Duration) *sleep {
	v := w.v
	v.mu.Lock()
	defer v.mu.Unlock()
	s := &sleep{over: make(chan struct{})}
	v.add(v.now.Add(d), func() { w.wakeUp(s) })
	if !w.ended && w.sleep == nil {
		w.sleep = s
		v.holds--
		w.leave()
	}
	return s
}

// wakeUp always holds the time: for the work, or for a call that continues without it.
func (w *Work) wakeUp(s *sleep) {
	w.v.mu.Lock()
	defer w.v.mu.Unlock()
	w.v.holds++
	if s.woke = w.sleep == s; s.woke {
		w.sleep = nil
		w.queue()
	}
	close(s.over)
}

// Interrupt wakes the work: the time stands still until it ends. The interrupted call continues without it.
func (w *Work) Interrupt() {
	w.v.mu.Lock()
	defer w.v.mu.Unlock()
	if w.sleep != nil {
		w.sleep = nil
		w.v.holds++
	}
}

// End ends the work.
func (w *Work) End() {
	w.v.mu.Lock()
	defer w.v.mu.Unlock()
	if w.ended {
		return
	}
	if w.sleep == nil {
		w.v.holds--
	}
	w.ended, w.sleep = true, nil
	w.leave()
}

type workKey struct{}

// WithWork returns a context that carries a work.
func WithWork(ctx context.Context, w *Work) context.Context {
	return context.WithValue(ctx, workKey{}, w)
}

// WorkOf returns the work of a context; nil if there is none.
func WorkOf(ctx context.Context) *Work {
	w, _ := ctx.Value(workKey{}).(*Work)
	return w
}
