package main

import (
	"encoding/json"
	"sync"
	"time"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/triggers"
)

// record is what is needed of a record of the config table's stream: the key of the item.
type record struct {
	DynamoDB struct {
		Keys struct {
			Kind struct{ S string } `json:"kind"`
			Name struct{ S string } `json:"name"`
		} `json:"Keys"`
	} `json:"dynamodb"`
}

// following returns the trigger of the run that follows some changes; none if they affect no cluster, as when one was removed.
func following(records []json.RawMessage, stored inventory.Snapshot, now time.Time) []triggers.Trigger {
	affected := map[string]bool{}
	users := sync.OnceValue(func() map[string][]string { return usersOfCalendars(stored) })
	for _, data := range records {
		all, names := affects(data, users)
		if all {
			return []triggers.Trigger{triggers.Changed(now, nil)}
		}
		for _, name := range names {
			affected[name] = true
		}
	}
	var clusters []string
	for _, c := range stored.Clusters {
		if affected[c.Name] {
			clusters = append(clusters, c.Name)
		}
	}
	if len(clusters) == 0 {
		return nil
	}
	return []triggers.Trigger{triggers.Changed(now, clusters)}
}

// affects says which clusters a change is about: an item's own, those that use the calendar, or all. A record that cannot be read
// may be about any. A cluster that has stopped to use a calendar has a record of its own.
func affects(data json.RawMessage, users func() map[string][]string) (all bool, names []string) {
	var r record
	if json.Unmarshal(data, &r) != nil {
		return true, nil
	}
	name := r.DynamoDB.Keys.Name.S
	switch kind := r.DynamoDB.Keys.Kind.S; kind {
	case inventory.KindCluster:
		return false, []string{name}
	case inventory.KindOverride:
		cluster, _ := inventory.SplitKey(kind, name)
		return false, []string{cluster}
	case inventory.KindCalendar:
		return false, users()[name]
	default:
		return true, nil
	}
}

// usersOfCalendars are the clusters that use each calendar. To read the specs of many clusters takes a while.
func usersOfCalendars(stored inventory.Snapshot) map[string][]string {
	users := map[string][]string{}
	for _, c := range stored.Clusters {
		for _, calendar := range config.CalendarsOf(c.Spec) {
			users[calendar] = append(users[calendar], c.Name)
		}
	}
	return users
}
