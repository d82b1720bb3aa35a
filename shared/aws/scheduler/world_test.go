package scheduler_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awsscheduler "github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/google/go-cmp/cmp"

	schedulerlocal "eks-scaling-automation/integration/aws/scheduler"
	"eks-scaling-automation/shared/aws/scheduler"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/triggers"
)

const (
	groupName = "eks-scaling"
	machine   = "arn:aws:states:sa-east-1:123456789012:stateMachine:eks-scaling"
	role      = "arn:aws:iam::123456789012:role/scheduler"
	queue     = "arn:aws:sqs:sa-east-1:123456789012:undelivered"
)

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// world is EventBridge Scheduler with the group, and with two others that must stay as they are.
type world struct {
	*schedulerlocal.Server
	t *testing.T
}

// start returns a world in which time stands still. The test must not change the other groups.
func start(t *testing.T) world {
	t.Helper()
	return startAt(t, func() time.Time { return now })
}

func startAt(t *testing.T, clock func() time.Time) world {
	t.Helper()
	s, err := schedulerlocal.Start(clock)
	if err != nil {
		t.Fatal(err)
	}
	w := world{s, t}
	w.CreateGroup(groupName)
	w.CreateGroup("others")
	for _, name := range []string{"weekly-UTC-0800", "my-own"} {
		for _, group := range []string{"default", "others"} {
			w.Put(stray(group, name))
		}
	}
	before := slices.Concat(w.Schedules("default"), w.Schedules("others"))
	t.Cleanup(func() {
		if diff := cmp.Diff(before, slices.Concat(w.Schedules("default"), w.Schedules("others"))); diff != "" {
			t.Errorf("the other groups (-before +after):\n%s", diff)
		}
		for _, call := range w.Calls() {
			if call.Group != groupName {
				t.Errorf("called %s of group %q", call.Operation, call.Group)
			}
		}
		s.Close()
	})
	return w
}

// stray is an unplanned schedule.
func stray(group, name string) schedulerlocal.Schedule {
	return schedulerlocal.Schedule{
		Name: name, Group: group, Expression: "rate(1 hour)", TargetArn: "arn:aws:lambda:sa-east-1:123456789012:function:theirs", RoleArn: role,
	}
}

// client is one that never repeats a call, unless the options say so.
func (w world) client(options ...func(*awsscheduler.Options)) *awsscheduler.Client {
	return awsscheduler.New(awsscheduler.Options{
		Region: "sa-east-1", BaseEndpoint: aws.String(w.URL()), Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider("product", "secret", ""),
	}, options...)
}

// group makes one call at a time, as fast as it can.
func (w world) group() *scheduler.Group {
	return open(w.client())
}

func open(api scheduler.API) *scheduler.Group {
	return inGroup(api).Within(scheduler.Limits{PerSecond: 1000, Burst: 1000, AtOnce: 1, Clock: &clock{now: now}})
}

func inGroup(api scheduler.API) *scheduler.Group {
	return scheduler.NewGroup(api, groupName, scheduler.Target{Partition: "aws", StateMachineARN: machine, RoleARN: role, DeadLetterARN: queue})
}

// named is the name of a trigger's schedule.
func named(t triggers.Trigger) string { return inGroup(nil).ScheduleName(t) }

// clock advances only by waits, and at once.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Until(ctx context.Context, at time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at.After(c.now) {
		c.now = at
	}
	return ctx.Err()
}

// sync syncs the group, and must make the given changes: "+name" for a new schedule, "~name" for a corrected one, "-name" for a
// removed one.
func (w world) sync(plan []triggers.Trigger, want ...string) {
	w.t.Helper()
	changes, err := w.group().Sync(w.t.Context(), plan, now)
	if err != nil {
		w.t.Fatal(err)
	}
	w.did(changes, want...)
}

// syncAgain syncs like a later run, and ignores what that changes.
func (w world) syncAgain(plan []triggers.Trigger) {
	w.t.Helper()
	if _, err := w.group().Sync(w.t.Context(), plan, now); err != nil {
		w.t.Fatal(err)
	}
}

func (w world) did(changes triggers.Changes, want ...string) {
	w.t.Helper()
	slices.SortFunc(want, bySchedule)
	if diff := cmp.Diff(want, words(changes)); diff != "" {
		w.t.Errorf("changes (-want +got):\n%s", diff)
	}
	if changes.None() != (len(want) == 0) {
		w.t.Errorf("None is %t of %v", changes.None(), changes)
	}
}

func words(changes triggers.Changes) []string {
	var all []string
	for sign, names := range map[string][]string{"+": changes.Create, "~": changes.Update, "-": changes.Delete} {
		for _, name := range names {
			all = append(all, sign+name)
		}
	}
	slices.SortFunc(all, bySchedule)
	return all
}

func bySchedule(a, b string) int { return strings.Compare(a[1:], b[1:]) }

// holds checks what the group holds: what is planned, and the others.
func (w world) holds(plan []triggers.Trigger, others ...schedulerlocal.Schedule) {
	w.t.Helper()
	if diff := cmp.Diff(expected(plan, others...), w.Schedules(groupName)); diff != "" {
		w.t.Errorf("the group (-want +got):\n%s", diff)
	}
}

func expected(plan []triggers.Trigger, others ...schedulerlocal.Schedule) []schedulerlocal.Schedule {
	want := append([]schedulerlocal.Schedule{}, others...)
	for _, t := range plan {
		want = append(want, planned(t))
	}
	slices.SortFunc(want, func(a, b schedulerlocal.Schedule) int { return strings.Compare(a.Name, b.Name) })
	return want
}

// planned is a trigger as EventBridge Scheduler has to hold it.
func planned(t triggers.Trigger) schedulerlocal.Schedule {
	after := "NONE"
	if t.Once {
		after = "DELETE"
	}
	return schedulerlocal.Schedule{
		Name: named(t), Group: groupName, Expression: t.Expression, Timezone: t.Zone, Description: t.Description, State: "ENABLED",
		Input: t.StartExecution(machine), TargetArn: "arn:aws:scheduler:::aws-sdk:sfn:startExecution", RoleArn: role, DeadLetterArn: queue,
		MaximumEventAgeInSeconds: 1800, MaximumRetryAttempts: 10, ActionAfterCompletion: after, FlexibleMode: "OFF",
	}
}

// daily is a trigger at a full hour of every day, in UTC.
func daily(hour int) triggers.Trigger {
	return triggers.Trigger{
		Name: fmt.Sprintf("weekly-UTC-%02d00", hour), Description: "A period starts or ends.", Zone: "UTC",
		Expression: fmt.Sprintf("cron(0 %d ? * * *)", hour),
		Input:      run.Input{Trigger: "schedule", Actor: "eventbridge-scheduler", Reason: "due <aws.scheduler.scheduled-time>"},
	}
}

// once returns a one-time trigger at the given time after now.
func once(kind string, after time.Duration) triggers.Trigger {
	at := now.Add(after)
	return triggers.Trigger{
		Name: kind + "-" + at.Format("20060102T150405Z"), Description: "Once.", Zone: "UTC", Once: true,
		Expression: "at(" + at.Format("2006-01-02T15:04:05") + ")", Input: run.Input{Trigger: "schedule"},
	}
}

// days is a plan with the given number of triggers.
func days(hours ...int) []triggers.Trigger {
	var plan []triggers.Trigger
	for _, hour := range hours {
		plan = append(plan, daily(hour))
	}
	return plan
}

// writes are those calls that change something, as "CreateSchedule name".
func (w world) writes() []string {
	var all []string
	for _, call := range w.Calls() {
		if call.Operation != "ListSchedules" && call.Operation != "GetSchedule" {
			all = append(all, call.Operation+" "+call.Name)
		}
	}
	return all
}
