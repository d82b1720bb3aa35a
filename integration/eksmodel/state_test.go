package eksmodel_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"eks-scaling-automation/integration/eksmodel"
)

func TestACloneAndItsOriginalDoNotAffectEachOther(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.scale(big, 4)
	clone := w.Clone()
	before := string(clone.AppendState(nil))
	changes := len(clone.Changes())
	if !w.End(big, eksmodel.Ending{Failure: eksmodel.Issue{Code: "x"}}) {
		t.Fatal("no update runs")
	}
	w.scale(big, 1)
	if string(clone.AppendState(nil)) != before || len(clone.Changes()) != changes {
		t.Error("the clone follows its original")
	}
	if !clone.End(big, eksmodel.Ending{}) || clone.Nodes(big) != 4 || w.Nodes(big) != 1 {
		t.Errorf("the clone has %d nodes, the original %d; want 4 and 1", clone.Nodes(big), w.Nodes(big))
	}
}

func TestTheStateTellsApartWhatLaterAnswersTellApart(t *testing.T) {
	t.Parallel()
	initial := string(newWorld(t).AppendState(nil))
	if again := string(newWorld(t).AppendState(nil)); again != initial {
		t.Error("the same world has two states")
	}
	for what, do := range map[string]func(*world){
		"sizes":    func(w *world) { _ = w.SetSizes(big, eksmodel.Sizes{Max: 5, Desired: 1}, "ana") },
		"nodes":    func(w *world) { _ = w.SetNodes(big, 1, "ana") },
		"status":   func(w *world) { _ = w.SetStatus(big, types.NodegroupStatusCreating) },
		"behavior": func(w *world) { _ = w.SetBehavior(big, eksmodel.Behavior{StatusLag: time.Second}) },
		"update":   func(w *world) { w.scale(big, 1) },
		"token": func(w *world) {
			_, _ = w.update(big, "a", eksmodel.Asked{Desired: n(2)})
			w.End(big, eksmodel.Ending{})
		},
		"deletion": func(w *world) { _ = w.Delete(big) },
		"looks": func(w *world) {
			_ = w.SetBehavior(big, eksmodel.Behavior{Looks: 2})
			w.scale(big, 1)
			w.seen(big)
		},
	} {
		w := newWorld(t)
		do(w)
		if string(w.AppendState(nil)) == initial {
			t.Errorf("%s: the state is as before", what)
		}
	}
	looked := newWorld(t)
	looked.seen(big)
	if string(looked.AppendState(nil)) != initial {
		t.Error("a look changes the state")
	}
}

func BenchmarkUpdateAndTwoLooks(b *testing.B) {
	w := newWorld(b)
	desired := int32(0)
	for i := 1; b.Loop(); i++ {
		desired = 1 - desired
		w.scale(big, desired)
		w.seen(big)
		w.pass(time.Minute)
		w.seen(big)
		if i%100 == 0 {
			b.StopTimer()
			w = newWorld(b)
			b.StartTimer()
		}
	}
}

func BenchmarkCloneAndState(b *testing.B) {
	w := newWorld(b)
	w.scale(big, 3)
	var state []byte
	for b.Loop() {
		state = w.Clone().AppendState(state[:0])
	}
}
