package integration_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/aws/scheduler"
	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/triggers"
)

// planned are the triggers of the reference schedule.
var planned = map[string]string{
	"weekly-America-Sao_Paulo-0000": "cron(0 0 ? * SAT,SUN *) America/Sao_Paulo",
	"weekly-America-Sao_Paulo-0100": "cron(0 1 ? * * *) America/Sao_Paulo",
	"weekly-America-Sao_Paulo-0630": "cron(30 6 ? * * *) America/Sao_Paulo",
	"weekly-America-Sao_Paulo-1130": "cron(30 11 ? * TUE *) America/Sao_Paulo",
}

// schedules lists what the group holds, without fingerprints, but for the trigger that follows a change.
func schedules(w *world.World) map[string]string {
	found := map[string]string{}
	for _, s := range w.Scheduler.Schedules(world.ScheduleGroup) {
		if !strings.HasPrefix(s.Name, "changed-") {
			found[triggers.WithoutFingerprint(s.Name)] = s.Expression + " " + s.Timezone
		}
	}
	return found
}

func deliver(t *testing.T, w *world.World) {
	t.Helper()
	if err := w.DeliverChanges(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestTriggersFollowAChangeOfTheConfiguration(t *testing.T) {
	t.Parallel()
	w := configured(t)
	deliver(t, w)
	if diff := cmp.Diff(planned, schedules(w)); diff != "" {
		t.Errorf("after config apply (-planned +found):\n%s", diff)
	}
	apply(t, w, `from: "01:00"`, `from: "02:15"`, `to: "01:00"`, `to: "02:15"`)
	deliver(t, w)
	want := map[string]string{
		"weekly-America-Sao_Paulo-0000": planned["weekly-America-Sao_Paulo-0000"],
		"weekly-America-Sao_Paulo-0215": "cron(15 2 ? * * *) America/Sao_Paulo",
		"weekly-America-Sao_Paulo-0630": planned["weekly-America-Sao_Paulo-0630"],
		"weekly-America-Sao_Paulo-1130": planned["weekly-America-Sao_Paulo-1130"],
	}
	if diff := cmp.Diff(want, schedules(w)); diff != "" {
		t.Errorf("after a change (-planned +found):\n%s", diff)
	}
}

// TestAChangeStartsARunSoon fires the trigger that follows a change and gives its input to the state machine.
func TestAChangeStartsARunSoon(t *testing.T) {
	t.Parallel()
	began := time.Now()
	w := configured(t)
	deliver(t, w)
	var soon []scheduler.Firing
	for _, f := range w.Scheduler.Firings(world.ScheduleGroup, began, began.Add(10*time.Minute)) {
		if strings.HasPrefix(f.Schedule.Name, "changed-") {
			soon = append(soon, f)
		}
	}
	if len(soon) != 1 || soon[0].Schedule.ActionAfterCompletion != "DELETE" {
		t.Fatalf("a change is followed by %v; want one trigger within minutes, which goes away by itself", soon)
	}
	if result := runWorld(t, w, "changed", inputOf(t, soon[0])); result.Status != engine.Succeeded {
		t.Errorf("the run that follows a change: %s, %s", result.Error, result.Cause)
	}
}

// inputOf is the execution's input in the request that a schedule sends to Step Functions when it fires.
func inputOf(t *testing.T, f scheduler.Firing) json.RawMessage {
	t.Helper()
	var request struct{ StateMachineArn, Name, Input string }
	text := strings.ReplaceAll(f.Schedule.Input, "<aws.scheduler.scheduled-time>", f.At.UTC().Format(time.RFC3339))
	if err := json.Unmarshal([]byte(text), &request); err != nil {
		t.Fatal(err)
	}
	if request.Name != "<aws.scheduler.execution-id>" || !strings.HasSuffix(request.StateMachineArn, ":stateMachine:eks-scaling") {
		t.Errorf("the schedule %s starts %s as %s", f.Schedule.Name, request.StateMachineArn, request.Name)
	}
	return json.RawMessage(request.Input)
}

// TestTwoSchedulesOfOneTriggerAreOneChange: while a trigger comes due, its schedule of before a change stays beside the new one, and both
// fire. One of the two runs decides, and each node group is changed once.
func TestTwoSchedulesOfOneTriggerAreOneChange(t *testing.T) {
	bothWays(t, tuesdayNight, func(n *night) {
		n.until(tuesdayNight.Add(-2 * time.Minute))
		n.configure()
		deliver(n.t, n.World)
		for _, s := range n.Scheduler.Schedules(world.ScheduleGroup) {
			if triggers.WithoutFingerprint(s.Name) == "weekly-America-Sao_Paulo-0100" {
				s.Name, s.Description = triggers.Fingerprinted("weekly-America-Sao_Paulo-0100", nil), "as it was before a change"
				n.Scheduler.Put(s)
			}
		}
		n.configure(`from: "06:30"`, `from: "06:45"`)
		deliver(n.t, n.World)
		firings := n.Scheduler.Firings(world.ScheduleGroup, tuesdayNight, tuesdayNight.Add(time.Second))
		firings = slices.DeleteFunc(firings, func(f scheduler.Firing) bool { return f.Schedule.ActionAfterCompletion == "DELETE" })
		if len(firings) != 2 {
			n.t.Fatalf("at %s fires %v; want the schedule of before the change, and the new one", tuesdayNight, firings)
		}
		n.at(tuesdayNight, func() {
			n.start("one", inputOf(n.t, firings[0]))
			n.start("two", inputOf(n.t, firings[1]))
		})
		n.check(tuesdayNight.Add(time.Hour), outcome{
			runs: map[string]string{"one": "overtaken", "two": "succeeded"}, sizes: asleep, marks: []string{"big sleep 0", "small sleep 1"},
		})
		if diff := cmp.Diff([]string{"small 1", "big 0"}, accepted(n.World)); diff != "" {
			n.t.Errorf("the calls that EKS accepted (-want +got):\n%s", diff)
		}
	})
}

const reconciled = "Reconcile? SyncTriggers AuditRun AnyFailed? "

func TestReconcileRunRepairsTheTriggers(t *testing.T) {
	t.Parallel()
	w := configured(t)
	w.Scheduler.Put(scheduler.Schedule{
		Name: "weekly-Europe-Berlin-0300", Group: world.ScheduleGroup, Expression: "cron(0 3 ? * * *)", Timezone: "Europe/Berlin",
		TargetArn: "arn:aws:lambda:sa-east-1:123456789012:function:stray", RoleArn: "arn:aws:iam::123456789012:role/stray",
	})
	result := runWorld(t, w, "reconcile", run.Input{Trigger: "reconcile", At: tuesday("12:00:00")})
	want := upToDecide + "AuditUnit " + reconciled + "Succeeded"
	if got := strings.Join(result.Path, " "); got != want || result.Status != engine.Succeeded {
		t.Fatalf("%s by the path\n%s\nwant\n%s", result.Status, got, want)
	}
	var summary run.Summary
	if err := json.Unmarshal(result.Output, &summary); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&run.SyncTriggersResult{Planned: 4, Created: 4, Deleted: 1}, summary.Triggers); diff != "" {
		t.Errorf("the run says (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(planned, schedules(w)); diff != "" {
		t.Errorf("afterwards (-planned +found):\n%s", diff)
	}
	calls := len(w.Scheduler.Calls())
	runWorld(t, w, "again", run.Input{Trigger: "reconcile", At: tuesday("13:00:00")})
	for _, c := range w.Scheduler.Calls()[calls:] {
		if c.Operation != "ListSchedules" && c.Operation != "GetSchedule" {
			t.Errorf("a second reconcile run calls %s %s though nothing differs", c.Operation, c.Name)
		}
	}
}

func TestReconcileRunWithNothingToScaleRepairsTheTriggersToo(t *testing.T) {
	t.Parallel()
	w := configured(t, "paused: false", "paused: true")
	result := runWorld(t, w, "reconcile", run.Input{Trigger: "reconcile"})
	if got, want := strings.Join(result.Path, " "), "LoadConfig AnythingToDo? "+reconciled+"Skipped"; got != want {
		t.Errorf("path\n%s\nwant\n%s", got, want)
	}
	if diff := cmp.Diff(planned, schedules(w)); diff != "" {
		t.Errorf("afterwards (-planned +found):\n%s", diff)
	}
}

func TestTriggersThatCannotBeRepairedFailTheRunAfterItHasScaled(t *testing.T) {
	t.Parallel()
	w := configured(t)
	w.Scheduler.SetAuthorize(func(scheduler.Call) error {
		return errors.New("not authorized to perform: scheduler:ListSchedules")
	})
	result := runWorld(t, w, "reconcile", run.Input{Trigger: "reconcile", At: tuesday("07:00:00")})
	if result.Status != engine.Failed || desired(w)["big"] != 3 {
		t.Fatalf("%s with big at %d; want FAILED with 3", result.Status, desired(w)["big"])
	}
	alerts := w.Alerts()
	if len(alerts) != 1 || !strings.Contains(alerts[0].Message, "What:  the triggers\nWhy:   AccessDeniedError") {
		t.Errorf("alerts %q; want one on the triggers", alerts)
	}
}

// applyOverride writes the reference configuration with five nodes for big for a while.
func applyOverride(t *testing.T, w *world.World, from, until time.Time) {
	t.Helper()
	text, err := os.ReadFile("../examples/sao-paulo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	override := "\noverrides:\n  - {cluster: production, nodegroups: [big], sizes: {big: 5}, from: " + from.Format(time.RFC3339) +
		", until: " + until.Format(time.RFC3339) + ", reason: a launch, createdBy: ana}\n"
	file := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(file, append(text, override...), 0o600); err != nil {
		t.Fatal(err)
	}
	if printed, err := w.CLI(t.Context(), "config", "apply", "--yes", file); err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
}

// TestOverrideIsAppliedAndEndsByItself lets the triggers of an override start the runs at its start and at its end.
func TestOverrideIsAppliedAndEndsByItself(t *testing.T) {
	t.Parallel()
	w := begin(t)
	// Noon is default time, whatever the day, so only the override changes anything. It lies within the triggers' horizon.
	from := time.Now().UTC().AddDate(0, 6, 0).Truncate(24 * time.Hour).Add(15 * time.Hour)
	until := from.Add(3 * time.Hour)
	applyOverride(t, w, from, until)
	deliver(t, w)
	firings := w.Scheduler.Firings(world.ScheduleGroup, from, until.Add(time.Minute))
	if len(firings) != 2 || !firings[0].At.Equal(from) || !firings[1].At.Equal(until) {
		t.Fatalf("firings %v; want one at the start and one at the end", firings)
	}
	for i, want := range []int32{5, 1} {
		var input run.Input
		if err := json.Unmarshal(inputOf(t, firings[i]), &input); err != nil {
			t.Fatal(err)
		}
		if !input.Due.Equal(firings[i].At) {
			t.Errorf("the run is due at %s; want %s, for which its trigger was scheduled", input.Due, firings[i].At)
		}
		input.At, input.Due = firings[i].At, time.Time{} // the local clock does not go there
		result := runWorld(t, w, firings[i].Schedule.Name, input)
		if got := desired(w); result.Status != engine.Succeeded || got["big"] != want || got["small"] != 0 {
			t.Errorf("%s: %s with %v; want big at %d", firings[i].Schedule.Name, result.Status, got, want)
		}
	}
}
