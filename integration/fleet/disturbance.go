package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/spoke"
)

// disturbance is what happens in some accounts or regions, and its effect.
type disturbance struct {
	damage

	hit          int // units
	onTime, late int // units that were scaled within an hour, and later
	latest       time.Duration
}

// disturbances returns the cases, each with its own world.
func disturbances() []func(context.Context, options) (disturbance, error) {
	return []func(context.Context, options) (disturbance, error){
		func(ctx context.Context, o options) (disturbance, error) {
			return refused(ctx, o, "one account has no spoke", func(f *fleet, id string) error {
				f.Roles.Delete("arn:aws:iam::" + id + ":role/eks-scaling-spoke")
				return nil
			})
		},
		func(ctx context.Context, o options) (disturbance, error) {
			return refused(ctx, o, "one account has another external id", func(f *fleet, id string) error {
				return f.DeploySpoke(id, f.template(), map[string]string{spoke.ExternalID: "another"})
			})
		},
		outageOfOneHub, outageWithHubs, laggingHub, beyondBlastRadius,
	}
}

// refused runs all units while the spoke of one account refuses.
func refused(ctx context.Context, o options, name string, refuse func(f *fleet, id string) error) (d disturbance, err error) {
	l := places(o.accounts, o.regions)
	f, err := begin(ctx, o, name, l, conditions{})
	if err != nil {
		return d, err
	}
	defer func() { err = firstOf(err, f.Close()) }()
	id := f.account(0)
	if err := refuse(f, id); err != nil {
		return d, err
	}
	t := trouble{name: name, layout: l, hit: f.of(id), errors: only(run.AccountRefusedError)}
	d.damage, err = f.troubled(ctx, t, "night")
	d.hit = len(t.hit)
	d.times(f)
	return d, err
}

// troubled runs all units, and judges the run.
func (f *fleet) troubled(ctx context.Context, t trouble, name string) (damage, error) {
	f.o.say("%s", t.name)
	x, err := f.start(name, run.Input{Trigger: run.ScheduleTrigger})
	if err != nil {
		return damage{}, err
	}
	if err := f.finish(ctx, x); err != nil {
		return damage{}, err
	}
	return f.judge(ctx, t, x)
}

// outageOfOneHub runs all units from one hub while another region is down, and again when it is back.
func outageOfOneHub(ctx context.Context, o options) (d disturbance, err error) {
	const name = "one region down for an hour, one hub for all"
	l := places(o.accounts, o.regions)
	f, err := begin(ctx, o, name, l, conditions{})
	if err != nil {
		return d, err
	}
	defer func() { err = firstOf(err, f.Close()) }()
	region := regions[1]
	f.Down(region, dusk.Add(time.Hour))
	t := trouble{name: name, layout: l, hit: l.in(region), errors: only(run.TransientError)}
	if d.damage, err = f.troubled(ctx, t, "during"); err != nil {
		return d, err
	}
	if err := f.RunUntil(ctx, dusk.Add(time.Hour)); err != nil {
		return d, err
	}
	x, err := f.start("after", run.Input{Trigger: run.ReconcileTrigger})
	if err != nil {
		return d, err
	}
	if err := f.finish(ctx, x); err != nil {
		return d, err
	}
	d.wrong = append(d.wrong, f.wrong(f.EKS, numbers(f.units))...)
	d.hit = len(t.hit)
	d.times(f)
	if d.late != len(t.hit) {
		d.wrong = append(d.wrong, fmt.Sprintf("%s: %d units are late; want %d", name, d.late, len(t.hit)))
	}
	return d, nil
}

// outageWithHubs lets the schedules of a hub in each region fire for two hours, while one region is down for the first.
func outageWithHubs(ctx context.Context, o options) (d disturbance, err error) {
	const name = "one region down for an hour, one hub per region"
	f, err := begin(ctx, o, name, places(o.accounts, o.regions), conditions{hubs: true})
	if err != nil {
		return d, err
	}
	defer func() { err = firstOf(err, f.Close()) }()
	region := regions[1]
	f.Down(region, dusk.Add(time.Hour))
	o.say("%s", name)
	if err := f.fire(ctx, dusk, dusk.Add(2*time.Hour)); err != nil {
		return d, err
	}
	d, err = f.judgeHubs(ctx, name, f.in(region))
	hub, _ := f.HubIn(region)
	if missed := len(hub.Queues.Messages(hub.Template.Of("AWS::SQS::Queue")[0].ARN)); missed != 1 {
		d.wrong = append(d.wrong, fmt.Sprintf("%s: %d messages in the dead-letter queue; want the missed trigger", name, missed))
	}
	if d.late != len(f.in(region)) {
		d.wrong = append(d.wrong, fmt.Sprintf("%s: %d units are late; want %d", name, d.late, len(f.in(region))))
	}
	return d, err
}

// laggingHub lets one hub run with an older configuration, and then writes the current one to it.
func laggingHub(ctx context.Context, o options) (d disturbance, err error) {
	const name = "one hub has an older configuration for an hour"
	region, older := regions[1], places(o.accounts, o.regions)
	older.raised = 2
	f, err := begin(ctx, o, name, places(o.accounts, o.regions), conditions{hubs: true, older: map[string]layout{region: older}})
	if err != nil {
		return d, err
	}
	defer func() { err = firstOf(err, f.Close()) }()
	o.say("%s", name)
	if err := f.fire(ctx, dusk, dusk.Add(time.Hour)); err != nil {
		return d, err
	}
	wrong := older.wrong(f.EKS, f.in(region)) // it did what its own configuration says
	hub, _ := f.HubIn(region)
	if err := f.configure(ctx, hub, f.layout); err != nil {
		return d, err
	}
	if err := f.fire(ctx, dusk.Add(time.Hour), dusk.Add(2*time.Hour)); err != nil {
		return d, err
	}
	d, err = f.judgeHubs(ctx, name, f.in(region))
	d.wrong = append(d.wrong, wrong...)
	return d, err
}

// beyondBlastRadius empties all units while a run may take down a fifth of them, and then again without the limit.
func beyondBlastRadius(ctx context.Context, o options) (d disturbance, err error) {
	const name = "every unit is emptied, with a blast radius of a fifth of the nodes"
	l := places(o.accounts, o.regions)
	l.blastRadius = max(1, l.units/5)
	f, err := begin(ctx, o, name, l, conditions{})
	if err != nil {
		return d, err
	}
	defer func() { err = firstOf(err, f.Close()) }()
	o.say("%s", name)
	x, err := f.start("night", run.Input{Trigger: run.ScheduleTrigger})
	if err != nil {
		return d, err
	}
	if err := f.finish(ctx, x); err != nil {
		return d, err
	}
	kept := slices.DeleteFunc(numbers(f.units), func(unit int) bool { return len(f.wrong(f.EKS, []int{unit})) == 0 })
	t := trouble{name: name, layout: l, hit: kept, errors: only(run.BlastRadiusError)}
	if d.damage, err = f.judge(ctx, t, x); err != nil {
		return d, err
	}
	if down := f.units - len(kept); down != l.blastRadius || len(f.updates()) != down {
		d.wrong = append(d.wrong, fmt.Sprintf("%s: %d units were emptied by %d updates; want %d", name, down, len(f.updates()), l.blastRadius))
	}
	d.hit = f.units
	if x, err = f.start("beyond", run.Input{Trigger: run.ScheduleTrigger, BeyondBlastRadius: true}); err != nil {
		return d, err
	}
	if err := f.finish(ctx, x); err != nil {
		return d, err
	}
	d.wrong = append(d.wrong, f.wrong(f.EKS, numbers(f.units))...)
	d.times(f)
	return d, nil
}

// fire lets the schedules of all hubs fire that are due in [from, until), and time pass until then.
func (f *fleet) fire(ctx context.Context, from, until time.Time) error {
	for _, hub := range f.Hubs() {
		for _, due := range hub.Due(from, until) {
			f.At(due.At, func() { hub.FireWhenUp(due) })
		}
	}
	return f.RunUntil(ctx, until)
}

// judgeHubs checks that each unit was scaled by the hub of its region alone, and that nothing failed in the end.
func (f *fleet) judgeHubs(ctx context.Context, name string, hit []int) (d disturbance, err error) {
	d.damage = damage{name: name, units: f.units}
	d.hit = len(hit)
	recorded := map[string]int{}
	for _, hub := range f.Hubs() {
		done, err := unitsOf(ctx, hub)
		if err != nil {
			return d, err
		}
		for unit := range f.units {
			switch is, own := done[unitName(unit)], hub.Region == f.region(unit); {
			case is && own:
				recorded[unitName(unit)]++
			case is:
				d.wrong = append(d.wrong, fmt.Sprintf("%s: the hub in %s took unit %s of %s", name, hub.Region, unitName(unit), f.region(unit)))
			}
		}
	}
	for unit := range f.units {
		if wrong := f.wrong(f.EKS, []int{unit}); len(wrong) > 0 {
			d.wrong = append(d.wrong, wrong...)
			continue
		}
		d.right++
	}
	d.lost = f.units - len(recorded)
	d.times(f)
	return d, nil
}

// unitsOf returns the units that a hub scaled or found right, by its records.
func unitsOf(ctx context.Context, hub *world.World) (map[string]bool, error) {
	done := map[string]bool{}
	for _, x := range hub.Engine.Executions() {
		units, err := hub.Units(ctx, x.Name)
		if err != nil {
			return nil, err
		}
		for _, u := range units {
			done[u.Cluster] = u.Outcome == run.Succeeded || u.Outcome == run.Unchanged
		}
	}
	return done, nil
}

// times sets when units were scaled last, and checks that CloudTrail names the run of every call.
func (d *disturbance) times(f *fleet) {
	updates := f.updates()
	for unit := range f.units {
		of := updates[f.spot(unit)]
		if len(of) == 0 {
			continue
		}
		switch took := of[len(of)-1].At.Sub(dusk); {
		case took < time.Hour:
			d.onTime++
		default:
			d.late++
			d.latest = max(d.latest, took)
		}
	}
	d.wrong = append(d.wrong, f.unnamed()...)
}
