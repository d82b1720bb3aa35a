package look

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	smithy "github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/functions/step"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/budget"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

var began = time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)

// world is one update of big, with the unit's record. It notes the calls in order.
type world struct {
	update nodegroups.UpdateStatus
	group  nodegroups.Status
	sizes  scaling.Sizes
	err    error // of describing the node group
	lost   bool  // another run has the claim
	record claim.Unit

	calls  []string
	took   time.Duration
	active bool
}

func (w *world) Describe(context.Context, nodegroups.Place, string) (nodegroups.State, error) {
	w.calls = append(w.calls, "describe")
	return nodegroups.State{Status: w.group, Sizes: w.sizes, Health: []string{"AsgInstanceLaunchFailures: no capacity"}}, w.err
}

func (w *world) Update(context.Context, nodegroups.Place, string, string) (nodegroups.Update, error) {
	w.calls = append(w.calls, "update")
	return nodegroups.Update{Status: w.update, Errors: []string{"no capacity"}}, nil
}

type units struct{ *world }

func (u units) Unit(context.Context, string) (claim.Unit, error) { return u.record, nil }

func (u units) Renew(context.Context, string, string, claim.Order, time.Time) error {
	u.calls = append(u.calls, "renew")
	if u.lost {
		return fmt.Errorf("unit production: %w", tables.ErrClaimLost)
	}
	return nil
}

func (u units) Arrived(_ context.Context, _ string, _ claim.Order, _ time.Time, a tables.Arrival) error {
	u.calls = append(u.calls, "arrived")
	u.took, u.active = a.Took, a.Active
	return nil
}

func (w *world) handle(t *testing.T, task run.ChangeTask, elapsed time.Duration) (run.ChangeTask, error) {
	t.Helper()
	h := Handler{Units: units{w}, EKS: w, Now: func() time.Time { return began.Add(elapsed) }}
	return h.Handle(t.Context(), slog.New(slog.DiscardHandler), task)
}

func sized(desired int32) scaling.Sizes { return scaling.Sizes{MaxSize: 5, DesiredSize: desired} }

// asked returns a change of big to 3 nodes, or of its bounds alone.
func asked(action scaling.Action, target scaling.Target) run.ChangeTask {
	goal := target.Goal(scaling.Limits{MaxSize: 5})
	return run.ChangeTask{
		Run: run.Run{Execution: run.Execution{Name: "run"}, TakenAt: began}, Unit: "production",
		Decision: scaling.Decision{Nodegroup: "big", Action: action, Goal: goal, After: goal.Sizes(3)},
		Progress: &run.Progress{UpdateID: "u", After: goal.Sizes(3), StartedAt: began, Deadline: began.Add(20 * time.Minute)},
	}
}

func TestOneLook(t *testing.T) {
	t.Parallel()
	const up, down = scaling.ScaleUp, scaling.ScaleDown
	tooMany := &smithy.GenericAPIError{Code: "TooManyRequestsException"}
	for _, row := range []struct {
		rule        string
		world       world
		action      scaling.Action
		wasDegraded bool
		elapsed     time.Duration
		status      run.Status
		delay       int
		fails       run.ErrorName
	}{
		{rule: "in progress at first: look again soon", world: world{update: "InProgress"}, status: run.Pending, delay: 5},
		{rule: "in progress after half a minute", world: world{update: "InProgress"}, elapsed: 30 * time.Second, status: run.Pending, delay: 7},
		{rule: "in progress after two minutes", world: world{update: "InProgress"}, elapsed: 2 * time.Minute, status: run.Pending, delay: 30},
		{rule: "in progress after ten minutes", world: world{update: "InProgress"}, elapsed: 10 * time.Minute, status: run.Pending, delay: 120},
		{rule: "the last look is at the deadline", world: world{update: "InProgress"}, elapsed: 19*time.Minute + 12*time.Second, status: run.Pending, delay: 48},
		{rule: "in progress at the deadline", world: world{update: "InProgress"}, elapsed: 20 * time.Minute, fails: run.NodegroupTimeoutError},
		{rule: "failed", world: world{update: "Failed"}, fails: run.NodegroupFailedError},
		{rule: "cancelled", world: world{update: "Cancelled"}, fails: run.NodegroupFailedError},
		{rule: "arrived", world: world{update: "Successful", group: "ACTIVE", sizes: sized(3)}, status: run.Ended},
		{rule: "arrived exactly at the deadline", world: world{update: "Successful", group: "ACTIVE", sizes: sized(3)}, elapsed: 20 * time.Minute, status: run.Ended},
		{rule: "still UPDATING", world: world{update: "Successful", group: "UPDATING", sizes: sized(3)}, status: run.Pending, delay: 5},
		{rule: "a scale-up that is DEGRADED", world: world{update: "Successful", group: "DEGRADED", sizes: sized(3)}, action: up, fails: run.NodegroupDegradedError},
		{rule: "an old health issue may last a while", world: world{update: "Successful", group: "DEGRADED", sizes: sized(3)}, action: up, wasDegraded: true, status: run.Pending, delay: 5},
		{rule: "but not for ever", world: world{update: "Successful", group: "DEGRADED", sizes: sized(3)}, action: up, wasDegraded: true, elapsed: 20 * time.Minute, fails: run.NodegroupDegradedError},
		{rule: "a scale-down that is DEGRADED has arrived", world: world{update: "Successful", group: "DEGRADED", sizes: sized(3)}, action: down, status: run.Ended},
		{rule: "deleted meanwhile", world: world{update: "Successful", group: "DELETING", sizes: sized(3)}, fails: run.NodegroupFailedError},
		{rule: "failed for good", world: world{update: "Successful", group: "CREATE_FAILED", sizes: sized(3)}, fails: run.NodegroupFailedError},
		{rule: "throttled: look again later", world: world{update: "Successful", err: tooMany}, status: run.Pending, delay: 17},
		{rule: "throttled after ten minutes", world: world{update: "Successful", err: tooMany}, elapsed: 10 * time.Minute, status: run.Pending, delay: 141},
		{rule: "throttled at the deadline", world: world{update: "Successful", err: tooMany}, elapsed: 20 * time.Minute, fails: run.NodegroupTimeoutError},
		{rule: "what the budget delays may take an hour", world: world{update: "Successful", err: usedUp(t)}, elapsed: 59*time.Minute + 50*time.Second, status: run.Pending, delay: 10},
		{rule: "and no longer", world: world{update: "Successful", err: usedUp(t)}, elapsed: time.Hour, fails: run.NodegroupTimeoutError},
		{rule: "gone", world: world{update: "Successful", err: &smithy.GenericAPIError{Code: "ResourceNotFoundException"}}, fails: run.TargetNotFoundError},
	} {
		task := asked(row.action, scaling.Desired(3))
		task.Progress.WasDegraded = row.wasDegraded
		got, err := row.world.handle(t, task, row.elapsed)
		switch {
		case row.fails != "":
			if err == nil || step.Classify(err) != row.fails {
				t.Errorf("%s: %v; want %s", row.rule, err, row.fails)
			}
		case err != nil:
			t.Errorf("%s: %v", row.rule, err)
		case got.Progress.Status != row.status || got.Progress.DelaySeconds != row.delay:
			t.Errorf("%s: %s after %d s; want %s after %d s", row.rule, got.Progress.Status, got.Progress.DelaySeconds, row.status, row.delay)
		}
		if task.Progress.Status != "" {
			t.Errorf("%s: the task that was given has changed", row.rule)
		}
	}
}

// An update that EKS reports as successful is compared with the requested sizes.
func TestArrivedMeansAsAsked(t *testing.T) {
	t.Parallel()
	const up, down = scaling.ScaleUp, scaling.ScaleDown
	bounds := scaling.Target{MinSize: new(int32(1)), MaxSize: new(int32(4))}
	in := func(low, high, desired int32) scaling.Sizes {
		return scaling.Sizes{MinSize: low, MaxSize: high, DesiredSize: desired}
	}
	for _, row := range []struct {
		rule    string
		action  scaling.Action
		target  scaling.Target
		sizes   scaling.Sizes
		arrived bool
		note    string
	}{
		{"as asked", up, scaling.Desired(3), in(0, 5, 3), true, ""},
		{"more after a raise is fine", up, scaling.Desired(3), in(0, 5, 4), true, "asked for 3 (0..5), and it has more"},
		{"more after a lowering is noted", down, scaling.Desired(3), in(0, 5, 4), true, "scaled down to 3 (0..5), and raised again since"},
		{"less after a raise is short", up, scaling.Desired(3), in(0, 5, 2), false, ""},
		{"less after a lowering is short", down, scaling.Desired(3), in(0, 5, 2), false, ""},
		{"another min is short", up, scaling.Desired(3), in(1, 5, 3), false, ""},
		{"another max is short, with more too", up, scaling.Desired(3), in(0, 6, 4), false, ""},
		{"bounds only: any desired size has arrived", up, bounds, in(1, 4, 1), true, ""},
		{"bounds only: more too, without a note", down, bounds, in(1, 4, 4), true, ""},
		{"bounds only: another max is short", up, bounds, in(1, 5, 3), false, ""},
	} {
		w := &world{update: "Successful", group: "ACTIVE", sizes: row.sizes}
		got, err := w.handle(t, asked(row.action, row.target), 90*time.Second)
		if err != nil {
			t.Errorf("%s: %v", row.rule, err)
			continue
		}
		if p := got.Progress; !row.arrived {
			if p.Status != run.Pending || p.DelaySeconds != 30 || !p.ShortSince.Equal(began.Add(90*time.Second)) || w.took != 0 {
				t.Errorf("%s: %+v; want a second look 30 s later", row.rule, p)
			}
			continue
		}
		took := 90 * time.Second
		if row.action == down {
			took = 0 // only the durations of scale-ups are recorded
		}
		w.wantArrived(t, row.rule, got.Progress, row.note, took)
	}
}

// wantArrived checks the result of a change that arrived after 90 seconds.
func (w *world) wantArrived(t *testing.T, rule string, p *run.Progress, note string, took time.Duration) {
	t.Helper()
	if p.Outcome != run.Succeeded || p.Note != note || p.After != w.sizes || p.Status != run.Ended {
		t.Errorf("%s: %+v; want it arrived with the note %q", rule, p, note)
	}
	if diff := cmp.Diff([]string{"renew", "update", "describe", "arrived"}, w.calls); diff != "" || w.took != took || !w.active {
		t.Errorf("%s: took %s, active %t, calls (-want +got):\n%s", rule, w.took, w.active, diff)
	}
}

func TestShortCountsAsFailedOnlyAfterTwoLooks(t *testing.T) {
	t.Parallel()
	w := &world{update: "Successful", group: "ACTIVE", sizes: sized(0)}
	task, err := w.handle(t, asked(scaling.ScaleUp, scaling.Desired(3)), time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if task, err = w.handle(t, task, time.Minute+30*time.Second-1); err != nil || task.Progress.Status != run.Pending {
		t.Errorf("a moment before the second look: %v, %s", err, task.Progress.Status)
	}
	_, err = w.handle(t, task, time.Minute+30*time.Second)
	const want = "node group production/big was asked to be 3 (0..5); EKS says the update u went well, but it is 0 (0..5)"
	if err == nil || err.Error() != want || step.Classify(err) != run.NodegroupNotAsAskedError {
		t.Errorf("found %v; want %s", err, want)
	}
	w.sizes = sized(3)
	if got, err := w.handle(t, task, 2*time.Minute); err != nil || got.Progress.Outcome != run.Succeeded {
		t.Errorf("as asked at the second look: %v, %+v", err, got.Progress)
	}
}

func TestADegradedNodegroupWasNotSeenActive(t *testing.T) {
	t.Parallel()
	w := &world{update: "Successful", group: "DEGRADED", sizes: sized(3), active: true}
	if _, err := w.handle(t, asked(scaling.ScaleDown, scaling.Desired(3)), time.Minute); err != nil || w.active {
		t.Errorf("%v, seen active: %t", err, w.active)
	}
}

// The claim is renewed before anything can fail: a run that has lost it is overtaken, whatever the state of the node group.
func TestOvertakenComesBeforeAFailure(t *testing.T) {
	t.Parallel()
	for _, update := range []nodegroups.UpdateStatus{"Failed", "InProgress", "Successful"} {
		w := &world{update: update, group: "DELETING", lost: true, record: claim.Unit{Claim: &claim.Claim{Order: "2026-11-24T09:31:00.000Z#newer"}}}
		got, err := w.handle(t, asked(scaling.ScaleUp, scaling.Desired(3)), time.Hour)
		if err != nil {
			t.Errorf("%s: %v", update, err)
			continue
		}
		if diff := cmp.Diff([]string{"renew"}, w.calls); diff != "" || got.Progress.Outcome != run.Overtaken || got.Progress.OvertakenBy != "newer" {
			t.Errorf("%s: %+v; want it overtaken by newer; calls (-want +got):\n%s", update, got.Progress, diff)
		}
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
