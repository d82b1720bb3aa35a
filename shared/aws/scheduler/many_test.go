package scheduler_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	awsscheduler "github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/functions/step"
	"eks-scaling-automation/shared/aws/scheduler"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/triggers"
)

// crowd is a group of many schedules, with AWS's default quotas and a clock that advances during waits.
type crowd struct {
	world
	clock  *clock
	group  *scheduler.Group
	flight *flight
}

func gather(t *testing.T, quota int, options ...func(*awsscheduler.Options)) crowd {
	t.Helper()
	c := &clock{now: now}
	w := startAt(t, c.Now)
	for _, operation := range operations {
		w.SetBudget(operation, quota)
	}
	w.SetBudget("ListSchedules", 50)
	limits := scheduler.DefaultLimits()
	limits.Clock = c
	reused := func(o *awsscheduler.Options) {
		o.HTTPClient = awshttp.NewBuildableClient().WithTransportOptions(func(tr *http.Transport) { tr.MaxIdleConnsPerHost = limits.AtOnce })
	}
	f := &flight{API: w.client(append(options, reused)...), t: t}
	return crowd{w, c, inGroup(f).Within(limits), f}
}

// flight counts the concurrent calls, and hides deadlines of another clock from them.
type flight struct {
	scheduler.API
	t         *testing.T
	mu        sync.Mutex
	now, most int
}

func (f *flight) CreateSchedule(
	_ context.Context, in *awsscheduler.CreateScheduleInput, options ...func(*awsscheduler.Options),
) (*awsscheduler.CreateScheduleOutput, error) {
	f.count(1)
	defer f.count(-1)
	return f.API.CreateSchedule(f.t.Context(), in, options...)
}

func (f *flight) count(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now += n
	f.most = max(f.most, f.now)
}

func (f *flight) ListSchedules(
	_ context.Context, in *awsscheduler.ListSchedulesInput, options ...func(*awsscheduler.Options),
) (*awsscheduler.ListSchedulesOutput, error) {
	return f.API.ListSchedules(f.t.Context(), in, options...)
}

// until is a context with a deadline by the clock of the test.
type until struct {
	context.Context
	deadline time.Time
}

func (u until) Deadline() (time.Time, bool) { return u.deadline, true }

// counted counts the calls since an earlier number of them, by operation, and the throttled ones.
func (c crowd) counted(since int) map[string]int {
	found := map[string]int{}
	for _, call := range c.Calls()[since:] {
		found[call.Operation]++
		if call.ErrorType == "ThrottlingException" {
			found["throttled"]++
		}
	}
	return found
}

// many is a plan with the given number of triggers, in several zones.
func many(n int) []triggers.Trigger {
	zones := []string{"America/Sao_Paulo", "UTC", "Asia/Tokyo", "Europe/Berlin"}
	plan := make([]triggers.Trigger, n)
	for i := range plan {
		minute := i / len(zones)
		plan[i] = triggers.Trigger{
			Name: fmt.Sprintf("weekly-%04d", i), Description: "A period starts or ends.", Zone: zones[i%len(zones)],
			Expression: fmt.Sprintf("cron(%d %d ? * * *)", minute%60, minute/60%24), Input: run.Input{Trigger: "schedule"},
		}
	}
	return plan
}

const minuteOfWork = time.Minute

// TestFiveThousandTriggers are made within a minute of AWS's time, though the first attempt is cut off. After that a look costs a call a
// page.
func TestFiveThousandTriggers(t *testing.T) {
	c, plan := gather(t, 250), many(5000)
	begin := c.clock.Now()
	_, err := c.group.Sync(until{t.Context(), begin.Add(20 * time.Second)}, plan, now)
	made := len(c.Schedules(groupName))
	want := fmt.Sprintf("time ran out after %d of 5000 schedules were created or updated; the next attempt continues from there", made)
	if err == nil || err.Error() != want || step.Classify(err) != run.TransientError {
		t.Fatalf("found %v; want a TransientError, %q", err, want)
	}
	if made < 2900 || made > 3100 {
		t.Errorf("%d schedules were made in 15 s; want 3,000", made)
	}
	if _, err := c.group.Sync(t.Context(), plan, now); err != nil {
		t.Fatal(err)
	}
	if took := c.clock.Now().Sub(begin); took > minuteOfWork || took < 20*time.Second {
		t.Errorf("it took %s; want less than a minute, and not less than the rate allows", took)
	}
	wanted := map[string]int{"CreateSchedule": 5000, "ListSchedules": 1 + (made+99)/100}
	if diff := cmp.Diff(wanted, c.counted(0)); diff != "" {
		t.Errorf("the calls (-want +got):\n%s", diff)
	}
	c.looksOnly(plan)
}

// looksOnly requires a sync to list the schedules, and to read and repair only edited ones.
func (c crowd) looksOnly(plan []triggers.Trigger) {
	t := c.t
	if most, limit := c.flight.most, scheduler.DefaultLimits().AtOnce; most < 2 || most > limit {
		t.Errorf("%d calls were made at once; want some, and at most %d", most, limit)
	}
	before := len(c.Calls())
	if changes, err := c.group.Sync(t.Context(), plan, now); err != nil || !changes.None() {
		t.Errorf("a second sync: %v, %v", changes, err)
	}
	if diff := cmp.Diff(map[string]int{"ListSchedules": 50}, c.counted(before)); diff != "" {
		t.Errorf("the calls of a second sync (-want +got):\n%s", diff)
	}

	edited := planned(plan[4321])
	edited.Input = "{}"
	c.Put(edited)
	before = len(c.Calls())
	if changes, err := c.group.Sync(t.Context(), plan, now); err != nil || len(changes.Update) != 1 {
		t.Errorf("after an edit: %v, %v", changes, err)
	}
	if diff := cmp.Diff(map[string]int{"ListSchedules": 50, "GetSchedule": 1, "UpdateSchedule": 1}, c.counted(before)); diff != "" {
		t.Errorf("the calls after an edit (-want +got):\n%s", diff)
	}
	c.holds(plan)
}

// TestEveryTriggerMayChangeWithinAMinute computes the time of 5,000 creations and as many deletions from the rates.
func TestEveryTriggerMayChangeWithinAMinute(t *testing.T) {
	l := scheduler.DefaultLimits()
	const each, pages, looks = 5000, 50, 2
	time10000 := 2 * each * time.Second / time.Duration(l.PerSecond)
	if took := time10000 + looks*pages*time.Second/40; took > minuteOfWork {
		t.Errorf("to replace %d schedules takes %s; want less than a minute", each, took)
	}
	if l.PerSecond+l.Burst > 250 {
		t.Errorf("%d calls may come in one second; AWS lets 250 through", l.PerSecond+l.Burst)
	}
	const latency = 200 * time.Millisecond
	if needed := int(latency * time.Duration(l.PerSecond) / time.Second); l.AtOnce < needed {
		t.Errorf("%d calls at once, of %s each, do not keep the rate; want %d", l.AtOnce, latency, needed)
	}
}

// TestASmallerQuotaOnlySlowsDown has an account that may make 20 calls a second, and a client that repeats none.
func TestASmallerQuotaOnlySlowsDown(t *testing.T) {
	c, plan := gather(t, 20), many(200)
	limits := scheduler.DefaultLimits()
	limits.Clock, limits.AtOnce = c.clock, 1 // the clock passes for all when one waits
	if _, err := c.group.Within(limits).Sync(t.Context(), plan, now); err != nil {
		t.Fatal(err)
	}
	if counts := c.counted(0); counts["throttled"] == 0 || counts["CreateSchedule"]-counts["throttled"] != len(plan) {
		t.Errorf("the calls: %v; want %d that went through, and some that were throttled", counts, len(plan))
	}
	if took := c.clock.Now().Sub(now); took > 12*time.Second {
		t.Errorf("it took %s; want about 10 s", took)
	}
	c.holds(plan)
}
