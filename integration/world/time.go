package world

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/world/clock"
)

// virtualUpdateTime is the default duration of updates under a virtual clock.
const virtualUpdateTime = 2 * time.Minute

// startTime publishes a virtual or manual clock for other processes.
func (w *World) startTime(o Options) error {
	if w.fleet.first() != w {
		return nil
	}
	if h := o.Clock.Hand(); h != nil {
		w.closers = append(w.closers, h.Close)
		return h.Publish(o.Binaries)
	}
	v := o.Clock.Virtual()
	if v == nil {
		return nil
	}
	w.closers = append(w.closers, v.Close)
	return v.Publish(os.TempDir())
}

// letEKSTakeItsTime makes EKS follow a virtual clock. Every hub's functions wait for it.
func (w *World) letEKSTakeItsTime() {
	v := w.clock.Virtual()
	if v == nil {
		return
	}
	w.EKS.GoBy(w.now)
	w.EKS.UpdatesTake(virtualUpdateTime)
	w.EKS.SleepBy(func(sessionToken string, d time.Duration) func() {
		for _, hub := range w.fleet.all() {
			if work := hub.Lambda.WorkOf(sessionToken); work != nil {
				return work.Sleep(d)
			}
		}
		return func() {} // people do not wait
	})
}

// Now returns the time by the world's clock.
func (w *World) Now() time.Time { return w.now() }

// At calls do when a virtual clock shows t, or as soon as time passes if t is past. The clock stands still until do returns, so
// do may start runs, change the configuration or set sizes, as a person would at that moment. Calls for the same instant keep
// their order, as do waits that end then.
func (w *World) At(t time.Time, do func()) (cancel func()) {
	return w.virtual().At(t, do)
}

// RunUntil lets time pass on a virtual clock until it shows t.
func (w *World) RunUntil(ctx context.Context, t time.Time) error {
	_, err := w.virtual().Run(ctx, t, nil)
	return err
}

// RunUntilQuiet lets time pass on a virtual clock until no run is active and no timer is left.
func (w *World) RunUntilQuiet(ctx context.Context) error {
	_, err := w.virtual().Run(ctx, time.Time{}, nil)
	return err
}

// virtual panics without a virtual clock, because that is a mistake in the test.
func (w *World) virtual() *clock.VirtualTime {
	v := w.clock.Virtual()
	if v == nil {
		panic("world: its time passes by itself: give it a virtual clock, Options.Clock = clock.Virtual(start)")
	}
	return v
}

// wait waits for the end of an execution.
func (w *World) wait(ctx context.Context, x *engine.Execution) (engine.Result, error) {
	v := w.clock.Virtual()
	if v == nil {
		return x.Wait(ctx)
	}
	quiet, err := v.Run(ctx, time.Time{}, x.Ended())
	if err == nil && quiet && x.Describe().Status == engine.Running {
		err = errors.New("nothing is left to do, and it has not ended")
	}
	if err != nil {
		return engine.Result{}, fmt.Errorf("wait for execution %s, which is at %v: %w", x.Name, x.Events(), err)
	}
	return x.Wait(ctx)
}
