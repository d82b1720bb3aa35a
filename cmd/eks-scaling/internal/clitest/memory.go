package clitest

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/change"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// Memory is a config table in memory. It refuses a write over another version than the one that was read, and records the writes.
type Memory struct {
	Items  map[string]inventory.Item
	guard  sync.Mutex // of calls, as subtests may read at once
	Writes []string   // such as "put cluster/berlin"
	// Before is called ahead of each call, and may fail it.
	Before  func(call string) error
	History map[string][]inventory.ConfigChange // by kind and name
	Doings  map[string][]run.Change             // by cluster and node group, the newest first
}

// NewMemory returns a table with some items.
func NewMemory(entities ...inventory.Item) *Memory {
	m := &Memory{
		Items: map[string]inventory.Item{}, History: map[string][]inventory.ConfigChange{},
		Before: func(string) error { return nil },
	}
	for _, e := range entities {
		e.Version = cmp.Or(e.Version, 1)
		m.Items[inventory.DisplayKey(e)] = e
	}
	return m
}

func (m *Memory) Read(context.Context) (s inventory.Snapshot, err error) {
	m.called("read")
	if err := m.Before("read"); err != nil {
		return s, err
	}
	for _, key := range slices.Sorted(maps.Keys(m.Items)) {
		switch e := m.Items[key]; e.Kind {
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

// Unit reads the part of one unit: the settings, its cluster with its overrides, and all calendars.
func (m *Memory) Unit(ctx context.Context, unit string) (inventory.Snapshot, error) {
	s, err := m.Read(ctx)
	cluster, _ := scaling.SplitUnit(unit)
	other := func(e inventory.Item) bool { return e.Name != cluster }
	s.Clusters = slices.DeleteFunc(s.Clusters, other)
	s.Overrides = slices.DeleteFunc(s.Overrides, func(e inventory.Item) bool { return e.ClusterName() != cluster })
	return s, err
}

// Put writes an item over the version that was read.
func (m *Memory) Put(_ context.Context, e inventory.Item) (inventory.Item, error) {
	if err := m.claim("put", e); err != nil {
		return e, err
	}
	e.Version = e.NextVersion()
	m.record(e, e, e.UpdatedAt)
	m.Items[inventory.DisplayKey(e)] = e
	return e, nil
}

// WriteAll makes all of the writes, or none. Before is called once, with "write".
func (m *Memory) WriteAll(ctx context.Context, writes []tables.Write) (conflicting int, err error) {
	if err := m.Before("write"); err != nil {
		return -1, err
	}
	before := m.Before
	m.Before = func(string) error { return nil }
	defer func() { m.Before = before }()
	for i, w := range writes {
		if err := m.conflict(w.Entity); err != nil {
			return i, err
		}
	}
	for _, w := range writes {
		switch {
		case w.Check:
		case w.Remove:
			err = m.Delete(ctx, w.Entity)
		default:
			_, err = m.Put(ctx, w.Entity)
		}
		if err != nil {
			return -1, err
		}
	}
	return -1, nil
}

// Delete removes an item, if it has the version that was read.
func (m *Memory) Delete(_ context.Context, e inventory.Item) error {
	if err := m.claim("delete", e); err != nil {
		return err
	}
	m.record(e, inventory.Item{Version: e.NextVersion()}, e.UpdatedAt)
	delete(m.Items, inventory.DisplayKey(e))
	return nil
}

// claim remembers a write, unless the item has changed since.
func (m *Memory) claim(what string, e inventory.Item) error {
	if err := m.Before(what + " " + inventory.DisplayKey(e)); err != nil {
		return err
	}
	if err := m.conflict(e); err != nil {
		return err
	}
	m.called(what + " " + inventory.DisplayKey(e))
	return nil
}

func (m *Memory) conflict(e inventory.Item) error {
	if now := m.Items[inventory.DisplayKey(e)].Version; now != e.Version {
		return fmt.Errorf("writing %s over version %d, which is %d by now: %w", inventory.DisplayKey(e), e.Version, now, inventory.ErrConflict)
	}
	return nil
}

// called remembers a call.
func (m *Memory) called(call string) {
	m.guard.Lock()
	defer m.guard.Unlock()
	m.Writes = append(m.Writes, call)
}

// SpecOf is a field of an item's spec, which is to be there.
func (m *Memory) SpecOf(t *testing.T, key, field string) any {
	t.Helper()
	var spec map[string]any
	if err := json.Unmarshal(m.Items[key].Spec, &spec); err != nil {
		t.Fatalf("%s has the spec %q: %v", key, m.Items[key].Spec, err)
	}
	value, ok := spec[field]
	if !ok {
		t.Fatalf("%s has no %s in its spec %s", key, field, m.Items[key].Spec)
	}
	return value
}

// Changes are the doings since an instant.
func (m *Memory) Changes(_ context.Context, cluster, nodegroup string, since time.Time) ([]run.Change, error) {
	tooOld := func(c run.Change) bool { return c.Run.TakenAt.Before(since) }
	return slices.DeleteFunc(slices.Clone(m.Doings[cluster+"/"+nodegroup]), tooOld), nil
}

// EachChange visits the doings since an instant, the newest first.
func (m *Memory) EachChange(ctx context.Context, since, _ time.Time, visit func(run.Change) bool) error {
	m.called("each change")
	var all []run.Change
	for key := range m.Doings {
		cluster, nodegroup, _ := strings.Cut(key, "/")
		some, _ := m.Changes(ctx, cluster, nodegroup, since)
		for _, c := range some {
			c.Cluster, c.Nodegroup = cluster, nodegroup
			all = append(all, c)
		}
	}
	slices.SortFunc(all, func(a, b run.Change) int { return b.Run.TakenAt.Compare(a.Run.TakenAt) })
	for _, c := range all {
		if !visit(c) {
			break
		}
	}
	return nil
}

// Runs are none.
func (*Memory) Runs(context.Context, time.Time) ([]run.Record, error) {
	return nil, nil
}

// AppliedTo is nothing, then.
func (*Memory) AppliedTo(context.Context, []string) (map[string]tables.Applied, error) {
	return nil, nil
}

// ConfigChanges is the history of what was written, the newest first.
func (m *Memory) ConfigChanges(_ context.Context, kind, name string) ([]inventory.ConfigChange, error) {
	return slices.Clone(m.History[kind+"/"+name]), nil
}

// ConfigChangesBetween returns what was written since an instant.
func (m *Memory) ConfigChangesBetween(_ context.Context, since, _ time.Time) ([]inventory.ConfigChange, error) {
	if err := m.Before("history"); err != nil {
		return nil, err
	}
	all := slices.Concat(slices.Collect(maps.Values(m.History))...)
	return slices.DeleteFunc(all, func(c inventory.ConfigChange) bool { return c.Time.Before(since) }), nil
}

// FirstChange is the oldest change of a node group that has the sizes before it.
func (m *Memory) FirstChange(_ context.Context, cluster, nodegroup string) (run.Change, bool, error) {
	for _, c := range slices.Backward(m.Doings[cluster+"/"+nodegroup]) {
		if c.Before != nil {
			return c, true, nil
		}
	}
	return run.Change{}, false, nil
}

// ChangesBack are the changes of a node group before an instant, up to the first one that is enough.
func (m *Memory) ChangesBack(_ context.Context, cluster, nodegroup string, before time.Time, enough func(run.Change) bool) (changes []run.Change, err error) {
	for _, c := range m.Doings[cluster+"/"+nodegroup] {
		if c.Run.TakenAt.Before(before) {
			changes = append(changes, c)
			if enough(c) {
				break
			}
		}
	}
	return changes, nil
}

// UnitRecord is one of UnitRecords.
func (m *Memory) UnitRecord(context.Context, run.Run, string) (run.UnitRecord, bool, error) {
	return run.UnitRecord{}, false, nil
}

// UnitRecords returns the test's records; see [Machine.UnitRecords].
func (m *Memory) UnitRecords(context.Context, string) ([]run.UnitRecord, error) { return nil, nil }

// UnitRecordsOf returns none.
func (*Memory) UnitRecordsOf(context.Context, []run.Run, []string) (map[string][]run.UnitRecord, error) {
	return nil, nil
}

// FailedUnits returns the records of failed units.
func (m *Memory) FailedUnits(context.Context, string) ([]run.UnitRecord, error) { return nil, nil }

func (m *Memory) record(before, after inventory.Item, at time.Time) {
	key := inventory.DisplayKey(before)
	m.History[key] = slices.Insert(m.History[key], 0, inventory.ConfigChange{
		Kind: before.Kind, Name: before.Name, Time: at, Version: after.Version, By: after.UpdatedBy, Reason: after.Reason,
		Before: m.Items[key].Spec, After: after.Spec,
	})
}

// Holding is the environment of a tool that works on a table in memory.
func Holding(m *Memory) frame.Environment {
	return frame.Environment{Connect: func(_ context.Context, _ frame.AWSPlace, notes io.Writer, now func() time.Time) (frame.Session, error) {
		return frame.Session{Stack: deployment.Stack{ConfigTable: deployment.ConfigTable}, Config: m, Logs: m, Now: now(), Notes: notes}, nil
	}}
}

// Filled is a table with the rich configuration, written by ana on Monday.
func Filled(t *testing.T) *Memory {
	t.Helper()
	m := NewMemory()
	Applied(t, ByAna, m, Wanted(t, Rich), 0)
	m.Writes = nil
	return m
}

// Does calls the tool on a table and returns what it printed. It must go well, with no note but that a cluster is paused.
func Does(t *testing.T, m *Memory, args ...string) string {
	t.Helper()
	a := AskIn(t, Holding(m), args...)
	said := slices.DeleteFunc(slices.Collect(strings.Lines(a.Stderr)), func(line string) bool {
		return strings.HasPrefix(line, "Cluster ") && strings.Contains(line, " is PAUSED")
	})
	if a.Err != nil || len(said) > 0 {
		t.Fatalf("%q failed: %v, and printed to stderr %q; want it to go well", args, a.Err, a.Stderr)
	}
	return a.Stdout
}

// Says checks that a text has all of the parts.
func Says(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("found\n%s\nwant in it %q", text, part)
		}
	}
}

// apply makes a table hold what is wanted and returns what was printed.
func apply(t *testing.T, o change.Options, table frame.Store, c config.Config, now time.Time) (string, error) {
	t.Helper()
	var out bytes.Buffer
	cmd := &cobra.Command{}
	cmd.SetContext(t.Context())
	s := frame.Session{Stack: deployment.Stack{ConfigTable: "t"}, Config: table, Logs: NewMemory(), Now: now, Notes: &out, Opened: now, Clock: func() time.Time { return now }}
	snapshot, err := s.Read(t.Context())
	if err != nil {
		return "", err
	}
	o.Yes = true
	_, err = o.Apply(cmd, frame.Environment{Told: &out}, s, snapshot, c)
	return out.String(), err
}
