package scheduler_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	schedulerlocal "eks-scaling-automation/integration/aws/scheduler"
	"eks-scaling-automation/shared/aws/scheduler"
	"eks-scaling-automation/shared/triggers"
)

func TestASecondSyncOnlyLooks(t *testing.T) {
	w := start(t)
	plan := append(days(8, 18), once("once", time.Hour))
	w.sync(plan, "+weekly-UTC-0800", "+weekly-UTC-1800", "+once-20261123T130000Z")
	before := len(w.writes())
	w.sync(plan)
	if writes := w.writes()[before:]; len(writes) > 0 {
		t.Errorf("it called %v", writes)
	}
	w.holds(plan)
}

func TestWhatIsNewComesBeforeWhatGoes(t *testing.T) {
	w := start(t)
	w.sync(days(1, 3), "+weekly-UTC-0100", "+weekly-UTC-0300")
	before := len(w.writes())
	plan := days(2, 3, 4)
	plan[1].Expression = "cron(0 3 ? * MON *)"
	edited := planned(plan[0])
	edited.State = "DISABLED"
	w.Put(edited)
	w.sync(plan, "~weekly-UTC-0200", "~weekly-UTC-0300", "+weekly-UTC-0400", "-weekly-UTC-0100")
	want := []string{
		"UpdateSchedule " + named(plan[0]), "CreateSchedule " + named(plan[1]), "CreateSchedule " + named(plan[2]),
		"DeleteSchedule " + named(daily(3)), "DeleteSchedule " + named(daily(1)),
	}
	if diff := cmp.Diff(want, w.writes()[before:]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestAChangedTriggerGetsAnotherSchedule and keeps the earlier one while that comes due: it may still be delivered.
func TestAChangedTriggerGetsAnotherSchedule(t *testing.T) {
	old := daily(12) // now
	old.Name, old.Expression = "weekly-UTC-1200", "cron(0 12 ? * MON *)"
	early := daily(8)
	early.Description = "It was described otherwise."
	soon, later := once("once", time.Minute-time.Second), once("once", 3*time.Minute)
	soon.Description, later.Description = "another", "another"
	noFingerprint := planned(daily(18))
	noFingerprint.Name = "weekly-UTC-1800"
	plan := []triggers.Trigger{daily(8), daily(12), daily(18), once("once", time.Minute-time.Second), once("once", 3*time.Minute)}

	w := start(t)
	for _, s := range []schedulerlocal.Schedule{planned(old), planned(early), planned(soon), planned(later), noFingerprint} {
		w.Put(s)
	}
	w.sync(plan, "~weekly-UTC-0800", "~weekly-UTC-1200", "~weekly-UTC-1800", "~"+later.Name)
	w.holds([]triggers.Trigger{daily(8), old, daily(12), daily(18), soon, once("once", 3*time.Minute)})
	w.sync(plan)
	changes, err := w.group().Sync(t.Context(), plan[:3], now.Add(31*time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	w.did(changes, "-"+named(old), "-"+soon.Name)
}

func TestAnEmptyPlanEmptiesTheGroup(t *testing.T) {
	w := start(t)
	w.sync(days(8), "+weekly-UTC-0800")
	w.Put(stray(groupName, "my-own"))
	w.sync(nil, "-weekly-UTC-0800", "-my-own")
	w.holds(nil)
}

// TestWhatFiresOnceOutsideOfThePlan holds schedules that are not planned any more, by when they fire.
func TestWhatFiresOnceOutsideOfThePlan(t *testing.T) {
	for _, row := range []struct {
		rule, kind string
		after      time.Duration
		removed    bool
	}{
		{"an instant to come that is no more", "once", time.Second, true},
		{"an instant that has just come is being delivered", "once", -time.Second, false},
		{"one that is still there after the last attempt", "once", -31 * time.Minute, true},
		{"a run that follows a change", "changed", 90 * time.Second, false},
		{"one that is being delivered", "changed", -10 * time.Minute, false},
		{"one that was left over", "changed", -31 * time.Minute, true},
	} {
		t.Run(row.rule, func(t *testing.T) {
			w := start(t)
			found := once(row.kind, row.after)
			w.Put(planned(found))
			if row.removed {
				w.sync(nil, "-"+found.Name)
				w.holds(nil)
			} else {
				w.sync(nil)
				w.holds([]triggers.Trigger{found})
			}
		})
	}
}

// TestWhatComesDueTooSoonIsNotMade because EventBridge Scheduler may refuse it by then.
func TestWhatComesDueTooSoonIsNotMade(t *testing.T) {
	w := start(t)
	soon, later := once("once", time.Minute-time.Second), once("once", time.Minute)
	plan := []triggers.Trigger{soon, later}
	w.sync(plan, "+"+later.Name)
	w.holds(plan[1:])
	w.Put(planned(soon))
	w.sync(plan)
	w.holds(plan)
}

// TestWhatFiresWhileItIsLookedAtIsNotMadeAgain though it is gone by then.
func TestWhatFiresWhileItIsLookedAtIsNotMadeAgain(t *testing.T) {
	w := start(t)
	soon := once("once", time.Second)
	plan := []triggers.Trigger{daily(8), soon}
	w.Put(planned(plan[0]))
	w.Put(planned(soon))
	w.Put(planned(soon)) // by a person's hand, so that it is looked at
	w.Before(func(c schedulerlocal.Call) {
		if c.Operation == "GetSchedule" && c.Name == named(soon) {
			w.Fire(schedulerlocal.Firing{At: now.Add(time.Second), Schedule: planned(soon)})
		}
	})
	w.sync(plan)
	w.holds(plan[:1])
}

// TestTheTarget has a state machine in another partition.
func TestTheTarget(t *testing.T) {
	w := start(t)
	target := scheduler.Target{
		Partition: "aws-us-gov", StateMachineARN: "arn:aws-us-gov:states:us-gov-west-1:123456789012:stateMachine:m",
		RoleARN: "arn:aws-us-gov:iam::123456789012:role/r", DeadLetterARN: "arn:aws-us-gov:sqs:us-gov-west-1:123456789012:q",
	}
	group := scheduler.NewGroup(w.client(), groupName, target)
	if _, err := group.Sync(t.Context(), days(8), now); err != nil {
		t.Fatal(err)
	}
	want := planned(daily(8))
	want.Name = group.ScheduleName(daily(8))
	want.TargetArn, want.RoleArn, want.DeadLetterArn = "arn:aws-us-gov:scheduler:::aws-sdk:sfn:startExecution", target.RoleARN, target.DeadLetterARN
	want.Input = daily(8).StartExecution(target.StateMachineARN)
	if diff := cmp.Diff([]schedulerlocal.Schedule{want}, w.Schedules(groupName)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestAnUnreadableScheduleCanBeRemoved has a schedule under a key of its own, which only its owner may use.
func TestAnUnreadableScheduleCanBeRemoved(t *testing.T) {
	w := start(t)
	w.Put(stray(groupName, "my-own"))
	w.Fail("GetSchedule", "my-own", 9, schedulerlocal.Failure{Status: http.StatusForbidden, Type: "AccessDeniedException", Message: "not the key"})
	w.sync(days(8), "+weekly-UTC-0800", "-my-own")
}
