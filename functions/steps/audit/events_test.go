package audit

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/event"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// told returns the kinds and details of the sent events, a line each.
func (t *trail) sent() (lines []string) {
	for _, e := range t.events {
		var d struct {
			Cluster, Nodegroup, Outcome, Error string
			DryRun                             bool
		}
		text, err := e.JSON()
		if err != nil {
			panic(err)
		}
		if err := json.Unmarshal([]byte(text), &d); err != nil {
			panic(err)
		}
		lines = append(lines, strings.Join(strings.Fields(fmt.Sprintf("%s %s %s %s %s", e.Kind, d.Cluster, d.Nodegroup, d.Outcome, d.Error)), " "))
	}
	return lines
}

func TestTheEventOfAChange(t *testing.T) {
	t.Parallel()
	cause := func(class string) *run.StepError { return &run.StepError{Error: class, Cause: "no capacity"} }
	for _, row := range []struct {
		rule string
		set  func(task *run.ChangeTask, on *trail)
		want []string
	}{
		{"a change that arrived", func(*run.ChangeTask, *trail) {}, []string{"Node Group Scaled production big"}},
		{"none of a node group that was in sync", func(c *run.ChangeTask, _ *trail) { c.Progress.Outcome = run.Unchanged }, nil},
		{"none of a decision that is made again", func(c *run.ChangeTask, _ *trail) { c.Progress.Outcome = run.Returned }, nil},
		{"none of a change that a newer run makes", func(c *run.ChangeTask, _ *trail) { c.Progress.Outcome = run.Overtaken }, nil},
		{"a failure", func(c *run.ChangeTask, _ *trail) { c.Error = cause("NodegroupFailedError") }, []string{"Scaling Failed production big NodegroupFailedError"}},
		{"a failure before the first look", func(c *run.ChangeTask, _ *trail) { c.Error, c.Progress = cause("ThrottledError"), nil }, []string{
			"Scaling Failed production big ThrottledError",
		}},
		{"none of a failure that a newer run has overtaken", func(c *run.ChangeTask, on *trail) {
			c.Error, on.unit.Orders = cause("NodegroupFailedError"), map[string]claim.Order{"big": claim.NewOrder(began.Add(time.Minute), "newer")}
		}, nil},
		{"a scale-down that is held back", func(c *run.ChangeTask, _ *trail) { c.Error = cause("HeldBackError") }, []string{
			"Scale-down Held Back production big HeldBackError",
		}},
	} {
		task, on := scaledUp(), &trail{}
		row.set(&task, on)
		if _, err := on.audit(run.AuditRequest{Change: &task}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(row.want, on.sent()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.rule, diff)
		}
	}
}

// TestTheIDOfAnEvent is the same if audit is repeated, and another one for each step.
func TestTheIDOfAnEvent(t *testing.T) {
	t.Parallel()
	on := &trail{}
	for _, round := range []int{1, 1, 2} {
		task := scaledUp()
		task.Round = round
		if _, err := on.audit(run.AuditRequest{Change: &task}); err != nil {
			t.Fatal(err)
		}
	}
	if a, b, c := on.events[0].ID(), on.events[1].ID(), on.events[2].ID(); a != b || a == c {
		t.Errorf("found the ids %s, %s, %s; want the second like the first, and the third different", a, b, c)
	}
}

func unitEnded(set func(task *run.UnitTask)) run.UnitEnd {
	task := run.UnitTask{
		Run: run.Run{Execution: run.Execution{ARN: "arn:run", Name: "run"}, TakenAt: began}, Unit: "production", Outcome: run.Succeeded, At: began,
		Wanted: scaling.Wanted{Profile: "peak", Since: began},
	}
	set(&task)
	return run.UnitEnd{Execution: run.Execution{ARN: "arn:unit", Name: "unit"}, State: task}
}

func drifted(task *run.UnitTask) {
	goal := scaling.Desired(3).Goal(scaling.Limits{MaxSize: 5})
	task.Decisions = []scaling.Decision{{Nodegroup: "big", Action: scaling.Keep, Before: new(sized(1)), Drifted: &goal}}
}

func TestTheEventsOfAUnit(t *testing.T) {
	t.Parallel()
	failed := func(class string) func(*run.UnitTask) {
		return func(task *run.UnitTask) { task.Error = &run.StepError{Error: class, Cause: "no"} }
	}
	for _, row := range []struct {
		rule string
		set  func(task *run.UnitTask)
		want []string
	}{
		{"none of a unit that succeeded", func(*run.UnitTask) {}, nil},
		{"a failure", failed("AccessDeniedError"), []string{"Scaling Failed production AccessDeniedError"}},
		{"scale-downs beyond the blast radius", failed("BlastRadiusError"), []string{"Scale-down Held Back production BlastRadiusError"}},
		{"drift", drifted, []string{"Drift Found production big"}},
		{"none of a dry run", func(task *run.UnitTask) { drifted(task); failed("AccessDeniedError")(task); task.Run.DryRun = true }, nil},
	} {
		on := &trail{}
		if _, err := on.audit(run.AuditRequest{Unit: new(unitEnded(row.set))}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(row.want, on.sent()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.rule, diff)
		}
	}
}

// TestDriftIsToldOnce however many runs find it, unless it could not be sent. Other sizes are another drift.
func TestDriftIsToldOnce(t *testing.T) {
	t.Parallel()
	on := &trail{lost: errors.New("no bus")}
	for _, step := range []struct {
		rule string
		lost error
		size int32
		want int // events so far
	}{
		{"it could not be sent", errors.New("no bus"), 1, 1},
		{"so the next run sends it", nil, 1, 2},
		{"and later ones do not", nil, 1, 2},
		{"other sizes", nil, 2, 3},
	} {
		on.lost = step.lost
		end := unitEnded(drifted)
		end.State.Decisions[0].Before = new(sized(step.size))
		if _, err := on.audit(run.AuditRequest{Unit: &end}); err != nil {
			t.Fatal(err)
		}
		if len(on.events) != step.want {
			t.Errorf("%s: found %d events; want %d", step.rule, len(on.events), step.want)
		}
	}
}

// TestASlowBusIsWaitedForOnce, however many node groups have drifted: the step must record the unit in time.
func TestASlowBusIsWaitedForOnce(t *testing.T) {
	t.Parallel()
	on := &trail{lost: errors.New("no answer")}
	end := unitEnded(func(task *run.UnitTask) {
		drifted(task)
		for i := range 20 {
			another := task.Decisions[0]
			another.Nodegroup = fmt.Sprintf("big-%d", i)
			task.Decisions = append(task.Decisions, another)
		}
		task.Error = &run.StepError{Error: "AccessDeniedError", Cause: "no"}
	})
	if _, err := on.audit(run.AuditRequest{Unit: &end}); err != nil {
		t.Fatal(err)
	}
	if on.calls != 1 || len(on.events) != 22 {
		t.Errorf("the bus was asked %d times for %d events; want once for 22", on.calls, len(on.events))
	}
}

func TestTheEventsOfARun(t *testing.T) {
	t.Parallel()
	good := run.UnitRecord{ClusterSummary: run.ClusterSummary{Cluster: "production", Outcome: run.Succeeded}}
	for _, row := range []struct {
		rule  string
		input string
		units []string
		fails string
		want  []string
	}{
		{"one that succeeded", `{}`, []string{"production"}, "", []string{"Run Finished succeeded"}},
		{"a dry run", `{"dryRun": true}`, []string{"production"}, "", []string{"Run Finished planned"}},
		{"one that failed before it had read its input", `{}`, nil, "InputInvalidError", []string{"Run Finished failed InputInvalidError"}},
		{"one with a unit that left no record", `{}`, []string{"production", "staging"}, "", []string{
			"Scaling Failed staging UnitEndedError", "Run Finished failed UnitEndedError",
		}},
	} {
		on := &trail{units: []run.UnitRecord{good}}
		task := run.Task{Execution: run.Execution{ARN: "arn:run", Name: "run"}, StartTime: began, Input: json.RawMessage(row.input)}
		task.State.Error = row.fails
		if row.units != nil {
			task.State.Units, task.State.Run = row.units, run.Run{Execution: task.Execution, TakenAt: began, DryRun: strings.Contains(row.input, "dryRun")}
		}
		if _, err := on.audit(run.AuditRequest{Run: &task}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(row.want, on.sent()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.rule, diff)
		}
	}
}

// TestUnsentEventsAreCountedAndChangeNothingElse: of a change, its unit and the run.
func TestUnsentEventsAreCountedAndChangeNothingElse(t *testing.T) {
	t.Parallel()
	on := &trail{lost: errors.New("no bus")}
	change := scaledUp()
	out, err := on.audit(run.AuditRequest{Change: &change})
	result, _ := out.(run.ChangeResult)
	if err != nil || result.Outcome != run.Succeeded || result.UnsentEvents != 1 {
		t.Fatalf("found %+v and %v; want a success with one unsent event", result, err)
	}
	end := unitEnded(func(task *run.UnitTask) { drifted(task); task.Done = run.ChangeResults{result} })
	if _, err := on.audit(run.AuditRequest{Unit: &end}); err != nil {
		t.Fatal(err)
	}
	unit, _ := on.records[1].Detail.(run.UnitRecord)
	if unit.UnsentEvents != 2 {
		t.Errorf("found %d unsent events of the unit; want 2", unit.UnsentEvents)
	}
	on.units = []run.UnitRecord{unit}
	task := run.Task{Execution: run.Execution{ARN: "arn:run", Name: "run"}, StartTime: began, Input: json.RawMessage(`{}`)}
	task.State.Units = []string{"production"}
	out, err = on.audit(run.AuditRequest{Run: &task})
	summary, _ := out.(run.Summary)
	if want := "; 3 events were not sent: see the logs of the function audit"; err != nil || summary.Outcome != run.Succeeded || !strings.HasSuffix(summary.Message, want) {
		t.Errorf("found %+v and %v; want a success that ends with %q", summary, err, want)
	}
	if e := on.events[len(on.events)-1]; e.Kind != event.RunFinished {
		t.Errorf("the last event is %s; want the run's event", e.Kind)
	}
}
