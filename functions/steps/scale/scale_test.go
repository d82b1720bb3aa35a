package scale

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/functions/step"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/budget"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

func TestAnIntentSaysWhatFollowsFromTheCall(t *testing.T) {
	t.Parallel()
	marking := func(task run.ChangeTask) run.ChangeTask {
		task.Decision.Apply = &scaling.Application{Profile: "peak"}
		return task
	}
	for _, row := range []struct {
		rule string
		task run.ChangeTask
		want tables.Effect
	}{
		{"a raise joins the set that scale-downs rely on", to(scaling.ScaleUp, 0, 3), tables.Effect{Raises: true, Relied: "today's"}},
		{"a raise of a bound alone, wanted at 0, does not", to(scaling.ScaleUp, 0, 0), tables.Effect{Raises: true}},
		{"a scale-down raises nothing", to(scaling.ScaleDown, 5, 3), tables.Effect{}},
		{"the mark of other sizes goes", marking(to(scaling.ScaleDown, 5, 3)), tables.Effect{Unmarks: true}},
	} {
		w := at(5)
		row.task.Decision.Nodegroup = "big"
		if _, err := w.handle(t, row.task); err != nil {
			t.Errorf("%s: %v", row.rule, err)
		}
		want := claim.Intent{
			Nodegroup: "big", Order: "2026-11-24T09:30:00.000Z#run", Round: 1, Sizes: row.task.Decision.After,
			Expires: taken.Add(59 * time.Second), // the 29 s that the invocation has left, and 30
		}
		if diff := cmp.Diff([]claim.Intent{want}, w.intents); diff != "" || w.effect != row.want {
			t.Errorf("%s: found the effect %+v; want %+v (-want +got):\n%s", row.rule, w.effect, row.want, diff)
		}
	}
}

func TestACallThatWentThrough(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		rule  string
		took  int // seconds of the last update
		delay int
	}{
		{"without experience it is looked at soon", 0, 5},
		{"it is looked at when the last one had ended", 95, 95},
		{"but within two minutes, so that the claim lives", 600, 120},
	} {
		w := at(0)
		w.record.Took = map[string]int{"big": row.took}
		got, err := w.handle(t, to(scaling.ScaleUp, 0, 3))
		if err != nil {
			t.Fatal(err)
		}
		want := &run.Progress{
			Status: run.Pending, UpdateID: "update-1", Before: sizes(0), After: sizes(3), StartedAt: taken,
			Deadline: taken.Add(20 * time.Minute), DelaySeconds: row.delay,
		}
		if diff := cmp.Diff(want, got.Progress); diff != "" || w.updateID != "update-1" {
			t.Errorf("%s: noted the update %q (-want +got):\n%s", row.rule, w.updateID, diff)
		}
	}
}

// A process that died after its call leaves its intent. The repeated step makes the same call, whatever the sizes are by then.
func TestARepeatedCallHasTheSameToken(t *testing.T) {
	t.Parallel()
	task := to(scaling.ScaleUp, 0, 3)
	before := at(0)
	if _, err := before.handle(t, task); err != nil {
		t.Fatal(err)
	}
	for rule, desired := range map[string]int32{"EKS shows the new sizes": 3, "EKS has gone back to the old ones": 0} {
		w := at(desired)
		w.record.Intents = map[string]claim.Intent{"big-1-r0": before.intents[0]}
		got, err := w.handle(t, task)
		if err != nil || got.Progress.Status != run.Pending {
			t.Errorf("%s: %s; want the update looked at", rule, described(got, err))
		}
		if diff := cmp.Diff(before.tokens, w.tokens); diff != "" {
			t.Errorf("%s: tokens (-want +got):\n%s", rule, diff)
		}
	}
	w := at(3)
	other := before.intents[0]
	other.Round = 7
	w.record.Intents = map[string]claim.Intent{"big-7-r0": other}
	if got := described(w.handle(t, task)); got != "ended unchanged" || len(w.asked) > 0 {
		t.Errorf("another round's intent: %s, %d calls; want no call", got, len(w.asked))
	}
}

func TestALaterOrDifferentCallHasAnotherToken(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	plain := to(scaling.ScaleUp, 0, 3)
	bounds := func(c *run.ChangeTask) { c.Decision.Goal = scaling.Goal{MaxSize: 5} }
	for rule, task := range map[string]run.ChangeTask{
		"plain":              plain,
		"another run":        with(plain, func(c *run.ChangeTask) { c.Run.Execution.Name = "other" }),
		"a later run":        with(plain, func(c *run.ChangeTask) { c.Run.TakenAt = taken.Add(time.Second) }),
		"another unit":       with(plain, func(c *run.ChangeTask) { c.Unit = "staging" }),
		"a later round":      with(plain, func(c *run.ChangeTask) { c.Round = 2 }),
		"another node group": with(plain, func(c *run.ChangeTask) { c.Decision.Nodegroup = "small" }),
		"other sizes":        with(plain, func(c *run.ChangeTask) { c.Decision.After = sizes(2) }),
		"without desired":    with(plain, func(c *run.ChangeTask) { bounds(c); c.Decision.Before = new(sizes(3)) }),
	} {
		made := token(&change{task: task, me: task.Run.Order()})
		if other, ok := seen[made]; ok {
			t.Errorf("%s has the token of %s", rule, other)
		}
		seen[made] = rule
	}
}

func TestBusyIsLookedAtUntilWaitTimeout(t *testing.T) {
	t.Parallel()
	w := at(0)
	w.groups["big"] = nodegroups.State{Sizes: sizes(0), Status: nodegroups.Updating}
	task, err := w.handle(t, to(scaling.ScaleUp, 0, 3))
	if err != nil || task.Progress.DelaySeconds != 30 {
		t.Fatalf("%s, next look after %d s; want busy after 30 s", described(task, err), task.Progress.DelaySeconds)
	}
	for before, delay := range map[time.Duration]int{10 * time.Minute: 120, time.Second: 1} {
		w.now = taken.Add(20*time.Minute - before)
		if task, err = w.handle(t, task); err != nil || task.Progress.Status != run.Busy || task.Progress.DelaySeconds != delay {
			t.Fatalf("%s before the end: %s, next look after %d s; want busy after %d s", before, described(task, err), task.Progress.DelaySeconds, delay)
		}
	}
	w.now = taken.Add(20 * time.Minute)
	_, err = w.handle(t, task)
	if err == nil || step.Classify(err) != run.NodegroupBusyError || !strings.HasPrefix(err.Error(), "node group production/big was busy for 20m0s: UPDATING") {
		t.Errorf("after waitTimeout: %v", err)
	}
}

// TestAThrottledCallIsMadeAgainUntilWaitTimeout by the real client, which counts what EKS throttles.
func TestAThrottledCallIsMadeAgainUntilWaitTimeout(t *testing.T) {
	t.Parallel()
	limit := &types.InvalidRequestException{Message: new("Request limit exceeded")}
	w := at(0)
	w.answer = limit
	task := to(scaling.ScaleUp, 0, 3)
	for i, row := range []struct {
		after       time.Duration
		least, most int
	}{{0, 15, 30}, {5 * time.Minute, 75, 93}} {
		w.now = taken.Add(row.after)
		var err error
		if task, err = w.handle(t, task); err != nil || described(task, err) != "busy" || task.Progress.Throttled != i+1 {
			t.Fatalf("%s; want it busy, and throttled %d times", described(task, err), i+1)
		}
		if p := task.Progress; p.DelaySeconds < row.least || p.DelaySeconds > row.most {
			t.Errorf("after %s it waits %d s", row.after, p.DelaySeconds)
		}
	}
	w.now, w.answer = taken.Add(6*time.Minute), nil
	went, err := w.handle(t, task)
	if err != nil || went.Progress.Status != run.Pending || went.Progress.Throttled != 2 {
		t.Errorf("%s, %d throttled; want the call to go through, and 2", described(went, err), went.Progress.Throttled)
	}
}

// TestACallThatIsThrottledUntilWaitTimeoutFailsForGood, as a retry would not keep the claim alive.
func TestACallThatIsThrottledUntilWaitTimeoutFailsForGood(t *testing.T) {
	t.Parallel()
	w := at(0)
	w.answer = &types.InvalidRequestException{Message: new("Request limit exceeded")}
	task, err := w.handle(t, to(scaling.ScaleUp, 0, 3))
	if err != nil {
		t.Fatal(err)
	}
	w.now = taken.Add(20 * time.Minute)
	const want = "node group production/big could not be scaled for 20m0s, as EKS throttled the calls: node group production/big to 3 (0..5): InvalidRequestException: Request limit exceeded"
	if _, err = w.handle(t, task); err == nil || step.Classify(err) != run.NodegroupBusyError || err.Error() != want {
		t.Errorf("after waitTimeout: %v; want %s, which is not retried: %s", err, run.NodegroupBusyError, want)
	}
}

// TestABudgetDelaysAChangeForAnHour at most, as other node groups may come first.
func TestABudgetDelaysAChangeForAnHour(t *testing.T) {
	t.Parallel()
	w := at(0)
	w.unread["big"] = usedUp(t)
	task, err := w.handle(t, to(scaling.ScaleUp, 0, 3))
	if err != nil {
		t.Fatal(err)
	}
	w.now = taken.Add(time.Hour - 10*time.Second)
	if task, err = w.handle(t, task); err != nil || described(task, err) != "busy" || task.Progress.DelaySeconds != 10 {
		t.Errorf("after almost an hour: %v, %+v; want it to wait for 10 seconds", err, task.Progress)
	}
	w.now = taken.Add(time.Hour)
	if _, err = w.handle(t, task); step.Classify(err) != run.NodegroupBusyError {
		t.Errorf("after an hour: %v", err)
	}
}

func TestAnOvertakenChangeNamesTheRun(t *testing.T) {
	t.Parallel()
	w := at(0)
	w.lost, w.record.Claim = true, &claim.Claim{Order: "2026-11-24T09:31:00.000Z#newer"}
	got, err := w.handle(t, to(scaling.ScaleUp, 0, 3))
	if err != nil || got.Progress.OvertakenBy != "newer" || got.Progress.Outcome != run.Overtaken || !got.Progress.EndedAt.Equal(taken) {
		t.Errorf("%v, %+v; want it overtaken by newer", err, got.Progress)
	}
}

// full has no slot of a budget.
type full struct{}

func (full) Take(context.Context, budget.Request) (int64, bool, error) { return 0, false, nil }

// usedUp is the error of a call without a slot.
func usedUp(t *testing.T) error {
	t.Helper()
	client := nodegroups.PatientOver(func(nodegroups.Place) nodegroups.API { return nil }).Within(full{}, func() time.Time { return time.Unix(0, 0) })
	_, err := client.Describe(t.Context(), nodegroups.Place{Budget: budget.Budget{Reads: 1}}, "big")
	return err
}
