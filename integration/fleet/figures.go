package main

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"eks-scaling-automation/integration/aws/states"
	"eks-scaling-automation/integration/runtime/engine"
)

// figures are what was measured of a run.
type figures struct {
	name              string
	layout            layout
	right, nodegroups int // node groups that are as they have to be, of all
	took              time.Duration
	counts
	peakReads, peakUpdates  int // answered within a second, in the account and region with most
	largestState            int // bytes
	mostEvents, runEvents   int // of one execution of a unit, and of the run's own, as AWS counts them
	wall                    time.Duration
	heap                    int // bytes that this program holds afterwards
	status                  engine.Status
	units, recorded, failed int
}

// counts are what AWS would bill, and the calls that EKS throttled.
type counts struct{ transitions, invocations, tableCalls, eksCalls, throttled int }

// used is what the world has counted so far, but for transitions.
func (f *fleet) used() counts {
	c := counts{invocations: len(f.Lambda.Invocations()), tableCalls: f.Tables.Calls()}
	for _, u := range f.EKS.Usage() {
		c.eksCalls += u.Reads.Answered + u.Updates.Answered
		c.throttled += u.Reads.Throttled + u.Updates.Throttled
	}
	return c
}

// measured is a run of all units with what it took.
func (f *fleet) measured(ctx context.Context, name, trigger string) (figures, error) {
	before, began := f.used(), f.o.now()
	x, err := f.start(name, trigger)
	if err != nil {
		return figures{}, err
	}
	if err := f.finish(ctx, x); err != nil {
		return figures{}, err
	}
	after, d := f.used(), x.Describe()
	m := figures{
		name: f.name, layout: f.layout, nodegroups: f.units * f.nodegroups, units: f.units, status: d.Status, took: d.Ended.Sub(d.Started), wall: f.o.now().Sub(began),
		counts: counts{
			x.Transitions(), after.invocations - before.invocations, after.tableCalls - before.tableCalls,
			after.eksCalls - before.eksCalls, after.throttled - before.throttled,
		},
	}
	m.right = m.nodegroups - len(f.wrong(f.EKS, numbers(f.units)))
	for _, u := range f.EKS.Usage() {
		m.peakReads, m.peakUpdates = max(m.peakReads, u.Reads.Peak), max(m.peakUpdates, u.Updates.Peak)
	}
	m.runEvents, m.largestState = sizesOf(x)
	for _, child := range x.Children() {
		events, state := sizesOf(child)
		m.mostEvents, m.largestState = max(m.mostEvents, events), max(m.largestState, state)
	}
	records, err := f.Units(ctx, name)
	if err != nil {
		return m, err
	}
	m.recorded = len(records)
	for _, r := range records {
		if r.Outcome == "failed" {
			m.failed++
		}
	}
	m.heap = heap()
	return m, nil
}

// sizesOf counts the events of an execution as AWS does, and the bytes of its largest input or output.
func sizesOf(x *engine.Execution) (events, largest int) {
	history := states.NewCounter()
	for _, e := range x.Events() {
		events = history.Add(e)
		largest = max(largest, len(e.Input), len(e.Output))
	}
	return events, largest
}

// heap is what this program holds, the local world without its processes.
func heap() int {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapInuse) //nolint:gosec // it is not as large as that
}

// faults are what is wrong with a run in which nothing was to fail.
func (m figures) faults() []string {
	var all []string
	for _, each := range []struct {
		what        string
		found, want any
	}{
		{"status", m.status, engine.Succeeded},
		{"node groups right", m.right, m.nodegroups},
		{"units on record", m.recorded, m.units},
		{"units failed", m.failed, 0},
	} {
		if each.found != each.want {
			all = append(all, fmt.Sprintf("%s: %s: found %v; want %v", m.layout, each.what, each.found, each.want))
		}
	}
	return all
}
