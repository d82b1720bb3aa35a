// Package ledger reads from the audit trail what savings are computed from: the changes of node groups, and the sizes that runs read.
package ledger

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/savings"
	"eks-scaling-automation/shared/scaling"
)

// Logs is the audit trail.
type Logs interface {
	EachChange(ctx context.Context, since, until time.Time, visit func(run.Change) bool) error
	Runs(ctx context.Context, since time.Time) ([]run.Record, error)
	UnitRecordsOf(ctx context.Context, runs []run.Run, units []string) (map[string][]run.UnitRecord, error)
	FirstChange(ctx context.Context, cluster, nodegroup string) (run.Change, bool, error)
	LastChange(ctx context.Context, cluster, nodegroup string, before time.Time) (run.Change, bool, error)
}

// Question says whose records are read, and of which interval.
type Question struct {
	Units       []config.Unit
	From, Until time.Time
	// Removed also takes node groups that are no longer configured, of clusters for which it returns true.
	Removed func(cluster, nodegroup string) bool
	// MaxReadings limits the records of units that are read; 0 is 50,000.
	MaxReadings int
}

// Book is what was read.
type Book struct {
	Nodegroups []savings.Nodegroup
	// Runs and Changes are those of the whole stack, newest first, also some before and after the interval.
	Runs    []run.Record
	Changes []run.Change
	Gaps    []savings.Gap
	// Every is 1, or n if only every n-th run's readings were read.
	Every int
}

// Limits on what is read.
const (
	// before is how long before the interval changes are read: most node groups change on every working day.
	before = 4 * 24 * time.Hour
	// around is how long before and after the interval readings are read.
	around = 2 * time.Hour
	// maxReadings limits the records of units.
	maxReadings = 50_000
	atOnce      = 16
)

// Read reads the records.
func Read(ctx context.Context, logs Logs, q Question) (b Book, err error) {
	if b.Runs, err = logs.Runs(ctx, q.From.Add(-before)); err != nil {
		return b, err
	}
	err = logs.EachChange(ctx, q.From.Add(-before), q.Until, func(c run.Change) bool {
		b.Changes = append(b.Changes, c)
		return true
	})
	if err != nil {
		return b, err
	}
	units, err := b.readings(ctx, logs, q)
	if err != nil {
		return b, err
	}
	b.Gaps = savings.Gaps(b.Runs, q.From, q.Until)
	b.sort(q, savings.Read(b.Changes, units, clusterOf))
	return b, b.complete(ctx, logs, q)
}

func clusterOf(unit string) string {
	cluster, _ := scaling.SplitUnit(unit)
	return cluster
}

// readings reads what the runs in the interval read of the units.
func (b *Book) readings(ctx context.Context, logs Logs, q Question) ([]run.UnitRecord, error) {
	near := slices.DeleteFunc(slices.Clone(b.Runs), func(r run.Record) bool {
		return r.Run.TakenAt.Before(q.From.Add(-around)) || r.Run.TakenAt.After(q.Until.Add(around))
	})
	var names []string
	for _, u := range q.Units {
		names = append(names, u.Name)
	}
	var runs []run.Run
	if runs, b.Every = savings.Sample(near, len(names), cmp.Or(q.MaxReadings, maxReadings)); len(names) == 0 || len(runs) == 0 {
		return nil, nil
	}
	found, err := logs.UnitRecordsOf(ctx, runs, names)
	var all []run.UnitRecord
	for _, records := range found {
		all = append(all, records...)
	}
	return all, err
}

// sort makes the node groups of the units, and of removed ones that have records.
func (b *Book) sort(q Question, points map[savings.Key][]savings.Point) {
	known := map[savings.Key]bool{}
	for _, u := range q.Units {
		for name := range u.Nodegroups {
			key := savings.Key{Cluster: u.Cluster, Nodegroup: name}
			_, schedule := scaling.SplitUnit(u.Name)
			n := savings.Nodegroup{Cluster: u.Cluster, Schedule: schedule, Name: name, Region: u.Region, Zone: u.Timetable().Location(), Points: points[key]}
			if nodes, declared := u.Baselines[name]; declared {
				n.Baseline = &savings.Baseline{Nodes: nodes, Source: savings.Declared}
			}
			b.Nodegroups, known[key] = append(b.Nodegroups, n), true
		}
	}
	for key := range points {
		if !known[key] && q.Removed != nil && q.Removed(key.Cluster, key.Nodegroup) {
			b.Nodegroups = append(b.Nodegroups, savings.Nodegroup{Cluster: key.Cluster, Name: key.Nodegroup, Removed: true, Points: points[key]})
		}
	}
	slices.SortFunc(b.Nodegroups, savings.Nodegroup.Compare)
}

// complete reads for each node group what is missing: the last change before the interval, and the first one ever as its baseline.
func (b *Book) complete(ctx context.Context, logs Logs, q Question) error {
	var reading errgroup.Group
	var guard sync.Mutex
	reading.SetLimit(atOnce)
	for i := range b.Nodegroups {
		n := &b.Nodegroups[i]
		if !n.KnownAt(q.From) {
			reading.Go(func() error {
				c, found, err := logs.LastChange(ctx, n.Cluster, n.Name, q.From)
				guard.Lock()
				defer guard.Unlock()
				if found {
					n.Points = append(n.Points, savings.OfChange(c))
				}
				return err
			})
		}
		if n.Baseline == nil {
			reading.Go(func() error {
				c, found, err := logs.FirstChange(ctx, n.Cluster, n.Name)
				guard.Lock()
				defer guard.Unlock()
				if found {
					n.Baseline = &savings.Baseline{Nodes: c.Before.DesiredSize, Source: savings.FirstChange}
				}
				return err
			})
		}
	}
	if err := reading.Wait(); err != nil {
		return err
	}
	for i := range b.Nodegroups {
		n := &b.Nodegroups[i]
		if first, known := savings.FirstOf(n.Points); n.Baseline == nil && known {
			n.Baseline = &first
		}
	}
	return nil
}
