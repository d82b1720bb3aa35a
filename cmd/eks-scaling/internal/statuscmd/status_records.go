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
	input run.Input
	all   bool // it was to scale all units
	units int
}

// recordFacts reads what some of the recorded runs did to some units; nil means all.
func (s sources) recordFacts(ctx context.Context, f *health.Facts, only []string, now time.Time) {
	all := s.trail.newestFirst()
	some := choose
	if f.Source == health.FromRecords {
		some = latest
	}
	chosen, left := some(asked(all, only), now)
	f.Runs.LeftOut = left
	f.Runs.RecordsError = collect.Why(s.trail.readUnits(ctx, s.records, chosen, only))
	for _, r := range all {
		found := health.Record{Summary: r.Summary, Name: r.Execution.Name, Run: r.begun}
		for _, u := range s.trail.units[r.Execution.Name] {
			found.Units = append(found.Units, u.ClusterSummary)
		}
		f.Runs.Records = append(f.Runs.Records, found)
	}
}

// asked returns the runs in which one of some units may have taken part, with no more units than that; nil means all.
func asked(all []recorded, only []string) []recorded {
	if only == nil {
		return all
	}
	var some []recorded
	for _, r := range all {
		if slices.ContainsFunc(only, r.input.Selects) {
			r.units = min(r.units, len(only))
			some = append(some, r)
		}
	}
	return some
}

// latest returns the names of the runs that the sizes are taken from: the last one for all units, and those after it.
func latest(newestFirst []recorded, _ time.Time) (chosen []string, left health.LeftOut) {
	isWhole := func(r recorded) bool { return r.all && r.input.Nodegroups == nil && r.looked() }
	whole := slices.IndexFunc(newestFirst, isWhole)
	read := 0
	if whole >= 0 {
		read = newestFirst[whole].units
		chosen = append(chosen, newestFirst[whole].Execution.Name)
		newestFirst = newestFirst[:whole]
	}
	for _, r := range newestFirst {
		switch {
		case !r.looked():
		case read+r.units > maxUnits:
			left.Add(r.begun.TakenAt)
		default:
			read += r.units
			chosen = append(chosen, r.Execution.Name)
		}
	}
	return chosen, left
}

// observe takes the sizes of the units' node groups from the records, and the failed readings of their signals.
func (t *trail) observe(clusters []*health.ClusterFacts) {
	facts := map[string]*health.ClusterFacts{}
	for _, c := range clusters {
		facts[c.Name] = c
	}
	for _, r := range slices.Backward(t.newestFirst()) {
		for _, u := range t.units[r.Execution.Name] {
			if c := facts[u.Cluster]; c != nil && c.Unusable == "" {
				c.Observe(u)
				c.Conditions.Failed = collect.FailedIn(u)
			}
		}
	}
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
		if !r.looked() {
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

// looked reports whether a run looked at its units.
func (r recorded) looked() bool { return r.units > 0 && !r.begun.DryRun }

// changed reports whether a run may have changed something.
func changed(r recorded) bool { return r.Changes == nil || *r.Changes > 0 }

// recordedAs returns what a run's record says.
func recordedAs(r run.Record) recorded {
	var in run.Input
	known := json.Unmarshal(r.Input, &in) == nil
	found := recorded{Record: r, begun: r.Run, input: in, all: in.SelectsAll()}
	if r.Run.TakenAt.IsZero() && known {
		found.begun = health.StartedWith(in)
	}
	for _, n := range r.Units {
		found.units += n
	}
	return found
}
