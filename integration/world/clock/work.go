package clock

import (
	"context"
	"slices"
	"time"
)

// Work is something that a world does, such as a Task of a run. The time stands still while any work is neither asleep nor
// ended. One work at a time has its turn, in the order in which they began or woke up: so the same scenario takes the same
// course each time.
type Work struct {
	v     *VirtualTime
	sleep *sleep        // nil while it is awake
	turn  chan struct{} // closed when it need not wait for its turn any more
	ended bool
}

// turns says who works and who waits for that. VirtualTime.mu guards it.
type turns struct {
	working *Work
	waiting []*Work
}

type sleep struct {
	over chan struct{} // closed when its time has passed
	woke bool          // whether the work wakes up by that; set before over is closed
}

// Begin begins a work, which waits for its turn in [Work.Turn]. End has to end it.
func (v *VirtualTime) Begin() *Work {
	v.mu.Lock()
	defer v.mu.Unlock()
	w := &Work{v: v}
	v.holds++
	w.queue()
	return w
}

// queue has the work wait for its turn. It needs v.mu.
func (w *Work) queue() {
	t := &w.v.turns
	w.turn = make(chan struct{})
	t.waiting = append(t.waiting, w)
	t.next()
}

// next gives the turn to who waits longest, if nobody has it. It tells that one alone: thousands may wait. It needs v.mu.
func (t *turns) next() {
	if t.working == nil && len(t.waiting) > 0 {
		t.working, t.waiting = t.waiting[0], t.waiting[1:]
		close(t.working.turn)
	}
}

// Turn waits until it is this work's turn. A work that does not wait for one goes on at once.
func (w *Work) Turn() {
	w.v.mu.Lock()
	turn := w.turn
	w.v.mu.Unlock()
	<-turn
}

// leave needs v.mu. The next one has its turn.
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

// Sleep lets so much time pass for this work, during which others have their turn. It returns when it is this work's turn
// again. When the work is interrupted or ends meanwhile, Sleep still takes as long. The time then stands still until done is
// called, which has to be called in any case. Close of the time ends every Sleep.
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

// wakeUp holds the time in any case: for the work, or for what it slept for and that goes on without it.
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

// Interrupt wakes the work: the time stands still until it ends. What it slept for goes on without it.
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

// WithWork is a context that says for which work something is done.
func WithWork(ctx context.Context, w *Work) context.Context {
	return context.WithValue(ctx, workKey{}, w)
}

// WorkOf is the work that a context is about; nil if there is none.
func WorkOf(ctx context.Context) *Work {
	w, _ := ctx.Value(workKey{}).(*Work)
	return w
}
