package triggers

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/schedule"
)

// horizon is how far ahead, in days, triggers that fire once are made; the plan is made again every hour.
const horizon = 366

// Plan lists the triggers that the enabled clusters need as of now, in the order of their names: one for each time of day
// in a zone, with the days of every cluster that has it, because one run looks at all clusters; and for each instant that
// the week does not bring, one that fires once: an end of an override, of a window with listed dates, or of a gap in the
// zone's wall clock, which EventBridge Scheduler would skip.
//
// The system's switch does not count, as it is looked at when a run starts.
func Plan(clusters []config.Cluster, now time.Time) []Trigger {
	p := plan{
		from: now.Add(time.Nanosecond), until: now.AddDate(0, 0, horizon),
		weekly: map[moment]schedule.Days{}, once: map[int64][]string{}, zones: map[string]*time.Location{},
	}
	for _, c := range clusters {
		if c.Enabled {
			p.add(c)
		}
	}
	var triggers []Trigger
	for m, days := range p.weekly {
		b := schedule.Boundary{At: m.at, Days: days}
		triggers = append(triggers, weekly(m.zone.String(), b))
		for _, t := range b.Skipped(m.zone, p.from, p.until) {
			p.note(t, fmt.Sprintf("%s does not exist in %s on that day, as the clock goes forward", m.at, m.zone))
		}
	}
	for second, causes := range p.once {
		if at := time.Unix(second, 0); !p.firesWeekly(at) {
			slices.Sort(causes)
			triggers = append(triggers, single(onceName, at, strings.Join(slices.Compact(causes), "; ")))
		}
	}
	slices.SortFunc(triggers, func(a, b Trigger) int { return cmp.Compare(a.Name, b.Name) })
	return triggers
}

// plan is what is known of the triggers so far.
type plan struct {
	from, until time.Time
	weekly      map[moment]schedule.Days
	once        map[int64][]string // the causes, by the instant in seconds since 1970
	zones       map[string]*time.Location
}

// moment is a time of day in a zone.
type moment struct {
	zone *time.Location
	at   schedule.Clock
}

func (p *plan) add(c config.Cluster) {
	timeline := c.Timeline()
	zone := p.zone(timeline.Schedule.Location())
	for _, b := range timeline.Schedule.Weekly() {
		p.weekly[moment{zone, b.At}] |= b.Days
	}
	for _, t := range timeline.Schedule.Dated(p.from, p.until) {
		p.note(t, fmt.Sprintf("a dated period of %s starts or ends", c.Name))
	}
	for _, o := range timeline.Overrides {
		p.note(o.From, fmt.Sprintf("override %s starts", o.Name))
		p.note(o.Until, fmt.Sprintf("override %s ends", o.Name))
	}
}

// note remembers an instant, if it lies within the horizon. EventBridge Scheduler is exact to a minute, so it is rounded up
// to a full one: a run that came before the change would see things as they were.
func (p *plan) note(t time.Time, cause string) {
	if t.Before(p.from) || !t.Before(p.until) {
		return
	}
	minute := t.Truncate(time.Minute)
	if minute.Before(t) {
		minute = minute.Add(time.Minute)
	}
	p.once[minute.Unix()] = append(p.once[minute.Unix()], cause)
}

// firesWeekly says whether the week brings a run at t anyway. Two runs at the same instant would only be in each other's
// way. Where the clock goes back a time comes twice and fires once, and it is not documented when.
func (p *plan) firesWeekly(t time.Time) bool {
	for m, days := range p.weekly {
		local := t.In(m.zone)
		clock := schedule.Clock(local.Hour()*60 + local.Minute())
		if clock == m.at && local.Second() == 0 && days.Has(local.Weekday()) && !comesTwice(local) {
			return true
		}
	}
	return false
}

// comesTwice says whether the wall clock shows the same time once more, before or after.
func comesTwice(t time.Time) bool {
	_, offset := t.Zone()
	twin := func(neighbour time.Time) bool {
		_, there := neighbour.In(t.Location()).Zone()
		shifted := t.Add(time.Duration(offset-there) * time.Second)
		_, landed := shifted.Zone()
		return there != offset && landed == there
	}
	start, end := t.ZoneBounds()
	return !start.IsZero() && twin(start.Add(-time.Nanosecond)) || !end.IsZero() && twin(end)
}

// zone is the one location that stands for a zone: each cluster loads its own.
func (p *plan) zone(loc *time.Location) *time.Location {
	if known, ok := p.zones[loc.String()]; ok {
		return known
	}
	p.zones[loc.String()] = loc
	return loc
}
