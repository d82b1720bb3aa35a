package doctorcmd

import (
	"context"

	"eks-scaling-automation/cmd/eks-scaling/internal/collect"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/inventory"
)

// collectReconcile reads the schedules that do not depend on the configuration.
func (x *examination) collectReconcile(ctx context.Context) {
	found, err := collect.GroupsOf(x.Session, x.schedules).InspectStacks(ctx, x.Now)
	x.reconcile = collect.Fact(found, err, "", collect.MayLookAtSchedules, collect.NoSchedule)
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
	found, err := collect.GroupsOf(x.Session, x.schedules).InspectBoundaries(ctx, x.held.Value.Runnable, x.Now)
	_, latest := inventory.Written(x.held.Value.Items())
	b := health.Boundaries{Schedules: found, Settling: health.JustNow(latest, x.Now)}
	x.boundaries = collect.Fact(b, err, "", collect.MayLookAtSchedules, collect.NoSchedule)
}
