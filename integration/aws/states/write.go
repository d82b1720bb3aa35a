package states

import (
	"fmt"

	"eks-scaling-automation/integration/runtime/engine"
)

// writer writes the history of one execution from the engine's events. What it has written for an event does not depend on
// what comes after, so that the history of an execution that runs only ever grows.
type writer struct {
	tasks        map[string]taskStep
	region, role string
	input        string // of the execution
	withData     bool
	most         int // events in a history

	events []historyEvent
	runs   map[string]*machineRun // by the iterations and branches they are in
}

// machineRun is an execution, an iteration or a branch: something that is in one state at a time.
type machineRun struct {
	last    int    // id of the event that the next one follows
	entered int    // id of the event with which the state was entered
	kind    string // of the state, as Task
	inner   *innerRuns
	failing bool // the state, a Map or Parallel, has failed; whether for good is not known yet
	failed  bool // it has failed for good
	caught  bool // what it failed with was caught
}

// innerRuns are the iterations of a Map, or the branches of a Parallel, that has started.
type innerRuns struct {
	started  int   // id of the event with which the Map or Parallel started
	room     []int // ids of the last events of iterations after which another one could start
	joined   int   // id of the event with which the last of them has succeeded
	failedBy int   // id of the event with which one of them has failed; 0 while none has
}

func (w *writer) add(e engine.Event) {
	if write := writers[e.Type]; write != nil {
		write(w, e)
	}
}

var writers = map[engine.EventType]func(*writer, engine.Event){
	engine.ExecutionStarted:        (*writer).executionStarted,
	engine.ExecutionSucceeded:      (*writer).executionSucceeded,
	engine.ExecutionFailed:         (*writer).executionFailed,
	engine.ExecutionAborted:        (*writer).executionAborted,
	engine.ExecutionTimeout:        (*writer).executionTimedOut,
	engine.ExecutionRedriven:       (*writer).executionRedriven,
	engine.StateEntered:            (*writer).stateEntered,
	engine.StateExited:             (*writer).stateExited,
	engine.StateFailed:             (*writer).stateFailed,
	engine.StateRetried:            (*writer).stateRetried,
	engine.StateCaught:             (*writer).stateCaught,
	engine.TaskScheduled:           (*writer).taskScheduled,
	engine.TaskSucceeded:           (*writer).taskSucceeded,
	engine.TaskFailed:              (*writer).taskFailed,
	engine.TaskTimedOut:            (*writer).taskTimedOut,
	engine.MapStateStarted:         (*writer).mapStateStarted,
	engine.MapIterationStarted:     (*writer).mapIterationStarted,
	engine.MapIterationSucceeded:   (*writer).mapIterationSucceeded,
	engine.MapIterationFailed:      (*writer).mapIterationFailed,
	engine.MapIterationAborted:     (*writer).mapIterationAborted,
	engine.MapRunStarted:           (*writer).mapRunStarted,
	engine.MapRunSucceeded:         (*writer).mapRunSucceeded,
	engine.MapRunFailed:            (*writer).mapRunFailed,
	engine.MapRunAborted:           (*writer).mapRunAborted,
	engine.MapRunRedriven:          (*writer).mapRunRedriven,
	engine.ParallelBranchStarted:   (*writer).branchStarted,
	engine.ParallelBranchSucceeded: (*writer).branchSucceeded,
	engine.ParallelBranchFailed:    (*writer).branchFailed,
	engine.ParallelBranchAborted:   (*writer).branchAborted,
}

// write appends an event; its details are filled in before the next one.
func (w *writer) write(e engine.Event, name string, previous int) *historyEvent {
	w.events = append(w.events, historyEvent{ID: len(w.events) + 1, PreviousEventID: previous, Timestamp: e.At, Type: name})
	return &w.events[len(w.events)-1]
}

// follow appends the next event of a run.
func (w *writer) follow(r *machineRun, e engine.Event, name string) *historyEvent {
	h := w.write(e, name, r.last)
	r.last = h.ID
	return h
}

func (w *writer) run(iteration []int) *machineRun {
	key := fmt.Sprint(iteration)
	if w.runs[key] == nil {
		w.runs[key] = &machineRun{}
	}
	return w.runs[key]
}

// outer is the run whose Map or Parallel an iteration or a branch belongs to.
func (w *writer) outer(iteration []int) *machineRun { return w.run(iteration[:len(iteration)-1]) }

func (w *writer) executionStarted(e engine.Event) {
	w.write(e, "ExecutionStarted", 0).ExecutionStarted = &executionStarted{w.inputOf(w.input), w.role}
}

func (w *writer) executionSucceeded(e engine.Event) {
	w.follow(w.run(nil), e, "ExecutionSucceeded").ExecutionSucceeded = new(w.outputOf(e.Output))
}

func (w *writer) executionFailed(e engine.Event) {
	root := w.run(nil)
	if len(w.events) < w.most-1 { // the last event is that of the end
		w.failForGood(root, e)
	}
	w.follow(root, e, "ExecutionFailed").ExecutionFailed = new(failureOf(e))
}

func (w *writer) executionAborted(e engine.Event) {
	w.write(e, "ExecutionAborted", 0).ExecutionAborted = new(failureOf(e))
}

func (w *writer) executionTimedOut(e engine.Event) {
	w.write(e, "ExecutionTimedOut", 0).ExecutionTimedOut = &failure{Error: "States.Timeout"}
}

// executionRedriven sends every run back to where its state was entered; those that had succeeded are not heard of again.
func (w *writer) executionRedriven(e engine.Event) {
	h := w.write(e, "ExecutionRedriven", len(w.events))
	h.ExecutionRedriven = &redriven{e.Attempt}
	for _, r := range w.runs {
		r.last, r.failing, r.failed, r.caught = r.entered, false, false, false
		if r.inner != nil {
			r.inner.room, r.inner.failedBy = nil, 0
		}
	}
	if root := w.run(nil); root.kind == "Fail" {
		root.last = h.ID
	}
}

func (w *writer) stateEntered(e engine.Event) {
	r := w.run(e.Iteration)
	h := w.follow(r, e, e.StateType+"StateEntered")
	h.StateEntered = &stateEntered{w.inputOf(string(e.Input)), e.State}
	*r = machineRun{last: h.ID, entered: h.ID, kind: e.StateType}
}

func (w *writer) stateExited(e engine.Event) {
	r := w.run(e.Iteration)
	if r.inner != nil && !r.caught {
		r.last = r.inner.joined
		w.write(e, e.StateType+"StateSucceeded", r.last)
	}
	w.follow(r, e, e.StateType+"StateExited").StateExited = &stateExited{w.outputOf(e.Output), e.State}
}

// stateFailed writes nothing: of a Task it is known already, of a Map only once it is not retried.
func (w *writer) stateFailed(e engine.Event) {
	r := w.run(e.Iteration)
	if r.inner == nil {
		return
	}
	r.failing = true
	if r.inner.failedBy != 0 {
		r.last = r.inner.failedBy
	}
}

func (w *writer) stateRetried(e engine.Event) {
	r := w.run(e.Iteration)
	r.inner, r.failing = nil, false
}

func (w *writer) stateCaught(e engine.Event) {
	r := w.run(e.Iteration)
	w.failForGood(r, e)
	r.caught = true
}

// failForGood writes that a Map or Parallel has failed, if that is what a run was waiting to know.
func (w *writer) failForGood(r *machineRun, e engine.Event) {
	if !r.failing {
		return
	}
	w.follow(r, e, r.kind+"StateFailed")
	r.failing, r.failed = false, true
}
