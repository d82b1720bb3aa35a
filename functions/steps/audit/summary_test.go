package audit

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// night returns a unit whose scale-up failed, so that its scale-down was held back.
func night() run.UnitTask {
	return run.UnitTask{
		Unit: "production", Cluster: run.Cluster{Name: "production", Timezone: "UTC"}, Outcome: run.Failed,
		Decisions: []scaling.Decision{
			{Nodegroup: "big", Action: scaling.ScaleDown, Reason: "it is night", HeldBack: []string{"small has 0 of 1 nodes"}},
			{Nodegroup: "small", Action: scaling.ScaleUp, Reason: "it is night"},
			{Nodegroup: "spare", Action: scaling.Keep, Reason: "already at the desired sizes", Warning: "DEGRADED"},
		},
		Done: run.ChangeResults{{
			Nodegroup: "small", Outcome: run.Failed,
			Error: &run.StepError{Error: "NodegroupFailedError", Cause: `{"errorMessage":"no capacity","errorType":"NodegroupFailedError"}`},
		}},
		Wave: &run.Wave{Results: run.ChangeResults{{
			Nodegroup: "big", Outcome: run.Failed,
			Error: &run.StepError{Error: "HeldBackError", Cause: "node group production/big is not scaled down, as it is held back: small has 0 of 1 nodes"},
		}}},
	}
}

// ended is an ended run with the records of its units.
type ended struct {
	run.Task
	records []run.UnitRecord
}

func (e ended) summarize() run.Summary {
	summary, _ := summarize(e.Task, e.records)
	return summary
}

// of returns a run whose units left records.
func of(units ...run.UnitTask) ended {
	e := ended{Task: run.Task{Execution: run.Execution{ARN: "arn:aws:states:sa-east-1:123456789012:execution:eks-scaling:r1", Name: "r1"}}}
	for _, u := range units {
		e.State.Units = append(e.State.Units, u.Unit)
		e.records = append(e.records, recordOf(u))
	}
	return e
}

func recordOf(unit run.UnitTask) run.UnitRecord {
	return summarizeUnit(run.UnitEnd{Execution: run.Execution{ARN: "arn:aws:states:sa-east-1:123456789012:execution:eks-scaling/Unit:" + unit.Unit, Name: unit.Unit}, State: unit})
}

func TestASummaryNamesWhatFailedAndWhatItHeldBack(t *testing.T) {
	t.Parallel()
	summary := of(night()).summarize()
	var got []string
	for _, n := range recordOf(night()).Nodegroups {
		got = append(got, fmt.Sprint(n.Nodegroup, " ", n.Outcome, " ", n.HeldBack, " ", n.Warning))
	}
	want := []string{"big failed [small has 0 of 1 nodes] ", "small failed [] ", "spare unchanged [] DEGRADED"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	const message = "node group production/small: no capacity (and 1 more)" // the cause first, what it held back after it
	if summary.Outcome != run.Failed || summary.Error != "NodegroupFailedError" || summary.Message != message {
		t.Errorf("outcome %s, error %s, message %q", summary.Outcome, summary.Error, summary.Message)
	}
	for _, part := range []string{"node group production/small", "Where: https://sa-east-1.console.aws.amazon.com/states/home?region=sa-east-1#/v2/executions/details/arn:aws:states:sa-east-1:123456789012:execution:eks-scaling/Unit:production\n", "no capacity", "held back: small has 0 of 1 nodes", run.HeldBackError.Remedy()} {
		if !strings.Contains(summary.Alert.Message, part) {
			t.Errorf("the alert does not say %q:\n%s", part, summary.Alert.Message)
		}
	}
}

// TestARecordOfADryRunHasTheExpectedWaves within the size of what audit gets of a run that makes the changes: shared/limits
// computes that.
func TestARecordOfADryRunHasTheExpectedWaves(t *testing.T) {
	t.Parallel()
	real := run.UnitTask{Unit: "production", Outcome: run.Succeeded}
	dry := real
	dry.Run.DryRun, dry.Outcome = true, run.Planned
	for i := range 150 {
		d := scaling.Decision{Nodegroup: fmt.Sprintf("a-node-group-with-a-long-name-%d", i), Action: scaling.ScaleUp, Before: &scaling.Sizes{}, Reason: "it is night"}
		real.Decisions, dry.Decisions = append(real.Decisions, d), append(dry.Decisions, d)
		real.Done = append(real.Done, run.ChangeResult{Nodegroup: d.Nodegroup, Outcome: run.Succeeded, Before: d.Before, After: d.Before})
		dry.Expected = append(dry.Expected, []string{d.Nodegroup})
	}
	record, whole := recordOf(dry), recordOf(real)
	if diff := cmp.Diff(dry.Expected, record.Expected); diff != "" || whole.Expected != nil {
		t.Errorf("expected waves (-decided +summary):\n%s\nand of a run that makes the changes: %v", diff, whole.Expected)
	}
	if state, input := length(t, dry), length(t, real); state > input {
		t.Errorf("a dry run's state has %d bytes; want at most %d, which is what is computed", state, input)
	}
}

func length(t *testing.T, v any) int {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return len(text)
}

func TestAWaveThatWasNotReachedIsNotTried(t *testing.T) {
	t.Parallel()
	task := night()
	task.Wave, task.Error = nil, &run.StepError{Error: "NoProgressError", Cause: "unit production: stuck"}
	summary, record := of(task).summarize(), recordOf(task)
	if n := record.Nodegroups[0]; n.Outcome != run.Skipped || n.Reason != "not changed in this run; desired: it is night" {
		t.Errorf("big: %s, %q", n.Outcome, n.Reason)
	}
	if record.Error != "unit production: stuck" || summary.Error != "NoProgressError" {
		t.Errorf("found %q and the class %s; want the unit's own error", record.Error, summary.Error)
	}
}

func TestADryRunAlertsNobody(t *testing.T) {
	t.Parallel()
	asked := of(night())
	asked.State.Run.DryRun, asked.Input = true, []byte(`{"dryRun":true}`)
	unread := ended{Task: run.Task{Input: []byte(`{"dryRun":true,"clusters":["nowhere"]}`)}}
	unread.State.StepError = run.StepError{Error: "InputInvalidError", Cause: "clusters[0]: unknown name"}
	left := of(run.UnitTask{Unit: "staging", Outcome: run.Planned, Run: run.Run{DryRun: true}})
	left.State.Units = append(left.State.Units, "production") // which left no record
	left.State.Run.DryRun, left.Input = true, []byte(`{"dryRun":true}`)
	for rule, task := range map[string]ended{"with a failure": asked, "whose input is refused": unread, "a unit left no record": left} {
		if s := task.summarize(); s.Alert != nil || s.Outcome != run.Incomplete || s.Error == "" {
			t.Errorf("%s: outcome %s, error %q, alert %v; want an incomplete plan with its error, and no alert", rule, s.Outcome, s.Error, s.Alert)
		}
	}
	unread.Input = []byte(`{"clusters":["nowhere"]}`)
	if s := unread.summarize(); s.Alert == nil || s.Outcome != run.Failed {
		t.Errorf("the same of a run: outcome %s, alert %v; want an alert", s.Outcome, s.Alert)
	}
}

func TestAnOvertakenRunIsNeitherFailedNorAlerted(t *testing.T) {
	t.Parallel()
	task := run.UnitTask{
		Unit: "production", Outcome: run.Overtaken, OvertakenBy: "newer", Notice: "run newer is newer and decides instead",
		Decisions: []scaling.Decision{{Nodegroup: "big", Action: scaling.ScaleDown, Reason: "it is night"}, {Nodegroup: "small", Action: scaling.ScaleUp}},
		Done: run.ChangeResults{
			{Nodegroup: "small", Outcome: run.Succeeded},
			{Nodegroup: "big", Outcome: run.Overtaken, OvertakenBy: "newer", Error: &run.StepError{Error: "NodegroupFailedError"}},
		},
	}
	s := of(task).summarize()
	if s.Outcome != run.Overtaken || s.Alert != nil || s.Error != "" {
		t.Errorf("outcome %s, error %q, alert %v", s.Outcome, s.Error, s.Alert)
	}
	if want := "1 scaled, 1 unchanged; production: overtaken by run newer"; s.Message != want {
		t.Errorf("message %q, want %q", s.Message, want)
	}
	if n := recordOf(task).Nodegroups[0]; n.Outcome != run.Overtaken || n.Reason != "overtaken by run newer; desired: it is night" {
		t.Errorf("big: %s, %q", n.Outcome, n.Reason)
	}
	other := run.UnitTask{Unit: "staging", Outcome: run.Failed, Error: &run.StepError{Error: "UnitBusyError", Cause: "x"}}
	if s := of(task, other).summarize(); s.Outcome != run.Failed || s.Alert == nil {
		t.Errorf("with another unit that failed: outcome %s, alert %v", s.Outcome, s.Alert)
	}
}

func TestOutcomeOfARunInWhichNothingFailed(t *testing.T) {
	t.Parallel()
	skipped := run.UnitTask{Unit: "production", Outcome: run.Skipped, Notice: "scaling is paused"}
	idle := run.UnitTask{Unit: "staging", Outcome: run.Succeeded, Decisions: []scaling.Decision{{Nodegroup: "big", Action: scaling.Keep}}}
	planned := idle
	planned.Run.DryRun, planned.Decisions = true, []scaling.Decision{{Nodegroup: "big", Action: scaling.ScaleUp}}
	dry := of(planned)
	dry.State.Run.DryRun = true
	notice := ended{}
	notice.State.Notice = "nothing is configured yet"
	for _, row := range []struct {
		rule    string
		task    ended
		outcome run.Outcome
		message string
	}{
		{"nothing to select", notice, run.Skipped, "nothing is configured yet"},
		{"all units are skipped", of(skipped), run.Skipped, "nothing is scaled: production: scaling is paused"},
		{"some are", of(skipped, idle), run.Succeeded, "0 scaled, 1 unchanged"},
		{"a dry run", dry, run.Planned, "dry run: 1 to scale, 0 unchanged"},
	} {
		if s := row.task.summarize(); s.Outcome != row.outcome || s.Message != row.message || s.Alert != nil {
			t.Errorf("%s: %s, %q, alert %v; want %s, %q", row.rule, s.Outcome, s.Message, s.Alert, row.outcome, row.message)
		}
	}
}

func TestTheTriggersMayFailARun(t *testing.T) {
	t.Parallel()
	task := of()
	task.State.TriggersError = &run.StepError{Error: "AccessDeniedError", Cause: "no"}
	if s := task.summarize(); s.Outcome != run.Failed || s.Message != "the triggers: no" || s.Alert == nil {
		t.Errorf("%s, %q, alert %v", s.Outcome, s.Message, s.Alert)
	}
}

// TestSignalsThatWereNotReadAreANote because each unit decided without readings, as the configuration says.
func TestSignalsThatWereNotReadAreANote(t *testing.T) {
	t.Parallel()
	task := of(run.UnitTask{Unit: "production", Outcome: run.Succeeded})
	task.State.SignalsError = &run.StepError{Error: "Sandbox.Timedout", Cause: `{"errorMessage":"Task timed out after 30.00 seconds"}`}
	const message = "0 scaled, 0 unchanged; the signals were not read: Task timed out after 30.00 seconds"
	if s := task.summarize(); s.Outcome != run.Succeeded || s.Message != message || s.Alert != nil || len(s.Failures) > 0 {
		t.Errorf("%s, %q, alert %v, failures %v; want succeeded, %q", s.Outcome, s.Message, s.Alert, s.Failures, message)
	}
	task.State.TriggersError = &run.StepError{Error: "AccessDeniedError", Cause: "no"}
	if s := task.summarize(); !strings.HasSuffix(s.Message, "; the signals were not read: Task timed out after 30.00 seconds") || len(s.Failures) != 1 {
		t.Errorf("of a run that failed otherwise: %q, failures %v", s.Message, s.Failures)
	}
}

func TestAlertIsWhatSNSTakes(t *testing.T) {
	t.Parallel()
	summary := of(run.UnitTask{
		Unit: "produção\n" + strings.Repeat("x", 200), Error: &run.StepError{Error: "ConfigInvalidError", Cause: strings.Repeat("wrong; ", 20_000)},
	}).summarize()
	for _, r := range summary.Alert.Subject {
		if r < ' ' || r > '~' {
			t.Errorf("the subject has the character %q", r)
		}
	}
	if len(summary.Alert.Subject) > 99 || len(summary.Alert.Message) > 64_000 || len(summary.Message) > 4_000 {
		t.Errorf("%d, %d and %d bytes are too many", len(summary.Alert.Subject), len(summary.Alert.Message), len(summary.Message))
	}
}

// TestTheChangesOfARun are counted, so that nobody reads the records of the units of a run without any.
func TestTheChangesOfARun(t *testing.T) {
	t.Parallel()
	idle := run.UnitTask{Unit: "idle", Decisions: []scaling.Decision{{Nodegroup: "web", Action: scaling.Keep}}}
	arrived := run.UnitTask{
		Unit: "arrived", Decisions: []scaling.Decision{{Nodegroup: "web", Action: scaling.Keep}},
		Done: run.ChangeResults{{Nodegroup: "web", Outcome: run.Succeeded}},
	}
	for name, row := range map[string]struct {
		run  ended
		want int
	}{
		"idle": {of(idle, idle), 0}, "failed, and held back": {of(night(), idle), 2}, "arrived, and so kept by the last decision": {of(arrived), 1},
	} {
		on := &trail{units: row.run.records}
		if _, err := on.audit(run.AuditRequest{Run: &row.run.Task}); err != nil {
			t.Fatal(err)
		}
		if got := on.records[0].Detail.(run.Record).Changes; got == nil || *got != row.want {
			t.Errorf("%s: found %v changes; want %d", name, got, row.want)
		}
	}
}
