package asl

import (
	"fmt"
	"slices"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/simulation/sched"
)

// mapping is a Map that runs.
type mapping struct {
	run     *run
	state   *state
	input   any
	items   []any
	results []any
	atOnce  int

	begun, done int
	fail        *failure
	changed     *sched.Event // an iteration has ended since the Map last looked
}

// mapState runs the iterations of a Map, in the order of their items as far as there is room.
func (r *run) mapState(s *state, given any) (any, *failure) {
	m, fail := r.mapping(s, given)
	if fail != nil {
		return nil, fail
	}
	r.note(engine.Event{Type: engine.MapStateStarted, State: s.name, StateType: s.kind, Length: len(m.items)})
	for m.fail == nil && m.done < len(m.items) {
		for m.fail == nil && m.begun < len(m.items) && m.begun-m.done < m.atOnce {
			m.begin()
		}
		if m.fail == nil {
			m.changed.Wait()
			m.changed = r.execution.runner.Scheduler.NewEvent()
		}
	}
	if m.fail != nil {
		return nil, m.fail
	}
	return m.results, checkSize(s, m.results)
}

func (r *run) mapping(s *state, given any) (*mapping, *failure) {
	v := given
	if s.each.items != nil {
		var fail *failure
		if v, fail = s.each.items.value(r.scope(given)); fail != nil {
			return nil, fail
		}
	}
	items, ok := v.([]any)
	if !ok {
		return nil, runtimeFailure("the items of a Map are no list")
	}
	limit, fail := s.each.concurrency.value(r.scope(given))
	if fail != nil {
		return nil, fail
	}
	atOnce, ok := integer(limit)
	if !ok || atOnce < 0 {
		return nil, runtimeFailure("%s is no number of iterations to run at a time", textOf(limit))
	}
	if atOnce == 0 {
		atOnce = mostAtOnce
	}
	return &mapping{
		run: r, state: s, input: given, items: items, results: make([]any, len(items)), atOnce: int(min(atOnce, mostAtOnce)),
		changed: r.execution.runner.Scheduler.NewEvent(),
	}, nil
}

// begin begins the next iteration.
func (m *mapping) begin() {
	index := m.begun
	m.begun++
	input := m.items[index]
	if m.state.each.selector != nil {
		where := m.run.scope(m.input)
		where.item = &mapItem{index, m.items[index]}
		var fail *failure
		if input, fail = m.state.each.selector.value(where); fail == nil {
			fail = checkSize(m.state, input)
		}
		if fail != nil {
			m.failWith(fail)
			return
		}
	}
	child := &run{
		execution: m.run.execution, states: m.state.each.states, of: m.state.name, iteration: append(slices.Clip(m.run.iteration), index),
	}
	m.run.children = append(m.run.children, child)
	name := fmt.Sprintf("%s/%s%v", m.run.execution.Name, m.state.name, child.iteration)
	child.process = m.run.execution.runner.Scheduler.Spawn(name, func() { m.iterate(child, index, input) })
}

// iterate is the process of an iteration.
func (m *mapping) iterate(child *run, index int, input any) {
	event := engine.Event{Type: engine.MapIterationStarted, State: m.state.name, StateType: m.state.kind}
	child.note(event)
	output, fail := child.execute(input)
	if fail != nil {
		event.Type, event.Error, event.Cause = engine.MapIterationFailed, fail.name, fail.cause
		child.note(event)
		m.failWith(fail)
		return
	}
	event.Type = engine.MapIterationSucceeded
	child.note(event)
	m.results[index] = output
	m.done++
	m.changed.Fire()
}

// failWith fails the Map and aborts the iterations that still run, before anything else happens.
func (m *mapping) failWith(fail *failure) {
	m.fail = fail
	m.changed.Fire()
	current := m.run.execution.runner.Scheduler.Current()
	for _, child := range m.run.children {
		for _, one := range child.below(nil) {
			if one.process != current {
				one.abort()
			}
		}
	}
}

// abort ends an iteration because another one has failed.
func (r *run) abort() {
	if r.state != nil {
		r.note(engine.Event{Type: engine.MapIterationAborted, State: r.of, StateType: "Map"})
	}
	r.process.Kill()
}
