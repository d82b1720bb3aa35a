package collect

import (
	"context"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/aws/scheduler"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/triggers"
)

// NoSchedule is how EventBridge Scheduler says that there is no such schedule, or group.
const NoSchedule = "ResourceNotFoundException"

// MayLookAtSchedules are the permissions to do so.
const MayLookAtSchedules = "scheduler:ListSchedules and scheduler:GetSchedule"

// GroupsOf opens the schedule groups of a stack.
func GroupsOf(s frame.Session, api scheduler.API) ScheduleGroups {
	return ScheduleGroups{
		stacks: scheduler.NewGroup(api, s.Stack.ReconcileGroup, TargetOf(s)), reconcile: s.Stack.Reconcile,
		Boundaries: scheduler.NewGroup(api, s.Stack.BoundariesGroup, TargetOf(s)),
	}
}

// ScheduleGroups are the group of the reconcile trigger, and the group of the triggers that follow the configuration.
type ScheduleGroups struct {
	stacks, Boundaries *scheduler.Group
	reconcile          string // the expression of the stack's schedule
}

// InspectStacks looks at the group of the stack.
func (g ScheduleGroups) InspectStacks(ctx context.Context, now time.Time) ([]triggers.Inspection, error) {
	return g.stacks.Inspect(ctx, []triggers.Trigger{triggers.Reconcile(g.reconcile)}, now)
}

// InspectBoundaries looks at the schedules that follow the configuration. One that has only just come into reach is due and not
// missing.
func (g ScheduleGroups) InspectBoundaries(ctx context.Context, clusters []config.Cluster, now time.Time) ([]triggers.Inspection, error) {
	found, err := g.Boundaries.Inspect(ctx, triggers.Plan(clusters, now), now)
	return health.Settle(found, clusters, now), err
}

// TargetOf is what the schedules start.
func TargetOf(s frame.Session) scheduler.Target {
	return scheduler.Target{
		Partition: s.Stack.Partition, StateMachineARN: s.Stack.StateMachineARN,
		RoleARN: s.Stack.SchedulerRoleARN, DeadLetterARN: s.Stack.DeadLetterARN,
	}
}
