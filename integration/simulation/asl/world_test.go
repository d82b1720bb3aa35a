package asl_test

import (
	"encoding/json"
	"testing"
	"time"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/simulation/asl"
	"eks-scaling-automation/integration/simulation/asl/expression"
	"eks-scaling-automation/integration/simulation/sched"
)

// world is a clock with one machine.
type world struct {
	*sched.Scheduler

	t        testing.TB
	runner   *asl.Runner
	finished []string // the Tasks that have been done to their end
	events   []string
}

func newWorld(t testing.TB, seed uint64, definition string, s script) *world {
	t.Helper()
	w := &world{Scheduler: sched.New(seed, midnight), t: t}
	play := s.play()
	w.runner = &asl.Runner{
		Machine: compile(t, definition), Scheduler: w.Scheduler, StateMachineARN: machineARN,
		Do: func(_ *asl.Execution, state, _ string, input any) (json.RawMessage, error) {
			result, takes, err := play.answer(state, expression.TextOf(input))
			w.Sleep(takes)
			w.finished = append(w.finished, state)
			return result, err
		},
		Observe: func(_ *asl.Execution, event engine.Event) { w.events = append(w.events, event.String()) },
	}
	return w
}

func (w *world) start(name, input string) *asl.Execution {
	w.t.Helper()
	x, err := w.runner.Start(name, json.RawMessage(input))
	if err != nil {
		w.t.Fatal(err)
	}
	return x
}

func (w *world) run() {
	w.t.Helper()
	if err := w.Run(); err != nil {
		w.t.Fatal(err)
	}
}

// since is how long after midnight an instant is.
func since(at time.Time) time.Duration { return at.Sub(midnight) }
