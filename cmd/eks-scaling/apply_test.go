package main

import (
	"context"
	"fmt"

	"eks-scaling-automation/shared/aws/tables"
)

// contended is a table in which somebody else is always faster.
type contended struct{ writes int }

func (*contended) Read(context.Context) (tables.Snapshot, error) { return tables.Snapshot{}, nil }
func (*contended) Delete(context.Context, tables.Entity) error   { return tables.ErrConflict }
func (c *contended) WriteAll(_ context.Context, writes []tables.Write) (int, error) {
	c.writes++
	return 0, fmt.Errorf("writing %s: %w", writes[0].Entity.Name, tables.ErrConflict)
}

func (c *contended) Put(_ context.Context, e tables.Entity) (tables.Entity, error) {
	c.writes++
	return e, fmt.Errorf("writing %s: %w", e.Name, tables.ErrConflict)
}
