package collect

import (
	"context"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/aws/scheduler"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/triggers"
)

// noSchedule is EventBridge Scheduler's code for a schedule, or a group, that does not exist.
const noSchedule = "ResourceNotFoundException"

// inspectSchedules names the permissions for reading schedules.
const inspectSchedules = "scheduler:ListSchedules and scheduler:GetSchedule"

// ScheduleGroups holds the schedule groups of a stack.
type ScheduleGroups struct {
	// Triggers holds the triggers that follow the configuration.
	Triggers   *scheduler.Group
	reconcile  *scheduler.Group
	expression string // of the reconcile trigger
	listed     bool   // compare by a list alone, and read no schedule
	part       bool   // the plan has only some of the units
}

// GroupsOf opens the schedule groups of a stack.
func GroupsOf(s deployment.Stack, api scheduler.API) ScheduleGroups {
	target := scheduler.Target{
		Partition: s.Partition, StateMachineARN: s.StateMachineARN, RoleARN: s.SchedulerRoleARN, DeadLetterARN: s.DeadLetterARN,
	}
	return ScheduleGroups{
		Triggers: scheduler.NewGroup(api, s.TriggersGroup, target), reconcile: scheduler.NewGroup(api, s.ReconcileGroup, target), expression: s.Reconcile,
	}
}

// InspectReconcile compares the group of the reconcile trigger.
func (g ScheduleGroups) InspectReconcile(ctx context.Context, now time.Time) ([]triggers.Inspection, error) {
	return g.inspect(ctx, g.reconcile, []triggers.Trigger{triggers.Reconcile(g.expression)}, now)
}

// InspectTriggers compares the triggers that follow the configuration. A trigger that just entered the horizon is due, not
// missing.
func (g ScheduleGroups) InspectTriggers(ctx context.Context, units []config.Unit, now time.Time) ([]triggers.Inspection, error) {
	found, err := g.inspect(ctx, g.Triggers, triggers.Plan(units, now), now)
	if g.part {
		found = health.InPart(found)
	}
	return health.Settle(found, units, now), err
}

func (g ScheduleGroups) inspect(ctx context.Context, group *scheduler.Group, plan []triggers.Trigger, now time.Time) ([]triggers.Inspection, error) {
	if !g.listed {
		return group.Inspect(ctx, plan, now)
	}
	found, err := group.List(ctx, plan)
	enabled := map[string]bool{}
	for _, s := range found {
		enabled[s.Name] = s.Enabled
	}
	return health.Inspect(enabled, plan, now), err
}
