package states

import "eks-scaling-automation/integration/runtime/engine"

// The chain of a Map Run's events is a guess based on inline Maps: no such history from AWS is known.

func (w *writer) mapRunStarted(e engine.Event) {
	r := w.run(e.Iteration)
	h := w.follow(r, e, "MapRunStarted")
	h.MapRunStarted = &mapRunStarted{e.MapRun}
	r.inner.joined = h.ID
}

func (w *writer) mapRunSucceeded(e engine.Event) {
	r := w.run(e.Iteration)
	r.inner.joined = w.follow(r, e, "MapRunSucceeded").ID
}

func (w *writer) mapRunFailed(e engine.Event) {
	r := w.run(e.Iteration)
	h := w.follow(r, e, "MapRunFailed")
	h.MapRunFailed = new(failureOf(e))
	r.inner.failedBy = h.ID
}

// mapRunAborted handles a Map in an iteration or branch that is aborted, or that failed outside the Map.
func (w *writer) mapRunAborted(e engine.Event) { w.follow(w.run(e.Iteration), e, "MapRunAborted") }

func (w *writer) mapRunRedriven(e engine.Event) {
	r := w.run(e.Iteration)
	h := w.follow(r, e, "MapRunRedriven")
	h.MapRunRedriven = &mapRunRedriven{e.MapRun, e.Attempt}
	r.inner.joined = h.ID
}
