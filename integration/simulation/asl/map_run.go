package asl

import (
	"fmt"
	"strings"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/simulation/asl/expression"
)

// noteRun reports the run of a distributed Map. The children's histories have the events inside it.
func (m *mapping) noteRun(what engine.EventType) {
	if m.state.Each.Run == nil {
		return
	}
	event := engine.Event{Type: what, State: m.state.Name, StateType: m.state.Kind}
	if m.fail != nil {
		event.Error, event.Cause = m.fail.Name, m.fail.Cause
	}
	m.run.note(event)
}

// startExecution begins the execution of an item.
func (m *mapping) startExecution(index int, input any) {
	parent := m.run.execution
	runner := parent.runner
	name := uuid(runner.Scheduler.Rand().Uint64(), runner.Scheduler.Rand().Uint64())
	child := &Execution{
		Name: name, ARN: runner.executions() + "/" + m.state.Each.Run.Label + ":" + name, Input: expression.TextOf(input),
		Parent: parent, State: m.state.Name, Index: index, runner: runner, label: m.state.Each.Run.Label,
	}
	child.ended = func() { m.over(child, index) }
	m.started, parent.children = append(m.started, child), append(parent.children, child)
	child.begin(m.state.Each.States, input)
}

// uuid returns a random name in AWS's form.
func uuid(high, low uint64) string {
	h, l := fmt.Sprintf("%016x", high), fmt.Sprintf("%016x", low)
	return strings.Join([]string{h[:8], h[8:12], "4" + h[13:], "a" + l[1:4], l[4:]}, "-")
}

// over receives the result of an ended child.
func (m *mapping) over(child *Execution, index int) {
	if m.fail != nil || m.run.execution.done.Fired() {
		return
	}
	m.done++
	m.changed.Fire()
	if child.result.Status == engine.Succeeded {
		m.results[index] = child.output
		return
	}
	m.results[index] = child.failure()
	if child.result.Status != engine.Aborted {
		m.failed++
	}
	if float64(m.failed)*100 > m.state.Each.Run.Tolerated*float64(len(m.items)) {
		m.failWith(&expression.Failure{Name: expression.ErrTolerance, Cause: "The specified tolerated failure threshold was exceeded"})
	}
}

// failure returns the entry of an unsuccessful child in its Map's results.
func (x *Execution) failure() expression.Object {
	r := x.result
	record := expression.Object{
		"ExecutionArn": x.ARN, "StateMachineArn": x.runner.StateMachineARN + "/" + x.label, "Name": x.Name,
		"Input": string(x.Input), "InputDetails": expression.Object{"Included": true},
		"Status": string(r.Status), "Error": r.Error, "Cause": r.Cause,
		"StartDate": r.Started.UTC().Format(timeFormat), "StopDate": r.Ended.UTC().Format(timeFormat),
		"RedriveCount": expression.Number(0), "RedriveStatus": "REDRIVABLE_BY_MAP_RUN",
	}
	if x.full {
		record["RedriveStatus"], record["RedriveStatusReason"] = "NOT_REDRIVABLE", "Execution history event limit exceeded"
	}
	return record
}

// Children returns the executions that the distributed Maps of this one have begun, in order.
func (x *Execution) Children() []*Execution { return x.children }

// RunOutOfEvents ends the execution as the limit of its history does. It has no effect after the end.
func (x *Execution) RunOutOfEvents() {
	if !x.done.Fired() {
		x.count(MaxEvents)
	}
}
