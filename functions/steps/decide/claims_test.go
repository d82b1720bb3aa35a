package decide

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// claimed records another run's claim, taken before or after now.
func (w *world) claimed(by string, after time.Duration, unfinished ...string) claim.Order {
	w.t.Helper()
	order := claim.NewOrder(w.now.Add(after), by)
	before := w.record()
	zero := int32(0)
	goals := map[string]scaling.Goal{"small": {MaxSize: 1, DesiredSize: &zero}, "big": {MaxSize: 5, DesiredSize: &zero}}
	c := claim.Claim{Order: order, RenewedAt: w.now, Unfinished: unfinished, Goals: goals}
	if _, err := w.Logs.Claim(w.t.Context(), before, c, unfinished); err != nil {
		w.t.Fatal(err)
	}
	return order
}

// only returns a run for some node groups.
func (w *world) only(name string, nodegroups ...string) run.UnitTask {
	task := w.run(name)
	task.Run.Nodegroups = nodegroups
	return task
}

func TestANewerRunTakesAnActiveClaimThatItCovers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.claimed("older", -time.Minute, "small", "big")
	task := w.next(w.run("newer"))
	if got := w.record(); described(task) != "scale small" || got.Claim.Order.Run() != "newer" || got.Orders["big"].Run() != "newer" {
		t.Errorf("%s, claim %+v, orders %v; want the newer run's", described(task), got.Claim, got.Orders)
	}
}

func TestARunThatDoesNotCoverAnActiveClaimWaitsForIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	older := w.claimed("older", -time.Minute, "small", "big")
	task := w.next(w.only("newer", "small"))
	if got := described(task); got != "wait for older" || task.DelaySeconds != 15 || w.record().Claim.Order != older {
		t.Fatalf("%s after %d s, claim %+v; want it to wait without the claim", got, task.DelaySeconds, w.record().Claim)
	}
	since := task.Waiting.Since
	w.now = w.now.Add(time.Minute)
	if task = w.next(task); described(task) != "wait for older" || !task.Waiting.Since.Equal(since) {
		t.Errorf("%s since %s; want it to wait on since %s", described(task), task.Waiting.Since, since)
	}
	w.now = w.now.Add(4 * time.Minute) // the older run has been silent for 5
	if task = w.next(task); described(task) != "scale small" || task.Waiting != nil {
		t.Errorf("%s, waiting %+v; want the claim of the dead run taken", described(task), task.Waiting)
	}
	if task.Idle != 0 {
		t.Errorf("waiting has counted as %d waves", task.Idle)
	}
}

func TestAfterWaitTimeoutTheUnitFailsAndNamesTheRun(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	older := w.claimed("older", -time.Minute, "small", "big")
	task := w.next(w.only("newer", "small"))
	for waited := time.Duration(0); task.Next == run.NextWait && waited < time.Hour; waited += time.Minute {
		w.now = w.now.Add(time.Minute)
		if err := w.Renew(t.Context(), unit, "big", older, w.now); err != nil {
			t.Fatal(err)
		}
		task = w.next(task)
	}
	const want = "unit production: waited 20m0s for run older, which is still running"
	if described(task) != "failed UnitBusyError" || task.Error.Cause != want {
		t.Errorf("%s, %+v; want %q", described(task), task.Error, want)
	}
}

func TestAnOvertakenRunChangesNothingMore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	task := w.next(w.run("older"))
	w.claimed("newer", time.Second, "small", "big")
	before := w.record()
	task = w.next(w.scaled(task, run.Succeeded))
	if got := described(task); got != "overtaken by newer" || w.looks() > 0 || task.Error != nil {
		t.Errorf("%s, calls %v; want it ended without a look, and without an error", got, w.calls)
	}
	if task.Notice != "run newer is newer and decides instead" {
		t.Errorf("found the notice %q", task.Notice)
	}
	if diff := cmp.Diff(before, w.record()); diff != "" {
		t.Errorf("the unit's item has changed (-want +got):\n%s", diff)
	}
}

// A newer run has decided for big alone. The older one waits for its end, skips big and claims the rest.
func TestAnOlderRunClaimsWhatIsLeftToIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.run("older")
	newer := w.claimed("newer", time.Second, "big")
	task := w.next(r)
	if described(task) != "wait for newer" {
		t.Fatalf("%s; want it to wait while the newer run is at work", described(task))
	}
	w.now = w.now.Add(claim.Lifetime)
	task = w.next(task)
	if got := w.record(); described(task) != "scale small" || got.Claim.Order.Run() != "older" || got.Orders["big"] != newer {
		t.Fatalf("%s, claim %+v, orders %v; want small claimed and big left to the newer run", described(task), got.Claim, got.Orders)
	}
	task = w.next(w.scaled(task, run.Succeeded))
	if described(task) != "overtaken by newer" || len(task.Decisions) != 2 {
		t.Errorf("%s with %d decisions; want it overtaken in part", described(task), len(task.Decisions))
	}
	for _, d := range task.Decisions {
		if d.Nodegroup == "big" && d.Reason != "left to the newer run newer" {
			t.Errorf("big: %q; want it left to the newer run", d.Reason)
		}
	}
}

func TestAReconcileRunLeavesAUnitAloneWhileItIsClaimed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.claimed("older", -time.Minute, "small", "big")
	r := w.run("reconcile")
	r.Run.Trigger = run.ReconcileTrigger
	task := w.next(r)
	if got := described(task); got != "succeeded" || task.Notice != "unchanged: run older is still running" || w.looks() > 0 {
		t.Errorf("%s, %q, calls %v; want it left alone without a look", got, task.Notice, w.calls)
	}
	w.now = w.now.Add(claim.Lifetime)
	if task := w.next(r); described(task) != "scale small" {
		t.Errorf("once the claim is dead: %s; want it decided", described(task))
	}
}

// Everything is in sync for the newer run, but an older one is about to change that.
func TestAnActiveClaimWithAnotherGoalIsSomethingToDo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	task := w.next(w.run("night"))
	for task.Next == run.NextScale {
		task = w.next(w.scaled(task, run.Succeeded))
	}
	w.now = w.now.Add(time.Minute)
	w.claimed("older", -time.Second, "small") // its goal is 0
	if task := w.next(w.run("newer")); described(task) != "succeeded" || w.record().Claim.Order.Run() != "newer" {
		t.Errorf("%s, claim %+v; want the claim taken though nothing has to change", described(task), w.record().Claim)
	}
	w.now = w.now.Add(time.Minute)
	w.claimed("another", -time.Second, "big") // its goal is 0, as the night's
	if task := w.next(w.run("newest")); described(task) != "succeeded" || w.record().Claim.Order.Run() != "another" {
		t.Errorf("%s, claim %+v; want a claim that wants the same left alone", described(task), w.record().Claim)
	}
}

// While an intent is open, a call may arrive at any moment, so reading now is useless.
func TestNothingIsPlannedWhileAnIntentIsOpen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	older := w.claimed("older", -time.Minute, "small", "big")
	intent := claim.Intent{Nodegroup: "big", Order: older, Round: 1, Expires: w.now.Add(40 * time.Second)}
	if _, err := w.Announce(t.Context(), unit, "big-1-x", intent, w.now, tables.Effect{}); err != nil {
		t.Fatal(err)
	}
	task := w.next(w.run("newer"))
	if got := described(task); got != "wait for older" || task.DelaySeconds != 46 {
		t.Fatalf("%s for %d s; want 46: the expiry, 5 s and 1", got, task.DelaySeconds)
	}
	if w.record().Claim.Order.Run() != "newer" || w.looks() != 2 {
		t.Errorf("claim %+v, calls %v; want the claim taken after the first look, and no second look", w.record().Claim, w.calls)
	}
	w.now = w.now.Add(46 * time.Second)
	task = w.next(task)
	if described(task) != "scale small" || !slices.Contains(w.calls, "list big") || len(w.record().Intents) > 0 {
		t.Errorf("%s, calls %v, intents %v; want the lost call looked for, and its intent removed", described(task), w.calls, w.record().Intents)
	}
}

func TestAWaitForAnIntentKeepsTheClaimAlive(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	older := w.claimed("older", -time.Minute, "small", "big")
	intent := claim.Intent{Nodegroup: "big", Order: older, Round: 1, Expires: w.now.Add(10 * time.Minute)}
	if _, err := w.Announce(t.Context(), unit, "big-1-x", intent, w.now, tables.Effect{}); err != nil {
		t.Fatal(err)
	}
	task := w.next(w.run("newer"))
	for range 3 {
		if task.Next != run.NextWait || task.DelaySeconds > 120 || !w.record().Claim.RenewedAt.Equal(w.now) {
			t.Fatalf("%s for %d s, renewed at %s; want at most 2 minutes, renewed now", described(task), task.DelaySeconds, w.record().Claim.RenewedAt)
		}
		w.now = w.now.Add(time.Duration(task.DelaySeconds) * time.Second)
		task = w.next(task)
	}
}

func TestTheRecordOfAnUpdate(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		rule    string
		update  nodegroups.UpdateStatus // of small, which is ACTIVE at its goal; empty when EKS has forgotten it
		status  nodegroups.Status
		want    string
		raised  bool // small is still recorded as raised afterwards
		updated bool // so is its update
	}{
		{"in progress outweighs ACTIVE", nodegroups.InProgress, "ACTIVE", "scale small", true, true},
		{"one that failed may have left its sizes behind", nodegroups.Failed, "ACTIVE", "scale small", true, true},
		{"one that was cancelled too", nodegroups.Cancelled, "ACTIVE", "scale small", true, true},
		{"successful and ACTIVE is settled", nodegroups.Successful, "ACTIVE", "scale big", false, false},
		{"successful and DEGRADED is not", nodegroups.Successful, "DEGRADED", "scale small", true, false},
		{"forgotten and ACTIVE is settled", "", "ACTIVE", "scale big", false, false},
	} {
		w := newWorld(t)
		older := w.claimed("older", -time.Minute, "small", "big")
		intent := claim.Intent{Nodegroup: "small", Order: older, Expires: w.now}
		if _, err := w.Announce(t.Context(), unit, "small-1-x", intent, w.now, tables.Effect{Raises: true}); err != nil {
			t.Fatal(err)
		}
		if err := w.Clear(t.Context(), unit, "small-1-x", intent, "u"); err != nil {
			t.Fatal(err)
		}
		w.groups["small"] = nodegroups.State{Status: row.status, Sizes: active(1, 1).Sizes}
		if row.update != "" {
			w.updates["u"] = row.update
		}
		task := w.next(w.run("newer"))
		_, raised := w.record().Raised["small"]
		_, updated := w.record().Updates["small"]
		if described(task) != row.want || raised != row.raised || updated != row.updated {
			t.Errorf("%s: %s, raised %t, update %t; want %s, %t, %t", row.rule, described(task), raised, updated, row.want, row.raised, row.updated)
		}
	}
}

func TestALostCallThatIsInProgressIsWaitedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	older := w.claimed("older", -time.Minute, "small", "big")
	intent := claim.Intent{Nodegroup: "small", Order: older, Expires: w.now.Add(-time.Minute)}
	if _, err := w.Announce(t.Context(), unit, "small-1-x", intent, w.now, tables.Effect{Raises: true}); err != nil {
		t.Fatal(err)
	}
	w.groups["small"], w.running["small"] = active(1, 1), "u" // EKS shows the new sizes at once
	task := w.next(w.run("newer"))
	if d := task.Wave; d == nil || d.Decisions[0].Action != scaling.Await || len(w.record().Marks) > 0 {
		t.Errorf("%s, marks %v; want small waited for, and not marked", described(task), w.record().Marks)
	}
}

// A manual profile holds until the next transition: no reconcile run undoes it.
func TestAManualRunIsNotUndone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.groups["small"], w.groups["big"] = active(1, 1), active(5, 0)
	w.next(w.run("night"))
	w.now = w.now.Add(time.Hour)
	manual := w.run("manual")
	manual.Run.Profile, manual.Run.Actor, manual.Run.Reason = "normal", "root", "load test"
	task := w.next(manual)
	for task.Next == run.NextScale {
		task = w.next(w.scaled(task, run.Succeeded))
	}
	if mark := w.record().Marks["big"]; described(task) != "succeeded" || mark.Profile != "sleep" || mark.Held == nil || mark.Held.Run != "manual" {
		t.Fatalf("%s, mark %+v; want the night's activation marked, held by the run", described(task), mark)
	}
	w.now = w.now.Add(time.Hour)
	reconcile := w.run("reconcile")
	reconcile.Run.Trigger = run.ReconcileTrigger
	if task := w.next(reconcile); described(task) != "succeeded" || w.record().Claim.Order.Run() != "manual" {
		t.Errorf("%s, claim %+v; want everything left alone", described(task), w.record().Claim)
	}
	w.now = time.Date(2026, 11, 25, 1, 0, 5, 0, time.UTC)
	if task := w.next(w.run("next night")); described(task) != "scale small" {
		t.Errorf("%s; want the next transition to apply the schedule", described(task))
	}
}
