package asl

import (
	"fmt"
	"slices"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/simulation/asl/definition"
	"eks-scaling-automation/integration/simulation/asl/expression"
	"eks-scaling-automation/integration/simulation/sched"
)

// mapping is a running Map.
type mapping struct {
	run     *execution
	state   *definition.State
	input   any
	items   []any
	results []any
	atOnce  int

	begun, done int
	fail        *expression.Failure
	changed     *sched.Event // an iteration has ended since the Map's last check

	started []*Execution // of a distributed Map
	failed  int          // how many have failed; stopped ones do not count
}

// mapState runs the iterations of a Map in the order of their items, up to the concurrency limit.
func (r *execution) mapState(s *definition.State, given any) (any, *expression.Failure) {
	m, fail := r.mapping(s, given)
	if fail != nil {
		return nil, fail
	}
	r.note(engine.Event{Type: engine.MapStateStarted, State: s.Name, StateType: s.Kind, Length: len(m.items)})
	m.noteRun(engine.MapRunStarted)
	for m.fail == nil && m.done < len(m.items) {
		for m.fail == nil && m.begun < len(m.items) && m.begun-m.done < m.atOnce {
			m.begin()
		}
		if m.fail == nil {
			m.changed.Wait()
			m.changed = r.execution.runner.Scheduler.NewEvent()
		}
	}
	if m.fail == nil {
		m.fail = checkSize(s, m.results)
	}
	if m.fail != nil {
		m.noteRun(engine.MapRunFailed)
		return nil, m.fail
	}
	m.noteRun(engine.MapRunSucceeded)
	return m.results, nil
}

func (r *execution) mapping(s *definition.State, given any) (*mapping, *expression.Failure) {
	v := given
	if s.Each.Items != nil {
		var fail *expression.Failure
		if v, fail = s.Each.Items.Value(r.scope(given)); fail != nil {
			return nil, fail
		}
	}
	items, ok := v.([]any)
	if !ok {
		return nil, expression.RuntimeFailure("the items of a Map are no list")
	}
	limit, fail := s.Each.Concurrency.Value(r.scope(given))
	if fail != nil {
		return nil, fail
	}
	atOnce, ok := expression.Integer(limit)
	if !ok || atOnce < 0 {
		return nil, expression.RuntimeFailure("%s is no number of iterations to run at a time", expression.TextOf(limit))
	}
	if atOnce == 0 {
		atOnce = s.Each.MaxAtOnce()
	}
	return &mapping{
		run: r, state: s, input: given, items: items, results: make([]any, len(items)), atOnce: int(min(atOnce, s.Each.MaxAtOnce())),
		changed: r.execution.runner.Scheduler.NewEvent(),
	}, nil
}

// begin begins the next iteration.
func (m *mapping) begin() {
	index := m.begun
	m.begun++
	input := m.items[index]
	if m.state.Each.Selector != nil {
		where := m.run.scope(m.input)
		where.Item = &expression.MapItem{Index: index, Value: m.items[index]}
		var fail *expression.Failure
		if input, fail = m.state.Each.Selector.Value(where); fail == nil {
			fail = checkSize(m.state, input)
		}
		if fail != nil {
			m.failWith(fail)
			return
		}
	}
	if m.state.Each.Run != nil {
		m.startExecution(index, input)
		return
	}
	child := &execution{
		execution: m.run.execution, states: m.state.Each.States, of: m.state.Name, iteration: append(slices.Clip(m.run.iteration), index),
	}
	m.run.children = append(m.run.children, child)
	name := fmt.Sprintf("%s/%s%v", m.run.execution.Name, m.state.Name, child.iteration)
	child.process = m.run.execution.runner.Scheduler.Spawn(name, func() { m.iterate(child, index, input) })
}

// iterate is the process of an iteration.
func (m *mapping) iterate(child *execution, index int, input any) {
	event := engine.Event{Type: engine.MapIterationStarted, State: m.state.Name, StateType: m.state.Kind}
	child.note(event)
	output, fail := child.execute(input)
	if fail != nil {
		event.Type, event.Error, event.Cause = engine.MapIterationFailed, fail.Name, fail.Cause
		child.note(event)
		m.failWith(fail)
		return
	}
	event.Type, event.Output = engine.MapIterationSucceeded, child.payload(output)
	child.note(event)
	m.results[index] = output
	m.done++
	m.changed.Fire()
}

// failWith fails the Map and aborts the iterations that still run, before anything else happens.
func (m *mapping) failWith(fail *expression.Failure) {
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
	for _, child := range m.started {
		child.Abort("", "")
	}
}

// abort ends an iteration because another one failed.
func (r *execution) abort() {
	if r.state != nil {
		r.note(engine.Event{Type: engine.MapIterationAborted, State: r.of, StateType: "Map"})
	}
	r.process.Kill()
}
