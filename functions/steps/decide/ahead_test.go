package decide

import (
	"slices"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// The morning after the night: at 06:30 big goes up to 1, from 06:20 on, and small down to 0.
var (
	morning = time.Date(2026, 11, 24, 6, 30, 0, 0, time.UTC)
	lead    = morning.Add(-10 * time.Minute)
)

// asleep returns a world at the beginning of the lead, on which the night was applied.
func asleep(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.spec = strings.Replace(production, `"default":"normal"`, `"ahead":"10m","default":"normal"`, 1)
	w.groups["small"], w.groups["big"] = active(1, 1), active(5, 0)
	if task := w.next(w.run("night")); described(task) != "succeeded" || len(w.record().Marks) != 2 {
		t.Fatalf("%s, marks %v; want the night applied", described(task), w.record().Marks)
	}
	w.now = lead.Add(5 * time.Second)
	return w
}

// atEnd runs the task to its end, and returns the waves.
func (w *world) atEnd(task run.UnitTask) (run.UnitTask, []string) {
	w.t.Helper()
	var waves []string
	for task.Next == run.NextScale {
		waves = append(waves, described(task))
		task = w.next(w.scaled(task, run.Succeeded))
	}
	return task, waves
}

// The run ahead raises and marks what goes up. The run at the transition finds it marked, and scales down the rest.
func TestARunAheadRaisesAndTheTransitionLowers(t *testing.T) {
	t.Parallel()
	w := asleep(t)
	raisesAhead(t, w)
	mark := w.record().Marks["big"]
	w.now = morning.Add(5 * time.Second)
	task, waves := w.atEnd(w.next(w.run("morning")))
	if described(task) != "succeeded" || !slices.Equal(waves, []string{"scale small"}) {
		t.Errorf("at the transition: %s after %v; want small alone", described(task), waves)
	}
	if again := w.record().Marks["big"]; !again.At.Equal(mark.At) {
		t.Errorf("the mark of big is of %s; want it kept from the run ahead, of %s", again.At, mark.At)
	}
	const reason = "profile normal was applied at Tue 2026-11-24 06:20 +00:00; unchanged until the next transition"
	if d := decisionFor(task, "big"); d.Action != scaling.Keep || d.Reason != reason {
		t.Errorf("big: %s, %q; want it left alone: %q", d.Action, d.Reason, reason)
	}
}

// raisesAhead checks a run in the lead.
func raisesAhead(t *testing.T, w *world) {
	t.Helper()
	first := w.next(w.run("ahead"))
	if got := described(first); got != "scale big" || first.Wanted.Profile != "sleep" || !first.GoodUntil.Equal(morning) {
		t.Fatalf("%s for profile %s until %s; want big raised while the unit sleeps until %s", got, first.Wanted.Profile, first.GoodUntil, morning)
	}
	task, waves := w.atEnd(first)
	marks := w.record().Marks
	if described(task) != "succeeded" || len(waves) != 1 || marks["big"].Profile != "normal" || marks["small"].Profile != "sleep" {
		t.Fatalf("%s after %v, marks %v; want big alone, marked for the morning", described(task), waves, marks)
	}
}

func decisionFor(task run.UnitTask, nodegroup string) scaling.Decision {
	i := slices.IndexFunc(task.Decisions, func(d scaling.Decision) bool { return d.Nodegroup == nodegroup })
	return task.Decisions[i]
}

// A change by a person after the run ahead stays, as one after a transition does.
func TestAChangeAfterARunAheadIsLeftAlone(t *testing.T) {
	t.Parallel()
	w := asleep(t)
	w.atEnd(w.next(w.run("ahead")))
	w.groups["big"] = active(5, 4)
	for _, now := range []time.Time{morning.Add(-time.Minute), morning.Add(5 * time.Second), morning.Add(time.Hour)} {
		w.now = now
		if task, waves := w.atEnd(w.next(w.run("run at " + now.Format("15:04")))); slices.Contains(waves, "scale big") || decisionFor(task, "big").After.DesiredSize != 4 {
			t.Errorf("at %s: %v; want big left at 4", now, waves)
		}
	}
}

// The scale-down at the transition waits for what was raised ahead, as the run ahead has recorded that it relies on it.
func TestTheScaleDownWaitsForWhatWasRaisedAhead(t *testing.T) {
	t.Parallel()
	w := asleep(t)
	task := w.next(w.run("ahead"))
	if relied := w.record().Relied["big"]; relied == "" || task.Guards[0].Nodegroup != "big" {
		t.Fatalf("found %q recorded and the guards %v; want big relied on", relied, task.Guards)
	}
	w.next(w.scaled(task, run.Failed))

	w.now = morning.Add(5 * time.Second)
	task = w.next(w.run("morning"))
	if described(task) != "scale big" {
		t.Fatalf("%s; want big raised first", described(task))
	}
	task = w.next(w.scaled(task, run.Failed))
	if described(task) != "scale small" || !slices.Equal(task.Wave.Decisions[0].HeldBack, []string{"big has 0 of 1 nodes"}) {
		t.Errorf("%s, held back by %v; want small held back by big", described(task), task.Wave.Decisions[0].HeldBack)
	}
}

// An update that is still in progress at the transition is waited for before anything is scaled down.
func TestTheTransitionWaitsForAnUpdateOfTheLead(t *testing.T) {
	t.Parallel()
	w := asleep(t)
	w.next(w.run("ahead"))
	w.groups["big"] = nodegroups.State{Status: nodegroups.Updating, Sizes: active(5, 1).Sizes}
	w.now = morning.Add(5 * time.Second)
	task := w.next(w.run("morning"))
	if described(task) != "scale big" || task.Wave.Decisions[0].Action != scaling.Await {
		t.Errorf("%s; want big waited for", described(task))
	}
}

// What an autoscaler has made bigger than the coming profile asks for is scaled down at the transition, and not before.
func TestARunAheadScalesNothingDown(t *testing.T) {
	t.Parallel()
	w := asleep(t)
	w.groups["big"] = active(5, 3)
	task, waves := w.atEnd(w.next(w.run("ahead")))
	if described(task) != "succeeded" || len(waves) > 0 || w.record().Marks["big"].Profile != "sleep" {
		t.Fatalf("%s after %v, marks %v; want nothing changed and nothing marked", described(task), waves, w.record().Marks)
	}
	w.now = morning.Add(5 * time.Second)
	if _, waves = w.atEnd(w.next(w.run("morning"))); !slices.Equal(waves, []string{"scale big small"}) {
		t.Errorf("at the transition: %v; want both scaled down", waves)
	}
}

// Right before the lead, a call could go out after it has begun.
func TestRightBeforeALeadTheRunWaitsForIt(t *testing.T) {
	t.Parallel()
	w := asleep(t)
	w.now = lead.Add(-20 * time.Second)
	w.groups["big"] = active(4, 0) // a run with force has to put its bounds back
	forced := w.run("forced")
	forced.Run.Force = true
	task := w.next(forced)
	if described(task) != "wait" || task.DelaySeconds != 21 {
		t.Fatalf("%s of %d s; want it to wait until a second after the lead has begun", described(task), task.DelaySeconds)
	}
	w.now = lead.Add(time.Second)
	if task = w.next(task); described(task) != "scale big" || task.Wave.Decisions[0].After.DesiredSize != 1 {
		t.Errorf("%s; want big raised for the morning", described(task))
	}
}
