package statuscmd

import (
	"cmp"
	"context"
	"maps"
	"reflect"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"eks-scaling-automation/cmd/eks-scaling/internal/collect"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/run"
)

// trail caches the audit trail. --watch keeps it, so that each refresh reads only new records.
type trail struct {
	runs  map[string]recorded         // by name
	units map[string][]run.UnitRecord // by the name of the run
	// signals holds the records of the units of the last runs that judged conditions, by the name of the run.
	signals map[string][]run.UnitRecord
	// settled is an instant: all runs that began before have ended and are recorded here. It is zero if that is unknown.
	settled time.Time
	read    bool      // the runs could be read at the last look
	looked  time.Time // the instant of the last look
}

func newTrail() *trail {
	return &trail{runs: map[string]recorded{}, units: map[string][]run.UnitRecord{}, signals: map[string][]run.UnitRecord{}}
}

// readRuns reads the records of runs since an instant, or what is new of them, and forgets older ones. A run that is continued gets
// another record at its end.
func (t *trail) readRuns(ctx context.Context, from recordReader, since time.Time) error {
	maps.DeleteFunc(t.runs, func(_ string, r recorded) bool { return !r.begun.TakenAt.IsZero() && r.begun.TakenAt.Before(since) })
	if t.settled.After(since) {
		since = t.settled
	}
	t.settled = time.Time{}
	stored, err := from.Runs(ctx, since)
	for _, r := range stored {
		if known, ok := t.runs[r.Execution.Name]; !ok || !reflect.DeepEqual(known.Record, r) {
			t.runs[r.Execution.Name] = recordedAs(r)
			delete(t.units, r.Execution.Name)
			delete(t.signals, r.Execution.Name)
		}
	}
	t.read = err == nil
	return err
}

// newestFirst returns the recorded runs.
func (t *trail) newestFirst() []recorded {
	return slices.SortedFunc(maps.Values(t.runs), func(a, b recorded) int {
		return cmp.Or(b.begun.TakenAt.Compare(a.begun.TakenAt), cmp.Compare(b.Execution.Name, a.Execution.Name))
	})
}

// records returns the records of the runs, the newest first.
func (t *trail) records() (all []run.Record) {
	for _, r := range t.newestFirst() {
		all = append(all, r.Record)
	}
	return all
}

// recordsOf returns a reader of the records of a run's units, which are read again only if the run was recorded again. Only limits them
// to some units; nil means all.
func (t *trail) recordsOf(from recordReader, only []string) collect.UnitRecords {
	before := t.signals
	t.signals = map[string][]run.UnitRecord{}
	return func(ctx context.Context, name string) (records []run.UnitRecord, err error) {
		records, known := before[name]
		if !known {
			var found map[string][]run.UnitRecord
			found, err = t.unitRecords(ctx, from, []string{name}, only)
			records = found[name]
		}
		if err == nil {
			t.signals[name] = records
		}
		return records, err
	}
}

// readUnits reads what these runs did to their units, unless it is cached, and drops other runs from the cache. Only limits them to some
// units; nil means all.
func (t *trail) readUnits(ctx context.Context, from recordReader, runs, only []string) error {
	isKnown := func(name string) bool { _, known := t.units[name]; return known }
	found, err := t.unitRecords(ctx, from, slices.DeleteFunc(slices.Clone(runs), isKnown), only)
	maps.DeleteFunc(t.units, func(name string, _ []run.UnitRecord) bool { return !slices.Contains(runs, name) })
	maps.Copy(t.units, found)
	return err
}

// unitRecords reads the records of units in these runs: all of a run, or some by their keys.
func (t *trail) unitRecords(ctx context.Context, from recordReader, runs, only []string) (map[string][]run.UnitRecord, error) {
	found := map[string][]run.UnitRecord{}
	if only != nil {
		var of []run.Run
		for _, name := range runs {
			found[name] = nil
			if begun := t.runs[name].begun; !begun.TakenAt.IsZero() {
				begun.Execution.Name = name
				of = append(of, begun)
			}
		}
		if len(of) == 0 {
			return found, nil
		}
		some, err := from.UnitRecordsOf(ctx, of, only)
		maps.Copy(found, some)
		return found, err
	}
	var guard sync.Mutex
	var all errgroup.Group
	all.SetLimit(collect.AtOnce)
	for _, name := range runs {
		all.Go(func() error {
			records, err := from.UnitRecords(ctx, name)
			if err != nil {
				return err
			}
			guard.Lock()
			defer guard.Unlock()
			found[name] = records
			return nil
		})
	}
	err := all.Wait()
	return found, err
}

// margin allows for clocks that differ.
const margin = time.Minute

// settle sets the time from which records may be new in the next look: the start of the oldest run that was running in this one.
// A run that was continued between two looks has ended since the one before. Whole says that all executions are listed.
func (t *trail) settle(listed []health.Execution, whole bool, now time.Time) {
	last := cmp.Or(t.looked, now).Add(-margin)
	if t.looked = now; !whole || !t.read {
		return
	}
	t.settled = now.Add(-margin)
	for _, x := range listed {
		if from := x.Started.Add(-margin); (x.Ended.IsZero() || x.Ended.After(last)) && from.Before(t.settled) {
			t.settled = from
		}
	}
}
