package scheduler

import (
	"context"
	"sync"
	"time"

	"eks-scaling-automation/shared/run"
)

// Limits bounds the calls of a [Group].
type Limits struct {
	PerSecond int // calls of any kind
	Burst     int // calls allowed at once after a pause
	AtOnce    int // calls in flight
	Clock     Clock
}

// Clock tells the time and waits.
type Clock interface {
	Now() time.Time
	Until(ctx context.Context, at time.Time) error
}

// DefaultLimits stays within AWS's smallest default quota: 250 calls a second for each operation that reads, creates, updates or
// deletes a schedule. With 40 calls in flight, it reaches the rate if a call takes at most 200 ms.
func DefaultLimits() Limits {
	return Limits{PerSecond: 200, Burst: 50, AtOnce: 40, Clock: realClock{}}
}

// lists is the rate of list calls that every Region allows. Pages are read one by one, so it is seldom reached.
const lists = 40

// margin is reserved before the deadline for calls in flight and the report.
const margin = 5 * time.Second

// errOutOfTime ends the work before the function's deadline.
var errOutOfTime = run.Errorf(run.TransientError, "time ran out")

// pace spaces out calls.
type pace struct {
	clock Clock
	every time.Duration
	burst time.Duration

	mu   sync.Mutex
	next time.Time // when the next call may be made
}

func newPace(clock Clock, perSecond, burst int) *pace {
	every := time.Second / time.Duration(perSecond)
	return &pace{clock: clock, every: every, burst: every * time.Duration(burst)}
}

// wait waits until a call may be made. It refuses a call too close to the context's deadline.
func (p *pace) wait(ctx context.Context) error {
	p.mu.Lock()
	now := p.clock.Now()
	if earliest := now.Add(-p.burst); p.next.Before(earliest) {
		p.next = earliest
	}
	p.next = p.next.Add(p.every)
	turn := p.next
	p.mu.Unlock()
	if deadline, ok := ctx.Deadline(); ok && later(turn, now).Add(margin).After(deadline) {
		return errOutOfTime
	}
	if turn.After(now) {
		return p.clock.Until(ctx, turn)
	}
	return ctx.Err()
}

// pause stops all calls for a while.
func (p *pace) pause(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.next = later(p.next, p.clock.Now().Add(d))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// realClock is the machine's own.
type realClock struct{}

func (realClock) Now() time.Time { return time.Now() } //nolint:forbidigo // time really passes here

func (realClock) Until(ctx context.Context, at time.Time) error {
	timer := time.NewTimer(time.Until(at)) //nolint:forbidigo // time really passes here
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
