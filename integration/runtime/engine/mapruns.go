package engine

import (
	"slices"
	"time"
)

// MapRun is the run of a distributed Map, which runs every item in its own execution.
type MapRun struct {
	// ARN is the Map Run's ARN.
	ARN string
	// Label is the Map's label.
	Label string
	// Execution is the Map's execution.
	Execution *Execution

	settings mapRunSettings
	state    string
	place    []int // the iteration that the Map is in
	length   int

	// guarded by engine.mu
	status                     Status
	started, stopped, redriven time.Time
	redrives                   int
	over                       bool // a redrive of the execution does not continue it
	failed                     int  // failed items since it started or was redriven
	byIndex                    map[int]*Execution
	children                   []*Execution // in the order in which they started
}

// MapRunDescription is the current state of a Map Run.
type MapRunDescription struct {
	Status Status
	// Started, Ended, Redriven and Redrives are as in [Description].
	Started, Ended, Redriven time.Time
	Redrives                 int
	// MaxConcurrency limits the concurrent items; 0 means no limit.
	MaxConcurrency int
	// ToleratedFailureCount and ToleratedFailurePercentage are 0 if the definition does not set them.
	ToleratedFailureCount      int
	ToleratedFailurePercentage float64
	// Counts holds the number of items by status. An item that has not started has none.
	Counts map[Status]int
	// Total is the number of items.
	Total int
	// NotRedrivable counts the unsuccessful items that no redrive continues.
	NotRedrivable int
}

// MapRun returns the Map Run with an ARN; nil if there is none.
func (e *Engine) MapRun(arn string) *MapRun {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.mapRuns[arn]
}

// MapRuns returns the Map Runs of the execution, the latest first.
func (x *Execution) MapRuns() []*MapRun {
	x.engine.mu.Lock()
	defer x.engine.mu.Unlock()
	all := slices.Clone(x.mapRuns)
	slices.Reverse(all)
	return all
}

// MapRun returns the Map Run that started the execution; nil if it was started by itself.
func (x *Execution) MapRun() *MapRun {
	if x.item == nil {
		return nil
	}
	return x.item.mapRun
}

// Children returns the items' executions of all Map Runs of the execution, in the order in which they started.
func (x *Execution) Children() []*Execution {
	x.engine.mu.Lock()
	defer x.engine.mu.Unlock()
	var all []*Execution
	for _, m := range x.mapRuns {
		all = append(all, m.children...)
	}
	return all
}

// Transitions counts the transitions so far, including its Children's.
func (x *Execution) Transitions() int {
	children := x.Children()
	x.engine.mu.Lock()
	defer x.engine.mu.Unlock()
	sum := x.result.Transitions
	for _, child := range children {
		sum += child.result.Transitions
	}
	return sum
}

// Executions returns the items' executions, the latest first.
func (m *MapRun) Executions() []*Execution {
	m.Execution.engine.mu.Lock()
	defer m.Execution.engine.mu.Unlock()
	all := slices.Clone(m.children)
	slices.Reverse(all)
	return all
}

// Index returns the index of an execution's item in its Map Run.
func (m *MapRun) Index(x *Execution) int {
	m.Execution.engine.mu.Lock()
	defer m.Execution.engine.mu.Unlock()
	for index, of := range m.byIndex {
		if of == x {
			return index
		}
	}
	panic("the execution " + x.Name + " is not of " + m.ARN)
}

// Describe returns the current state of the Map Run.
func (m *MapRun) Describe() MapRunDescription {
	m.Execution.engine.mu.Lock()
	defer m.Execution.engine.mu.Unlock()
	d := MapRunDescription{
		Status: m.status, Started: m.started, Ended: m.stopped, Redriven: m.redriven, Redrives: m.redrives,
		MaxConcurrency: m.settings.Concurrency, Counts: map[Status]int{}, Total: m.length,
	}
	if n := m.settings.FailureCount; n != nil {
		d.ToleratedFailureCount = *n
	}
	if p := m.settings.FailurePercentage; p != nil {
		d.ToleratedFailurePercentage = *p
	}
	for _, x := range m.children {
		d.Counts[x.status()]++
		if x.exhausted {
			d.NotRedrivable++
		}
	}
	return d
}

// startMapRun begins the Map Run of a distributed Map that has started.
func (x *Execution) startMapRun(started runEvent) {
	n := x.engine.names.labelled(started.MapRun.Label)
	m := &MapRun{
		ARN: n.mapRunARN(uuid()), Label: started.MapRun.Label, Execution: x,
		settings: *started.MapRun, state: started.State, place: started.Iteration, length: started.Length,
		status: Running, byIndex: map[int]*Execution{},
	}
	x.mapRuns = append(x.mapRuns, m)
	x.engine.mapRuns[m.ARN] = m
	m.note(Event{Type: MapRunStarted, MapRun: m.ARN}, &m.started)
}

// note records an event of the Map Run in the history of its execution, with its time.
func (m *MapRun) note(event Event, at *time.Time) {
	x := m.Execution
	event.State, event.StateType, event.Iteration = m.state, "Map", m.place
	event.At = x.engine.now()
	if event.At.IsZero() {
		event.At = x.result.Events[len(x.result.Events)-1].At
	}
	*at = event.At
	x.note(event)
}

// endMapRuns ends the Map Runs that end with an event of their execution, before that is recorded.
func (x *Execution) endMapRuns(event Event) {
	if event.ends() {
		x.abortMapRuns(event.At)
		return
	}
	for _, m := range x.mapRuns {
		if !m.over && within(m.place, event.Iteration) {
			m.hear(event)
		}
	}
}

// within reports whether a Map is in an iteration, directly or nested.
func within(place, iteration []int) bool {
	return len(place) >= len(iteration) && slices.Equal(place[:len(iteration)], iteration)
}

// hear handles an event of the Map or of its surroundings.
func (m *MapRun) hear(event Event) {
	switch event.Type { //nolint:exhaustive // no other event ends it
	case StateExited:
		m.end(Succeeded, Event{Type: MapRunSucceeded})
		m.over = true
	case StateFailed:
		if event.State == m.state {
			m.end(Failed, Event{Type: MapRunFailed, Error: event.Error, Cause: event.Cause})
			m.over = event.Error == "States.DataLimitExceeded" || event.Error == "States.Runtime"
		}
	case StateRetried, StateCaught:
		m.over = true
	case MapIterationFailed, MapIterationAborted, ParallelBranchFailed, ParallelBranchAborted:
		m.end(Aborted, Event{Type: MapRunAborted})
	}
}

// end ends a running Map Run, and aborts its running executions.
func (m *MapRun) end(status Status, event Event) {
	if m.status != Running {
		return
	}
	m.stop(status)
	m.note(event, &m.stopped)
}

func (m *MapRun) stop(status Status) {
	m.status = status
	for _, x := range m.children {
		if x.running() {
			x.engine.send(instruction{Stop: &stopRun{x.attempt.run}})
		}
	}
}

// abortMapRuns ends the Map Runs of an ending execution. Its history does not show that: on AWS they end after it.
func (x *Execution) abortMapRuns(at time.Time) {
	if now := x.engine.now(); !now.IsZero() {
		at = now
	}
	for _, m := range x.mapRuns {
		if m.status == Running {
			m.stop(Aborted)
			m.stopped = at
		}
	}
}

// redriveMapRuns continues the Map Runs of a redriven execution.
func (x *Execution) redriveMapRuns() {
	for _, m := range x.mapRuns {
		if m.over {
			continue
		}
		m.status, m.stopped, m.failed = Running, time.Time{}, 0
		m.redrives++
		m.note(Event{Type: MapRunRedriven, MapRun: m.ARN, Attempt: m.redrives}, &m.redriven)
	}
}

// intolerable reports whether too many items have failed. AWS counts items that failed or timed out, not aborted ones.
func (m *MapRun) intolerable() bool {
	count, percentage := m.settings.FailureCount, m.settings.FailurePercentage
	switch {
	case m.failed == 0:
		return false
	case count == nil && percentage == nil, count != nil && m.failed > *count:
		return true
	}
	return percentage != nil && float64(100*m.failed) > *percentage*float64(m.length)
}
