package statuscmd

import (
	"context"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/inventory"
)

// noSchedule is how EventBridge Scheduler says that there is no such schedule, or group.
const noSchedule = "ResourceNotFoundException"

// mayLookAtSchedules are the permissions to do so.
const mayLookAtSchedules = "scheduler:ListSchedules and scheduler:GetSchedule"

// collectReconcile reads the schedules that do not depend on the configuration.
func (x *examination) collectReconcile(ctx context.Context) {
	found, err := groupsOf(x.Session, x.schedules).inspectStacks(ctx, x.Now)
	x.reconcile = fact(found, err, "", mayLookAtSchedules, noSchedule)
}

// collectBoundaries reads the schedules that follow the configuration.
func (x *examination) collectBoundaries(ctx context.Context) {
	switch {
	case x.held.Unread != nil:
		x.boundaries = health.NotRead[health.Boundaries](health.BecauseOf("the configuration could not be read"))
		return
	case x.held.Value.SettingsErr != nil:
		x.boundaries = health.NotRead[health.Boundaries](health.BecauseOf("the settings cannot be used"))
		return
	}
	found, err := groupsOf(x.Session, x.schedules).inspectBoundaries(ctx, x.held.Value.Runnable, x.Now)
	_, latest := inventory.Written(x.held.Value.Items())
	b := health.Boundaries{Schedules: found, Settling: health.JustNow(latest, x.Now)}
	x.boundaries = fact(b, err, "", mayLookAtSchedules, noSchedule)
}
