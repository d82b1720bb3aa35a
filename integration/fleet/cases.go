package main

import (
	"context"
	"time"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/shared/run"
)

// pair is a transition's run in which all node groups change, followed by a reconcile run with nothing to do.
type pair struct {
	rates          eks.Rates // EKS's quotas; 0 means no limit
	changing, idle figures
	fixed          fixed
}

// pairOf measures both runs in their own world.
func pairOf(ctx context.Context, o options, l layout, c conditions) (p pair, err error) {
	p.rates = c.rates
	f, err := begin(ctx, o, l.String(), l, c)
	if err != nil {
		return p, err
	}
	defer func() { err = firstOf(err, f.Close()) }()
	o.say("%s: all change", f.name)
	p.fixed = fixedOf(f.Template)
	if l.own {
		p.changing, err = f.measuredApart(ctx)
	} else {
		p.changing, err = f.measured(ctx, "all-change", run.ScheduleTrigger)
	}
	if err != nil {
		return p, err
	}
	// Count the peaks of this run alone.
	f.EKS.Limit(c.rates)
	p.idle, err = f.measured(ctx, "idle", run.ReconcileTrigger)
	return p, err
}

// measuredApart measures one run for each unit, at the unit's own hour, and adds them up.
func (f *fleet) measuredApart(ctx context.Context) (figures, error) {
	before, began := f.used(), f.o.now()
	var runs []*engine.Execution
	for unit := range f.units {
		if err := f.RunUntil(ctx, dusk.Add(time.Duration(unit)*apart)); err != nil {
			return figures{}, err
		}
		x, err := f.start("own-"+unitName(unit), run.Input{Trigger: run.ScheduleTrigger, Clusters: []string{unitName(unit)}})
		if err != nil {
			return figures{}, err
		}
		runs = append(runs, x)
	}
	if err := f.RunUntilQuiet(ctx); err != nil {
		return figures{}, err
	}
	return f.figuresOf(ctx, before, began, runs...)
}

// budget limits EKS to a number of updates a second in an account and region, and to twice as many reads.
func budget(updates int) conditions {
	return conditions{rates: eks.Rates{Reads: 2 * updates, Updates: updates}, updates: usual}
}

func firstOf(err, other error) error {
	if err != nil {
		return err
	}
	return other
}
