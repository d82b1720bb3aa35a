package main

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/triggers"
)

// store is where the configuration lies.
type store interface {
	Read(ctx context.Context) (inventory.Snapshot, error)
}

// group is the group of schedules.
type group interface {
	Sync(ctx context.Context, plan []triggers.Trigger, now time.Time) (triggers.Changes, error)
}

type handler struct {
	store store
	group group
	now   func() time.Time
}

// passes is how often the group is inspected again when others work on it, or on the configuration, at the same time.
const passes = 5

// handle makes the group match the configuration. Every pass that has changed something is followed by another one with the
// configuration read again. So of several that run at once, the last one to change anything has seen the latest
// configuration afterwards.
func (h handler) handle(ctx context.Context, log *slog.Logger, in run.SyncTriggersRequest) (run.SyncTriggersResult, error) {
	var result run.SyncTriggersResult
	var follows []triggers.Trigger
	for pass := range passes {
		now := h.now().UTC() // a pass over thousands of schedules takes a while
		stored, plan, err := h.plan(ctx, log, now)
		if err != nil {
			return result, err
		}
		planned := len(plan)
		if pass == 0 {
			follows = following(in.Records, stored, now) // what is changed from now on has records of its own
			plan = slices.Concat(follows, plan)          // first, as it is due soonest
		}
		changes, err := h.group.Sync(ctx, plan, now)
		if err != nil {
			return result, err
		}
		result.Planned = planned + len(follows)
		if changes.None() {
			log.Info("the triggers are in sync", "planned", result.Planned,
				"created", result.Created, "updated", result.Updated, "deleted", result.Deleted)
			return result, nil
		}
		log.Info("changed the triggers", "create", few(changes.Create), "update", few(changes.Update), "delete", few(changes.Delete))
		result.Created += len(changes.Create)
		result.Updated += len(changes.Update)
		result.Deleted += len(changes.Delete)
	}
	return result, run.Errorf(run.TransientError, "the schedules were changed by others %d times in a row; try again", passes)
}

// few shortens a list of names for the log, where a line may have 256 KB. The next line has the numbers.
func few(names []string) []string {
	const most = 100
	if len(names) <= most {
		return names
	}
	return append(slices.Clone(names[:most]), fmt.Sprintf("and %d more", len(names)-most))
}

// plan is what the configuration wants. A cluster that cannot be used keeps nothing up: the run that finds it broken is
// started by the reconcile schedule.
func (h handler) plan(ctx context.Context, log *slog.Logger, now time.Time) (inventory.Snapshot, []triggers.Trigger, error) {
	stored, err := h.store.Read(ctx)
	if err != nil {
		return stored, nil, err
	}
	checked := inventory.Check(stored, now)
	if checked.SettingsErr != nil || !checked.Configured {
		return stored, nil, checked.SettingsErr // with nothing configured, yet or any longer, nothing is planned
	}
	for _, u := range checked.Unusable {
		log.Warn("a cluster is invalid and has no triggers", "name", u.Cluster, "cause", u.Err.Error())
	}
	return stored, triggers.Plan(checked.Runnable, now), nil
}
