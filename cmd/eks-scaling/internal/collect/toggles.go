package collect

import (
	"context"
	"sync"

	"golang.org/x/sync/errgroup"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/inventory"
)

// Toggles caches the histories of paused items. --watch reads a history again when its item has another version.
type Toggles struct {
	mu   sync.Mutex
	past map[string][]inventory.ConfigChange // by kind and name, the newest first
}

// NewToggles returns an empty cache.
func NewToggles() *Toggles { return &Toggles{past: map[string][]inventory.ConfigChange{}} }

// atVersion reads the history of an item up to its version.
type atVersion struct {
	frame.PastVersions
	*Toggles
	version int
}

// ConfigChanges returns the cached history if it goes up to the version.
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
	a.past[key] = found // nil after an error
	return found, err
}

// lastPause returns who paused the settings, or a unit of a cluster's item.
func (c Collector) lastPause(ctx context.Context, item inventory.Item, unit string) *health.Author {
	history := c.History
	if c.Toggles != nil {
		history = atVersion{history, c.Toggles, item.Version}
	}
	return new(frame.LastToggle(ctx, history, item, unit))
}

// ReadToggles reads who paused each unit.
func (c Collector) ReadToggles(ctx context.Context, held inventory.Checked, clusters []*health.ClusterFacts) {
	items := map[string]inventory.Item{}
	for _, item := range held.Clusters {
		items[item.Name] = item
	}
	var all errgroup.Group
	all.SetLimit(AtOnce)
	for _, cluster := range clusters {
		if item := items[cluster.Cluster]; item.UnitPauseState(cluster.Name) == inventory.Paused {
			all.Go(func() error {
				cluster.Paused = c.lastPause(ctx, item, cluster.Name)
				return nil
			})
		}
	}
	_ = all.Wait() // none fails
}
