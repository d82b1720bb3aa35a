package main

import (
	"time"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
)

// problem is an invalid part of the configuration.
type problem struct {
	what string // such as "cluster production"
	why  string // with the path of what is wrong, in one line
}

// problems returns what runs would find, and every invalid calendar, even if no cluster uses it.
func problems(stored inventory.Snapshot, now time.Time) (found []problem) {
	checked := inventory.Check(stored, now)
	switch {
	case checked.SettingsErr != nil:
		return []problem{{"the settings", checked.SettingsErr.Error()}}
	case !checked.Configured:
		return nil // nothing is configured yet, or no longer
	}
	for _, u := range checked.Unusable {
		what := run.UnitInWords(u.Name)
		if u.Name == inventory.UnknownCluster {
			what = "an override of no cluster"
		}
		found = append(found, problem{what, config.OneLine(u.Err)})
	}
	for _, c := range stored.Calendars {
		if err := checked.InvalidErr(c); err != nil {
			found = append(found, problem{"calendar " + c.Name, config.OneLine(err)})
		}
	}
	return found
}
