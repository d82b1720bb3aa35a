package audit

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// TestEachStepIsOnRecord under a key of its own. Other changes keep theirs.
func TestEachStepIsOnRecord(t *testing.T) {
	t.Parallel()
	on := &trail{}
	for _, round := range []int{1, 9, 10} {
		task := scaledUp()
		task.Round, task.Decision.Step = round, round > 1
		if _, err := on.audit(run.AuditRequest{Change: &task}); err != nil {
			t.Fatal(err)
		}
	}
	var names []string
	for _, r := range on.records {
		names = append(names, r.Execution)
	}
	if want := []string{"run", "run#0009", "run#0010"}; !slices.Equal(names, want) {
		t.Errorf("found %q; want %q, in the order of the rounds", names, want)
	}
}

// TestTheRecordOfAUnitHasAllSteps of a node group in one entry.
func TestTheRecordOfAUnitHasAllSteps(t *testing.T) {
	t.Parallel()
	goal := scaling.Desired(5).Goal(scaling.Limits{MaxSize: 5})
	result := func(outcome run.Outcome, before int32, after *scaling.Sizes) run.ChangeResult {
		return run.ChangeResult{Nodegroup: "big", Activation: "a", Outcome: outcome, Before: new(sized(before)), After: after}
	}
	failed := result(run.Failed, 3, nil)
	failed.Error = &run.StepError{Error: "NodegroupFailedError", Cause: "no capacity"}
	for _, row := range []struct {
		rule string
		done run.ChangeResults
		wave run.ChangeResults
		want run.NodegroupSummary
	}{
		{
			"that reached its goal",
			run.ChangeResults{result(run.Succeeded, 1, new(sized(5)))},
			nil,
			run.NodegroupSummary{Outcome: run.Succeeded, Before: new(sized(1)), After: new(sized(5))},
		},
		{
			"that the run left between two steps",
			run.ChangeResults{result(run.Succeeded, 1, new(sized(3)))},
			nil,
			run.NodegroupSummary{Outcome: run.Succeeded, Before: new(sized(1)), After: new(sized(3)), Warning: "the run ended on the way to 5 (0..5)"},
		},
		{
			"whose unit failed after the last wave",
			run.ChangeResults{result(run.Succeeded, 1, new(sized(3)))},
			run.ChangeResults{result(run.Succeeded, 3, new(sized(5)))},
			run.NodegroupSummary{Outcome: run.Succeeded, Before: new(sized(1)), After: new(sized(5))},
		},
		{
			"whose last step failed",
			run.ChangeResults{result(run.Succeeded, 1, new(sized(3)))},
			run.ChangeResults{failed},
			run.NodegroupSummary{Outcome: run.Failed, Before: new(sized(1)), Error: "no capacity"},
		},
	} {
		task := run.UnitTask{Unit: "production", Outcome: run.Succeeded, Done: row.done, Decisions: []scaling.Decision{{
			Nodegroup: "big", Action: scaling.ScaleUp, Reason: "it is time", Goal: goal, Before: new(sized(3)), After: sized(5), Step: true,
		}}}
		if row.wave != nil {
			task.Wave = &run.Wave{Decisions: task.Decisions, Results: row.wave}
		}
		row.want.Nodegroup, row.want.Action, row.want.Reason = "big", scaling.ScaleUp, "it is time"
		if diff := cmp.Diff([]run.NodegroupSummary{row.want}, recordOf(task).Nodegroups); diff != "" {
			t.Errorf("a node group %s (-want +got):\n%s", row.rule, diff)
		}
	}
}
