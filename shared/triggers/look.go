package triggers

import (
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"time"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/schedule"
)

// lookAhead is how far ahead one-time triggers are planned that look at signals.
const lookAhead = 48 * time.Hour

// looksAtSignals ends the cause of a one-time look.
const looksAtSignals = " looks at its signals"

func isNoLook(cause string) bool { return !strings.HasSuffix(cause, looksAtSignals) }

// lookSteps are the times between two looks, in minutes. Each divides the day, and 5 divides each, so that units share triggers.
var lookSteps = []schedule.WeekTime{6 * 60, 4 * 60, 3 * 60, 2 * 60, 60, 30, 20, 15, 10, looksEvery}

// looksEvery is the shortest time between two looks, in minutes.
const looksEvery = 5

// lookStep returns the longest time between two looks that is not longer than every.
func lookStep(every time.Duration) schedule.WeekTime {
	for _, step := range lookSteps {
		if time.Duration(step)*time.Minute <= every {
			return step
		}
	}
	return looksEvery
}

// addLooks adds the unit's looks at signals: one at each multiple of the step on the wall clock while a window is open. A transition
// is at its beginning.
func (p *plan) addLooks(u config.Unit, s *schedule.Schedule, zone *time.Location) {
	if !s.HasConditions() {
		return
	}
	for _, windows := range s.WeekWindows() {
		step := lookStep(windows.Every)
		for _, span := range windows.Spans {
			for t := (span.From/step + 1) * step; t < span.To; t += step {
				at := t.Add(0)
				addDays(p.looks, zone, []schedule.Transition{{At: at.Clock(), Days: schedule.On(at.Weekday())}}, u.Name)
			}
		}
	}
	cause := u.Name + looksAtSignals
	until := p.from.Add(lookAhead)
	for _, w := range s.OtherWindows(p.from, until) {
		step := time.Duration(lookStep(w.Every)) * time.Minute
		for t := w.From.Truncate(step).Add(step); t.Before(w.To) && t.Before(until); t = t.Add(step) {
			p.note(t, cause, u.Name)
		}
	}
	p.addLooksAtClockChanges(u, s, cause)
}

// addLooksAtClockChanges adds the looks that weekly triggers may miss: when the clock goes forward over them, and in the hour that
// occurs twice.
func (p *plan) addLooksAtClockChanges(u config.Unit, s *schedule.Schedule, cause string) {
	until := p.from.Add(lookAhead)
	for t := p.from.Add(-lookAhead).In(s.Location()); ; {
		_, change := t.ZoneBounds()
		if change.IsZero() || change.After(until.Add(lookAhead)) {
			return
		}
		_, before := t.Zone()
		_, after := change.Zone()
		repeated := time.Duration(max(before-after, 0)) * time.Second
		for off := -repeated; off <= repeated; off += looksEvery * time.Minute {
			at := change.Add(off)
			due := func(period schedule.Period) bool {
				step := time.Duration(lookStep(time.Duration(period.When.Every))) * time.Minute
				return off%step == 0 || off.Abs() == repeated
			}
			if at.Before(until) && slices.ContainsFunc(s.Open(at), due) {
				p.note(at, cause, u.Name)
			}
		}
		t = change
	}
}

// hours holds the looks of a day: a bit for each five minutes of each hour.
type hours [24]uint16

// looking returns the triggers that look at signals by the week. Looks at which the same units take part share a trigger if they have
// the same minutes in some hours of some days. A unit has no look where it has another weekly trigger.
func (p *plan) looking() (all []Trigger) {
	for zone, byUnits := range p.weeklyLooks() {
		for names, week := range byUnits {
			all = append(all, looks(zone, week, strings.Fields(names))...)
		}
	}
	return all
}

// LooksPerDay returns how many runs only look at the signals of units, on the day of the week that has the most. It adds the most
// one-time looks within a day.
func LooksPerDay(units []config.Unit, now time.Time) int {
	p := newPlan(units, now)
	var perDay [7]int
	for _, byUnits := range p.weeklyLooks() {
		for _, week := range byUnits {
			for day, hours := range week {
				for _, minutes := range hours {
					perDay[day] += bits.OnesCount16(minutes)
				}
			}
		}
	}
	return slices.Max(perDay[:]) + p.oneTimeLooksPerDay()
}

// oneTimeLooksPerDay returns the most one-time looks within a day.
func (p *plan) oneTimeLooksPerDay() (most int) {
	var all []time.Time
	for _, t := range p.single() {
		if _, at, _ := instantIn(t.Name); IsOneTimeLook(t.Name) {
			all = append(all, at)
		}
	}
	slices.SortFunc(all, time.Time.Compare)
	for first, last := 0, 0; last < len(all); last++ {
		for !all[last].Before(all[first].Add(24 * time.Hour)) {
			first++
		}
		most = max(most, last-first+1)
	}
	return most
}

// IsOneTimeLook reports whether a trigger, by its name, looks at signals once.
func IsOneTimeLook(name string) bool {
	prefix, _, once := instantIn(name)
	return once && prefix == lookName
}

// weeklyLooks returns the looks by the week, by zone and then by the names of the units.
func (p *plan) weeklyLooks() map[*time.Location]map[string]*[7]hours {
	byZone := map[*time.Location]map[string]*[7]hours{}
	for m, daysOf := range p.looks {
		rest := map[string]schedule.Days{}
		for unit, days := range daysOf {
			if left := days &^ (p.weekly[m][unit] | p.leads[m][unit]); left != 0 {
				rest[unit] = left
			}
		}
		if byZone[m.zone] == nil {
			byZone[m.zone] = map[string]*[7]hours{}
		}
		for _, s := range sharedDays(rest) {
			p.addHours(byZone[m.zone], m.at, s)
		}
	}
	return byZone
}

func (p *plan) addHours(byUnits map[string]*[7]hours, at schedule.Clock, s daysWith) {
	names := strings.Join(s.units, " ")
	if byUnits[names] == nil {
		byUnits[names] = new([7]hours)
	}
	for day := range time.Weekday(7) {
		if s.days.Has(day) {
			byUnits[names][day][at/60] |= 1 << (at % 60 / looksEvery)
		}
	}
}

// block is a set of looks: the same minutes in some hours of some days.
type block struct {
	minutes uint16 // a bit for each five minutes
	hours   uint32 // a bit for each hour
}

// looks returns the triggers of the looks of a week.
func looks(zone *time.Location, week *[7]hours, units []string) (all []Trigger) {
	daysOf := map[block]schedule.Days{}
	for day, hours := range week {
		hoursOf := map[uint16]uint32{}
		for hour, minutes := range hours {
			if minutes != 0 {
				hoursOf[minutes] |= 1 << hour
			}
		}
		for minutes, hours := range hoursOf {
			daysOf[block{minutes, hours}] |= schedule.On(time.Weekday(day))
		}
	}
	for b, days := range daysOf {
		all = append(all, b.trigger(zone.String(), days, units))
	}
	return all
}

// trigger names the trigger by its first look of the week, which is in no other one of the zone.
func (b block) trigger(zone string, days schedule.Days, units []string) Trigger {
	onDays, inWords := daysInCron(days)
	minutes, hours := list(uint64(b.minutes), looksEvery), list(uint64(b.hours), 1)
	first := schedule.Clock(60*bits.TrailingZeros32(b.hours) + looksEvery*bits.TrailingZeros16(b.minutes))
	return Trigger{
		Name: lookName + inNames.Replace(zone) + "-" + strings.ReplaceAll(first.String(), ":", "") + "-" + days.Names()[0],
		Description: cut(fmt.Sprintf("Looks at signals while a period with a condition may apply: minutes %s of hours %s %s, %s.",
			minutes, hours, zone, inWords), 512),
		Expression: fmt.Sprintf("cron(%s %s ? * %s *)", minutes, hours, onDays),
		Zone:       zone,
		Input:      started("look at signals "+zone, units),
	}
}

// list returns the set bits, times a factor, as cron writes them: with ranges of three or more neighbors if the factor is 1.
func list(set uint64, factor int) string {
	var texts []string
	for set != 0 {
		first := bits.TrailingZeros64(set)
		n := bits.TrailingZeros64(^(set >> first))
		if factor == 1 && n > 2 {
			texts = append(texts, fmt.Sprintf("%d-%d", first, first+n-1))
		} else {
			for i := range n {
				texts = append(texts, strconv.Itoa((first+i)*factor))
			}
		}
		set &^= (1<<n - 1) << first
	}
	return strings.Join(texts, ",")
}
