package scheduler_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awsscheduler "github.com/aws/aws-sdk-go-v2/service/scheduler"
	smithy "github.com/aws/smithy-go"

	schedulerlocal "eks-scaling-automation/integration/aws/scheduler"
	"eks-scaling-automation/shared/triggers"
)

var (
	throttled = schedulerlocal.Failure{Status: http.StatusTooManyRequests, Type: "ThrottlingException", Message: "Rate exceeded"}
	broken    = schedulerlocal.Failure{Status: http.StatusInternalServerError, Type: "InternalServerException", Message: "an accident"}
)

// unsettled is a group with work for every operation, and the plan for it.
func unsettled(t *testing.T) (world, []triggers.Trigger) {
	t.Helper()
	w := start(t)
	w.SetPageSize(2)
	plan := append(days(1, 2, 3, 4), once("once", time.Hour))
	w.Put(planned(plan[0]))
	for _, i := range []int{1, 3} {
		edited := planned(plan[i])
		edited.State = "DISABLED"
		w.Put(edited)
	}
	w.Put(planned(once("once", -time.Hour)))
	w.Put(planned(once("changed", time.Minute)))
	w.Put(stray(groupName, "a-stray"))
	w.Put(stray(groupName, "stray"))
	return w, plan
}

// settled checks that the group of unsettled is as planned, and that a look finds nothing more to do.
func (w world) settled(plan []triggers.Trigger) {
	w.t.Helper()
	w.holds(plan, planned(once("changed", time.Minute)))
	w.sync(plan)
}

var operations = []string{"ListSchedules", "GetSchedule", "CreateSchedule", "UpdateSchedule", "DeleteSchedule"}

func TestACallThatGoesWrongIsRepeated(t *testing.T) {
	for how, fault := range map[string]func(w world, operation string){
		"throttled":         func(w world, operation string) { w.Fail(operation, "", 3, throttled) },
		"an accident":       func(w world, operation string) { w.Fail(operation, "", 3, broken) },
		"its reply is lost": func(w world, operation string) { w.LoseReply(operation, "", 1) },
	} {
		for _, operation := range operations {
			t.Run(operation+" "+how, func(t *testing.T) {
				w, plan := unsettled(t)
				fault(w, operation)
				if _, err := open(w.client(patient)).Sync(t.Context(), plan, now); err != nil {
					t.Fatal(err)
				}
				w.settled(plan)
			})
		}
	}
}

// patient has calls repeated as the product does, but at once.
func patient(o *awsscheduler.Options) {
	o.Retryer = retry.NewStandard(func(s *retry.StandardOptions) {
		s.MaxAttempts = 8
		s.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
	})
}

func TestAnErrorSaysWhatItIsAbout(t *testing.T) {
	for operation, want := range map[string]string{
		"ListSchedules":  "listing the schedules of group eks-scaling: ",
		"GetSchedule":    "reading schedule eks-scaling/" + named(daily(2)) + ": ",
		"CreateSchedule": "creating schedule eks-scaling/" + named(once("once", time.Hour)) + ": ",
		"UpdateSchedule": "updating schedule eks-scaling/" + named(daily(2)) + ": ",
		"DeleteSchedule": "deleting schedule eks-scaling/a-stray: ",
	} {
		t.Run(operation, func(t *testing.T) {
			w, plan := unsettled(t)
			w.SetAuthorize(func(c schedulerlocal.Call) error {
				if c.Operation == operation {
					return fmt.Errorf("%s is not authorized to perform: scheduler:%s", c.Principal, c.Operation)
				}
				return nil
			})
			_, err := w.group().Sync(t.Context(), plan, now)
			api, ok := errors.AsType[smithy.APIError](err)
			if !ok || api.ErrorCode() != "AccessDeniedException" || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("%v; want an AccessDeniedException behind %q", err, want)
			}
			w.SetAuthorize(nil)
			w.syncAgain(plan)
			w.settled(plan)
		})
	}
}

// TestARefusedScheduleDoesNotBlockOthers has one that EventBridge Scheduler does not take, such as one in a zone of
// which it has not heard yet.
func TestARefusedScheduleDoesNotBlockOthers(t *testing.T) {
	for operation, name := range map[string]string{"CreateSchedule": named(daily(3)), "UpdateSchedule": named(daily(2))} {
		t.Run(operation, func(t *testing.T) {
			w, plan := unsettled(t)
			before := w.Schedules(groupName)
			w.Fail(operation, name, 1, schedulerlocal.Failure{Status: http.StatusBadRequest, Type: "ValidationException", Message: "no such zone"})
			_, err := w.group().Sync(t.Context(), plan, now)
			if err == nil || !strings.Contains(err.Error(), "schedule eks-scaling/"+name+": ") || !strings.Contains(err.Error(), "no such zone") {
				t.Errorf("%v; want the refusal of %s", err, name)
			}
			after := w.Schedules(groupName)
			for _, trigger := range plan {
				if named(trigger) != name && !slices.Contains(after, planned(trigger)) {
					t.Errorf("%s is not as planned", trigger.Name)
				}
			}
			w.noWorse(before, plan)
			w.syncAgain(plan)
			w.settled(plan)
		})
	}
}

// TestWhatIsWrongWithEveryCallEndsTheWork instead of being found out, with all repetitions, for each of hundreds of schedules.
func TestWhatIsWrongWithEveryCallEndsTheWork(t *testing.T) {
	denied := schedulerlocal.Failure{Status: http.StatusForbidden, Type: "AccessDeniedException", Message: "not authorized"}
	for _, operation := range []string{"CreateSchedule", "UpdateSchedule", "DeleteSchedule"} {
		for failure, want := range map[schedulerlocal.Failure]int{denied: 1, broken: 1, throttled: 10} {
			t.Run(operation+" "+failure.Type, func(t *testing.T) {
				w, plan := unsettled(t)
				w.Fail(operation, "", 100, failure)
				_, err := w.group().Sync(t.Context(), plan, now)
				if n := len(slices.DeleteFunc(w.writes(), func(call string) bool { return !strings.HasPrefix(call, operation) })); n != want || err == nil {
					t.Errorf("it was tried %d times; want %d: %v", n, want, err)
				}
			})
		}
	}
}

func TestWhatOthersDoMeanwhile(t *testing.T) {
	theirs := func(name string) schedulerlocal.Schedule {
		s := planned(daily(3))
		s.Name, s.Expression = name, "rate(1 hour)"
		return s
	}
	for _, row := range []struct {
		rule            string
		operation, name string // the call before which they do it
		meanwhile       func(w world)
		then            []string // what the next pass does
	}{
		{
			"the same schedule is created by another run", "CreateSchedule", named(daily(3)),
			func(w world) { w.Put(planned(daily(3))) }, nil,
		},
		{
			"the same schedule is created by another run, and edited", "CreateSchedule", named(daily(3)),
			func(w world) { w.Put(planned(daily(3))); w.Put(theirs(named(daily(3)))) },
			[]string{"~weekly-UTC-0300"},
		},
		{
			"what is to be put right is removed", "UpdateSchedule", named(daily(2)),
			func(w world) { w.remove(named(daily(2))) },
			[]string{"+weekly-UTC-0200"},
		},
		{
			"what is to be removed is removed", "DeleteSchedule", "a-stray",
			func(w world) { w.remove("a-stray") }, nil,
		},
		{
			"what is to be removed is changed", "DeleteSchedule", "a-stray",
			func(w world) { w.Put(theirs("a-stray")) }, nil,
		},
		{
			"what was right is removed after it was looked at", "CreateSchedule", named(daily(3)),
			func(w world) { w.remove(named(daily(1))) },
			[]string{"+weekly-UTC-0100"},
		},
		{
			"one is put there after the list was made", "CreateSchedule", named(daily(3)),
			func(w world) { w.Put(theirs("late")) },
			[]string{"-late"},
		},
	} {
		t.Run(row.rule, func(t *testing.T) {
			w, plan := unsettled(t)
			var done atomic.Bool
			w.Before(func(c schedulerlocal.Call) {
				if c.Operation == row.operation && c.Name == row.name && done.CompareAndSwap(false, true) {
					row.meanwhile(w)
				}
			})
			if _, err := w.group().Sync(t.Context(), plan, now); err != nil || !done.Load() {
				t.Fatalf("it was done meanwhile: %t; %v", done.Load(), err)
			}
			w.sync(plan, row.then...)
			w.settled(plan)
		})
	}
}

func TestAScheduleThatGoesWhileItIsLookedAt(t *testing.T) {
	w, plan := unsettled(t)
	var gone atomic.Bool
	w.Before(func(c schedulerlocal.Call) {
		if c.Operation == "GetSchedule" && c.Name == named(plan[1]) && gone.CompareAndSwap(false, true) {
			w.remove(c.Name)
		}
	})
	found, err := w.group().Inspect(t.Context(), plan, now)
	missing := func(i triggers.Inspection) bool { return i.Name == plan[1].Name && i.State == triggers.Missing }
	if err != nil || !slices.ContainsFunc(found, missing) {
		t.Errorf("%v, %v; want %s to be missing", found, err, plan[1].Name)
	}
	w.syncAgain(plan)
	w.settled(plan)
}

func TestAnEndedContextEndsTheWork(t *testing.T) {
	w, plan := unsettled(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.group().Sync(ctx, plan, now); !errors.Is(err, context.Canceled) || len(w.Calls()) > 0 {
		t.Errorf("%v, and %d calls", err, len(w.Calls()))
	}
}

// remove is what somebody else does.
func (w world) remove(name string) {
	somebody := w.client(func(o *awsscheduler.Options) {
		o.Credentials = credentials.NewStaticCredentialsProvider("somebody", "secret", "")
	})
	in := &awsscheduler.DeleteScheduleInput{GroupName: aws.String(groupName), Name: aws.String(name)}
	if _, err := somebody.DeleteSchedule(context.Background(), in); err != nil {
		w.t.Error(err)
	}
}
