package collect

import (
	"context"
	"sync"

	"golang.org/x/sync/errgroup"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/inventory"
)

// Toggles keeps the histories of items whose switch is off. --watch reads one again when its item has another version.
type Toggles struct {
	mu   sync.Mutex
	past map[string][]inventory.ConfigChange // by kind and name, the newest first
}

// NewToggles returns one that knows nothing yet.
func NewToggles() *Toggles { return &Toggles{past: map[string][]inventory.ConfigChange{}} }

// atVersion is the history of an item that has a version.
type atVersion struct {
	frame.PastVersions
	*Toggles
	version int
}

// ConfigChanges returns what is known, if it goes up to the version.
func (a atVersion) ConfigChanges(ctx context.Context, kind, name string) ([]inventory.ConfigChange, error) {
	key := kind + "/" + name
	a.mu.Lock()
	known := a.past[key]
	a.mu.Unlock()
	if len(known) > 0 && known[0].Version == a.version {
		return known, nil
	}
	found, err := a.PastVersions.ConfigChanges(ctx, kind, name)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.past[key] = found // nothing after an error
	return found, err
}

// turn returns who turned off the switch in an item.
func (c Collector) turn(ctx context.Context, item inventory.Item) *health.Turn {
	history := c.History
	if c.Toggles != nil {
		history = atVersion{history, c.Toggles, item.Version}
	}
	return new(frame.LastToggle(ctx, history, item))
}

// ReadToggles reads who turned off the switches of clusters.
func (c Collector) ReadToggles(ctx context.Context, held inventory.Checked, clusters []*health.ClusterFacts) {
	items := map[string]inventory.Item{}
	for _, item := range held.Clusters {
		items[item.Name] = item
	}
	var all errgroup.Group
	all.SetLimit(AtOnce)
	for _, cluster := range clusters {
		if item := items[cluster.Name]; item.Switch() == inventory.SwitchOff {
			all.Go(func() error {
				cluster.Paused = c.turn(ctx, item)
				return nil
			})
		}
	}
	_ = all.Wait() // none fails
}
