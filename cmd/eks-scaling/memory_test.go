package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
)

// memory is a config table in memory. It keeps what is written, refuses a write over another version than the one that
// was read, and remembers what was written in which order.
type memory struct {
	items map[string]inventory.Item
	guard sync.Mutex // of calls, as subtests may read at once
	calls []string   // such as "put cluster/berlin"
	// before is called ahead of each call, and fails it if it returns an error.
	before  func(call string) error
	history map[string][]inventory.ConfigChange // by kind and name
}

func newMemory(entities ...inventory.Item) *memory {
	m := &memory{
		items: map[string]inventory.Item{}, history: map[string][]inventory.ConfigChange{},
		before: func(string) error { return nil },
	}
	for _, e := range entities {
		e.Version = cmp.Or(e.Version, 1)
		m.items[inventory.DisplayKey(e)] = e
	}
	return m
}

func (m *memory) Read(context.Context) (s inventory.Snapshot, err error) {
	m.called("read")
	if err := m.before("read"); err != nil {
		return s, err
	}
	for _, key := range slices.Sorted(maps.Keys(m.items)) {
		switch e := m.items[key]; e.Kind {
		case inventory.KindSettings:
			s.Settings = &e
		case inventory.KindCalendar:
			s.Calendars = append(s.Calendars, e)
		case inventory.KindCluster:
			s.Clusters = append(s.Clusters, e)
		case inventory.KindOverride:
			e.Cluster = e.ClusterName() // tests say it in the spec alone, unless it is another one
			s.Overrides = append(s.Overrides, e)
		}
	}
	return s, nil
}

func (m *memory) Put(_ context.Context, e inventory.Item) (inventory.Item, error) {
	if err := m.claim("put", e); err != nil {
		return e, err
	}
	e.Version++
	m.record(e, e, e.UpdatedAt)
	m.items[inventory.DisplayKey(e)] = e
	return e, nil
}

// WriteAll makes all of the writes if all of them can be made. It is one call, ahead of which before is told "write"; among
// the calls stands each of its writes.
func (m *memory) WriteAll(ctx context.Context, writes []tables.Write) (conflicting int, err error) {
	if err := m.before("write"); err != nil {
		return -1, err
	}
	before := m.before
	m.before = func(string) error { return nil }
	defer func() { m.before = before }()
	for i, w := range writes {
		if now := m.items[inventory.DisplayKey(w.Entity)].Version; now != w.Entity.Version {
			return i, fmt.Errorf("writing %s over version %d, which is %d by now: %w", inventory.DisplayKey(w.Entity), w.Entity.Version, now, inventory.ErrConflict)
		}
	}
	for _, w := range writes {
		if w.Remove {
			err = m.Delete(ctx, w.Entity)
		} else {
			_, err = m.Put(ctx, w.Entity)
		}
		if err != nil {
			return -1, err
		}
	}
	return -1, nil
}

func (m *memory) Delete(_ context.Context, e inventory.Item) error {
	if err := m.claim("delete", e); err != nil {
		return err
	}
	m.record(e, inventory.Item{}, e.UpdatedAt)
	delete(m.items, inventory.DisplayKey(e))
	return nil
}

// claim remembers a write, unless the item has changed since.
func (m *memory) claim(what string, e inventory.Item) error {
	if err := m.before(what + " " + inventory.DisplayKey(e)); err != nil {
		return err
	}
	if now := m.items[inventory.DisplayKey(e)].Version; now != e.Version {
		return fmt.Errorf("writing %s over version %d, which is %d by now: %w", inventory.DisplayKey(e), e.Version, now, inventory.ErrConflict)
	}
	m.called(what + " " + inventory.DisplayKey(e))
	return nil
}

// called remembers a call.
func (m *memory) called(call string) {
	m.guard.Lock()
	defer m.guard.Unlock()
	m.calls = append(m.calls, call)
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

// Changes are none: what runs did is not kept here.
func (*memory) Changes(context.Context, string, string, time.Time) ([]run.Change, error) {
	return nil, nil
}

// Runs are none, either.
func (*memory) Runs(context.Context, time.Time) ([]run.Record, error) {
	return nil, nil
}

// AppliedTo is nothing, then.
func (*memory) AppliedTo(context.Context, []string) (map[string]tables.Applied, error) {
	return nil, nil
}

// ConfigChanges is the history of what was written, the newest first.
func (m *memory) ConfigChanges(_ context.Context, kind, name string) ([]inventory.ConfigChange, error) {
	return slices.Clone(m.history[kind+"/"+name]), nil
}

func (m *memory) ConfigChangesBetween(_ context.Context, since, _ time.Time) ([]inventory.ConfigChange, error) {
	if err := m.before("history"); err != nil {
		return nil, err
	}
	var all []inventory.ConfigChange
	for _, changes := range m.history {
		for _, c := range changes {
			if !c.Time.Before(since) {
				all = append(all, c)
			}
		}
	}
	return all, nil
}

func (m *memory) record(before, after inventory.Item, at time.Time) {
	key := inventory.DisplayKey(before)
	m.history[key] = slices.Insert(m.history[key], 0, inventory.ConfigChange{
		Kind: before.Kind, Name: before.Name, Time: at, Version: after.Version, By: after.UpdatedBy, Reason: after.Reason,
		Before: m.items[key].Spec, After: after.Spec,
	})
}

// holding is the environment of a tool that works on a table in memory.
func holding(m *memory) environment {
	return environment{connect: func(_ context.Context, _ awsPlace, notes io.Writer, now func() time.Time) (session, error) {
		return session{stack: deployment.Stack{ConfigTable: deployment.ConfigTable}, config: m, logs: m, now: now(), notes: notes}, nil
	}}
}

// filled is a table with the rich configuration, written by ana on Monday.
func filled(t *testing.T) *memory {
	t.Helper()
	m := newMemory()
	applied(t, byAna, m, wanted(t, rich), 0)
	m.calls = nil
	return m
}

// does calls the tool on a table and returns what it printed, if it went well and had nothing else to say than that the
// switch of a cluster is off.
func does(t *testing.T, m *memory, args ...string) string {
	t.Helper()
	a := askIn(t, holding(m), args...)
	said := slices.DeleteFunc(slices.Collect(strings.Lines(a.stderr)), func(line string) bool {
		return strings.HasPrefix(line, "the switch of cluster ")
	})
	if a.err != nil || len(said) > 0 {
		t.Fatalf("%q failed: %v, and printed to stderr %q; want it to go well", args, a.err, a.stderr)
	}
	return a.stdout
}

// says checks that a text has all of the parts.
func says(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("found\n%s\nwant in it %q", text, part)
		}
	}
}

// fitsTheTerminal checks that no line of a verb's tables is wider than the terminal.
func fitsTheTerminal(t *testing.T, env environment, args ...string) {
	t.Helper()
	for _, width := range []int{40, 60, 80, 100, 132, 200} {
		env.width = width
		a := askIn(t, env, args...)
		if a.err != nil && !errors.Is(a.err, errFindings) {
			t.Fatal(a.err)
		}
		for line := range strings.Lines(a.stdout) {
			if strings.HasPrefix(line, "switch ") || strings.HasPrefix(line, "boundary-") || strings.HasPrefix(line, "to mend ") {
				continue // which is no table
			}
			if n := utf8.RuneCountInString(strings.TrimRight(line, " \n")); n > width {
				t.Errorf("%q at %d columns: found a line of %d:\n%s", args, width, n, line)
			}
		}
	}
}
