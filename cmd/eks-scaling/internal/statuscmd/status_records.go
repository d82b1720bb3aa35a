package statuscmd

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/collect"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/run"
)

// recorded is a recorded run.
type recorded struct {
	run.Record
	begun run.Run // one that failed early is known by its input alone
	all   bool    // it was to scale all units
	units int
}

// recordFacts reads the records of runs, and what some of the runs did to their units.
func (s sources) recordFacts(ctx context.Context, since, now time.Time) (found []health.Record, left health.LeftOut, why string) {
	if err := s.trail.readRuns(ctx, s.records, since); err != nil {
		return nil, left, collect.Why(err)
	}
	all := s.trail.newestFirst()
	chosen, left := choose(all, now)
	err := s.trail.readUnits(ctx, s.records, chosen)
	for _, r := range all {
		found = append(found, health.Record{Summary: r.Summary, Name: r.Execution.Name, Run: r.begun, Units: s.trail.units[r.Execution.Name]})
	}
	return found, left, collect.Why(err)
}

// maxUnits limits how many records of units are read. A large fleet has a thousand of them in each run.
const maxUnits = 10_000

// choose returns the names of the runs whose units are read: first those that were started with a profile, then the newest. Those that
// do not fit are left out, but not the smaller ones after them.
func choose(all []recorded, now time.Time) (chosen []string, left health.LeftOut) {
	runs := telling(all, now)
	slices.SortStableFunc(runs, func(a, b recorded) int { return cmp.Compare(rank(a), rank(b)) })
	read := 0
	for _, r := range runs {
		if read+r.units > maxUnits {
			left.Add(r.begun.TakenAt)
			continue
		}
		read += r.units
		chosen = append(chosen, r.Execution.Name)
	}
	return chosen, left
}

func rank(r recorded) int {
	if r.begun.Profile != "" {
		return 0
	}
	return 1
}

// telling returns the runs whose units say more than that sizes were left alone: those that changed something or were started with a
// profile. Of the last day it is also the runs right before those: the sizes that they left show whether a change was put back.
func telling(newestFirst []recorded, now time.Time) []recorded {
	wanted, idle := make([]bool, len(newestFirst)), []int{} // idle: since the last one that took all clusters
	for i, r := range slices.Backward(newestFirst) {
		if r.units == 0 || r.begun.DryRun {
			continue
		}
		wanted[i] = changed(r) || r.begun.Profile != ""
		if changed(r) && now.Sub(r.begun.TakenAt) <= health.Day {
			for _, before := range idle {
				wanted[before] = true
			}
		}
		if r.all {
			idle = idle[:0]
		}
		if !changed(r) {
			idle = append(idle, i)
		}
	}
	return chosen(newestFirst, wanted)
}

func chosen(all []recorded, wanted []bool) (some []recorded) {
	for i, r := range all {
		if wanted[i] {
			some = append(some, r)
		}
	}
	return some
}

// changed reports whether a run may have changed something.
func changed(r recorded) bool { return r.Changes == nil || *r.Changes > 0 }

// recordedAs returns what a run's record says.
func recordedAs(r run.Record) recorded {
	var in run.Input
	known := json.Unmarshal(r.Input, &in) == nil
	found := recorded{Record: r, begun: r.Run, all: in.SelectsAll()}
	if r.Run.TakenAt.IsZero() && known {
		found.begun = health.StartedWith(in)
	}
	for _, n := range r.Units {
		found.units += n
	}
	return found
}
