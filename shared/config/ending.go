package config

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/schedule"
)

// Ending is a calendar in use that soon has no more dates, or has none already.
type Ending struct {
	Calendar string
	Last     schedule.Date
	Days     int      // from the present day to the last date; negative if that is over
	Periods  []string // those that name it
}

// endingSoon is how many days before its last date a calendar must be extended.
const endingSoon = 60

// EndingCalendars returns the calendars that units use and that run out within 60 days, by name. A calendar without any date has
// not been filled yet. The day is the present one in each unit's zone.
func EndingCalendars(units []Unit, calendars map[string]Calendar, now time.Time) []Ending {
	ends := map[string]schedule.Date{}
	for name, c := range calendars {
		if end, filled := c.End(); filled {
			ends[name] = end
		}
	}
	byName := map[string]*Ending{}
	for _, u := range units {
		if u.timetable == nil {
			continue
		}
		today := schedule.DateOf(now.In(u.timetable.Location()))
		for name, periods := range u.calendarUsers() {
			last, filled := ends[name]
			if !filled || int(last-today) >= endingSoon {
				continue
			}
			if byName[name] == nil {
				byName[name] = &Ending{Calendar: name, Last: last, Days: int(last - today)}
			}
			byName[name].Periods = append(byName[name].Periods, periods...)
		}
	}
	var all []Ending
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		all = append(all, *byName[name])
	}
	return all
}

// calendarUsers returns the periods that name each calendar.
func (u Unit) calendarUsers() map[string][]string {
	users := map[string][]string{}
	for _, p := range u.Schedule.Periods {
		names := slices.Concat(p.Calendars.Only, p.Calendars.Except)
		slices.Sort(names)
		for _, name := range slices.Compact(names) {
			users[name] = append(users[name], fmt.Sprintf("period %q of %s", p.Name, u.Name))
		}
	}
	return users
}

// String says when the calendar ends and what depends on it.
func (e Ending) String() string {
	users, verb := e.Periods[0], "depends"
	if more := len(e.Periods) - 1; more > 0 {
		users, verb = users+" and "+english.Count(more, "more period"), "depend"
	}
	when := fmt.Sprintf("has no date after %s, in %s", e.Last, english.Count(e.Days, "day"))
	switch {
	case e.Days < 0:
		when = fmt.Sprintf("ran out on %s", e.Last)
	case e.Days == 0:
		when = "has no date after today"
	}
	return fmt.Sprintf("%s; %s %s on it", when, users, verb)
}

// findEndings warns about calendars that run out.
func (c *Config) findEndings(places map[string]value, now time.Time) {
	for _, e := range EndingCalendars(c.Units(), c.Calendars, now) {
		remedy := "add dates"
		if c.Calendars[e.Calendar].partial {
			remedy = "use a file with later dates"
		}
		places[e.Calendar].find(Warning, "%s: %s", e, remedy)
	}
}
