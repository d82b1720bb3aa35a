package states

import "eks-scaling-automation/integration/runtime/engine"

func (w *writer) taskScheduled(e engine.Event) {
	r := w.run(e.Iteration)
	w.follow(r, e, "TaskScheduled").TaskScheduled = &taskScheduled{
		w.serviceOf(e), w.region, string(e.Input), w.tasks[e.State].timeoutSeconds,
	}
	w.follow(r, e, "TaskStarted").TaskStarted = new(w.serviceOf(e))
}

func (w *writer) taskSucceeded(e engine.Event) {
	w.follow(w.run(e.Iteration), e, "TaskSucceeded").TaskSucceeded = &taskSucceeded{w.serviceOf(e), w.outputOf(e.Output)}
}

func (w *writer) taskFailed(e engine.Event) {
	w.follow(w.run(e.Iteration), e, "TaskFailed").TaskFailed = &taskFailed{w.serviceOf(e), failureOf(e)}
}

func (w *writer) taskTimedOut(e engine.Event) {
	w.follow(w.run(e.Iteration), e, "TaskTimedOut").TaskTimedOut = &taskFailed{w.serviceOf(e), failureOf(e)}
}
