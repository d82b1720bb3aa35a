package schedule_test

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"eks-scaling-automation/shared/schedule"

	"pgregory.net/rapid"
)

// zones have gaps and overlaps of all kinds: at midnight, over midnight, of half an hour, of two hours, of three, of a
// whole day, in winter, none.
var zones = []string{
	saoPaulo, berlin, newYork, lordHowe, apia, kathmandu, stJohns, casey, "UTC", "Pacific/Kiritimati", "Africa/Casablanca",
	"Antarctica/Troll", "America/Havana", "Asia/Gaza", "Europe/Dublin", "Africa/Cairo", "Asia/Tehran",
}

func drawZone(t *rapid.T) *time.Location {
	return location(t, rapid.SampledFrom(zones).Draw(t, "zone"))
}

// drawInstant draws a second between 1975 and 2037, in three of four cases within two days of a change of the clocks.
func drawInstant(t *rapid.T, loc *time.Location) time.Time {
	first, last := time.Date(1975, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2037, 1, 1, 0, 0, 0, 0, time.UTC)
	const spread = 0x9E3779B97F4A7C15 // rapid prefers small numbers, which would all be in 1975
	seconds := rapid.Uint64().Draw(t, "at") * spread % uint64(last.Unix()-first.Unix())
	at := first.Add(time.Duration(seconds) * time.Second).In(loc)
	if rapid.IntRange(0, 3).Draw(t, "near a change of the clocks") == 0 {
		return at
	}
	if change, _ := at.ZoneBounds(); change.After(first) {
		at = change.Add(time.Duration(rapid.IntRange(-2*86400, 2*86400).Draw(t, "seconds from it")) * time.Second)
	}
	return at
}

// drawClock prefers the early hours, in which clocks are changed.
func drawClock(t *rapid.T, name string, last schedule.Clock) schedule.Clock {
	if rapid.Bool().Draw(t, name+" is early") {
		return schedule.Clock(rapid.IntRange(0, 12).Draw(t, name+" quarter") * 15)
	}
	return schedule.Clock(rapid.IntRange(0, int(last)).Draw(t, name))
}

// drawn is a schedule, what it was made of, and an instant to look at it.
type drawn struct {
	*schedule.Schedule
	loc       *time.Location
	at        time.Time
	calendars dateLists
	periods   []written
}

// drawSchedule draws up to five periods, which have windows near the instant more often than not. One that New says is never
// active is left out, and must not be active near the instant.
func drawSchedule(t *rapid.T) drawn {
	d := drawn{loc: drawZone(t), calendars: dateLists{}}
	d.at = drawInstant(t, d.loc)
	for _, name := range []string{"even", "odd"} {
		d.calendars[name] = []string{}
		for i := range rapid.IntRange(0, 3).Draw(t, "entries of "+name) {
			entry := fmt.Sprintf("%s %d", name, i)
			d.calendars[name] = append(d.calendars[name], datesWith(d.dayNear(t, entry)).Draw(t, entry))
		}
	}
	d.accept(t, nil)
	for i := range rapid.IntRange(0, 5).Draw(t, "periods") {
		more := append(slices.Clone(d.periods), d.drawPeriod(t, fmt.Sprintf("p%d", i)))
		if !d.accept(t, more) {
			d.checkNeverInForce(t, more)
		}
	}
	return d
}

// accept makes the schedule of the given periods, unless one of them is never active.
func (d *drawn) accept(t *rapid.T, periods []written) bool {
	var all []schedule.Period
	for _, w := range periods {
		all = append(all, w.period(t))
	}
	s, err := schedule.New(d.loc, "otherwise", all, d.calendars.calendars(t))
	if wrong, ok := errors.AsType[*schedule.PeriodError](err); ok && wrong.Field == "" {
		return false
	}
	if err != nil {
		t.Fatal(err)
	}
	d.Schedule, d.periods = s, periods
	return true
}

// timeline covers eleven days before and after the instant.
func (d *drawn) timeline(periods []written) timeline {
	return newTimeline(periods, d.calendars, d.loc, d.at.Truncate(time.Minute).AddDate(0, 0, -11), 22)
}

// checkNeverInForce looks for the last of the periods where it should not be.
func (d *drawn) checkNeverInForce(t *rapid.T, periods []written) {
	l := d.timeline(periods)
	last := periods[len(periods)-1]
	for i := range l.around {
		if l.period(i) == last.name {
			t.Fatalf("New says that the last of these is never active, but it is at %s:\n%v", l.at(i).In(d.loc), periods)
		}
	}
}

// dayNear draws a day, as its midnight in UTC, at most four from the instant.
func (d *drawn) dayNear(t *rapid.T, name string) time.Time {
	at := d.at.In(d.loc)
	return time.Date(at.Year(), at.Month(), at.Day()+rapid.IntRange(-4, 4).Draw(t, "days to "+name), 0, 0, 0, 0, time.UTC)
}

// drawPeriod draws a period, one of six times with the window of an earlier one.
func (d *drawn) drawPeriod(t *rapid.T, name string) written {
	near := d.dayNear(t, name)
	w := drawWindow(t, near, name)
	if len(d.periods) > 0 && rapid.IntRange(0, 5).Draw(t, name+" is like another") == 0 {
		w = rapid.SampledFrom(d.periods).Draw(t, name+" is like")
	}
	w.name = name
	if !strings.Contains(w.from, " ") {
		w.days = slices.Concat(w.days, drawFilter(t, name+" days", daysWith(near), anyDays))
	}
	w.monthDays = slices.Concat(w.monthDays, drawFilter(t, name+" month days", monthDaysWith(near), anyMonthDays))
	w.months = slices.Concat(w.months, drawFilter(t, name+" months", monthsWith(near), anyMonths))
	w.dates = slices.Concat(w.dates, drawFilter(t, name+" dates", datesWith(near), datesWith(near.AddDate(0, 0, 9))))
	calendar := rapid.SampledFrom([]string{"even", "odd"})
	w.only = slices.Concat(w.only, drawFilter(t, name+" only", calendar, calendar))
	w.except = slices.Concat(w.except, drawFilter(t, name+" except", calendar, calendar))
	return w
}

// drawWindow draws a window on the day: a whole one, within it, over midnight, or of several days from its weekday on.
func drawWindow(t *rapid.T, near time.Time, name string) written {
	from, to := drawClock(t, name+" from", schedule.EndOfDay-1), drawClock(t, name+" to", schedule.EndOfDay)
	days := rapid.IntRange(-4, 6).Draw(t, name+" lasts")
	switch {
	case days == -4:
		return written{from: "00:00", to: "24:00"}
	case from == to:
		from, to = min(from, schedule.EndOfDay-2), schedule.EndOfDay-1 // a window without length is an error
	case days == 6:
		to = min(to, schedule.EndOfDay-1) // a week, from 00:00 to 24:00, is too long
	}
	if days < 0 {
		return written{from: from.String(), to: to.String()}
	}
	weekday := func(d time.Time) string { return strings.ToLower(d.Format("Mon ")) }
	return written{from: weekday(near) + from.String(), to: weekday(near.AddDate(0, 0, days)) + to.String()}
}

// drawFilter draws up to three entries, mostly near ones.
func drawFilter(t *rapid.T, name string, near, other *rapid.Generator[string]) []string {
	if rapid.IntRange(0, 3).Draw(t, name+" are given") > 0 {
		return nil
	}
	return rapid.SliceOfN(rapid.OneOf(near, near, other), 1, 3).Draw(t, name)
}

var (
	anyDays = rapid.SampledFrom([]string{
		"mon", "tue", "wed", "thu", "fri", "sat", "sun", "mon-fri", "sat-mon", "sun-tue", "mon#1", "tue#2", "wed#3", "thu#4", "fri#5", "sun#last",
	})
	anyMonths    = rapid.SampledFrom([]string{"jan", "feb", "apr", "Sep", "dec", "nov-feb", "mar-oct", "jun-aug", "jul-may"})
	anyMonthDays = rapid.SampledFrom([]string{
		"1", "15", "29", "31", "-1", "-15", "-31", "1..7", "15..20", "-7..-1", "20..-1", "-31..3", "1W", "2w", "15W", "30W", "31W",
	})
)

// The generators of entries that hold a day.

func daysWith(d time.Time) *rapid.Generator[string] {
	name := func(n int) string { return strings.ToLower(d.AddDate(0, 0, n).Format("Mon")) }
	return rapid.SampledFrom([]string{
		name(0), name(-1) + "-" + name(2), name(-3) + "-" + name(0), fmt.Sprintf("%s#%d", name(0), (d.Day()+6)/7), strings.ToUpper(name(0)) + "#Last",
	})
}

func monthDaysWith(d time.Time) *rapid.Generator[string] {
	fromEnd := d.Day() - d.AddDate(0, 1, -d.Day()).Day() - 1
	return rapid.SampledFrom([]string{
		strconv.Itoa(d.Day()), strconv.Itoa(fromEnd), fmt.Sprintf("1..%d", d.Day()), fmt.Sprintf("%d..-1", d.Day()),
		fmt.Sprintf("%d..-1", fromEnd), fmt.Sprintf("-31..%d", d.Day()), fmt.Sprintf("%dW", d.Day()),
		fmt.Sprintf("%dW", max(1, d.Day()-1)), fmt.Sprintf("%dW", min(31, d.Day()+1)),
	})
}

func monthsWith(d time.Time) *rapid.Generator[string] {
	name := func(n time.Month) string { return strings.ToLower((1 + (d.Month()+n+11)%12).String()[:3]) }
	return rapid.SampledFrom([]string{name(0), name(0) + "-" + name(3), name(-2) + "-" + name(0)})
}

func datesWith(d time.Time) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		first, last := rapid.IntRange(-2, 0).Draw(t, "first"), rapid.IntRange(0, 3).Draw(t, "last")
		text := d.AddDate(0, 0, first).Format(time.DateOnly)
		if first == last {
			return text
		}
		return text + ".." + d.AddDate(0, 0, last).Format(time.DateOnly)
	})
}
