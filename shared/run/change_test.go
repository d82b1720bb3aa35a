package run_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// TestStepsBecomeOneResult of a node group, from the sizes before the first one to those after the last one.
func TestStepsBecomeOneResult(t *testing.T) {
	t.Parallel()
	of := func(desired int32) *scaling.Sizes { return &scaling.Sizes{MaxSize: 30, DesiredSize: desired} }
	result := func(outcome run.Outcome, before int32, after *scaling.Sizes) run.ChangeResult {
		return run.ChangeResult{Nodegroup: "big", Activation: "today's", Outcome: outcome, Before: of(before), After: after, Seconds: 10, Throttled: 1}
	}
	failure := &run.StepError{Error: "NodegroupFailedError", Cause: "no capacity"}
	failed, overtaken, other, otherGroup := result(run.Failed, 6, nil), result(run.Overtaken, 6, nil), result(run.Succeeded, 6, of(9)), result(run.Succeeded, 0, of(1))
	failed.Error, overtaken.OvertakenBy, other.Activation, otherGroup.Nodegroup = failure, "newer", "an override's", "small"
	first := result(run.Succeeded, 1, of(6))
	one := func(change func(*run.ChangeResult)) run.ChangeResults {
		r := run.ChangeResult{Nodegroup: "big", Activation: "today's", Before: of(1), Seconds: 20, Throttled: 2}
		change(&r)
		return run.ChangeResults{r}
	}
	for _, row := range []struct {
		rule string
		next run.ChangeResult
		want run.ChangeResults
	}{
		{"a further step", result(run.Succeeded, 6, of(11)), one(func(r *run.ChangeResult) { r.Outcome, r.After = run.Succeeded, of(11) })},
		{"somebody else went the rest of the way", result(run.Unchanged, 12, of(12)), one(func(r *run.ChangeResult) { r.Outcome, r.After = run.Succeeded, of(12) })},
		{"a step that failed", failed, one(func(r *run.ChangeResult) { r.Outcome, r.Error = run.Failed, failure })},
		{"one that was overtaken", overtaken, one(func(r *run.ChangeResult) { r.Outcome, r.OvertakenBy = run.Overtaken, "newer" })},
		{"one that was given back", run.ChangeResult{Nodegroup: "big", Activation: "today's", Outcome: run.Returned, Seconds: 10, Throttled: 1}, one(func(r *run.ChangeResult) {
			r.Outcome, r.After, r.Seconds = run.Succeeded, of(6), 10
		})},
		{"another goal has a result of its own", other, run.ChangeResults{first, other}},
		{"so has another node group", otherGroup, run.ChangeResults{first, otherGroup}},
	} {
		before := run.ChangeResults{first}
		if diff := cmp.Diff(row.want, before.Add(row.next)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.rule, diff)
		}
		if diff := cmp.Diff(run.ChangeResults{first}, before); diff != "" {
			t.Errorf("%s changed the earlier results (-want +got):\n%s", row.rule, diff)
		}
	}
}
