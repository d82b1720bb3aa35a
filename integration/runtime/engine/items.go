package engine

import (
	"encoding/json"
	"fmt"
)

// item is an item of a Map Run with its execution. The methods require engine.mu.
type item struct {
	mapRun *MapRun
	x      *Execution
	pass   int          // the Map Run's number of redrives when the item last began
	asked  int          // the request of the engine's process, which waits for the end
	next   *itemRequest // the request to continue with once it has ended, which is imminent
}

// The failure of a Map Run with too many failed items.
const (
	intolerableError = "States.ExceedToleratedFailureThreshold"
	intolerableCause = "The specified tolerated failure threshold was exceeded"
)

// runItem begins the execution of an item, or continues an interrupted one after a redrive of the Map Run.
func (e *Engine) runItem(request itemRequest) {
	e.mu.Lock()
	defer e.mu.Unlock()
	m := e.byRun[request.Run].mapRunAt(request)
	if m == nil {
		e.settle(request.Task, abortedItem())
		return
	}
	x := m.byIndex[request.Iteration[len(m.place)]]
	switch {
	case x == nil:
		m.begin(request)
	case x.running():
		x.item.next = &request
	default:
		x.item.goOn(request)
	}
}

// mapRunAt returns the Map Run of an item; nil if it has ended.
func (x *Execution) mapRunAt(request itemRequest) *MapRun {
	if x == nil {
		return nil
	}
	place := request.Iteration[:len(request.Iteration)-1]
	for _, m := range x.mapRuns {
		if m.status == Running && m.state == request.State && len(place) == len(m.place) && within(m.place, place) {
			return m
		}
	}
	return nil
}

func (m *MapRun) begin(request itemRequest) {
	e, name := m.Execution.engine, uuid()
	x := e.newExecution(name, e.names.labelled(m.Label).executionARN(name), request.Input)
	x.item = &item{mapRun: m, x: x, pass: m.redrives, asked: request.Task}
	m.children = append(m.children, x)
	m.byIndex[request.Iteration[len(m.place)]] = x
	e.send(instruction{Start: &startRun{
		Run: x.attempt.run, Item: &itemOf{Run: request.Run, State: m.state}, Input: x.Input, Context: x.context(),
	}})
}

// goOn redrives an ended execution, if possible.
func (i *item) goOn(request itemRequest) {
	i.pass, i.asked, i.next = i.mapRun.redrives, request.Task, nil
	if i.x.result.Status == Succeeded || i.x.exhausted {
		i.ended()
		return
	}
	i.x.goOn()
}

// ended reports the item's result to the Map.
func (i *item) ended() {
	m, e := i.mapRun, i.x.engine
	asked := i.asked
	if next := i.next; next != nil {
		e.settle(asked, abortedItem())
		if m.status == Running {
			i.goOn(*next)
		} else {
			e.settle(next.Task, abortedItem())
		}
		return
	}
	switch status := i.x.result.Status; {
	case status == Succeeded:
		e.settle(asked, settlement{Output: i.x.result.Output, Done: true})
	case m.status != Running:
		e.settle(asked, abortedItem())
	default:
		if status != Aborted {
			m.failed++
		}
		if m.intolerable() {
			m.end(Failed, Event{Type: MapRunFailed, Error: intolerableError, Cause: intolerableCause})
			e.settle(asked, settlement{Error: intolerableError, Cause: intolerableCause})
			return
		}
		e.settle(asked, settlement{Output: i.record()})
	}
}

func (e *Engine) settle(task int, s settlement) {
	s.Task = task
	e.send(instruction{Settle: &s})
}

// abortedItem answers the engine's process about an item whose Map has ended. The answer is ignored.
func abortedItem() settlement {
	return settlement{Error: "States.Runtime", Cause: "the Map Run has ended"}
}

// awaitsRedrive reports whether an execution of a Map Run is about to be redriven.
func (i *item) awaitsRedrive() bool {
	return i != nil && i.mapRun.status == Running && i.pass < i.mapRun.redrives && i.x.result.Status != Succeeded && !i.x.exhausted
}

func (x *Execution) status() Status {
	switch {
	case x.result.Status == "":
		return Running
	case x.item.awaitsRedrive():
		return PendingRedrive
	}
	return x.result.Status
}

// record returns the entry of an unsuccessful item in a Map's result: all fields that AWS writes, as without a ResultWriter's
// transformation.
func (i *item) record() json.RawMessage {
	x := i.x
	type included struct{ Included bool }
	redriveStatus, reason := "REDRIVABLE_BY_MAP_RUN", ""
	if x.exhausted {
		redriveStatus, reason = "NOT_REDRIVABLE", "Execution history event limit exceeded"
	}
	text, err := json.Marshal(struct {
		Cause, Error, ExecutionArn, Input string
		InputDetails                      included
		Name                              string
		RedriveCount                      int
		RedriveStatus                     string
		RedriveStatusReason               string `json:",omitempty"`
		StartDate, StateMachineArn        string
		Status                            Status
		StopDate                          string
	}{
		x.result.Cause, x.result.Error, x.ARN, string(x.Input),
		included{true},
		x.Name, x.redrives, redriveStatus, reason,
		contextTime(x.started), x.engine.names.labelled(i.mapRun.Label).stateMachineARN(), x.result.Status, contextTime(x.stopped),
	})
	if err != nil {
		panic(fmt.Sprintf("the record of execution %s cannot be written: %v", x.Name, err)) // plain texts can be
	}
	return text
}
