package clock

import (
	"container/heap"
	"context"
	"sync"
	"time"
)

// VirtualTime is a clock that moves only in [VirtualTime.Run], and only while nothing works: it then jumps to the next timer.
// So a wait of 20 minutes takes no time at all, and every process sees 20 minutes pass.
//
// Timers of the same instant run one after the other, in the order in which they were set. Its methods may be called from
// anywhere.
type VirtualTime struct {
	mu      sync.Mutex
	changed *sync.Cond // what keeps the time from moving has changed
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

// At has do called when it is t, or at the next move if that is past. The time stands still until do returns. Cancel takes it
// back, unless do was called already.
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

// add needs v.mu.
func (v *VirtualTime) add(t time.Time, do func()) *timer {
	v.set++
	added := &timer{due: t.UTC(), order: v.set, do: do}
	heap.Push(&v.timers, added)
	v.changed.Broadcast()
	return added
}

// Run lets time pass, to until and no further; without a limit if that is zero. It returns early, with quiet, once nothing
// works and nothing is left to wait for: with a limit the time is then the limit all the same. It also returns when stop is
// closed and nothing works; nil never is. An error says that the context has ended.
//
// There is one Run at a time, but a timer may call it too.
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

// wake has everybody who waits look again.
func (v *VirtualTime) wake() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.changed.Broadcast()
}

// step waits until nothing works, and takes the next timer that is due before the limit. It returns none at the end.
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

// move needs v.mu. Time never goes back.
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
	index int // in the heap; -1 when it is not there any more
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

// Push is for package heap.
func (t *timers) Push(x any) {
	added := x.(*timer) //nolint:forcetypeassert // only timers are pushed
	added.index = len(*t)
	*t = append(*t, added)
}

// Pop is for package heap.
func (t *timers) Pop() any {
	last := (*t)[len(*t)-1]
	*t = (*t)[:len(*t)-1]
	last.index = -1
	return last
}
