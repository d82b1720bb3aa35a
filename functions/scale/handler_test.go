package main

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"eks-scaling-automation/functions/step"
	"eks-scaling-automation/shared/nodegroups"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/statemachine"
)

// eks is a node group that remembers what it was asked for.
type eks struct {
	state  nodegroups.State
	asked  []scaling.Sizes
	tokens []string
}

func (e *eks) Describe(context.Context, nodegroups.Place, string) (nodegroups.State, error) {
	return e.state, nil
}

func (e *eks) Scale(_ context.Context, _ nodegroups.Place, _ string, s scaling.Sizes, token string) (string, error) {
	e.asked, e.tokens = append(e.asked, s), append(e.tokens, token)
	return "update-1", nil
}

func TestScaleLooksBeforeItActs(t *testing.T) {
	t.Parallel()
	taken := time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)
	limits := scaling.Limits{MinSize: 0, MaxSize: 5}
	for _, row := range []struct {
		name   string
		target scaling.Target
		action scaling.Action
		now    scaling.Sizes
		status types.NodegroupStatus
		passed time.Duration // since the run took its instant
		left   time.Duration // that the decision had; zero is for ever
		fails  statemachine.ErrorName
		asked  int32 // desired size; -1 is not asked
	}{
		{name: "scales an ACTIVE node group", target: scaling.Desired(3), status: "ACTIVE", asked: 3},
		{name: "scales a DEGRADED one to another size", target: scaling.Desired(3), status: "DEGRADED", asked: 3},
		{name: "leaves alone what is right", target: scaling.Desired(1), status: "ACTIVE", now: scaling.Sizes{MaxSize: 5, DesiredSize: 1}, asked: -1},
		{name: "does not rely on DEGRADED capacity", target: scaling.Desired(1), action: scaling.ScaleUp, status: "DEGRADED", now: scaling.Sizes{MaxSize: 5, DesiredSize: 1}, fails: statemachine.NodegroupDegradedError},
		{name: "never acts while UPDATING", target: scaling.Desired(3), status: "UPDATING", fails: statemachine.NodegroupBusyError},
		{name: "repeats a call whose answer was lost", target: scaling.Desired(3), status: "UPDATING", now: scaling.Sizes{MaxSize: 5, DesiredSize: 3}, asked: 3},
		{name: "never acts while CREATING", target: scaling.Desired(3), status: "CREATING", fails: statemachine.NodegroupBusyError},
		{name: "gives up on one that is DELETING", target: scaling.Desired(3), status: "DELETING", fails: statemachine.NodegroupFailedError},
		{name: "refuses sizes over the limits", target: scaling.Desired(6), status: "ACTIVE", fails: statemachine.ConfigInvalidError},
		{name: "is in time at the last moment", target: scaling.Desired(3), status: "ACTIVE", passed: time.Minute, left: time.Minute, asked: 3},
		{name: "is too late right after it", target: scaling.Desired(3), status: "ACTIVE", passed: time.Minute + 1, left: time.Minute, fails: statemachine.DecisionStaleError},
		{name: "is never late without a next change", target: scaling.Desired(3), status: "ACTIVE", passed: 1000 * time.Hour, asked: 3},
	} {
		fake := &eks{state: nodegroups.State{Sizes: row.now, Status: row.status}}
		h := handler{eks: fake, now: func() time.Time { return taken.Add(row.passed) }}
		task := statemachine.ChangeTask{
			Run:      statemachine.Run{Execution: statemachine.Execution{ARN: "arn"}, At: taken, TakenAt: taken},
			Decision: scaling.Decision{Nodegroup: "big", Goal: row.target.Goal(limits), Limits: limits, Action: row.action},
		}
		if row.left > 0 {
			task.Wanted.Until = taken.Add(row.left)
		}
		_, err := h.handle(t.Context(), slog.New(slog.DiscardHandler), task)
		if row.fails != "" {
			if err == nil || step.Classify(err) != row.fails || len(fake.asked) > 0 {
				t.Errorf("%s: %v, and asked for %v; want %s and nothing asked", row.name, err, fake.asked, row.fails)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", row.name, err)
		}
		if asked := len(fake.asked) == 1; asked != (row.asked >= 0) || asked && fake.asked[0] != (scaling.Sizes{MaxSize: 5, DesiredSize: row.asked}) {
			t.Errorf("%s: asked for %v; want %d", row.name, fake.asked, row.asked)
		}
	}
}

func TestTokenIsTheSameForARepeatedCallAndOnlyForThat(t *testing.T) {
	t.Parallel()
	task := func(execution, cluster, nodegroup string) statemachine.ChangeTask {
		return statemachine.ChangeTask{
			Run:      statemachine.Run{Execution: statemachine.Execution{ARN: execution}},
			Cluster:  statemachine.Cluster{Name: cluster},
			Decision: scaling.Decision{Nodegroup: nodegroup},
		}
	}
	seen := map[string]bool{}
	for _, one := range []statemachine.ChangeTask{task("a", "b", "c"), task("x", "b", "c"), task("a", "x", "c"), task("a", "b", "x")} {
		if seen[token(one)] {
			t.Errorf("the token of %+v is another change's", one)
		}
		seen[token(one)] = true
	}
	if !seen[token(task("a", "b", "c"))] {
		t.Error("a repeated call has another token")
	}
}
