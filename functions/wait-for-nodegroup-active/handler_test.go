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

// eks answers with a fixed update and node group.
type eks struct {
	update types.UpdateStatus
	group  types.NodegroupStatus
}

func (e eks) Describe(context.Context, nodegroups.Place, string) (nodegroups.State, error) {
	return nodegroups.State{Status: e.group, Health: []string{"AsgInstanceLaunchFailures: no capacity"}}, nil
}

func (e eks) Update(context.Context, nodegroups.Place, string, string) (nodegroups.Update, error) {
	return nodegroups.Update{Status: e.update, Errors: []string{"no capacity"}}, nil
}

func TestOneLook(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)
	for _, row := range []struct {
		name        string
		eks         eks
		action      scaling.Action
		wasDegraded bool
		elapsed     time.Duration
		status      statemachine.Status
		delay       int
		fails       statemachine.ErrorName
	}{
		{name: "in progress at first: look again soon", eks: eks{update: "InProgress"}, status: statemachine.Pending, delay: 5},
		{name: "in progress after half a minute", eks: eks{update: "InProgress"}, elapsed: 30 * time.Second, status: statemachine.Pending, delay: 10},
		{name: "in progress after two minutes", eks: eks{update: "InProgress"}, elapsed: 2 * time.Minute, status: statemachine.Pending, delay: 30},
		{name: "in progress at the deadline", eks: eks{update: "InProgress"}, elapsed: 20 * time.Minute, fails: statemachine.NodegroupTimeoutError},
		{name: "failed", eks: eks{update: "Failed"}, fails: statemachine.NodegroupFailedError},
		{name: "cancelled", eks: eks{update: "Cancelled"}, fails: statemachine.NodegroupFailedError},
		{name: "arrived", eks: eks{"Successful", "ACTIVE"}, status: statemachine.Active},
		{name: "arrived exactly at the deadline", eks: eks{"Successful", "ACTIVE"}, elapsed: 20 * time.Minute, status: statemachine.Active},
		{name: "still UPDATING", eks: eks{"Successful", "UPDATING"}, status: statemachine.Pending, delay: 5},
		{name: "a scale-up that is DEGRADED", eks: eks{"Successful", "DEGRADED"}, action: scaling.ScaleUp, fails: statemachine.NodegroupDegradedError},
		{name: "an old ailment may take a while", eks: eks{"Successful", "DEGRADED"}, action: scaling.ScaleUp, wasDegraded: true, status: statemachine.Pending, delay: 5},
		{name: "but not for ever", eks: eks{"Successful", "DEGRADED"}, action: scaling.ScaleUp, wasDegraded: true, elapsed: 20 * time.Minute, fails: statemachine.NodegroupDegradedError},
		{name: "a scale-down that is DEGRADED has arrived", eks: eks{"Successful", "DEGRADED"}, action: scaling.ScaleDown, status: statemachine.Active},
		{name: "deleted meanwhile", eks: eks{"Successful", "DELETING"}, fails: statemachine.NodegroupFailedError},
	} {
		h := handler{eks: row.eks, now: func() time.Time { return began.Add(row.elapsed) }}
		task := statemachine.ChangeTask{
			Decision: scaling.Decision{Nodegroup: "big", Action: row.action},
			Progress: &statemachine.Progress{
				Changed: true, UpdateID: "u", StartedAt: began, Deadline: began.Add(20 * time.Minute), WasDegraded: row.wasDegraded,
			},
		}
		got, err := h.handle(t.Context(), slog.New(slog.DiscardHandler), task)
		switch {
		case row.fails != "":
			if err == nil || step.Classify(err) != row.fails {
				t.Errorf("%s: %v; want %s", row.name, err, row.fails)
			}
		case err != nil:
			t.Errorf("%s: %v", row.name, err)
		case got.Progress.Status != row.status || got.Progress.DelaySeconds != row.delay:
			t.Errorf("%s: %s after %d s; want %s after %d s", row.name, got.Progress.Status, got.Progress.DelaySeconds, row.status, row.delay)
		}
	}
}
