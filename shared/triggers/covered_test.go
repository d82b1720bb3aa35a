package triggers_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	schedulerlocal "eks-scaling-automation/integration/aws/scheduler"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
	"eks-scaling-automation/shared/triggers"
)

// TestEachTransitionOfAClusterIsInOneTrigger that names it, and no trigger names a cluster that has none then. Where the clock goes
// back a time of day comes twice, and a trigger fires at one of the two.
func TestEachTransitionOfAClusterIsInOneTrigger(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := &drawing{t: t, begin: time.Date(rapid.IntRange(2007, 2035).Draw(t, "year"), 1, 1, 0, 0, 0, 0, time.UTC)}
		doc, now := d.document(), d.instant()
		t.Logf("at %s:\n%s", now, doc)
		clusters, until := read(t, doc), now.AddDate(0, 0, 100)
		fired := firedFor(t, triggers.Plan(clusters, now), now, until)
		for _, c := range clusters {
			due := transitions(c, now, until)
			for at, n := range fired[c.Name] {
				if _, known := due[at]; !known {
					t.Errorf("%s is in %d triggers at %s, when it has no transition", c.Name, n, at)
				}
			}
			for at, comesTwice := range due {
				if n := fired[c.Name][at]; n > 2 || n != 1 && !comesTwice {
					t.Errorf("%s is in %d triggers at %s; want 1", c.Name, n, at)
				}
			}
		}
	})
}

// firedFor counts the triggers that name each cluster by the instants in (from, until) at which they fire.
func firedFor(t *rapid.T, plan []triggers.Trigger, from, until time.Time) map[string]map[time.Time]int {
	fired := map[string]map[time.Time]int{}
	for _, trigger := range plan {
		times, err := schedulerlocal.Times(trigger.Expression, trigger.Zone, from.Add(1), until)
		if err != nil || len(trigger.Input.Clusters) == 0 {
			t.Fatalf("%s: %v; it names %v", trigger.Name, err, trigger.Input.Clusters)
		}
		for _, name := range trigger.Input.Clusters {
			if fired[name] == nil {
				fired[name] = map[time.Time]int{}
			}
			for _, at := range times {
				fired[name][at.UTC()]++
			}
		}
	}
	return fired
}

// transitions are the minutes in (from, until) with which a period may begin or end by its weekdays, or does so by its dates, and
// those of leads and overrides; none of a paused cluster. Each reports whether the cluster's clock shows it twice.
func transitions(c config.Unit, from, until time.Time) map[time.Time]bool {
	all := map[time.Time]bool{}
	add := func(instants ...time.Time) {
		for _, t := range instants {
			minute := t.Add(time.Minute - time.Nanosecond).UTC().Truncate(time.Minute)
			if minute.After(from) && t.After(from) && minute.Before(until) {
				all[minute] = len(shownAs(minute.In(c.Timetable().Location()))) == 2
			}
		}
	}
	if c.Paused {
		return nil
	}
	timeline := c.Timeline()
	add(byTheWeek(timeline, from, until)...)
	add(timeline.Schedule.Dated(from, until)...)
	for _, lead := range timeline.Leads(from, until) {
		add(lead.From)
	}
	for _, o := range timeline.Overrides {
		add(o.From, o.Until)
	}
	return all
}

// byTheWeek are the instants of the weekly transitions and leads, and some before and after.
func byTheWeek(timeline scaling.Timeline, from, until time.Time) (all []time.Time) {
	zone := timeline.Schedule.Location()
	for _, b := range timeline.Schedule.Weekly() {
		for _, wall := range shownOn(b, from, until) {
			all = append(all, instantsOf(wall, zone)...)
		}
	}
	for _, b := range timeline.WeeklyLeads() {
		for _, wall := range shownOn(b, from, until) {
			if at := instantsOf(wall, zone); at[0].Format(time.TimeOnly) == wall.Format(time.TimeOnly) { // not in a gap
				all = append(all, at...)
			}
		}
	}
	return all
}

// shownOn are the times that the wall clock shows at a weekly transition, as if they were in UTC, and some before and after.
func shownOn(b schedule.Transition, from, until time.Time) (all []time.Time) {
	for day := from.UTC().AddDate(0, 0, -3); day.Before(until.AddDate(0, 0, 3)); day = day.AddDate(0, 0, 1) {
		wall := time.Date(day.Year(), day.Month(), day.Day(), int(b.At)/60, int(b.At)%60, 0, 0, time.UTC)
		if b.Days.Has(wall.Weekday()) {
			all = append(all, wall)
		}
	}
	return all
}

// instantsOf are those at which the clocks of a zone show a time: none, one or two. Instead of none it is the end of the gap.
func instantsOf(wall time.Time, zone *time.Location) []time.Time {
	t := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), 0, 0, zone)
	shown := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), 0, 0, time.UTC)
	start, end := t.ZoneBounds()
	switch {
	case shown.After(wall):
		return []time.Time{start}
	case shown.Before(wall):
		return []time.Time{end}
	default:
		return shownAs(t)
	}
}

// shownAs are the instants at which the clock shows what it shows at t: t, and in an hour that comes twice another.
func shownAs(t time.Time) []time.Time {
	all := []time.Time{t}
	for _, hours := range []time.Duration{-24, -3, -2, -1, 0, 1, 2, 3, 24} {
		for _, part := range []time.Duration{0, 20, 30} {
			other := t.Add(hours*time.Hour + part*time.Minute)
			if !other.Equal(t) && other.Format(time.DateTime) == t.Format(time.DateTime) {
				all = append(all, other)
			}
		}
	}
	return all
}
