package sched

import (
	"context"
	"time"
)

// deadlined is a context whose deadline is an instant of virtual time.
type deadlined struct {
	context.Context // is cancelled at the deadline

	scheduler *Scheduler
	deadline  time.Time
	expired   *bool
}

// WithDeadline returns a context that expires at an instant of virtual time. Derive further ones with WithDeadline
// only, or with context.WithCancel and WithValue: context.WithTimeout and context.WithDeadline go by the wall clock.
func (s *Scheduler) WithDeadline(parent context.Context, at time.Time) (context.Context, context.CancelFunc) {
	if earlier, ok := parent.Deadline(); ok && earlier.Before(at) {
		at = earlier
	}
	inner, cancel := context.WithCancel(parent)
	expired := false
	timer := s.After(at.Sub(s.Now()), func() {
		expired = true
		cancel()
	})
	return deadlined{inner, s, at, &expired}, func() {
		timer.Stop()
		cancel()
	}
}

func (c deadlined) Deadline() (time.Time, bool) { return c.deadline, true }

func (c deadlined) Err() error {
	if *c.expired {
		return context.DeadlineExceeded
	}
	return c.Context.Err()
}
