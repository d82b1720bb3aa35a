package main

import (
	"io"
	"maps"
	"slices"
	"time"

	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/config"
)

// printWeek shows the coming week of the clusters that the changes concern, and notes those that cannot be used after it.
func printWeek(out, notes io.Writer, snapshot tables.Snapshot, due []change, now time.Time) error {
	if len(due) == 0 {
		return nil
	}
	before, after := checked(snapshot, now), checked(afterwards(snapshot, due), now)
	_, unusable := after.settings.Assemble(after.Parts(), now)
	for _, b := range unusable {
		say(notes, "cluster %s cannot be used, even with this: %v\n", b.Cluster, b.Err)
	}
	concerned := map[string]bool{}
	for _, c := range due {
		concerned[c.after.Name] = concerned[c.after.Name] || c.after.Kind == tables.KindCluster
	}
	for _, name := range slices.Sorted(maps.Keys(after.clusters)) {
		cluster := after.clusters[name]
		week, err := interval("", "", []config.Cluster{cluster}, now)
		if err != nil {
			return err
		}
		old, known := before.clusters[name]
		if !concerned[name] && known && slices.EqualFunc(week.steps(old), week.steps(cluster), sameStep) {
			continue
		}
		if err := week.table(out, after.settings, cluster); err != nil {
			return err
		}
	}
	return nil
}

func sameStep(a, b step) bool {
	return a.At.Equal(b.At) && a.equal(b)
}

// afterwards is the configuration once the changes are made.
func afterwards(s tables.Snapshot, due []change) tables.Snapshot {
	items := map[string]tables.Entity{}
	for _, e := range entitiesOf(s) {
		items[itemKey(e)] = e
	}
	for _, c := range due {
		items[itemKey(c.after)] = c.after
		if c.gone {
			delete(items, itemKey(c.after))
		}
	}
	var after tables.Snapshot
	for _, key := range slices.Sorted(maps.Keys(items)) {
		switch e := items[key]; e.Kind {
		case tables.KindSettings:
			after.Settings = &e
		case tables.KindCalendar:
			after.Calendars = append(after.Calendars, e)
		case tables.KindCluster:
			after.Clusters = append(after.Clusters, e)
		case tables.KindOverride:
			after.Overrides = append(after.Overrides, e)
		}
	}
	return after
}
