package event

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
)

// Announcement is an event whose time is known in advance. EventBridge Scheduler sends it.
type Announcement struct {
	// Key identifies the announcement: kind, instant and override. It starts the name of its schedule.
	Key   string
	Event Event
}

// The prefixes of keys, each followed by the instant.
const instantForm = "20060102T150405Z"

var prefixes = map[Kind]string{OverrideStarted: "started-", OverrideEndingSoon: "ending-", OverrideEnded: "ended-"}

// late is how late an event may be announced: after a change that took effect at once, or when a sync failed for a while.
const late = time.Hour

// The time between the announcement of an override's end and the end: a quarter of the override, at most an hour. An override that is so
// short that nobody could act is not announced.
const (
	maxNotice = time.Hour
	minNotice = 5 * time.Minute
	part      = 4
)

// Zones returns the time zone of a unit, in which the times of its overrides without an offset are; nil if the unit is invalid.
type Zones func(unit string) *time.Location

// ZonesOf returns the time zones of a configuration.
func ZonesOf(checked inventory.Checked) Zones {
	return func(unit string) *time.Location {
		cluster, _ := scaling.SplitUnit(unit)
		if _, valid := checked.ClusterByName[cluster]; !valid {
			return nil
		}
		return checked.Location(unit)
	}
}

// Announcements returns the events of all overrides from an hour ago on, by key. A paused cluster has them too: the override passes.
func Announcements(stored inventory.Snapshot, zones Zones, consoleURL string, now time.Time) []Announcement {
	clusters := map[string]bool{}
	for _, c := range stored.Clusters {
		clusters[c.Name] = true
	}
	var all []Announcement
	for _, item := range stored.Overrides {
		o, ok := OverrideIn(item, zones)
		if !ok || !clusters[o.Cluster] {
			continue // it is invalid, and validate says so
		}
		for kind, at := range instants(o) {
			if over := kind == OverrideEndingSoon && !o.Until.After(now); !over && at.After(now.Add(-late)) {
				all = append(all, announcement(kind, o, item.Key(), at, consoleURL))
			}
		}
	}
	slices.SortFunc(all, func(a, b Announcement) int { return strings.Compare(a.Key, b.Key) })
	return all
}

// instants returns when an override is announced.
func instants(o scaling.Override) map[Kind]time.Time {
	at := map[Kind]time.Time{OverrideStarted: o.From, OverrideEnded: o.Until}
	if notice := min(o.Until.Sub(o.From)/part, maxNotice); notice >= minNotice {
		at[OverrideEndingSoon] = o.Until.Add(-notice)
	}
	return at
}

func announcement(kind Kind, o scaling.Override, key string, at time.Time, consoleURL string) Announcement {
	id := ID(kind, key, at.UTC().Format(time.RFC3339))
	const idLength = 12
	return Announcement{
		Key:   prefixes[kind] + at.UTC().Format(instantForm) + "-" + id[:idLength],
		Event: Event{Kind: kind, At: at.UTC(), Detail: OverrideOf(o, Header{ID: id, At: at.UTC(), Reason: o.Reason, Actor: o.CreatedBy, ConsoleURL: consoleURL})},
	}
}

// OverrideOf returns the detail of an override's event.
func OverrideOf(o scaling.Override, h Header) Override {
	return Override{
		Header: h, Override: o.Name, Cluster: o.Cluster, Schedule: o.Schedule, Nodegroups: o.Nodegroups, Profile: o.Profile, Sizes: o.Sizes,
		From: o.From.UTC(), Until: o.Until.UTC(),
	}
}

// maxSpec is the largest override that an event can repeat, in bytes as JSON: an event has at most 256 KiB. No valid one is as large.
const maxSpec = 200_000

// OverrideIn reads an override of the config table. It reads the sizes as they are, because an event only repeats them. Ok is false if it
// is no override that could be active.
func OverrideIn(item inventory.Item, zones Zones) (o scaling.Override, ok bool) {
	var spec struct {
		Schedule, Profile, Reason, CreatedBy, From, Until string

		Nodegroups []string
		Sizes      map[string]size
	}
	if text, err := json.Marshal(item.Spec); err != nil || len(text) > maxSpec || json.Unmarshal(text, &spec) != nil {
		return o, false
	}
	zone := zones(scaling.UnitName(item.ClusterName(), spec.Schedule))
	if zone == nil {
		return o, false
	}
	from, fromErr := schedule.ParseInstant(spec.From, zone)
	until, untilErr := schedule.ParseInstant(spec.Until, zone)
	_, name := inventory.SplitKey(item.Kind, item.Key())
	o = scaling.Override{
		Name: name, Cluster: item.ClusterName(), Schedule: spec.Schedule, Nodegroups: spec.Nodegroups, Profile: spec.Profile,
		From: from, Until: until, Reason: spec.Reason, CreatedBy: spec.CreatedBy,
	}
	for nodegroup, s := range spec.Sizes {
		if o.Sizes == nil {
			o.Sizes = map[string]scaling.Target{}
		}
		o.Sizes[nodegroup] = scaling.Target(s)
	}
	return o, fromErr == nil && untilErr == nil && from.Before(until) && o.Cluster != ""
}

// size reads a target: a number, or an object.
type size scaling.Target

func (s *size) UnmarshalJSON(data []byte) error {
	var desired int32
	if json.Unmarshal(data, &desired) == nil {
		s.DesiredSize = &desired
		return nil
	}
	return json.Unmarshal(data, (*scaling.Target)(s))
}

// InstantIn returns the instant in the key of an announcement, or in the name of its schedule.
func InstantIn(name string) (at time.Time, err error) {
	for _, prefix := range prefixes {
		if text, found := strings.CutPrefix(name, prefix); found {
			text, _, _ = strings.Cut(text, "-")
			return time.Parse(instantForm, text)
		}
	}
	return at, fmt.Errorf("%s is no announcement", name)
}
