package main

import (
	"strings"
	"time"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/tables"
)

// problem is a part of the configuration that cannot be used.
type problem struct {
	what string // such as "cluster production"
	why  string // with the path of what is wrong, in one line
}

// problems are what runs would find, and every calendar that cannot be read, be it used or not.
func problems(stored tables.Snapshot, now time.Time) []problem {
	if stored.Settings == nil {
		if len(stored.Clusters) == 0 {
			return nil // nothing is configured yet, or no longer
		}
		return []problem{{"the settings", "settings/global: missing"}}
	}
	settings, err := config.ParseSettings(stored.Settings.Spec)
	if err != nil {
		return []problem{{"the settings", "settings/global: " + oneLine(err)}}
	}
	var found []problem
	_, broken := settings.Assemble(stored.Parts(), now)
	for _, b := range broken {
		found = append(found, problem{"cluster " + b.Cluster, oneLine(b.Err)})
	}
	for _, c := range stored.Calendars {
		if _, err := config.ParseCalendar(c.Spec); err != nil {
			found = append(found, problem{"calendar " + c.Name, oneLine(err)})
		}
	}
	return found
}

// oneLine joins the problems of one part.
func oneLine(err error) string {
	return strings.ReplaceAll(err.Error(), "\n", "; ")
}
