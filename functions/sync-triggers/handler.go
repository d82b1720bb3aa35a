package main

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/event"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/triggers"
)

// store reads the configuration.
type store interface {
	Read(ctx context.Context) (inventory.Snapshot, error)
}

// group is the schedule group.
type group interface {
	Sync(ctx context.Context, plan []triggers.Trigger, now time.Time) (triggers.Changes, error)
}

// announcements is the group of the schedules that send events of overrides.
type announcements interface {
	Sync(ctx context.Context, plan []event.Announcement, now time.Time) (changed int, err error)
}

// queue is the dead-letter queue.
type queue interface {
	Messages(ctx context.Context) (int, error)
}

type handler struct {
	undelivered queue

	store store
	group group
	// announced are the events of overrides. Their links lead to consoleURL.
	announced  announcements
	consoleURL string
	// region limits the plan to the clusters of one region; empty is no limit.
	region string
	now    func() time.Time
}

// passes limits how often the group is inspected again while others change it or the configuration.
const passes = 5

// handle makes the group match the configuration. After a pass that changed something, it reads the configuration again and makes
// another pass. So among concurrent invocations, the last one to change anything always checks the latest configuration
// afterwards.
func (h handler) handle(ctx context.Context, log *slog.Logger, in run.SyncTriggersRequest) (run.SyncTriggersResult, error) {
	var result run.SyncTriggersResult
	var follows []triggers.Trigger
	for pass := range passes {
		now := h.now().UTC() // a pass over thousands of schedules takes a while
		checked, plan, err := h.plan(ctx, log, now)
		if err != nil {
			return result, err
		}
		planned := len(plan)
		if pass == 0 {
			follows = following(in.Records, checked.Snapshot, now) // what is changed from now on has records of its own
			plan = slices.Concat(follows, plan)                    // first, as it is due soonest
		}
		changes, err := h.group.Sync(ctx, plan, now)
		if err != nil {
			return result, err
		}
		result.Planned = planned + len(follows)
		if changes.None() {
			log.Info("the triggers are in sync", "planned", result.Planned,
				"created", result.Created, "updated", result.Updated, "deleted", result.Deleted)
			undelivered := h.checkUndelivered(ctx, in) // first, as the announcements may use up their time
			h.announce(ctx, log, checked, now)
			return result, undelivered
		}
		log.Info("changed the triggers", "create", firstFew(changes.Create), "update", firstFew(changes.Update), "delete", firstFew(changes.Delete))
		result.Created += len(changes.Create)
		result.Updated += len(changes.Update)
		result.Deleted += len(changes.Delete)
	}
	return result, run.Errorf(run.TransientError, "the schedules were changed by others %d times in a row; try again", passes)
}

// checkUndelivered fails a reconcile run while the dead-letter queue has messages. The step audit alerts people, and again once a day until
// the queue is empty. It does not fail other syncs: they would be repeated.
func (h handler) checkUndelivered(ctx context.Context, in run.SyncTriggersRequest) error {
	if in.Execution.Name == "" {
		return nil
	}
	n, err := h.undelivered.Messages(ctx)
	if err == nil && n > 0 {
		err = run.Errorf(run.UndeliveredError, "the dead-letter queue has %s: something could not be started, recorded or sent", english.Count(n, "message"))
	}
	return err
}

// announcing limits the planning of events. It is enough for about 5,000 of them, and the next sync does the rest: the next change of the
// configuration must not wait for long.
const announcing = 30 * time.Second

// announce plans the events of overrides. A failure is no error, because triggers matter more: the next sync makes up for it.
func (h handler) announce(ctx context.Context, log *slog.Logger, checked inventory.Checked, now time.Time) {
	ctx, cancel := context.WithTimeout(ctx, announcing)
	defer cancel()
	changed, err := h.announced.Sync(ctx, event.Announcements(checked.Snapshot, event.ZonesOf(checked), h.consoleURL, now), now)
	if err != nil {
		log.Error("the events of overrides could not be planned", "cause", err.Error())
		return
	}
	if changed > 0 {
		log.Info("the events of overrides are planned", "changed", changed)
	}
}

// firstFew shortens a list of names for the log, where a line may have 256 KB. The next line has the numbers.
func firstFew(names []string) []string {
	const limit = 100
	if len(names) <= limit {
		return names
	}
	return append(slices.Clone(names[:limit]), fmt.Sprintf("and %d more", len(names)-limit))
}

// plan returns the triggers that the configuration asks for. An invalid cluster does not stop the sync: the next reconcile run
// reports it.
func (h handler) plan(ctx context.Context, log *slog.Logger, now time.Time) (inventory.Checked, []triggers.Trigger, error) {
	whole, err := h.store.Read(ctx)
	if err != nil {
		return inventory.Checked{}, nil, err
	}
	checked := inventory.Check(whole.In(h.region), now)
	if checked.SettingsErr != nil || !checked.Configured {
		return checked, nil, checked.SettingsErr // with nothing configured, yet or any longer, nothing is planned
	}
	for _, u := range checked.Unusable {
		log.Warn("a cluster or schedule is invalid and has no triggers", "name", u.Name, "cause", u.Err.Error())
	}
	return checked, triggers.Plan(checked.Runnable, now), nil
}
