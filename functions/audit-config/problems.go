package main

import (
	"cmp"
	"time"

	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/config"
)

// problem is a part of the configuration that cannot be used.
type problem struct {
	what string // such as "cluster production"
	why  string // with the path of what is wrong, in one line
}

// problems are what runs would find, and every calendar that cannot be read, be it used or not.
func problems(stored tables.Snapshot, now time.Time) []problem {
	settings, configured, err := stored.CheckedSettings()
	switch {
	case err != nil:
		return []problem{{"the settings", err.Error()}}
	case !configured:
		return nil // nothing is configured yet, or no longer
	}
	var found []problem
	_, broken := settings.Assemble(stored.Parts(), now)
	for _, b := range broken {
		what := "cluster " + b.Cluster
		if b.Cluster == config.UnknownCluster {
			what = "an override of no cluster"
		}
		found = append(found, problem{what, config.OneLine(b.Err)})
	}
	for _, c := range stored.Calendars {
		_, err := config.ParseCalendar(c.Spec)
		if err = cmp.Or(config.CheckFormat(c.Format), err); err != nil {
			found = append(found, problem{"calendar " + c.Name, config.OneLine(err)})
		}
	}
	return found
}
