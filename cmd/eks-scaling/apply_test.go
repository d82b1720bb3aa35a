package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
)

// contended is a table in which somebody else is always faster.
type contended struct{ writes int }

func (*contended) Read(context.Context) (inventory.Snapshot, error) { return inventory.Snapshot{}, nil }

func (*contended) Delete(context.Context, inventory.Item) error { return inventory.ErrConflict }

func (c *contended) WriteAll(_ context.Context, writes []tables.Write) (int, error) {
	c.writes++
	return 0, fmt.Errorf("writing %s: %w", writes[0].Entity.Name, inventory.ErrConflict)
}

func (c *contended) Put(_ context.Context, e inventory.Item) (inventory.Item, error) {
	c.writes++
	return e, fmt.Errorf("writing %s: %w", e.Name, inventory.ErrConflict)
}

func TestConflictEndsWithFourAndStops(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../examples/sao-paulo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	wanted, err := config.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	table := &contended{}
	_, err = apply(t, applyOptions{}, table, wanted, monday)
	if exitCode(err) != exitConflict || !strings.Contains(err.Error(), "nothing was written: writing ") || table.writes != 1 {
		t.Errorf("exit code %d after %d writes: %v; want 4 after the first", exitCode(err), table.writes, err)
	}
}
