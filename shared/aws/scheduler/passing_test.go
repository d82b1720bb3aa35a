package scheduler_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"eks-scaling-automation/functions/step"
	schedulerlocal "eks-scaling-automation/integration/aws/scheduler"
	"eks-scaling-automation/shared/aws/scheduler"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/triggers"
)

// slow is a world in which the first call of an operation takes a while.
func slow(t *testing.T, operation string, takes time.Duration) (world, *scheduler.Group) {
	t.Helper()
	c := &clock{now: now}
	w := startAt(t, c.Now)
	var passed atomic.Bool
	w.Before(func(call schedulerlocal.Call) {
		if call.Operation == operation && passed.CompareAndSwap(false, true) {
			_ = c.Until(t.Context(), now.Add(takes))
		}
	})
	return w, inGroup(w.client()).Within(scheduler.Limits{PerSecond: 1000, Burst: 1000, AtOnce: 1, Clock: c})
}

// TestAScheduleThatComesDueDuringASyncStays though it might have been deleted when the sync began, at 12:00.
func TestAScheduleThatComesDueDuringASyncStays(t *testing.T) {
	at := func(minute int, description string) triggers.Trigger {
		t := daily(12)
		t.Name, t.Expression, t.Description = fmt.Sprintf("weekly-UTC-12%02d", minute), fmt.Sprintf("cron(%d 12 ? * * *)", minute), description
		return t
	}
	w, group := slow(t, "CreateSchedule", 2*time.Minute)
	soon, later := at(4, "earlier"), at(6, "earlier")
	delivered, gone := once("once", time.Minute), once("once", 5*time.Minute) // which no plan has any longer
	for _, trigger := range []triggers.Trigger{soon, later, delivered, gone} {
		w.Put(planned(trigger))
	}
	plan := []triggers.Trigger{at(4, "new"), at(6, "new")}
	changes, err := group.Sync(t.Context(), plan, now)
	if err != nil {
		t.Fatal(err)
	}
	w.did(changes, "~"+soon.Name, "~"+later.Name, "-"+gone.Name)
	w.holds(plan, planned(soon), planned(delivered))
}

// TestWhatHasToFireBeforeItIsMadeIsNotMade in the past, and keeps nothing else from being made. The next attempt goes without it.
func TestWhatHasToFireBeforeItIsMadeIsNotMade(t *testing.T) {
	for operation, exists := range map[string]bool{"CreateSchedule": false, "UpdateSchedule": true} {
		t.Run(operation, func(t *testing.T) {
			w, group := slow(t, "ListSchedules", 2*time.Minute)
			over, plan := once("once", 90*time.Second), []triggers.Trigger{daily(8), once("once", 90*time.Second), once("once", time.Hour)}
			if exists {
				edited := planned(over)
				edited.State = "DISABLED"
				w.Put(edited)
			}
			_, err := group.Sync(t.Context(), plan, now)
			if err == nil || step.Classify(err) != run.TransientError || !strings.Contains(err.Error(), named(over)+": its time has passed") {
				t.Errorf("found %v; want a TransientError about %s", err, over.Name)
			}
			for _, call := range w.writes() {
				if strings.HasSuffix(call, named(over)) {
					t.Errorf("it called %s", call)
				}
			}
			if changes, err := group.Sync(t.Context(), plan, now.Add(2*time.Minute)); err != nil || !changes.None() {
				t.Errorf("the next attempt: %v, %v; want nothing left to do", changes, err)
			}
		})
	}
}

// TestAListThatIsBehindChangesNothing: it does not show a schedule that was just created, and shows one that was just deleted.
func TestAListThatIsBehindChangesNothing(t *testing.T) {
	w := start(t)
	plan := days(8)
	w.Put(stray(groupName, "a-stray"))
	var behind atomic.Bool
	w.Before(func(call schedulerlocal.Call) {
		if call.Operation == "CreateSchedule" && behind.CompareAndSwap(false, true) {
			w.Put(planned(plan[0]))
			w.remove("a-stray")
		}
	})
	w.sync(plan)
	w.holds(plan)
}

var conflict = schedulerlocal.Failure{Status: http.StatusConflict, Type: "ConflictException", Message: "it is being changed"}

// TestWhatAnotherCallIsChangingIsForTheNextPass because EventBridge Scheduler refuses a second call meanwhile.
func TestWhatAnotherCallIsChangingIsForTheNextPass(t *testing.T) {
	for operation, then := range map[string]string{
		"CreateSchedule": "+once-20261123T130000Z", // one of that name is being deleted
		"UpdateSchedule": "~weekly-UTC-0200",
		"DeleteSchedule": "-a-stray",
	} {
		t.Run(operation, func(t *testing.T) {
			w, plan := unsettled(t)
			w.Fail(operation, "", 1, conflict)
			w.sync(plan, "~weekly-UTC-0200", "+weekly-UTC-0300", "~weekly-UTC-0400", "+once-20261123T130000Z",
				"-a-stray", "-"+once("once", -time.Hour).Name, "-stray")
			w.sync(plan, then)
			w.settled(plan)
		})
	}
}

// TestWhereNothingMoreFitsWhatNobodyNeedsMakesRoom for the next attempt. What is to be replaced stays.
func TestWhereNothingMoreFitsWhatNobodyNeedsMakesRoom(t *testing.T) {
	w := start(t)
	earlier := daily(8)
	earlier.Description = "It was described otherwise."
	plan := days(8, 9)
	w.Put(planned(earlier))
	w.Put(stray(groupName, "a-stray"))
	w.Fail("CreateSchedule", "", 1, schedulerlocal.Failure{Status: http.StatusPaymentRequired, Type: "ServiceQuotaExceededException", Message: "too many"})
	changes, err := w.group().Sync(t.Context(), plan, now)
	if err == nil || !strings.Contains(err.Error(), "too many") {
		t.Errorf("found %v; want that there are too many", err)
	}
	w.did(changes, "-a-stray")
	w.holds(nil, planned(earlier))
	w.sync(plan, "~weekly-UTC-0800", "+weekly-UTC-0900")
	w.holds(plan)
}

// TestAnEarlierScheduleStaysUntilItsSuccessorExists so that the trigger still fires if no further pass comes.
func TestAnEarlierScheduleStaysUntilItsSuccessorExists(t *testing.T) {
	earlier, plan := daily(8), days(8)
	earlier.Description = "It was described otherwise."
	edited := planned(plan[0])
	edited.State = "DISABLED"
	replaced, removed := "~"+plan[0].Name, "-"+named(earlier)
	for _, row := range []struct {
		rule, operation string
		exist           []schedulerlocal.Schedule
		failure         schedulerlocal.Failure
		then            []string
	}{
		{"another call is deleting the successor", "CreateSchedule", []schedulerlocal.Schedule{planned(earlier)}, conflict, []string{replaced}},
		{"another call is changing the successor", "UpdateSchedule", []schedulerlocal.Schedule{planned(earlier), edited}, conflict, []string{replaced, removed}},
		{
			"the successor has just been deleted", "UpdateSchedule",
			[]schedulerlocal.Schedule{planned(earlier), edited},
			schedulerlocal.Failure{Status: http.StatusNotFound, Type: "ResourceNotFoundException", Message: "it does not exist"},
			[]string{replaced, removed},
		},
	} {
		t.Run(row.rule, func(t *testing.T) {
			w := start(t)
			for _, s := range row.exist {
				w.Put(s)
			}
			w.Fail(row.operation, "", 1, row.failure)
			w.sync(plan, replaced)
			w.holds(nil, row.exist...)
			w.sync(plan, row.then...)
			w.holds(plan)
		})
	}
}
