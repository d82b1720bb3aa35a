package statuscmd

import (
	"context"
	"encoding/json"
	"time"

	"golang.org/x/sync/errgroup"

	"eks-scaling-automation/cmd/eks-scaling/internal/collect"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/run"
)

// maxUnits limits how many records of units are read, those of the newest runs first. A large fleet has a thousand of them in each run.
const maxUnits = 5_000

// recordFacts reads the records of runs, and what the runs did to their units.
func (s sources) recordFacts(ctx context.Context, since time.Time) ([]health.Record, string) {
	stored, err := s.records.Runs(ctx, since)
	if err != nil {
		return nil, collect.Why(err)
	}
	found := make([]health.Record, len(stored))
	var all errgroup.Group
	all.SetLimit(collect.AtOnce)
	read := 0
	for i, r := range stored { // the newest first
		found[i] = health.Record{Summary: r.Summary, Name: r.Execution.Name, Run: begunWith(r)}
		units := unitsOf(r)
		if read += units; units == 0 || read > max(maxUnits, units) {
			continue
		}
		all.Go(func() error {
			records, err := s.records.UnitRecords(ctx, found[i].Name)
			for _, u := range records {
				found[i].Units = append(found[i].Units, u.ClusterSummary)
			}
			return err
		})
	}
	return found, collect.Why(all.Wait())
}

// unitsOf counts the units of a run. A dry run says nothing about what was done to any.
func unitsOf(r run.Record) int {
	if begunWith(r).DryRun {
		return 0
	}
	count := 0
	for _, n := range r.Units {
		count += n
	}
	return count
}

// begunWith returns a run on record. One that failed early is known by its input alone.
func begunWith(r run.Record) run.Run {
	var in run.Input
	if !r.Run.TakenAt.IsZero() || json.Unmarshal(r.Input, &in) != nil {
		return r.Run
	}
	return health.StartedWith(in)
}
