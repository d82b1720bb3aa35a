package decide

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/run"
)

// TestAThrottledLookKeepsWhatItHasRead: big is read first, and small is throttled.
func TestAThrottledLookKeepsWhatItHasRead(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		rule      string
		meanwhile func(w *world, task *run.UnitTask)
		want      string // the node groups that the next look reads
	}{
		{"soon after, only the others are read", func(w *world, _ *run.UnitTask) { w.now = w.now.Add(30 * time.Second) }, "small"},
		{"almost half an hour after too", func(w *world, _ *run.UnitTask) { w.now = w.now.Add(30*time.Minute - 1) }, "small"},
		{"after half an hour all are read again", func(w *world, _ *run.UnitTask) { w.now = w.now.Add(30 * time.Minute) }, "big small"},
		{"so are they when another run has claimed the unit and ended", func(w *world, _ *run.UnitTask) {
			w.now = w.now.Add(-time.Minute)
			other := w.run("other")
			w.now = w.now.Add(time.Minute + 15*time.Second)
			u := w.record()
			c := claim.Claim{Order: other.Run.Order(), RenewedAt: w.now, EndedAt: w.now}
			if _, err := w.Logs.Claim(t.Context(), u, c, []string{"big"}); err != nil {
				t.Fatal(err)
			}
		}, "big small"},
	} {
		w := newWorld(t)
		w.groups["small"] = active(1, 1)
		w.unread["small"] = tooMany
		task := w.next(w.run("night"))
		if described(task) != "wait" || len(task.Seen.Nodegroups) != 1 {
			t.Fatalf("%s: %s, seen %+v; want it to wait, and big kept", row.rule, described(task), task.Seen)
		}
		delete(w.unread, "small")
		w.groups["big"] = active(5, 1)
		row.meanwhile(w, &task)
		if _, err := w.decide(task); err != nil {
			t.Fatalf("%s: %v", row.rule, err)
		}
		first := w.calls[:slices.Index(append(w.calls, "claim"), "claim")]
		if got := strings.ReplaceAll(strings.Join(first, " "), "describe ", ""); got != row.want {
			t.Errorf("%s: it reads %q; want %q", row.rule, got, row.want)
		}
	}
}

// TestUnderAClaimEachLookReadsAll node groups again, except after a throttled look: then it reads the others.
func TestUnderAClaimEachLookReadsAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	task := w.scaled(w.next(w.run("night")), run.Succeeded) // small is up
	w.unread["small"] = tooMany
	for range 3 { // renewals of the claim change nothing
		task = w.next(task)
		w.now = w.now.Add(20 * time.Second)
	}
	if described(task) != "wait" || w.looks() != 1 {
		t.Fatalf("%s, %q, seen %+v; want the third look to read small alone", described(task), w.calls, task.Seen)
	}
	delete(w.unread, "small")
	if task = w.next(task); described(task) != "scale big" || w.looks() != 1 || task.Seen != nil {
		t.Fatalf("%s, %q, seen %+v; want big to be scaled down, and nothing kept", described(task), w.calls, task.Seen)
	}
	if task = w.next(w.scaled(task, run.Succeeded)); described(task) != "succeeded" || w.looks() != 2 {
		t.Errorf("%s, %q; want a look at both", described(task), w.calls)
	}
}

// oneRead answers one look at a node group in a decision, and throttles the others.
type oneRead struct {
	*world
	answered int
}

func (o *oneRead) Describe(ctx context.Context, p nodegroups.Place, name string) (nodegroups.State, error) {
	if o.answered++; o.answered > 1 {
		return nodegroups.State{}, tooMany
	}
	return o.world.Describe(ctx, p, name)
}

// TestOneAnswerADecisionIsEnough because each reading continues where the last one stopped, and comes as soon after it as the first one.
func TestOneAnswerADecisionIsEnough(t *testing.T) {
	t.Parallel()
	const groups, decisions = 10, 20 // a look without a claim, and one with it, which marks them
	w := newWorld(t)
	var limits, profile []string
	for i := range groups {
		name := fmt.Sprintf("n%d", i)
		limits, profile = append(limits, `"`+name+`":{"minSize":0,"maxSize":5}`), append(profile, `"`+name+`":1`)
		w.groups[name] = active(5, 1)
	}
	w.spec = `{"name":"production","region":"sa-east-1","nodegroups":{` + strings.Join(limits, ",") + `},"profiles":{"normal":{` +
		strings.Join(profile, ",") + `}},"schedule":{"default":"normal"}}`
	task := w.run("idle")
	for range decisions {
		eks := &oneRead{world: w}
		h := Handler{Config: configuration{w}, Units: w, EKS: eks, Now: func() time.Time { return w.now }}
		var err error
		if task, err = h.Handle(t.Context(), slog.New(slog.DiscardHandler), task); err != nil {
			t.Fatal(err)
		}
		w.now = w.now.Add(time.Duration(task.DelaySeconds) * time.Second)
	}
	if described(task) != "succeeded" || task.Seen != nil {
		t.Errorf("%s, seen %+v; want it to have succeeded after %d decisions", described(task), task.Seen, decisions)
	}
}

// TestOnlyAReadingThatGetsFurtherBeginsTheWaitingAgain: what is read again after a while is no progress, or a unit that is too large
// for its budget would wait forever.
func TestOnlyAReadingThatGetsFurtherBeginsTheWaitingAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.unread["small"] = tooMany
	task := w.run("night")
	for began := w.now; described(task) != "failed ThrottledError"; task = w.next(task) {
		if w.now.Sub(began) > 20*time.Minute {
			t.Fatalf("%s, throttled since %s; want it failed after 20 minutes", described(task), task.ThrottledSince)
		}
		w.now = w.now.Add(time.Duration(task.DelaySeconds) * time.Second)
	}
}

func TestLongDetailsAreNotKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sick := w.groups["big"]
	sick.Health = []string{strings.Repeat("a subnet has no free addresses; ", 20)}
	w.groups["big"], w.unread["small"] = sick, tooMany
	if task := w.next(w.run("night")); described(task) != "wait" || task.Seen != nil {
		t.Errorf("%s, seen %+v; want nothing kept", described(task), task.Seen)
	}
}
