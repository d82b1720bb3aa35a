package triggers

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/schedule"
)

// horizon is how far ahead, in days, triggers that fire once are made; the plan is made again every hour.
const horizon = 366

// Plan lists the triggers that the clusters need which are not paused, as of now, in the order of their names. At each time of day in a zone one
// trigger fires on each day that a cluster has it, and names the clusters that have it on that day: days on which these are the same
// share a trigger. For each instant that the week does not bring to a cluster there is one that fires once: an end of an override, of
// a window with listed dates, or of a gap in the zone's wall clock, which EventBridge Scheduler would skip. So no cluster is in two
// triggers of one instant, except in an hour that comes twice.
//
// The system's switch does not count, as it is looked at when a run starts.
func Plan(clusters []config.Cluster, now time.Time) []Trigger {
	p := plan{
		from: now.Add(time.Nanosecond), until: now.AddDate(0, 0, horizon),
		weekly: map[moment]map[string]schedule.Days{}, once: map[int64]map[string][]string{},
		zones: map[string]*time.Location{}, zoneOf: map[string]*time.Location{},
	}
	for _, c := range clusters {
		if !c.Paused {
			p.add(c)
		}
	}
	triggers := slices.Concat(p.byTheWeek(), p.single())
	slices.SortFunc(triggers, func(a, b Trigger) int { return cmp.Compare(a.Name, b.Name) })
	return triggers
}

// plan is what is known of the triggers so far.
type plan struct {
	from, until time.Time
	weekly      map[moment]map[string]schedule.Days // the days on which each cluster has it
	once        map[int64]map[string][]string       // the causes of each cluster, by the instant in seconds since 1970
	zones       map[string]*time.Location
	zoneOf      map[string]*time.Location // by cluster
}

// moment is a time of day in a zone.
type moment struct {
	zone *time.Location
	at   schedule.Clock
}

func (p *plan) add(c config.Cluster) {
	timeline := c.Timeline()
	zone := p.zone(timeline.Schedule.Location())
	p.zoneOf[c.Name] = zone
	for _, b := range timeline.Schedule.Weekly() {
		m := moment{zone, b.At}
		if p.weekly[m] == nil {
			p.weekly[m] = map[string]schedule.Days{}
		}
		p.weekly[m][c.Name] |= b.Days
	}
	for _, t := range timeline.Schedule.Dated(p.from, p.until) {
		p.note(t, fmt.Sprintf("a dated period of %s starts or ends", c.Name), c.Name)
	}
	for _, o := range timeline.Overrides {
		p.note(o.From, fmt.Sprintf("override %s starts", o.Name), c.Name)
		p.note(o.Until, fmt.Sprintf("override %s ends", o.Name), c.Name)
	}
}

// byTheWeek returns the triggers that fire every week, and notes the instants that they skip.
func (p *plan) byTheWeek() (all []Trigger) {
	for m, daysOf := range p.weekly {
		shared := sharedDays(daysOf)
		for _, s := range shared {
			b := schedule.Transition{At: m.at, Days: s.days}
			t := weekly(m.zone.String(), b, s.clusters)
			if len(shared) > 1 {
				t.Name += "-" + s.days.Names()[0]
			}
			all = append(all, t)
			for _, at := range b.Skipped(m.zone, p.from, p.until) {
				p.note(at, fmt.Sprintf("%s does not exist in %s on that day, as the clock goes forward", m.at, m.zone), s.clusters...)
			}
		}
	}
	return all
}

// single returns the triggers that fire once, for the clusters to which the week brings no run at that instant.
func (p *plan) single() (all []Trigger) {
	for second, causesOf := range p.once {
		at := time.Unix(second, 0)
		var clusters, causes []string
		for _, name := range slices.Sorted(maps.Keys(causesOf)) {
			if !p.firesWeekly(name, at) {
				clusters, causes = append(clusters, name), append(causes, causesOf[name]...)
			}
		}
		if len(clusters) > 0 {
			slices.Sort(causes)
			all = append(all, single(onceName, at, strings.Join(slices.Compact(causes), "; "), clusters))
		}
	}
	return all
}

// note remembers an instant for some clusters, if it lies within the horizon. EventBridge Scheduler is exact to a minute, so it is
// rounded up to a full one: a run that came before the change would see things as they were.
func (p *plan) note(t time.Time, cause string, clusters ...string) {
	if t.Before(p.from) || !t.Before(p.until) {
		return
	}
	minute := t.Truncate(time.Minute)
	if minute.Before(t) {
		minute = minute.Add(time.Minute)
	}
	causes := p.once[minute.Unix()]
	if causes == nil {
		causes = map[string][]string{}
		p.once[minute.Unix()] = causes
	}
	for _, name := range clusters {
		causes[name] = append(causes[name], cause)
	}
}

// firesWeekly says whether the week brings a run to a cluster at t anyway. Two runs at the same instant would only be in each
// other's way. Where the clock goes back a time comes twice and fires once, and it is not documented when.
func (p *plan) firesWeekly(cluster string, t time.Time) bool {
	local := t.In(p.zoneOf[cluster])
	m := moment{p.zoneOf[cluster], schedule.Clock(local.Hour()*60 + local.Minute())}
	return local.Second() == 0 && p.weekly[m][cluster].Has(local.Weekday()) && !comesTwice(local)
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
