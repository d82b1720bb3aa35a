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

// horizon is how many days ahead one-time triggers are planned; the plan is renewed every hour.
const horizon = 366

// Plan lists the triggers that the active units need as of now, by name. A weekly trigger fires at a time of day in a zone and
// names the units that have a transition then, or begin to scale up ahead of one; days with the same units share a trigger. A
// one-time trigger covers every other instant: the ends of overrides and of windows with listed dates, the ends of gaps in the
// zone's wall clock, which EventBridge Scheduler would skip, and leads that begin at another time than in an ordinary week. So no
// unit is in two triggers of one instant, except in an hour that occurs twice.
//
// While a window of a conditional period is open, triggers look at its signals, at most every 5 minutes. For windows of every week
// there are at most 2,016 in a zone, one for each 5 minutes of the week; usually a few for all units with the same hours.
// Other windows have one-time triggers, at most 2 days ahead and so no more than about 600.
//
// A pause of all scaling does not matter here: each run checks it at its start.
func Plan(units []config.Unit, now time.Time) []Trigger {
	p := newPlan(units, now)
	triggers := slices.Concat(p.byTheWeek(), p.looking(), p.single())
	slices.SortFunc(triggers, func(a, b Trigger) int { return cmp.Compare(a.Name, b.Name) })
	return triggers
}

func newPlan(units []config.Unit, now time.Time) *plan {
	p := plan{
		from: now.Add(time.Nanosecond), until: now.AddDate(0, 0, horizon),
		weekly: map[moment]map[string]schedule.Days{}, leads: map[moment]map[string]schedule.Days{}, looks: map[moment]map[string]schedule.Days{},
		once:  map[int64]map[string][]string{},
		zones: map[string]*time.Location{}, zoneOf: map[string]*time.Location{},
	}
	for _, u := range units {
		if !u.Paused {
			p.add(u)
		}
	}
	return &p
}

// plan collects the triggers.
type plan struct {
	from, until time.Time
	weekly      map[moment]map[string]schedule.Days // the days on which each unit has a transition
	leads       map[moment]map[string]schedule.Days // the days on which each unit's leads begin
	looks       map[moment]map[string]schedule.Days // the days on which each unit looks at signals
	once        map[int64]map[string][]string       // the causes of each unit, by the instant in seconds since 1970
	zones       map[string]*time.Location
	zoneOf      map[string]*time.Location // by unit
}

// moment is a time of day in a zone.
type moment struct {
	zone *time.Location
	at   schedule.Clock
}

func (p *plan) add(u config.Unit) {
	timeline := u.Timeline()
	zone := p.zone(timeline.Schedule.Location())
	p.zoneOf[u.Name] = zone
	addDays(p.weekly, zone, timeline.Schedule.Weekly(), u.Name)
	addDays(p.leads, zone, timeline.WeeklyLeads(), u.Name)
	for _, t := range timeline.Schedule.Dated(p.from, p.until) {
		p.note(t, fmt.Sprintf("a dated period of %s starts or ends", u.Name), u.Name)
	}
	for _, o := range timeline.Overrides {
		p.note(o.From, fmt.Sprintf("override %s starts", o.Name), u.Name)
		p.note(o.Until, fmt.Sprintf("override %s ends", o.Name), u.Name)
	}
	for _, lead := range timeline.Leads(p.from, p.until) {
		p.note(lead.From, fmt.Sprintf("scale-ups of %s begin ahead of a transition", u.Name), u.Name)
	}
	p.addLooks(u, timeline.Schedule, zone)
}

// addDays adds the unit's days to each moment.
func addDays(all map[moment]map[string]schedule.Days, zone *time.Location, weekly []schedule.Transition, unit string) {
	for _, b := range weekly {
		m := moment{zone, b.At}
		if all[m] == nil {
			all[m] = map[string]schedule.Days{}
		}
		all[m][unit] |= b.Days
	}
}

// byTheWeek returns the weekly triggers, and notes the transitions that they skip. Every lead is noted already.
func (p *plan) byTheWeek() (all []Trigger) {
	for m, daysOf := range p.weekly {
		shared := sharedDays(daysOf)
		for _, s := range shared {
			for _, at := range (schedule.Transition{At: m.at, Days: s.days}).Skipped(m.zone, p.from, p.until) {
				p.note(at, fmt.Sprintf("%s does not exist in %s on that day, as the clock goes forward", m.at, m.zone), s.units...)
			}
		}
		if leads := p.leads[m]; leads != nil {
			shared = sharedDays(either(daysOf, leads))
		}
		all = append(all, p.weeklyAt(m, shared)...)
	}
	for m, daysOf := range p.leads {
		if p.weekly[m] == nil {
			all = append(all, p.weeklyAt(m, sharedDays(daysOf))...)
		}
	}
	return all
}

// weeklyAt returns the weekly triggers of a moment, one for each group of days.
func (p *plan) weeklyAt(m moment, shared []daysWith) (all []Trigger) {
	for _, s := range shared {
		what := happening{s.within(p.weekly[m]), s.within(p.leads[m])}
		t := weekly(m.zone.String(), schedule.Transition{At: m.at, Days: s.days}, what, s.units)
		if len(shared) > 1 {
			t.Name += "-" + s.days.Names()[0]
		}
		all = append(all, t)
	}
	return all
}

// single returns the one-time triggers, for units without a weekly trigger at that instant.
func (p *plan) single() (all []Trigger) {
	for second, causesOf := range p.once {
		at := time.Unix(second, 0)
		var units, causes []string
		for _, name := range slices.Sorted(maps.Keys(causesOf)) {
			if !p.firesWeekly(name, at) {
				units, causes = append(units, name), append(causes, causesOf[name]...)
			}
		}
		if len(units) > 0 {
			slices.Sort(causes)
			name := onceName
			if !slices.ContainsFunc(causes, isNoLook) {
				name = lookName
			}
			all = append(all, single(name, at, strings.Join(slices.Compact(causes), "; "), units))
		}
	}
	return all
}

// note adds an instant for some units, if it is within the horizon. It rounds up to a full minute, the precision of
// EventBridge Scheduler: a run before the change would see the old state.
func (p *plan) note(t time.Time, cause string, units ...string) {
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
	for _, name := range units {
		causes[name] = append(causes[name], cause)
	}
}

// firesWeekly reports whether a weekly trigger starts a run for a unit at t, so that a second trigger would only compete. When
// the clock goes back, a time occurs twice but fires once, and AWS does not document when.
func (p *plan) firesWeekly(unit string, t time.Time) bool {
	local := t.In(p.zoneOf[unit])
	m := moment{p.zoneOf[unit], schedule.Clock(local.Hour()*60 + local.Minute())}
	days := p.weekly[m][unit] | p.leads[m][unit] | p.looks[m][unit]
	return local.Second() == 0 && days.Has(local.Weekday()) && !comesTwice(local)
}

// comesTwice reports whether the wall clock shows the same time twice, around t.
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

// zone returns one shared location for each zone: each unit loads its own.
func (p *plan) zone(loc *time.Location) *time.Location {
	if known, ok := p.zones[loc.String()]; ok {
		return known
	}
	p.zones[loc.String()] = loc
	return loc
}
