package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/shared/run"
)

// abortAndRedrive aborts a run when half of its units have ended, and redrives it ten minutes later.
func abortAndRedrive(ctx context.Context, o options) (d damage, err error) { //nolint:gocyclo // a story, read from top to bottom
	l := spread(o.units, o.nodegroups)
	// With a fifth of the units at a time, the run can be stopped halfway.
	l.moving, l.atATime = 2, max(1, o.units/5)
	d = damage{name: "the run aborted half-way, and redriven", units: o.units}
	f, err := begin(ctx, o, d.name, l, conditions{})
	if err != nil {
		return d, err
	}
	defer func() { err = firstOf(err, f.Close()) }()
	o.say("%s", d.name)
	x, err := f.start("cut-off", run.Input{Trigger: run.ScheduleTrigger})
	if err != nil {
		return d, err
	}
	var stopErr error
	f.every(time.Second, func() (again bool) {
		if ended(x) < o.units/2 {
			return true
		}
		stopErr = x.StopWith("Operator.Stop", "half-way")
		return false
	})
	if err := firstOf(f.finish(ctx, x), stopErr); err != nil {
		return d, err
	}
	d.faults = o.units - succeeded(x)
	if err := f.DeliverEvents(ctx); err != nil {
		return d, err
	}
	d.alerted = alerted(f, x, d.faults)
	if err := f.RunUntil(ctx, f.Now().Add(10*time.Minute)); err != nil {
		return d, err
	}
	if err := x.Redrive(); err != nil {
		return d, err
	}
	if err := f.finish(ctx, x); err != nil {
		return d, err
	}
	units, err := f.Units(ctx, x.Name)
	if err != nil {
		return d, err
	}
	for _, u := range units {
		if u.Outcome == run.Succeeded {
			d.right++
		}
	}
	d.rec = min(d.faults, len(units)-(o.units-d.faults))
	d.lost = o.units - len(units) + max(0, d.faults-d.alerted)
	d.wrong = append(d.wrong, l.wrong(f.EKS, numbers(o.units))...)
	if d.lost > 0 || d.right != o.units || d.faults == 0 || d.faults == o.units || x.Describe().Status != engine.Succeeded {
		d.wrong = append(d.wrong, fmt.Sprintf("%s: %+v, the run is %s", d.name, d, x.Describe().Status))
	}
	return d, nil
}

// succeeded counts the units whose executions succeeded.
func succeeded(x *engine.Execution) (n int) {
	for _, m := range x.MapRuns() {
		n += m.Describe().Counts[engine.Succeeded]
	}
	return n
}

// every calls do repeatedly until it reports the end.
func (f *fleet) every(d time.Duration, do func() (again bool)) {
	f.At(f.Now().Add(d), func() {
		if do() {
			f.every(d, do)
		}
	})
}

// alerted counts the units that an alert covers: the one about a stopped run covers all units that did not end. Units have none of their
// own, which would be a thousand mails.
func alerted(f *fleet, x *engine.Execution, faults int) (units int) {
	var stopped []string
	for _, a := range f.Alerts() {
		if strings.Contains(a.Message, " ended as ABORTED") {
			stopped = append(stopped, a.Message)
		}
	}
	if len(stopped) == 1 && strings.Contains(stopped[0], "run "+x.Name+" ended as") {
		return faults
	}
	return 0
}
