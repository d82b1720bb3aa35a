package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"eks-scaling-automation/functions/step"
	schedulerlocal "eks-scaling-automation/integration/aws/scheduler"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
)

// TestSeveralAtOnceEndWithTheLatestConfiguration has a reconcile run that works on the schedules while the configuration is
// changed once or twice, each time with an invocation of its own. Every order of their calls may come up. Whatever they do
// to each other, in the end the group must be as the last configuration wants it.
func TestSeveralAtOnceEndWithTheLatestConfiguration(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := start(t, drawSnapshot(t))
		for i := range rapid.IntRange(0, 2).Draw(t, "strays") {
			w.Put(stray(fmt.Sprintf("a-stray-%d", i)))
		}
		if rapid.Bool().Draw(t, "was right before") {
			w.mustGoThrough(w.handler("before", w.store), run.SyncTriggersRequest{})
			w.store.write(drawSnapshot(t))
		}
		g := newGate(t)
		w.Before(func(c schedulerlocal.Call) { g.pass(c.Principal) })
		g.start("run", func() error { return w.work(g, "run", run.SyncTriggersRequest{}) })
		changes := rapid.IntRange(1, 2).Draw(t, "changes of the configuration")
		for n := 0; ; {
			next := g.waiting()
			if n < changes {
				next = append(next, "change")
			}
			if len(next) == 0 {
				break
			}
			name := rapid.SampledFrom(next).Draw(t, "next")
			if name != "change" {
				g.proceed(name)
				continue
			}
			n++
			w.store.write(drawSnapshot(t))
			stream := fmt.Sprintf("stream-%d", n)
			g.start(stream, func() error { return w.work(g, stream, run.SyncTriggersRequest{Records: fromTable}) })
		}
		w.Before(nil)
		for _, err := range g.failed {
			if step.Classify(err) != run.TransientError {
				t.Fatal(err)
			}
			w.mustGoThrough(w.handler("again", w.store), run.SyncTriggersRequest{Records: fromTable}) // as Lambda does
		}
		w.isLatest()
	})
}

var fromTable = []json.RawMessage{[]byte(`{"eventName": "MODIFY"}`)}

// drawSnapshot draws a configuration with some of few transitions.
func drawSnapshot(t *rapid.T) inventory.Snapshot {
	hours := rapid.SliceOfNDistinct(rapid.IntRange(1, 5), 0, 3, rapid.ID[int]).Draw(t, "hours")
	s := snapshot(cluster("production", hours...))
	if rapid.Bool().Draw(t, "with an override") {
		from := now.Add(time.Duration(rapid.IntRange(1, 2).Draw(t, "override in hours")) * time.Hour)
		s.Overrides = []inventory.Item{override("production", from, from.Add(10*time.Hour))}
	}
	return s
}

// work is one invocation, whose every read and call waits at the gate.
func (w *world) work(g *gate, name string, in run.SyncTriggersRequest) error {
	_, err := w.handler(name, gated{w.store, g, name}).handle(context.Background(), slog.New(slog.DiscardHandler), in)
	return err
}

type gated struct {
	store
	gate *gate
	name string
}

func (g gated) Read(ctx context.Context) (inventory.Snapshot, error) {
	g.gate.pass(g.name)
	return g.store.Read(ctx)
}

func (w *world) mustGoThrough(h handler, in run.SyncTriggersRequest) {
	w.t.Helper()
	if _, err := h.handle(context.Background(), slog.New(slog.DiscardHandler), in); err != nil {
		w.t.Fatal(err)
	}
}

// isLatest checks that the group is as the configuration wants it, beside runs that follow changes.
func (w *world) isLatest() {
	w.t.Helper()
	_, plan, err := w.handler("latest", w.store).plan(context.Background(), slog.New(slog.DiscardHandler), w.now())
	if err != nil {
		w.t.Fatal(err)
	}
	want := []string{changedAll}
	for _, trigger := range plan {
		want = append(want, trigger.Name+" "+trigger.Expression)
	}
	slices.Sort(want)
	w.holds(want...)
}
