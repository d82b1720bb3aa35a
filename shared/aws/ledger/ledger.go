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
	ChangesBack(ctx context.Context, cluster, nodegroup string, before time.Time, enough func(run.Change) bool) ([]run.Change, error)
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

// Book is what was read. Changes are many, so only what they say is kept.
type Book struct {
	Nodegroups []savings.Nodegroup
	// Runs are those of the whole stack, newest first, also some before and after the interval.
	Runs []run.Record
	// Usage is what all runs and changes in the interval took.
	Usage savings.Usage
	// Scaled counts the changes in the interval that succeeded, and Failed has those that failed, of the units' clusters, latest first.
	Scaled int
	Failed []run.Change
	Gaps   []savings.Gap
	// Every is 1, or n if only every n-th run's readings were read.
	Every int
}

// Limits on what is read.
const (
	// Before is how long before the interval changes are read: most node groups change on every working day.
	before = 4 * 24 * time.Hour
	// Around is how long before and after the interval readings are read.
	around = 2 * time.Hour
	// MaxReadings limits the records of units.
	maxReadings = 50_000
	atOnce      = 16
	daysAtOnce  = 4
)

// points are what the records say, by node group.
type points map[savings.Key][]savings.Point

// Read reads the records.
func Read(ctx context.Context, logs Logs, q Question) (b Book, err error) {
	if b.Runs, err = logs.Runs(ctx, q.From.Add(-before)); err != nil {
		return b, err
	}
	for _, r := range b.Runs {
		if q.in(r.Run.TakenAt) {
			b.Usage.AddRun(r)
		}
	}
	found := points{}
	if err := b.changes(ctx, logs, q, found); err != nil {
		return b, err
	}
	units, err := b.readings(ctx, logs, q)
	if err != nil {
		return b, err
	}
	for _, u := range units {
		for nodegroup, p := range savings.OfUnit(u) {
			found.add(clusterOf(u.Cluster), nodegroup, p)
		}
	}
	b.Gaps = savings.Gaps(b.Runs, q.From, q.Until)
	b.sort(q, found)
	return b, b.complete(ctx, logs, q)
}

func (p points) add(cluster, nodegroup string, one savings.Point) {
	key := savings.Key{Cluster: cluster, Nodegroup: nodegroup}
	p[key] = append(p[key], one)
}

func (q Question) in(t time.Time) bool { return !t.Before(q.From) && t.Before(q.Until) }

// changes reads the changes, several days at once.
func (b *Book) changes(ctx context.Context, logs Logs, q Question, found points) error {
	mine := map[string]bool{}
	for _, u := range q.Units {
		mine[u.Cluster] = true
	}
	var guard sync.Mutex
	reading, inner := errgroup.WithContext(ctx)
	reading.SetLimit(daysAtOnce)
	for since := q.From.Add(-before); !since.After(q.Until); since = nextDay(since) {
		reading.Go(func() error {
			return logs.EachChange(inner, since, nextDay(since).Add(-time.Nanosecond), func(c run.Change) bool {
				guard.Lock()
				defer guard.Unlock()
				found.add(c.Cluster, c.Nodegroup, savings.OfChange(c))
				if q.in(c.Run.TakenAt) {
					b.take(c, mine[c.Cluster])
				}
				return true
			})
		})
	}
	err := reading.Wait()
	slices.SortStableFunc(b.Failed, func(one, other run.Change) int { return other.Run.TakenAt.Compare(one.Run.TakenAt) })
	return err
}

// nextDay returns the beginning of the next day in UTC, as the index of the trail has days.
func nextDay(t time.Time) time.Time { return t.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1) }

// take counts a change in the interval.
func (b *Book) take(c run.Change, mine bool) {
	b.Usage.AddChange(c)
	switch {
	case mine && c.Outcome == run.Succeeded:
		b.Scaled++
	case mine && c.Outcome == run.Failed:
		b.Failed = append(b.Failed, c)
	}
}

func clusterOf(unit string) string {
	cluster, _ := scaling.SplitUnit(unit)
	return cluster
}

// near returns the runs whose readings tell of the interval: those in and around it, and the last reconcile run before and the first one
// after it, which may be a day away.
func (q Question) near(runs []run.Record) []run.Record {
	start, end := q.From.Add(-around), q.Until.Add(around)
	before, after := q.beside(runs)
	if !before.IsZero() && before.Before(start) {
		start = before
	}
	if after.After(end) {
		end = after
	}
	return slices.DeleteFunc(slices.Clone(runs), func(r run.Record) bool { return r.Run.TakenAt.Before(start) || r.Run.TakenAt.After(end) })
}

// beside returns when the last reconcile run before the interval and the first one after it read the node groups; zero if there is none.
func (q Question) beside(runs []run.Record) (before, after time.Time) {
	for _, r := range runs {
		if r.Run.Trigger != run.ReconcileTrigger || !savings.Looked(r) {
			continue
		}
		switch at := r.Run.TakenAt; {
		case !at.After(q.From) && at.After(before):
			before = at
		case !at.Before(q.Until) && (after.IsZero() || at.Before(after)):
			after = at
		}
	}
	return before, after
}

// readings reads what the runs in the interval read of the units.
func (b *Book) readings(ctx context.Context, logs Logs, q Question) ([]run.UnitRecord, error) {
	near := q.near(b.Runs)
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
func (b *Book) sort(q Question, found points) {
	known := map[savings.Key]bool{}
	for _, u := range q.Units {
		for name := range u.Nodegroups {
			key := savings.Key{Cluster: u.Cluster, Nodegroup: name}
			_, schedule := scaling.SplitUnit(u.Name)
			n := savings.Nodegroup{Cluster: u.Cluster, Schedule: schedule, Name: name, Region: u.Region, Zone: u.Timetable().Location(), Points: found[key]}
			if nodes, declared := u.Baselines[name]; declared {
				n.Baseline = &savings.Baseline{Nodes: nodes, Source: savings.Declared}
			}
			b.Nodegroups, known[key] = append(b.Nodegroups, n), true
		}
	}
	for key := range found {
		if !known[key] && q.Removed != nil && q.Removed(key.Cluster, key.Nodegroup) {
			b.Nodegroups = append(b.Nodegroups, savings.Nodegroup{Cluster: key.Cluster, Name: key.Nodegroup, Removed: true, Points: found[key]})
		}
	}
	slices.SortFunc(b.Nodegroups, savings.Nodegroup.Compare)
}

// complete reads for each node group what is missing: the changes since the last one that set its size, and the first one ever as its
// baseline.
func (b *Book) complete(ctx context.Context, logs Logs, q Question) error {
	var reading errgroup.Group
	var guard sync.Mutex
	reading.SetLimit(atOnce)
	for i := range b.Nodegroups {
		n := &b.Nodegroups[i]
		if !n.SetBefore(q.From) {
			reading.Go(func() error {
				changes, err := logs.ChangesBack(ctx, n.Cluster, n.Name, q.From.Add(-before), savings.SetsSize)
				guard.Lock()
				defer guard.Unlock()
				for _, c := range changes {
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
