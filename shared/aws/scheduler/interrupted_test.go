package scheduler_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	awsscheduler "github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/smithy-go/middleware"

	"eks-scaling-automation/functions/step"
	schedulerlocal "eks-scaling-automation/integration/aws/scheduler"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/triggers"
)

// ends lists how a call may fail: without effect, with effect, or with no time left for another one.
var ends = map[string]func(w world, c schedulerlocal.Call, cancel func()){
	"it fails":          func(w world, c schedulerlocal.Call, _ func()) { w.Fail(c.Operation, c.Name, 1, broken) },
	"its reply is lost": func(w world, c schedulerlocal.Call, _ func()) { w.LoseReply(c.Operation, c.Name, 1) },
	"the time runs out": func(_ world, _ schedulerlocal.Call, cancel func()) { cancel(); panic(http.ErrAbortHandler) },
}

// TestSyncMayEndAtAnyCall makes each call fail in turn. Nothing may be worse than before, and the next run must correct it.
func TestSyncMayEndAtAnyCall(t *testing.T) {
	w, plan := unsettled(t)
	w.syncAgain(plan)
	calls := len(w.Calls())
	if calls < 12 {
		t.Fatalf("found %d calls; want some of each kind", calls)
	}
	for how, end := range ends {
		for n := 1; n <= calls; n++ {
			t.Run(fmt.Sprintf("%s, call %d", how, n), func(t *testing.T) {
				w, plan := unsettled(t)
				before := w.Schedules(groupName)
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				var made atomic.Int64
				w.Before(func(c schedulerlocal.Call) {
					if made.Add(1) == int64(n) {
						end(w, c, cancel)
					}
				})
				if _, err := w.group().Sync(ctx, plan, now); err == nil || made.Load() < int64(n) {
					t.Fatalf("%d calls were made, and the error is %v; want the error of call %d", made.Load(), err, n)
				}
				w.noWorse(before, plan)
				w.syncAgain(plan)
				w.settled(plan)
			})
		}
	}
}

// TestTheTimeMayRunOutAnywhere has no time left for the first call of each kind.
func TestTheTimeMayRunOutAnywhere(t *testing.T) {
	for operation, want := range map[string]string{
		"ListSchedules":  "time ran out before all schedules were compared",
		"GetSchedule":    "time ran out before all schedules were compared",
		"UpdateSchedule": "time ran out after 1 of 4 schedules were created or updated",
		"CreateSchedule": "time ran out after 0 of 4 schedules were created or updated",
		"DeleteSchedule": "time ran out after 0 of 3 schedules were deleted",
	} {
		t.Run(operation, func(t *testing.T) {
			w, plan := unsettled(t)
			client := w.client(func(o *awsscheduler.Options) {
				o.APIOptions = append(o.APIOptions, func(s *middleware.Stack) error {
					return s.Initialize.Add(middleware.InitializeMiddlewareFunc("late", func(
						ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
					) (middleware.InitializeOutput, middleware.Metadata, error) {
						if awsmiddleware.GetOperationName(ctx) == operation {
							return middleware.InitializeOutput{}, middleware.Metadata{}, context.DeadlineExceeded
						}
						return next.HandleInitialize(ctx, in)
					}), middleware.After)
				})
			})
			_, err := open(client).Sync(t.Context(), plan, now)
			if err == nil || !strings.HasPrefix(err.Error(), want) || step.Classify(err) != run.TransientError {
				t.Errorf("found %v; want a TransientError, %q", err, want)
			}
			w.syncAgain(plan)
			w.settled(plan)
		})
	}
}

// noWorse checks that all existing planned schedules still exist, and that none is removed before all planned ones exist.
func (w world) noWorse(before []schedulerlocal.Schedule, plan []triggers.Trigger) {
	w.t.Helper()
	after := w.Schedules(groupName)
	has := func(schedules []schedulerlocal.Schedule, name string) bool {
		return slices.ContainsFunc(schedules, func(s schedulerlocal.Schedule) bool { return s.Name == name })
	}
	complete := true
	for _, trigger := range plan {
		complete = complete && slices.Contains(after, planned(trigger))
		if has(before, named(trigger)) && !has(after, named(trigger)) {
			w.t.Errorf("%s was there and is gone", trigger.Name)
		}
	}
	for _, s := range before {
		if !complete && !has(after, s.Name) {
			w.t.Errorf("%s is gone before the new ones have come", s.Name)
		}
	}
}
