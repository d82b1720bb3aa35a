package scheduler

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"eks-scaling-automation/shared/aws/awserr"
)

// each makes n calls concurrently, started in order and within the group's rate. It returns how many succeeded. A call that
// EventBridge Scheduler refuses does not affect others. After any other error no further call begins.
func (g *Group) each(ctx context.Context, n int, call func(i int) error) (done int, err error) {
	errs := make([]error, n)
	var next, well atomic.Int64
	var stopped atomic.Bool
	work := func() {
		for {
			i := int(next.Add(1)) - 1
			if i >= n || stopped.Load() {
				return
			}
			begun, err := g.attempt(ctx, &stopped, func() error { return call(i) })
			errs[i] = err
			switch {
			case err == nil && begun:
				well.Add(1)
			case err != nil && !isRefusal(err):
				stopped.Store(true)
			}
		}
	}
	var all sync.WaitGroup
	for range min(g.limits.AtOnce, n) {
		all.Go(work)
	}
	all.Wait()
	if i := slices.IndexFunc(errs, func(err error) bool { return err != nil && !isRefusal(err) }); i >= 0 {
		return int(well.Load()), errs[i]
	}
	return int(well.Load()), errors.Join(errs...)
}

// maxThrottled limits the attempts of a throttled call. The client retries each attempt too.
const maxThrottled = 10

// attempt makes a call in its turn, unless the work was stopped. If it is throttled, all calls pause before it is repeated: the
// quota is per second, and shared with the rest of the account.
func (g *Group) attempt(ctx context.Context, stopped *atomic.Bool, call func() error) (begun bool, err error) {
	for range maxThrottled {
		if err := g.calls.wait(ctx); err != nil {
			return begun, err
		}
		if stopped.Load() {
			return false, nil
		}
		begun = true
		if err = call(); !awserr.Throttled(err) {
			break
		}
		g.calls.pause(time.Second)
	}
	return begun, err
}

// isRefusal reports whether an error concerns only one schedule.
func isRefusal(err error) bool {
	_, refused := errors.AsType[*types.ValidationException](err)
	return refused || errors.Is(err, errOver)
}
