package clock

import (
	"container/heap"
	"context"
	"sync"
	"time"
)

// VirtualTime is a clock that moves only in [VirtualTime.Run], and only while nothing works: it then jumps to the next timer. So
// a wait of 20 minutes takes no real time, and every process sees 20 minutes pass.
//
// Timers of the same instant run one after the other, in the order in which they were set. Its methods are safe for concurrent
// use.
type VirtualTime struct {
	mu      sync.Mutex
	changed *sync.Cond // signals that the time may be able to move
	now     time.Time
	holds   int
	timers  timers
	set     int // timers so far
	turns   turns
	file    fileOfTime
	closed  chan struct{}
}

func newVirtualTime(start time.Time) *VirtualTime {
	v := &VirtualTime{now: start.UTC(), closed: make(chan struct{})}
	v.changed = sync.NewCond(&v.mu)
	return v
}

// Now is the time, in UTC.
func (v *VirtualTime) Now() time.Time {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.now
}

// Hold keeps the time from moving until release is called.
func (v *VirtualTime) Hold() (release func()) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.holds++
	return sync.OnceFunc(v.release)
}

func (v *VirtualTime) release() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.holds--
	v.changed.Broadcast()
}

// At calls do at t, or at the next move if t is past. The time stands still until do returns. Cancel prevents the call, unless do
// was called already.
func (v *VirtualTime) At(t time.Time, do func()) (cancel func()) {
	v.mu.Lock()
	defer v.mu.Unlock()
	added := v.add(t, do)
	return func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		if added.index >= 0 {
			heap.Remove(&v.timers, added.index)
		}
	}
}

// add requires v.mu.
func (v *VirtualTime) add(t time.Time, do func()) *timer {
	v.set++
	added := &timer{due: t.UTC(), order: v.set, do: do}
	heap.Push(&v.timers, added)
	v.changed.Broadcast()
	return added
}

// Run lets time pass until the given instant; zero means no limit. It returns early, with quiet, once there is no work and no
// timer left; the time is then the limit, if any. It also returns when stop is closed and there is no work. An error means that
// the context has ended.
//
// Only one Run may be active at a time, but a timer may call it too.
func (v *VirtualTime) Run(ctx context.Context, until time.Time, stop <-chan struct{}) (quiet bool, err error) {
	defer context.AfterFunc(ctx, v.wake)()
	for {
		next, quiet, err := v.step(ctx, until, stop)
		if next == nil {
			return quiet, err
		}
		next()
	}
}

// wake wakes all waiters to check again.
func (v *VirtualTime) wake() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.changed.Broadcast()
}

// step waits until there is no work, and takes the next timer that is due before the limit. It returns none at the end.
func (v *VirtualTime) step(ctx context.Context, until time.Time, stop <-chan struct{}) (do func(), quiet bool, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for v.holds > 0 && ctx.Err() == nil {
		v.changed.Wait()
	}
	if ctx.Err() != nil {
		return nil, false, context.Cause(ctx)
	}
	select {
	case <-stop:
		return nil, false, nil
	default:
	}
	quiet = len(v.timers) == 0
	if quiet || !until.IsZero() && v.timers[0].due.After(until) {
		v.move(until)
		return nil, quiet, nil
	}
	next := heap.Pop(&v.timers).(*timer) //nolint:forcetypeassert // nothing else is in it
	v.move(next.due)
	return next.do, false, nil
}

// move requires v.mu. Time never goes back.
func (v *VirtualTime) move(to time.Time) {
	if to.After(v.now) {
		v.now = to.UTC()
		v.file.write(v.now)
	}
}

type timer struct {
	due   time.Time
	order int
	do    func()
	index int // in the heap; -1 once it was removed
}

// timers is a heap, the next one first.
type timers []*timer

func (t timers) Len() int { return len(t) }

func (t timers) Less(i, j int) bool {
	if !t[i].due.Equal(t[j].due) {
		return t[i].due.Before(t[j].due)
	}
	return t[i].order < t[j].order
}

func (t timers) Swap(i, j int) {
	t[i], t[j] = t[j], t[i]
	t[i].index, t[j].index = i, j
}

// Push implements heap.Interface.
func (t *timers) Push(x any) {
	added := x.(*timer) //nolint:forcetypeassert // only timers are pushed
	added.index = len(*t)
	*t = append(*t, added)
}

// Pop implements heap.Interface.
func (t *timers) Pop() any {
	last := (*t)[len(*t)-1]
	*t = (*t)[:len(*t)-1]
	last.index = -1
	return last
}
