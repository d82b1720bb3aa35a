package scheduler

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"
)

// each makes n calls, beginning in their order, several at once and within the group's rate, and returns how many went well. A call
// that EventBridge Scheduler refuses does not affect others. After any other error no further call begins.
func (g *Group) each(ctx context.Context, n int, call func(i int) error) (done int, err error) {
	errs := make([]error, n)
	var next, well atomic.Int64
	var stopped atomic.Bool
	work := func() {
		for !stopped.Load() {
			i := int(next.Add(1)) - 1
			if i >= n {
				return
			}
			if errs[i] = g.calls.wait(ctx); errs[i] == nil {
				if stopped.Load() {
					return
				}
				errs[i] = call(i)
			}
			switch {
			case errs[i] == nil:
				well.Add(1)
			case !isRefusal(errs[i]):
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

func isRefusal(err error) bool {
	_, refused := errors.AsType[*types.ValidationException](err)
	return refused
}
