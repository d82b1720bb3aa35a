package report

import (
	"cmp"
	"slices"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// history indexes what runs did. It is built once, because each node group of a fleet searches all runs.
type history struct {
	changes map[nodegroupKey][]change // the oldest first, without dry runs
	records map[string]*health.Record // by the name of the run
	ended   map[string]time.Time      // by the name of the run
	running []running                 // the newest first
}

type nodegroupKey struct{ cluster, nodegroup string }

// change is what a run did to a node group.
type change struct {
	record *health.Record
	run.NodegroupSummary
}

// historyOf visits each record and each execution once.
func historyOf(f health.RunFacts) history {
	h := history{changes: map[nodegroupKey][]change{}, records: map[string]*health.Record{}, ended: map[string]time.Time{}}
	oldestFirst := make([]*health.Record, 0, len(f.Records))
	for i := range f.Records {
		r := &f.Records[i]
		oldestFirst, h.records[r.Name] = append(oldestFirst, r), r
	}
	slices.SortFunc(oldestFirst, func(a, b *health.Record) int {
		return cmp.Or(a.Run.TakenAt.Compare(b.Run.TakenAt), cmp.Compare(a.Name, b.Name))
	})
	for _, r := range oldestFirst {
		h.add(r)
	}
	for _, x := range f.Executions {
		if !x.Ended.IsZero() {
			h.ended[x.Name] = x.Ended
		}
		if x.Status == "RUNNING" {
			h.running = append(h.running, runningOf(x))
		}
	}
	return h
}

func (h history) add(r *health.Record) {
	if r.Run.DryRun {
		return
	}
	for _, c := range r.Units {
		cluster, _ := scaling.SplitUnit(c.Cluster) // a node group may have moved to another schedule since
		for _, n := range c.Nodegroups {
			key := nodegroupKey{cluster, n.Nodegroup}
			h.changes[key] = append(h.changes[key], change{r, n})
		}
	}
}

// running is a run at work.
type running struct {
	health.Execution
	units, nodegroups map[string]bool // those that it may change; nil means all
}

func runningOf(x health.Execution) running {
	r := running{Execution: x}
	if x.Input != nil {
		r.nodegroups = setOf(x.Input.Nodegroups)
		if !x.Input.SelectsAll() {
			r.units = setOf(append([]string{}, x.Input.Selected()...))
		}
	}
	return r
}

// setOf returns a set of names; nil if there is no list.
func setOf(names []string) map[string]bool {
	if names == nil {
		return nil
	}
	set := make(map[string]bool, len(names))
	for _, name := range names {
		set[name] = true
	}
	return set
}

// mayChange reports whether the run may scale a node group. One with an unknown input may scale any.
func (r running) mayChange(unit, nodegroup string) bool {
	cluster, _ := scaling.SplitUnit(unit)
	among := func(names map[string]bool, name string) bool { return names == nil || names[name] }
	return (r.Input == nil || !r.Input.DryRun) && (among(r.units, unit) || among(r.units, cluster)) && among(r.nodegroups, nodegroup)
}

// startedWith returns what is known of a run, from its record or from its execution; zero if nothing is.
func (e *examination) startedWith(name string) run.Run {
	if r := e.history.records[name]; r != nil {
		return r.Run
	}
	for _, x := range e.Runs.Executions {
		if x.Name == name && x.Input != nil {
			return health.StartedWith(*x.Input)
		}
	}
	return run.Run{}
}
