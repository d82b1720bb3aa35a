package main

import (
	"context"
	"fmt"

	"eks-scaling-automation/shared/inventory"

	"eks-scaling-automation/shared/aws/tables"
)

// contended is a table in which somebody else is always faster.
type contended struct{ writes int }

func (*contended) Read(context.Context) (inventory.Snapshot, error) { return inventory.Snapshot{}, nil }
func (*contended) Delete(context.Context, inventory.Item) error     { return inventory.ErrConflict }
func (c *contended) WriteAll(_ context.Context, writes []tables.Write) (int, error) {
	c.writes++
	return 0, fmt.Errorf("writing %s: %w", writes[0].Entity.Name, inventory.ErrConflict)
}

func (c *contended) Put(_ context.Context, e inventory.Item) (inventory.Item, error) {
	c.writes++
	return e, fmt.Errorf("writing %s: %w", e.Name, inventory.ErrConflict)
}
