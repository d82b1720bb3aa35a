package world

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"eks-scaling-automation/integration/aws/wire"
)

// fleet holds what the hubs of all regions share, besides EKS, STS and IAM.
type fleet struct {
	main        *World // its endpoint serves all
	permissions *permissions

	mu   sync.Mutex
	hubs []*World             // that are running, the main one first
	down map[string]time.Time // when each region that is down comes back; zero means by [World.Up]
}

func newFleet(main *World) *fleet {
	return &fleet{main: main, hubs: []*World{main}, down: map[string]time.Time{}}
}

func (f *fleet) add(w *World) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hubs = append(f.hubs, w)
}

func (f *fleet) all() []*World {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.hubs)
}

func (f *fleet) first() *World { return f.main }

// isDown reports whether a region is down now.
func (f *fleet) isDown(region string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	until, found := f.down[region]
	return found && (until.IsZero() || f.main.now().Before(until))
}

// Hub starts a stack in another region, with the first hub's options. All hubs share EKS, STS, IAM and the clock, and one endpoint
// serves all: it sends each call to the region that it is signed for. Closing the first hub closes the others.
func (w *World) Hub(ctx context.Context, region string) (*World, error) {
	first := w.fleet.first()
	if _, found := first.HubIn(region); found {
		return nil, fmt.Errorf("there is already a hub in %s", region)
	}
	hub := newWorld(region, first.options)
	hub.now, hub.Roles, hub.fleet = first.now, first.Roles, first.fleet
	if _, err := hub.started(ctx, first.options); err != nil {
		return nil, err
	}
	first.fleet.add(hub)
	first.closers = append(first.closers, hub.Close)
	return hub, nil
}

// Hubs returns the hubs of all regions, the first one first.
func (w *World) Hubs() []*World { return w.fleet.all() }

// HubIn returns the hub of a region.
func (w *World) HubIn(region string) (hub *World, found bool) {
	for _, hub := range w.fleet.all() {
		if hub.Region == region {
			return hub, true
		}
	}
	return nil, false
}

// Down makes every service of a region answer 503 until an instant of the world's clock, or until [World.Up] if it is zero. Schedules
// of a hub in the region fire when it is back.
func (w *World) Down(region string, until time.Time) {
	w.fleet.mu.Lock()
	defer w.fleet.mu.Unlock()
	w.fleet.down[region] = until
}

// Up ends an outage.
func (w *World) Up(region string) {
	w.fleet.mu.Lock()
	defer w.fleet.mu.Unlock()
	delete(w.fleet.down, region)
}

// unique ends the names that CloudFormation generates for the stack's roles, since IAM has the roles of all regions. The first hub's
// stay short.
func (w *World) unique() string {
	if w.Region == Region {
		return ""
	}
	return "-" + w.Region
}

// onlyHere serves the tables of the hub's region: a region without a hub has none.
func (w *World) onlyHere(tables http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, hr *http.Request) {
		r, err := wire.Read(hr)
		if err == nil && r.Region != w.Region {
			r.Refuse(rw, wire.Refuse("ResourceNotFoundException", "Requested resource not found"))
			return
		}
		tables.ServeHTTP(rw, hr)
	})
}
