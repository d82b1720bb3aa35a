package main

import (
	"encoding/json"
	"sync"
	"time"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/triggers"
)

// record is the needed part of a record of the config table's stream: the item's key.
type record struct {
	DynamoDB struct {
		Keys struct {
			Kind struct{ S string } `json:"kind"`
			Name struct{ S string } `json:"name"`
		} `json:"Keys"`
	} `json:"dynamodb"`
}

// following returns the trigger for the run that follows some changes; none if they affect no cluster, such as a removal.
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

// affects returns the clusters that a change affects: an item's own, the users of a calendar, or all. An unreadable record may
// affect any. A cluster that stops using a calendar has its own record.
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

// usersOfCalendars returns the clusters that use each calendar. It is slow for many clusters.
func usersOfCalendars(stored inventory.Snapshot) map[string][]string {
	users := map[string][]string{}
	for _, c := range stored.Clusters {
		for _, calendar := range config.CalendarsOf(c.Spec) {
			users[calendar] = append(users[calendar], c.Name)
		}
	}
	return users
}
