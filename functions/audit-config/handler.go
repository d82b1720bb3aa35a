package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"time"

	"eks-scaling-automation/functions/internal/alert"
	"eks-scaling-automation/shared/event"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
)

// store reads the configuration.
type store interface {
	Read(ctx context.Context) (inventory.Snapshot, error)
}

// trail is the audit trail.
type trail interface {
	PutConfigChange(ctx context.Context, c inventory.ConfigChange, id string) error
}

// topic is the alert topic.
type topic interface {
	Publish(ctx context.Context, subject, message string) error
}

type handler struct {
	store store
	logs  trail
	topic topic
	// region limits the alerts to the clusters of one region; empty is no limit.
	region string
	now    func() time.Time
	// emit sends events. Their links lead to consoleURL.
	emit       func(ctx context.Context, events ...event.Event) error
	consoleURL string
}

// batch is one delivery of the config table's stream: a record for each change, oldest first.
type batch struct {
	Records []json.RawMessage `json:"Records"`
}

// Subject is empty, because a batch can hold changes of any item.
func (batch) Subject() run.Subject {
	return run.Subject{}
}

// result summarizes a processed batch.
type result struct {
	Recorded int  `json:"recorded"`
	Alerted  bool `json:"alerted"`
}

// handle records every change, sends their events, and then checks the present configuration once. The alert comes last, so that a batch
// that is delivered again after a failure does not alert twice. Lambda delivers a batch again whose events were not sent, unless people
// were alerted: then the log has the cause. It blocks later changes meanwhile, so the events are given up in the end.
func (h handler) handle(ctx context.Context, log *slog.Logger, in batch) (result, error) {
	var done result
	var changes []inventory.ConfigChange
	var events []event.Event
	for _, data := range in.Records {
		change, id, err := read(data)
		if err != nil {
			log.Warn("a change was recorded only partly", "kind", change.Kind, "name", change.Name, "cause", err.Error())
		}
		if err := h.logs.PutConfigChange(ctx, change, id); err != nil {
			return done, err
		}
		log.Info("change", "kind", change.Kind, "name", change.Name, "version", change.Version, "by", change.By)
		changes = append(changes, change)
		its, err := h.eventsOf(ctx, change, id, holdsIn(data))
		if err != nil {
			return done, err
		}
		events = append(events, its...)
		done.Recorded++
	}
	unsent := h.emit(ctx, events...)
	if unsent != nil {
		log.Error("events were not sent", "cause", unsent.Error())
	}
	if err := h.check(ctx, log, changes, &done); err != nil || done.Alerted {
		return done, err
	}
	if unsent != nil && h.isOld(changes) {
		done.Alerted = true
		return done, h.topic.Publish(ctx, alert.Subject(unsentSubject), unsentMessage(unsent, changes))
	}
	return done, unsent
}

// maxEventAge is how long events are tried. Later changes are neither recorded nor checked until then.
const maxEventAge = 5 * time.Minute

// isOld reports whether a batch has a change whose events were tried for long enough.
func (h handler) isOld(changes []inventory.ConfigChange) bool {
	return slices.ContainsFunc(changes, func(c inventory.ConfigChange) bool { return h.now().Sub(c.Time) > maxEventAge })
}

// check alerts people if a person made the configuration invalid.
func (h handler) check(ctx context.Context, log *slog.Logger, changes []inventory.ConfigChange, done *result) error {
	if !slices.ContainsFunc(changes, madeByAPerson) {
		return nil
	}
	stored, err := h.store.Read(ctx)
	if err != nil {
		return err
	}
	found := problems(stored.In(h.region), h.now())
	if len(found) == 0 {
		return nil
	}
	log.Warn("the configuration is invalid", "problems", len(found), "first", found[0].what, "cause", found[0].why)
	if err := h.topic.Publish(ctx, subject(found), message(found, changes)); err != nil {
		return err
	}
	done.Alerted = true
	return nil
}

// madeByAPerson reports whether a change is anything but an expiry, which needs no alert.
func madeByAPerson(c inventory.ConfigChange) bool {
	return c.By != expired || c.After != nil // anybody may write under that name
}
