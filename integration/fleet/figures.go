package main

import (
	"context"
	"runtime"
	"slices"
	"time"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/aws/states"
	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/shared/run"
)

// figures holds the measurements of a run.
type figures struct {
	name              string
	layout            layout
	right, nodegroups int // correct node groups, and all
	took              time.Duration
	counts
	peakReads, peakUpdates  int // answered within a second, in the busiest account and region
	largestState            int // bytes
	maxEvents, runEvents    int // of one unit's execution, and of the run's own, as AWS counts them
	wall                    time.Duration
	heap                    int // this program's bytes afterwards
	status                  engine.Status
	units, recorded, failed int
	busiest                 eks.Usage // of the account and region with the most calls
	sessions                int       // that roles were assumed for
	unnamed                 []string  // calls that CloudTrail does not attribute to their run; only with spokes
}

// counts holds the billed quantities, the events of all executions, and the throttled EKS calls.
type counts struct {
	transitions, invocations, events int
	eksCalls, throttled              int
	tableCalls, tableBytes           int
	readUnits, writeUnits            float64 // of DynamoDB
}

// since returns the difference to an earlier count.
func (c counts) since(before counts) counts {
	return counts{
		c.transitions - before.transitions, c.invocations - before.invocations, c.events - before.events,
		c.eksCalls - before.eksCalls, c.throttled - before.throttled,
		c.tableCalls - before.tableCalls, c.tableBytes - before.tableBytes,
		c.readUnits - before.readUnits, c.writeUnits - before.writeUnits,
	}
}

// used returns the world's counts so far, without transitions and events.
func (f *fleet) used() counts {
	t := f.Tables.Usage()
	c := counts{invocations: f.Lambda.Invoked(), tableCalls: t.Calls, tableBytes: t.Bytes, readUnits: t.Reads, writeUnits: t.Writes}
	for _, u := range f.EKS.Usage() {
		c.eksCalls += u.Reads.Answered + u.Updates.Answered
		c.throttled += u.Reads.Throttled + u.Updates.Throttled
	}
	return c
}

// measured runs all units and measures it.
func (f *fleet) measured(ctx context.Context, name, trigger string) (figures, error) {
	before, began := f.used(), f.o.now()
	x, err := f.start(name, run.Input{Trigger: trigger})
	if err != nil {
		return figures{}, err
	}
	if err := f.finish(ctx, x); err != nil {
		return figures{}, err
	}
	return f.figuresOf(ctx, before, began, x)
}

// figuresOf returns the measurements of ended runs that together covered all units.
func (f *fleet) figuresOf(ctx context.Context, before counts, began time.Time, runs ...*engine.Execution) (figures, error) {
	m := figures{
		name: f.name, layout: f.layout, nodegroups: f.units * f.nodegroups, units: f.units, status: engine.Succeeded,
		wall: f.o.now().Sub(began), counts: f.used().since(before), right: f.units*f.nodegroups - len(f.wrong(f.EKS, numbers(f.units))),
	}
	for _, u := range f.EKS.Usage() {
		m.peakReads, m.peakUpdates = max(m.peakReads, u.Reads.Peak), max(m.peakUpdates, u.Updates.Peak)
		if u.Reads.Answered+u.Updates.Answered > m.busiest.Reads.Answered+m.busiest.Updates.Answered {
			m.busiest = u
		}
	}
	names := make([]string, len(runs))
	for i, x := range runs {
		names[i] = x.Name
	}
	for _, c := range f.STS.Calls() {
		if c.Operation == "AssumeRole" && c.ErrorType == "" && slices.Contains(names, c.Session) {
			m.sessions++
		}
	}
	if f.spokes {
		m.unnamed = f.unnamed()
	}
	for _, x := range runs {
		if err := m.add(ctx, f, x); err != nil {
			return m, err
		}
	}
	m.heap = heap()
	return m, nil
}

// add adds a run and its units' records.
func (m *figures) add(ctx context.Context, f *fleet, x *engine.Execution) error {
	d := x.Describe()
	if d.Status != engine.Succeeded {
		m.status = d.Status
	}
	m.took = max(m.took, d.Ended.Sub(d.Started))
	m.transitions += x.Transitions()
	events, state := sizesOf(x)
	m.runEvents, m.largestState, m.events = max(m.runEvents, events), max(m.largestState, state), m.events+events
	for _, child := range x.Children() {
		events, state := sizesOf(child)
		m.maxEvents, m.largestState, m.events = max(m.maxEvents, events), max(m.largestState, state), m.events+events
	}
	records, err := f.Units(ctx, x.Name)
	m.recorded += len(records)
	for _, r := range records {
		if r.Outcome == run.Failed {
			m.failed++
		}
	}
	return err
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

// heap returns this program's memory: the local world without its processes.
func heap() int {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapInuse) //nolint:gosec // it is never that large
}
