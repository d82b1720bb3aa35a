package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/triggers"
)

// maxAhead is how far to look for the next run of a trigger that fires every week.
const maxAhead = 8 * health.Day

// onceForm is the expression of a trigger that fires once, in UTC.
const onceForm = "at(2006-01-02T15:04:05)"

// missedImpact describes what is delayed while the triggers of these names do not fire, as the rest of a sentence.
func (e *examination) missedImpact(planned []triggers.Trigger, names []string) string {
	if e.Paused != nil {
		return "; no effect while scaling is paused"
	}
	missed := setOf(names)
	silent := slices.DeleteFunc(slices.Clone(planned), func(t triggers.Trigger) bool { return !missed[t.Name] })
	at, units := e.nextBy(silent)
	if units == nil {
		if looking := e.lookingBy(silent); len(looking) > 0 {
			return fmt.Sprintf(", so runs look less often at the signals of %s", firstFew(looking))
		}
		return "; no size within a week depends on it"
	}
	what, happens, doesNotHappen := fmt.Sprintf("the change of %s at %s", firstFew(units), at.Format(scaling.LocalTime)), "happens", "does not happen"
	if len(names) > 1 {
		what, happens, doesNotHappen = fmt.Sprintf("the changes from %s on, first in %s,", at.Format(scaling.LocalTime), firstFew(units)), "happen", "do not happen"
	}
	fires := func(i triggers.Inspection) bool {
		return i.Name == triggers.Reconcile("").Name && i.State == triggers.InSync
	}
	if e.Reconcile.Error == "" && !slices.ContainsFunc(e.Reconcile.Value, fires) {
		return fmt.Sprintf(", so %s %s in time: reconcile runs are not started, either", what, doesNotHappen)
	}
	if interval, known := intervalOf(e.Stack.Reconcile); known {
		return fmt.Sprintf(", so %s %s up to %s late, by the reconcile run", what, happens, inHours(interval))
	}
	return fmt.Sprintf(", so %s %s late, by the next reconcile run", what, happens)
}

// nextBy returns the next instant at which one of the triggers starts a run that changes sizes, and in which units. The instant
// is by the clock of the first. There are no units if there is no such instant.
func (e *examination) nextBy(silent []triggers.Trigger) (next time.Time, units []string) {
	usable := e.usable()
	of := triggersOf(silent, usable)
	for _, c := range usable {
		if c.Paused || of[c.Name] == nil {
			continue
		}
		at := firstBy(of[c.Name], c.Timeline(), e.now)
		switch {
		case at.IsZero():
		case units == nil || at.Before(next):
			next, units = at, []string{c.Name}
		case at.Equal(next):
			units = append(units, c.Name)
		}
	}
	return next, units
}

// lookingBy returns the units whose signals one of the triggers lets a run look at.
func (e *examination) lookingBy(silent []triggers.Trigger) (units []string) {
	usable := e.usable()
	of := triggersOf(silent, usable)
	for _, c := range usable {
		if !c.Paused && of[c.Name] != nil && c.Timetable().HasConditions() {
			units = append(units, c.Name)
		}
	}
	return units
}

// triggersOf returns the triggers of each unit, in their order. A plan's triggers name units, or nothing for all.
func triggersOf(all []triggers.Trigger, units []config.Unit) map[string][]triggers.Trigger {
	everybody := make([]string, len(units))
	for i, u := range units {
		everybody[i] = u.Name
	}
	of := map[string][]triggers.Trigger{}
	for _, t := range all {
		names := t.Input.Selected()
		if t.Input.SelectsAll() {
			names = everybody
		}
		for _, name := range names {
			of[name] = append(of[name], t)
		}
	}
	return of
}

// firstBy returns when one of the triggers first starts a run that changes a cluster's sizes; zero if none does. Triggers that fire
// once are in the order of their instants.
func firstBy(silent []triggers.Trigger, timeline scaling.Timeline, now time.Time) time.Time {
	zone := timeline.Schedule.Location()
	for t := timeline.NextChange(now); !t.IsZero() && t.Before(now.Add(maxAhead)); t = timeline.NextChange(t) {
		local := t.In(zone)
		if slices.ContainsFunc(silent, func(s triggers.Trigger) bool { return fires(s, local) }) && resizes(timeline, t) {
			return local
		}
	}
	for _, s := range silent {
		at, err := time.Parse(onceForm, s.Expression)
		if s.Once && err == nil && resizes(timeline, at) {
			return at.In(zone)
		}
	}
	return time.Time{}
}

// resizes reports whether sizes change in the minute that ends with t.
func resizes(timeline scaling.Timeline, t time.Time) bool {
	return resized(goals(timeline, t.Add(-time.Minute)), goals(timeline, t)) != nil
}

// fires reports whether a trigger starts the run for a change at an instant by a cluster's clock.
func fires(t triggers.Trigger, at time.Time) bool {
	if t.Once {
		return t.Expression == at.Add(time.Minute-time.Nanosecond).UTC().Truncate(time.Minute).Format(onceForm)
	}
	days, sameTime := strings.CutPrefix(t.Expression, fmt.Sprintf("cron(%d %d ? * ", at.Minute(), at.Hour()))
	onDay := strings.HasPrefix(days, "*") || strings.Contains(days, strings.ToUpper(at.Format("Mon")))
	return t.Zone == at.Location().String() && sameTime && onDay
}
