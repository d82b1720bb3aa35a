package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/config"
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
