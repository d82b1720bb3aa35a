package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"

	"eks-scaling-automation/shared/tables"
)

// memory is a config table in memory. It keeps what is written, refuses a write over another version than the one that
// was read, and remembers what was written in which order.
type memory struct {
	items map[string]tables.Entity
	calls []string // such as "put cluster/berlin"
}

func newMemory(entities ...tables.Entity) *memory {
	m := &memory{items: map[string]tables.Entity{}}
	for _, e := range entities {
		e.Version = cmp.Or(e.Version, 1)
		m.items[entityKey(e)] = e
	}
	return m
}

func (m *memory) Read(context.Context) (s tables.Snapshot, err error) {
	m.calls = append(m.calls, "read")
	for _, key := range slices.Sorted(maps.Keys(m.items)) {
		switch e := m.items[key]; e.Kind {
		case tables.KindSettings:
			s.Settings = &e
		case tables.KindCalendar:
			s.Calendars = append(s.Calendars, e)
		case tables.KindCluster:
			s.Clusters = append(s.Clusters, e)
		case tables.KindOverride:
			s.Overrides = append(s.Overrides, e)
		}
	}
	return s, nil
}

func (m *memory) Put(_ context.Context, e tables.Entity) (tables.Entity, error) {
	if err := m.claim("put", e); err != nil {
		return e, err
	}
	e.Version++
	m.items[entityKey(e)] = e
	return e, nil
}

func (m *memory) Delete(_ context.Context, e tables.Entity) error {
	if err := m.claim("delete", e); err != nil {
		return err
	}
	delete(m.items, entityKey(e))
	return nil
}

// claim remembers a write, unless the item has changed since.
func (m *memory) claim(what string, e tables.Entity) error {
	if now := m.items[entityKey(e)].Version; now != e.Version {
		return fmt.Errorf("writing %s over version %d, which is %d by now: %w", entityKey(e), e.Version, now, tables.ErrConflict)
	}
	m.calls = append(m.calls, what+" "+entityKey(e))
	return nil
}

// specOf is a field of an item's spec, which is to be there.
func (m *memory) specOf(t *testing.T, key, field string) any {
	t.Helper()
	var spec map[string]any
	if err := json.Unmarshal(m.items[key].Spec, &spec); err != nil {
		t.Fatalf("%s has the spec %q: %v", key, m.items[key].Spec, err)
	}
	value, ok := spec[field]
	if !ok {
		t.Fatalf("%s has no %s in its spec %s", key, field, m.items[key].Spec)
	}
	return value
}
