package tables

import (
	"context"

	"eks-scaling-automation/shared/inventory"
)

// Notified reads the settings and a cluster, which say of which events people hear. It returns nil for what does not exist, and for an
// empty name.
func (t *Config) Notified(ctx context.Context, cluster string) (settings, of *inventory.Item, err error) {
	if settings, err = t.get(ctx, inventory.KindSettings, inventory.GlobalSettings); err != nil || cluster == "" {
		return settings, nil, err
	}
	of, err = t.get(ctx, inventory.KindCluster, cluster)
	return settings, of, err
}
