package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/triggers"
)

// ahead is how far is looked for what a trigger brings about week after week.
const ahead = 8 * health.Day

// withoutThem is what comes of it that the triggers of these names start no run, as the rest of a sentence.
func (e *examination) withoutThem(planned []triggers.Trigger, names []string) string {
	if e.Off != nil {
		return "; nothing comes of it while the switch is off"
	}
	silent := slices.DeleteFunc(slices.Clone(planned), func(t triggers.Trigger) bool { return !slices.Contains(names, t.Name) })
	next := e.nextBy(silent)
	if next.clusters == nil {
		return "; no size changes by that within a week"
	}
	where, when := someOf(next.clusters), next.at.Format(scaling.LocalTime)
	late, lost := e.withoutTrigger()
	switch several := len(names) > 1; {
	case several && lost:
		return fmt.Sprintf(", so the changes from %s on, first in %s, do not happen in time, as nothing starts reconcile runs, either", when, where)
	case several:
		return fmt.Sprintf(", so the changes from %s on, first in %s, happen %s", when, where, late)
	case lost:
		return fmt.Sprintf(", so the change of %s at %s does not happen in time, as nothing starts reconcile runs, either", where, when)
	default:
		return fmt.Sprintf(", so the change of %s at %s happens %s", where, when, late)
	}
}

// withoutTrigger is how late something happens that no trigger starts, or that it does not happen.
func (e *examination) withoutTrigger() (late string, lost bool) {
	there := func(i triggers.Inspection) bool {
		return i.Name == triggers.Reconcile("").Name && i.State == triggers.InSync
	}
	if e.Reconcile.Error == "" && !slices.ContainsFunc(e.Reconcile.Value, there) {
		return "", true
	}
	if interval, known := intervalOf(e.Stack.Reconcile); known {
		return fmt.Sprintf("up to %s late, by the reconcile run", inHours(interval)), false
	}
	return "late, by the next reconcile run", false
}

// transition is an instant at which sizes change, by the clock of the first of the clusters in which they do.
type transition struct {
	at       time.Time
	clusters []string
}

// nextBy is the next transition for which one of the triggers starts the run; one without clusters if there is none.
func (e *examination) nextBy(silent []triggers.Trigger) (next transition) {
	for _, c := range e.usable() {
		if !c.Enabled {
			continue
		}
		at := firstBy(silent, c.Timeline(), e.now)
		switch {
		case at.IsZero():
		case next.clusters == nil || at.Before(next.at):
			next = transition{at, []string{c.Name}}
		case at.Equal(next.at):
			next.clusters = append(next.clusters, c.Name)
		}
	}
	return next
}

// firstBy is when one of the triggers first starts the run that changes a cluster's sizes; zero if none does. Those that fire
// once are looked at wherever they are, the others for as long as they take to come around.
func firstBy(silent []triggers.Trigger, timeline scaling.Timeline, now time.Time) (first time.Time) {
	zone := timeline.Schedule.Location()
	for t := timeline.NextChange(now); !t.IsZero() && t.Before(now.Add(ahead)); t = timeline.NextChange(t) {
		local := t.In(zone)
		if slices.ContainsFunc(silent, func(s triggers.Trigger) bool { return fires(s, local) }) && resizes(timeline, t) {
			return local
		}
	}
	for _, s := range silent { // those that fire once are in the order of their instants
		at, err := time.Parse(onceForm, s.Expression)
		if s.Once && err == nil && resizes(timeline, at) {
			return at.In(zone)
		}
	}
	return time.Time{}
}

// resizes says that sizes change in the minute that ends with t.
func resizes(timeline scaling.Timeline, t time.Time) bool {
	before, after := goals(timeline, t.Add(-time.Minute)), goals(timeline, t)
	for name, goal := range after {
		if old, wanted := before[name]; !wanted || !old.Equal(goal) {
			return true
		}
	}
	return false
}

// onceForm is the expression of a trigger that fires once, by UTC.
const onceForm = "at(2006-01-02T15:04:05)"

// fires says that a trigger starts the run for a change at an instant, which is given by the clock of a cluster.
func fires(t triggers.Trigger, at time.Time) bool {
	if t.Once {
		return t.Expression == at.Add(time.Minute-time.Nanosecond).UTC().Truncate(time.Minute).Format(onceForm)
	}
	days, sameTime := strings.CutPrefix(t.Expression, fmt.Sprintf("cron(%d %d ? * ", at.Minute(), at.Hour()))
	onDay := strings.HasPrefix(days, "*") || strings.Contains(days, strings.ToUpper(at.Format("Mon")))
	return t.Zone == at.Location().String() && sameTime && onDay
}
