package main

import (
	"context"
	"encoding/json"
	"slices"

	"eks-scaling-automation/functions/internal/alert"
	"eks-scaling-automation/shared/event"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/scaling"
)

// eventsOf returns the events of a change: the change itself, what it paused or resumed, and the end of an override that a person removed
// while it was active. All other times of overrides are announced by their schedules.
func (h handler) eventsOf(ctx context.Context, c inventory.ConfigChange, id string, holds holds) ([]event.Event, error) {
	all := []event.Event{h.event(event.ConfigurationChanged, c, id, "", h.changed(c, id))}
	for unit, p := range pauses(c, holds) {
		kind := event.Resumed
		if p.after {
			kind = event.Paused
		}
		cluster, schedule := scaling.SplitUnit(unit)
		all = append(all, h.event(kind, c, id, unit, event.Pause{
			Header: h.header(kind, c, id, unit), Cluster: cluster, Schedule: schedule, Before: p.before, After: p.after,
		}))
	}
	o, ok, err := h.removedOverride(ctx, c)
	if ok {
		all = append(all, h.event(event.OverrideEnded, c, id, "", event.OverrideOf(o, h.header(event.OverrideEnded, c, id, ""))))
	}
	return all, err
}

func (h handler) event(kind event.Kind, c inventory.ConfigChange, id, unit string, detail event.Detail) event.Event {
	return event.Event{Kind: kind, At: h.header(kind, c, id, unit).At, Detail: detail}
}

func (h handler) header(kind event.Kind, c inventory.ConfigChange, id, unit string) event.Header {
	return event.Header{
		ID: event.ID(kind, c.Kind, c.Name, id, unit), At: c.Time, Reason: alert.Cut(c.Reason, maxText), Actor: alert.Cut(c.By, maxText), ConsoleURL: h.consoleURL,
	}
}

// The limits of an event, in bytes. EventBridge refuses more than 256 KiB, and then the whole batch would be repeated in vain. JSON writes
// up to six bytes for one of a text.
const (
	maxText   = 2_000 // a reason or an author
	maxDetail = 200_000
)

func (h handler) changed(c inventory.ConfigChange, id string) event.Change {
	cluster, name := inventory.SplitKey(c.Kind, c.Name)
	detail := event.Change{
		Header: h.header(event.ConfigurationChanged, c, id, ""), Kind: c.Kind, Name: name, Cluster: cluster, Version: c.Version,
		Before: c.Before, After: c.After,
	}
	if data, err := json.Marshal(detail); err != nil || len(data) > maxDetail {
		detail.Before, detail.After, detail.TooLarge = nil, nil, true
	}
	return detail
}

// holds tells whether scaling is paused only while a document is written, before and after a change.
type holds struct{ before, after bool }

// holdsIn reads the holds of a record. Scaling resumes by itself after such a write, so nobody hears of it.
func holdsIn(data json.RawMessage) holds {
	var r record
	_ = json.Unmarshal(data, &r)
	held := func(image json.RawMessage) bool {
		i, err := readImage(image)
		hold, there := i.attributes["hold"]
		if err != nil || !there {
			return false
		}
		var value struct {
			M struct {
				Resumes struct{ BOOL bool } `json:"resumes"`
			}
		}
		return json.Unmarshal(hold, &value) == nil && value.M.Resumes.BOOL
	}
	return holds{held(r.Change.OldImage), held(r.Change.NewImage)}
}

type pause struct{ before, after bool }

// pauses returns what a change paused or resumed, by unit; all scaling has an empty name.
func pauses(c inventory.ConfigChange, held holds) map[string]pause {
	changed := map[string]pause{}
	if c.After == nil {
		return nil
	}
	before, after := inventory.Item{Kind: c.Kind, Name: c.Name, Spec: c.Before}, inventory.Item{Kind: c.Kind, Name: c.Name, Spec: c.After}
	note := func(unit string, was, is inventory.PauseState) {
		if was != is && was != inventory.PauseUnclear && is != inventory.PauseUnclear {
			changed[unit] = pause{was == inventory.Paused, is == inventory.Paused}
		}
	}
	switch c.Kind {
	case inventory.KindSettings:
		note("", stateOf(before, held.before), stateOf(after, held.after))
	case inventory.KindCluster:
		note(c.Name, stateOf(before, false), stateOf(after, false))
		for _, unit := range after.UnitNames() {
			if _, schedule := scaling.SplitUnit(unit); schedule != "" {
				note(unit, ownStateOf(before, unit), after.OwnPauseState(unit))
			}
		}
	}
	return changed
}

// stateOf returns whether an item is paused; one that did not exist is not.
func stateOf(i inventory.Item, held bool) inventory.PauseState {
	if i.Spec == nil || held {
		return inventory.NotPaused
	}
	return i.PauseState()
}

// ownStateOf returns whether a schedule is paused; one that did not exist is not.
func ownStateOf(i inventory.Item, unit string) inventory.PauseState {
	_, schedule := scaling.SplitUnit(unit)
	if slices.Contains(inventory.ScheduleNames(i.Spec), schedule) {
		return i.OwnPauseState(unit)
	}
	return inventory.NotPaused
}

// removedOverride returns the override that a person removed while it was active.
func (h handler) removedOverride(ctx context.Context, c inventory.ConfigChange) (o scaling.Override, ok bool, err error) {
	if c.Kind != inventory.KindOverride || c.After != nil || !madeByAPerson(c) {
		return o, false, nil
	}
	stored, err := h.store.Read(ctx) // which has the time zone
	if err != nil {
		return o, false, err
	}
	cluster, name := inventory.SplitKey(c.Kind, c.Name)
	item := inventory.Item{Kind: c.Kind, Cluster: cluster, Name: name, Spec: c.Before}
	o, ok = event.OverrideIn(item, event.ZonesOf(inventory.Check(stored, h.now())))
	return o, ok && !c.Time.Before(o.From) && c.Time.Before(o.Until), nil
}
