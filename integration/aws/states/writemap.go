package states

import "eks-scaling-automation/integration/runtime/engine"

func (w *writer) mapStateStarted(e engine.Event) {
	r := w.run(e.Iteration)
	h := w.follow(r, e, "MapStateStarted")
	h.MapStateStarted = &mapStateStarted{e.Length}
	r.inner = &innerRuns{started: h.ID, joined: h.ID}
}

func (w *writer) mapIterationStarted(e engine.Event) {
	r := w.run(e.Iteration)
	*r = machineRun{last: w.outer(e.Iteration).inner.turn()}
	w.follow(r, e, "MapIterationStarted").MapIterationStarted = iterationOf(e)
}

// turn returns the event that a starting iteration follows: the one that made room for it, if it had to wait.
func (i *innerRuns) turn() int {
	if len(i.room) == 0 {
		return i.started
	}
	made := i.room[0]
	i.room = i.room[1:]
	return made
}

func (w *writer) mapIterationSucceeded(e engine.Event) {
	r, inner := w.run(e.Iteration), w.outer(e.Iteration).inner
	inner.room = append(inner.room, r.last)
	h := w.follow(r, e, "MapIterationSucceeded")
	h.MapIterationSucceeded = iterationOf(e)
	inner.joined = h.ID
}

func (w *writer) mapIterationFailed(e engine.Event) {
	r, inner := w.run(e.Iteration), w.outer(e.Iteration).inner
	w.failForGood(r, e)
	inner.failedBy = r.last
	w.write(e, "MapIterationFailed", r.last).MapIterationFailed = iterationOf(e)
	w.abortState(r, e, r.last)
}

// mapIterationAborted also writes the iterations inside an aborted one, after it. That order is a guess: no such history from AWS
// is known.
func (w *writer) mapIterationAborted(e engine.Event) {
	by := w.failedBy(e.Iteration)
	w.write(e, "MapIterationAborted", by).MapIterationAborted = iterationOf(e)
	w.abortState(w.run(e.Iteration), e, by)
}

func (w *writer) branchStarted(e engine.Event) {
	outer := w.outer(e.Iteration)
	if outer.inner == nil {
		h := w.follow(outer, e, "ParallelStateStarted")
		outer.inner = &innerRuns{started: h.ID, joined: h.ID}
	}
	*w.run(e.Iteration) = machineRun{last: outer.inner.started}
}

func (w *writer) branchSucceeded(e engine.Event) {
	w.outer(e.Iteration).inner.joined = w.run(e.Iteration).last
}

func (w *writer) branchFailed(e engine.Event) {
	r := w.run(e.Iteration)
	w.failForGood(r, e)
	w.outer(e.Iteration).inner.failedBy = r.last
	w.abortState(r, e, r.last)
}

func (w *writer) branchAborted(e engine.Event) {
	w.abortState(w.run(e.Iteration), e, w.failedBy(e.Iteration))
}

// failedBy returns the event that failed the Map or Parallel around an iteration, or an outer one.
func (w *writer) failedBy(iteration []int) int {
	for len(iteration) > 0 {
		if inner := w.outer(iteration).inner; inner != nil && inner.failedBy != 0 {
			return inner.failedBy
		}
		iteration = iteration[:len(iteration)-1]
	}
	return 0
}

// abortState writes that a run's state was aborted, if AWS writes that for its type and its own failure was not written.
func (w *writer) abortState(r *machineRun, e engine.Event, by int) {
	switch r.kind {
	case "Task", "Wait", "Map", "Parallel":
		if !r.failed {
			w.write(e, r.kind+"StateAborted", by)
		}
	}
}
