package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/limits"
)

// usableConfig is what can be used of the configuration in the table.
func (s *stored) usableConfig(now time.Time) config.Config {
	c := config.Config{Settings: s.settings, Calendars: s.calendars}
	c.Clusters, _ = s.settings.Assemble(s.Parts(), now)
	for _, key := range slices.Sorted(maps.Keys(s.overrides)) {
		c.Overrides = append(c.Overrides, s.overrides[key])
	}
	return c
}

// roomFor refuses changes after which the table would hold more than a run can carry. A document may fit by itself, but not
// beside what stays in the table. What did not fit before is not refused again.
func roomFor(snapshot tables.Snapshot, due []change, now time.Time) error {
	excesses := func(snapshot tables.Snapshot) map[string]bool {
		held := checked(snapshot, now)
		found := map[string]bool{}
		for _, e := range limits.Runs(held.usableConfig(now), now) {
			line := e.String()
			if e.Kind != "" {
				line = e.Kind + "/" + e.Name + ": " + line
			}
			found[line] = true
		}
		return found
	}
	after := excesses(afterwards(snapshot, due))
	if len(after) == 0 {
		return nil
	}
	before := excesses(snapshot)
	maps.DeleteFunc(after, func(line string, _ bool) bool { return before[line] })
	if len(after) == 0 {
		return nil
	}
	return fmt.Errorf("nothing was written: %w", errors.New(strings.Join(slices.Sorted(maps.Keys(after)), "; and ")))
}

// roomForFirst is roomFor a first configuration of a cluster beside all that is in the table.
func roomForFirst(held stored, wanted config.Config, now time.Time) error {
	due, err := compare(tables.Snapshot{}, wanted, now)
	if err != nil {
		return err
	}
	due = slices.DeleteFunc(due, func(c change) bool { return held.Settings != nil && c.after.Kind == tables.KindSettings })
	return roomFor(held.Snapshot, due, now)
}
