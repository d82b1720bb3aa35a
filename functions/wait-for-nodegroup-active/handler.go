package main

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"eks-scaling-automation/shared/nodegroups"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/statemachine"
)

// watcher is what this step needs of EKS.
type watcher interface {
	Describe(ctx context.Context, p nodegroups.Place, nodegroup string) (nodegroups.State, error)
	Update(ctx context.Context, p nodegroups.Place, nodegroup, id string) (nodegroups.Update, error)
}

type handler struct {
	eks watcher
	now func() time.Time
}

// handle looks once. The loop is in the state machine, where waiting costs nothing.
func (h handler) handle(ctx context.Context, log *slog.Logger, task statemachine.ChangeTask) (statemachine.ChangeTask, error) {
	place := nodegroups.Place{Cluster: task.Cluster.Name, Region: task.Cluster.Region, RoleARN: task.Cluster.RoleARN}
	name := task.Cluster.Name + "/" + task.Decision.Nodegroup
	progress := *task.Progress
	task.Progress = &progress

	// The update is asked first: right after it was accepted, the node group may still say ACTIVE.
	update, err := h.eks.Update(ctx, place, task.Decision.Nodegroup, progress.UpdateID)
	if err != nil {
		return task, err
	}
	now := h.now()
	switch update.Status {
	case types.UpdateStatusInProgress:
		return h.pending(task, now, "its update is in progress")
	case types.UpdateStatusFailed, types.UpdateStatusCancelled:
		return task, statemachine.Errorf(statemachine.NodegroupFailedError, "EKS ended the update of node group %s as %s: %s",
			name, update.Status, strings.Join(update.Errors, "; "))
	case types.UpdateStatusSuccessful:
	}
	state, err := h.eks.Describe(ctx, place, task.Decision.Nodegroup)
	if err != nil {
		return task, err
	}
	progress.Health = state.Health
	switch state.Status {
	case types.NodegroupStatusActive:
	case types.NodegroupStatusDegraded:
		if task.Decision.Action != scaling.ScaleDown {
			return h.degraded(task, now, state)
		}
		// Fewer nodes were asked for, and EKS has done that: the ailment is not this change's.
	case types.NodegroupStatusUpdating, types.NodegroupStatusCreating:
		return h.pending(task, now, "it is "+string(state.Status))
	case types.NodegroupStatusDeleting, types.NodegroupStatusCreateFailed, types.NodegroupStatusDeleteFailed:
		return task, statemachine.Errorf(statemachine.NodegroupFailedError, "node group %s is %s: %s",
			name, state.Status, strings.Join(state.Health, "; "))
	}
	progress.Status, progress.DelaySeconds, progress.EndedAt, progress.After = statemachine.Active, 0, now, state.Sizes
	log.Info("the node group has arrived", "status", string(state.Status), "sizes", state.Sizes.String())
	return task, nil
}

// degraded ends a scale-up whose capacity did not come. A node group that was DEGRADED before may take a while to
// recover, so it is given until the deadline.
func (h handler) degraded(task statemachine.ChangeTask, now time.Time, state nodegroups.State) (statemachine.ChangeTask, error) {
	if task.Progress.WasDegraded && now.Before(task.Progress.Deadline) {
		return h.pending(task, now, "it is still DEGRADED")
	}
	return task, statemachine.Errorf(statemachine.NodegroupDegradedError,
		"node group %s/%s took the sizes %s, but is DEGRADED: %s", task.Cluster.Name, task.Decision.Nodegroup,
		state.Sizes, strings.Join(state.Health, "; "))
}

// pending asks for another look, unless the time is up.
func (h handler) pending(task statemachine.ChangeTask, now time.Time, why string) (statemachine.ChangeTask, error) {
	if !now.Before(task.Progress.Deadline) {
		return task, statemachine.Errorf(statemachine.NodegroupTimeoutError, "node group %s/%s did not become active within %s: %s",
			task.Cluster.Name, task.Decision.Nodegroup, task.Progress.Deadline.Sub(task.Progress.StartedAt), why)
	}
	task.Progress.Status, task.Progress.DelaySeconds = statemachine.Pending, delay(now.Sub(task.Progress.StartedAt))
	return task, nil
}

// delay is how many seconds to wait before the next look: every few at first, then less often.
func delay(elapsed time.Duration) int {
	switch {
	case elapsed < 30*time.Second:
		return 5
	case elapsed < 2*time.Minute:
		return 10
	default:
		return 30
	}
}
