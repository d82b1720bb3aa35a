package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/schedule"
	"eks-scaling-automation/statemachine"
)

// trigger is one schedule of EventBridge Scheduler: when it fires and what it starts a run with.
type trigger struct {
	name        string // at most 64 of the letters, digits, "-", "_" and "."
	description string
	expression  string // on the wall clock of the zone
	zone        string // an IANA time zone
	input       statemachine.Input
}

// EventBridge Scheduler puts its own values in the place of these.
const (
	executionID   = "<aws.scheduler.execution-id>"
	scheduledTime = "<aws.scheduler.scheduled-time>"
)

const scheduler = "eventbridge-scheduler" // the actor that goes on record

// boundaryTriggers are the times at which the schedules of the enabled clusters change something: one for each clock in
// a zone, with the days of every cluster that has it, because one run looks at all clusters. The configuration's own
// switch does not count, as it is looked at when a run starts.
func boundaryTriggers(c config.Config) []trigger {
	type moment struct {
		zone string
		at   schedule.Clock
	}
	days := map[moment]schedule.Days{}
	for _, cluster := range c.Clusters {
		if !cluster.Enabled {
			continue
		}
		timetable := cluster.Timetable()
		for _, boundary := range timetable.Boundaries() {
			days[moment{timetable.Location().String(), boundary.At}] |= boundary.Days
		}
	}
	moments := slices.SortedFunc(maps.Keys(days), func(a, b moment) int {
		return cmp.Or(cmp.Compare(a.zone, b.zone), cmp.Compare(a.at, b.at))
	})
	triggers := make([]trigger, 0, len(moments))
	for _, m := range moments {
		triggers = append(triggers, boundaryTrigger(m.zone, schedule.Boundary{At: m.at, Days: days[m]}))
	}
	return triggers
}

func boundaryTrigger(zone string, b schedule.Boundary) trigger {
	onDays, inWords := "*", "every day"
	if b.Days != schedule.EveryDay {
		onDays, inWords = strings.ToUpper(strings.Join(b.Days.Names(), ",")), strings.Join(b.Days.Names(), ", ")
	}
	return trigger{
		name:        "boundary-" + zoneInName(zone) + "-" + strings.ReplaceAll(b.At.String(), ":", ""),
		description: fmt.Sprintf("A period of the configured schedules starts or ends at %s %s, %s.", b.At, zone, inWords),
		expression:  fmt.Sprintf("cron(%d %d ? * %s *)", b.At%60, b.At/60, onDays),
		zone:        zone,
		input: statemachine.Input{
			Trigger: "schedule", Actor: scheduler,
			Reason: fmt.Sprintf("boundary %s %s, due %s", b.At, zone, scheduledTime),
		},
	}
}

// zoneInName spells a zone with the characters that a schedule's name may have. Names stay distinct: "Etc/GMT+3" is not
// "Etc/GMT-3".
func zoneInName(zone string) string {
	return strings.NewReplacer("/", "-", "+", "plus").Replace(zone)
}

// reconcileTrigger starts the runs that make up for a trigger that came to nothing. It runs in UTC, which skips no hour.
func reconcileTrigger(expression string) trigger {
	return trigger{
		name:        "reconcile",
		description: "Makes up for a boundary whose trigger was lost, or which lay in a gap of its zone's wall clock.",
		expression:  expression,
		zone:        "UTC",
		input:       statemachine.Input{Trigger: "reconcile", Actor: scheduler, Reason: "reconcile, due " + scheduledTime},
	}
}
