package states

import (
	"fmt"

	"eks-scaling-automation/integration/runtime/engine"
)

// writer writes the history of one execution from the engine's events. Written events never depend on later ones, so a running
// execution's history only grows.
type writer struct {
	tasks        map[string]taskStep
	region, role string
	input        string // of the execution
	withData     bool
	most         int // events in a history

	events []historyEvent
	runs   map[string]*machineRun // by iteration and branch
}

// machineRun is an execution, an iteration or a branch: anything that is in one state at a time.
type machineRun struct {
	last    int    // id of the event that the next one follows
	entered int    // id of the event with which the state was entered
	kind    string // of the state, as Task
	inner   *innerRuns
	failing bool // the state, a Map or Parallel, has failed but may be retried
	failed  bool // it has failed after all retries
	caught  bool // its failure was caught
}

// innerRuns holds the iterations of a started Map, or the branches of a started Parallel.
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

// outer returns the run whose Map or Parallel contains an iteration or a branch.
func (w *writer) outer(iteration []int) *machineRun { return w.run(iteration[:len(iteration)-1]) }

func (w *writer) executionStarted(e engine.Event) {
	w.write(e, "ExecutionStarted", 0).ExecutionStarted = &executionStarted{w.inputOf(w.input), w.role}
}

func (w *writer) executionSucceeded(e engine.Event) {
	w.follow(w.run(nil), e, "ExecutionSucceeded").ExecutionSucceeded = new(w.outputOf(e.Output))
}

func (w *writer) executionFailed(e engine.Event) {
	root := w.run(nil)
	if len(w.events) < w.most-1 { // the last event is the end
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

// executionRedriven resets every run to the entry of its state; runs that had succeeded do not appear again.
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

// stateFailed writes nothing: a Task's failure is already written, and a Map's is written only if it is not retried.
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

// failForGood writes that a Map or Parallel has failed, once it is known that it is not retried.
func (w *writer) failForGood(r *machineRun, e engine.Event) {
	if !r.failing {
		return
	}
	w.follow(r, e, r.kind+"StateFailed")
	r.failing, r.failed = false, true
}
