package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"time"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/integration/world/clock"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
)

// dusk is when the night begins: a Tuesday, 01:00 in São Paulo.
var dusk = time.Date(2026, time.November, 24, 4, 0, 0, 0, time.UTC)

// fleet is a world with a fleet, at dusk.
type fleet struct {
	*world.World
	layout
	o    options
	name string // names the measurement
}

// conditions holds the settings of a world besides its fleet.
type conditions struct {
	rates     eks.Rates
	updates   time.Duration     // the duration of an update; 0 means quick
	maxEvents int               // of an execution's history; 0 means AWS's limit
	hubs      bool              // each region has a hub, which takes only its own clusters
	older     map[string]layout // what the hubs of some regions are configured for
}

// The durations of updates. The first check sees a quick update ended.
const (
	quick = time.Second
	usual = 2 * time.Minute
)

// begin starts a world. End it with Close.
func begin(ctx context.Context, o options, name string, l layout, c conditions) (*fleet, error) {
	w, err := world.Start(ctx, world.Options{
		Binaries: o.binaries, Log: io.Discard, Now: o.now, Clock: clock.Virtual(dusk), Seed: 1, MaxEvents: c.maxEvents, OwnRegion: c.hubs,
		// The functions would retry throttled calls by the machine's clock, so EKS retries for them.
		Env: map[string]string{"AWS_MAX_ATTEMPTS": "1", "GOMAXPROCS": "1"},
	})
	if err != nil {
		return nil, err
	}
	f := &fleet{w, l, o, name}
	if err := f.create(ctx, c); err != nil {
		_ = w.Close()
		return nil, err
	}
	w.EKS.UpdatesTake(cmp.Or(c.updates, quick))
	w.EKS.Limit(c.rates)
	w.EKS.BePatient(eks.Patience{Calls: 5, Wait: jitter()})
	return f, nil
}

// jitter returns the wait before a throttled call is repeated; see nodegroups.Patient.
func jitter() func(made int) time.Duration {
	var mu sync.Mutex
	draw := rand.New(rand.NewPCG(1, 1)) //nolint:gosec // it spreads calls, and keeps no secret
	return func(made int) time.Duration {
		mu.Lock()
		defer mu.Unlock()
		wait := min(250*time.Millisecond<<(made-1), 2*time.Second)
		return wait/2 + time.Duration(draw.Int64N(int64(wait/2)))
	}
}

// create creates the node groups with their day sizes, their roles and the hubs, and writes the configuration to every hub.
func (f *fleet) create(ctx context.Context, c conditions) error {
	for unit := range f.units {
		if !f.spokes {
			f.OpenRole(f.role(unit))
		}
		for group := range f.nodegroups {
			f.eks(f.EKS, unit).CreateNodegroup(f.region(unit), f.cluster(unit), groupName(group), eks.Sizes{Max: 5, Desired: day(group)})
		}
	}
	if c.hubs {
		for _, region := range regions[1:f.regions] {
			if _, err := f.Hub(ctx, region); err != nil {
				return err
			}
		}
	}
	for _, hub := range f.Hubs() {
		l, older := c.older[hub.Region]
		if !older {
			l = f.layout
		}
		if err := f.configure(ctx, hub, l); err != nil {
			return err
		}
	}
	if f.spokes {
		return f.deploySpokes()
	}
	return nil
}

// configure writes a layout's configuration to a hub.
func (f *fleet) configure(ctx context.Context, hub *world.World, l layout) error {
	table := tables.NewConfig(hub.DynamoDB(), deployment.ConfigTable)
	written, err := table.Read(ctx)
	if err != nil {
		return err
	}
	before := map[string]inventory.Item{}
	for _, item := range written.Clusters {
		before[item.Name] = item
	}
	var items []inventory.Item
	if written.Settings == nil {
		items = append(items, inventory.Item{Kind: inventory.KindSettings, Name: inventory.GlobalSettings, Spec: l.settings()})
	}
	for unit := range l.units {
		item := before[unitName(unit)]
		item.Kind, item.Name, item.Spec = inventory.KindCluster, unitName(unit), l.spec(unit)
		items = append(items, item)
	}
	for _, item := range items {
		item.UpdatedBy = "fleet"
		if _, err := table.Put(ctx, item); err != nil {
			return err
		}
	}
	return nil
}

// start begins a run.
func (f *fleet) start(name string, in run.Input) (*engine.Execution, error) {
	in.Actor, in.Reason = "fleet", f.name
	input, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	return f.Engine.StartExecution(name, input)
}

// finish lets time pass until everything has ended, and shows the progress.
func (f *fleet) finish(ctx context.Context, x *engine.Execution) error {
	began, over := f.o.now(), make(chan struct{})
	ticker := time.NewTicker(10 * time.Second)
	defer ticker.Stop()
	var group sync.WaitGroup
	group.Go(func() {
		for {
			select {
			case <-over:
				return
			case <-ticker.C:
				f.o.say("  %s: %d of %d units have ended, after %.0f s", f.name, ended(x), f.units, f.o.now().Sub(began).Seconds())
			}
		}
	})
	err := f.RunUntilQuiet(ctx)
	close(over)
	group.Wait()
	if d := x.Describe(); err == nil && d.Status == engine.Running {
		err = fmt.Errorf("%s: nothing is left to do, and run %s has not ended", f.name, x.Name)
	}
	return err
}

// ended counts the units that have ended.
func ended(x *engine.Execution) int {
	n := 0
	for _, m := range x.MapRuns() {
		for status, count := range m.Describe().Counts {
			if status != engine.Running && status != engine.PendingRedrive {
				n += count
			}
		}
	}
	return n
}
