package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"eks-scaling-automation/integration/aws/template"
	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/world"
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
	f.EvaluateAt(f.Now())
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

// alerted counts the units that alarms cover: the alarm on units' executions covers each aborted one, and the alarm on runs
// covers all units that were not begun.
func alerted(f *fleet, x *engine.Execution, faults int) (units int) {
	begun, machine := 0, f.Template.Of("AWS::StepFunctions::StateMachine")[0].ARN
	for _, child := range x.Children() {
		switch child.Describe().Status { //nolint:exhaustive // the others end by themselves
		case engine.Aborted:
			begun++
			if raised(f, machine+"/Unit") {
				units++
			}
		default:
		}
	}
	if raised(f, machine) {
		units += faults - begun
	}
	return units
}

// raised reports whether the alarm on aborted executions of a state machine has fired.
func raised(f *fleet, machine string) bool {
	return slices.ContainsFunc(f.Template.Of("AWS::CloudWatch::Alarm"), func(r template.Resource) bool {
		a, _ := f.Alarms.Get(world.Region, r.Name)
		return a.State == "ALARM" && a.Metric == "ExecutionsAborted" && a.Rule.Dimensions["StateMachineArn"] == machine
	})
}
