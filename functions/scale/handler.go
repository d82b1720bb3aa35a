package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"eks-scaling-automation/functions/step"
	"eks-scaling-automation/shared/nodegroups"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/statemachine"
)

// scaler is what this step needs of EKS.
type scaler interface {
	Describe(ctx context.Context, p nodegroups.Place, nodegroup string) (nodegroups.State, error)
	Scale(ctx context.Context, p nodegroups.Place, nodegroup string, s scaling.Sizes, token string) (string, error)
}

type handler struct {
	eks scaler
	now func() time.Time
}

// firstDelay is how many seconds to wait before the first look at an update.
const firstDelay = 5

func (h handler) handle(ctx context.Context, log *slog.Logger, task statemachine.ChangeTask) (statemachine.ChangeTask, error) {
	now := h.now()
	if err := fresh(task, now); err != nil {
		return task, err
	}
	place := nodegroups.Place{Cluster: task.Cluster.Name, Region: task.Cluster.Region, RoleARN: task.Cluster.RoleARN}
	name := task.Decision.Nodegroup
	state, err := h.eks.Describe(ctx, place, name)
	if err != nil {
		return task, err
	}
	sizes := task.Decision.Goal.Sizes(state.Sizes.DesiredSize)
	if err := task.Decision.Limits.Check(sizes); err != nil {
		return task, statemachine.Errorf(statemachine.ConfigInvalidError, "node group %s/%s: %w", place.Cluster, name, err)
	}
	task.Progress = &statemachine.Progress{
		Before: state.Sizes, After: sizes, WasDegraded: state.Degraded(), Health: state.Health, Status: statemachine.Active,
		StartedAt: now, EndedAt: now, Deadline: now.Add(time.Duration(task.Cluster.WaitTimeoutSeconds) * time.Second),
	}
	if err := ready(task, state); err != nil {
		return task, err
	}
	if state.Sizes == sizes && state.Status != types.NodegroupStatusUpdating {
		log.Info("already at the wanted sizes", "sizes", sizes.String())
		return task, nil
	}
	id, err := h.eks.Scale(ctx, place, name, sizes, token(task))
	if err != nil {
		return task, busyOr(err, place.Cluster, name)
	}
	log.Info("scaling", "before", state.Sizes.String(), "after", sizes.String(), "updateId", id)
	task.Progress.Changed, task.Progress.UpdateID = true, id
	task.Progress.Status, task.Progress.DelaySeconds, task.Progress.EndedAt = statemachine.Pending, firstDelay, time.Time{}
	return task, nil
}

// fresh refuses a decision whose time is over: since the run took its instant, more time has passed than the decision
// had left.
func fresh(task statemachine.ChangeTask, now time.Time) error {
	wanted := task.InForce()
	passed, left := now.Sub(task.Run.TakenAt), wanted.Until.Sub(task.Run.At)
	if wanted.Until.IsZero() || passed <= left {
		return nil
	}
	return statemachine.Errorf(statemachine.DecisionStaleError,
		"the decision (%s) was good for %s, and %s have passed; the next run decides anew",
		wanted.Reason, left.Round(time.Second), passed.Round(time.Second))
}

// ready refuses a node group that must not be acted on now. One that is UPDATING to the very sizes that are wanted may
// be doing so for this run, after an answer that was lost: then the call is repeated, and its token shows it to be the
// same.
func ready(task statemachine.ChangeTask, state nodegroups.State) error {
	name := task.Cluster.Name + "/" + task.Decision.Nodegroup
	switch state.Status {
	case types.NodegroupStatusUpdating:
		if state.Sizes == task.Progress.After {
			return nil
		}
		fallthrough
	case types.NodegroupStatusCreating:
		return statemachine.Errorf(statemachine.NodegroupBusyError, "node group %s is %s; nothing is done meanwhile", name, state.Status)
	case types.NodegroupStatusDegraded:
		if state.Sizes == task.Progress.After && task.Decision.Action == scaling.ScaleUp {
			return statemachine.Errorf(statemachine.NodegroupDegradedError,
				"node group %s is at the wanted sizes %s, but DEGRADED: %s", name, state.Sizes, strings.Join(state.Health, "; "))
		}
		return nil
	case types.NodegroupStatusActive:
		return nil
	case types.NodegroupStatusDeleting, types.NodegroupStatusCreateFailed, types.NodegroupStatusDeleteFailed:
	}
	return statemachine.Errorf(statemachine.NodegroupFailedError,
		"node group %s is %s and cannot be scaled: %s", name, state.Status, strings.Join(state.Health, "; "))
}

// busyOr says in plain words that another update is running.
func busyOr(err error, cluster, nodegroup string) error {
	if step.Classify(err) == statemachine.NodegroupBusyError {
		return statemachine.Errorf(statemachine.NodegroupBusyError, "another update is running on node group %s/%s: %w", cluster, nodegroup, err)
	}
	return err
}

// token makes a repeated call of one execution for one node group the same call.
func token(task statemachine.ChangeTask) string {
	sum := sha256.Sum256([]byte(task.Run.Execution.ARN + "/" + task.Cluster.Name + "/" + task.Decision.Nodegroup))
	return hex.EncodeToString(sum[:])
}
