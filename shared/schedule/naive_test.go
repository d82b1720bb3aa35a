package schedule_test

import (
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
)

// This file is the second implementation of the language, in the dumbest way: it asks nothing of the package, reads the
// words of the configuration over and over, looks for days by counting and for ends of windows by waiting, and paints one
// minute after the other.

const day = 24 * 60 // in minutes

// starts reports whether a window of the period starts on the day, given by its midnight in UTC.
func (w written) starts(d time.Time, calendars dateLists) bool {
	if weekday, _, ok := strings.Cut(w.from, " "); ok && !isDay(d, weekday) {
		return false
	}
	return passes(w.days, d, isDay) && passes(w.monthDays, d, isMonthDay) && passes(w.months, d, isMonth) &&
		passes(w.dates, d, isDate) && passes(w.only, d, calendars.have) &&
		!slices.ContainsFunc(w.except, func(name string) bool { return calendars.have(d, name) })
}

// passes reports whether any entry of a filter holds, or there is none.
func passes(entries []string, d time.Time, holds func(time.Time, string) bool) bool {
	return len(entries) == 0 || slices.ContainsFunc(entries, func(entry string) bool { return holds(d, entry) })
}

func isDay(d time.Time, entry string) bool {
	entry = strings.ToLower(entry)
	name, nth, isNth := strings.Cut(entry, "#")
	if !isNth {
		return isAmong(strings.ToLower(d.Format("Mon")), entry, "mon tue wed thu fri sat sun")
	}
	if strings.ToLower(d.Format("Mon")) != name {
		return false
	}
	place, count := 0, 0
	for other := range daysOfMonth(d) {
		if other.Weekday() == d.Weekday() {
			count++
		}
		if other.Equal(d) {
			place = count
		}
	}
	return nth == strconv.Itoa(place) || nth == "last" && place == count
}

func isMonth(d time.Time, entry string) bool {
	return isAmong(strings.ToLower(d.Format("Jan")), strings.ToLower(entry), "jan feb mar apr may jun jul aug sep oct nov dec")
}

// isAmong reports whether a name is the entry, or comes up on the way from its first to its last name around the circle.
func isAmong(name, entry, circle string) bool {
	first, last, isRange := strings.Cut(entry, "-")
	if !isRange {
		return name == entry
	}
	names := strings.Fields(circle)
	for i := slices.Index(names, first); ; i = (i + 1) % len(names) {
		if names[i] == name {
			return true
		}
		if names[i] == last {
			return false
		}
	}
}

// daysOfMonth yields all days of the month of d.
func daysOfMonth(d time.Time) func(func(time.Time) bool) {
	return func(yield func(time.Time) bool) {
		for other := d.AddDate(0, 0, 1-d.Day()); other.Month() == d.Month(); other = other.AddDate(0, 0, 1) {
			if !yield(other) {
				return
			}
		}
	}
}

func isMonthDay(d time.Time, entry string) bool {
	if number, ok := strings.CutSuffix(strings.ToUpper(entry), "W"); ok {
		return isWorkingDay(d, number)
	}
	first, last, isRange := strings.Cut(entry, "..")
	if !isRange {
		return distance(d, entry) == 0
	}
	return distance(d, first) >= 0 && distance(d, last) <= 0
}

// distance is how many days d is after the day of its month that is given by its number from the month's begin or end.
func distance(d time.Time, number string) int {
	if back, ok := strings.CutPrefix(number, "-"); ok {
		after := 0 // days of the month that come after d
		for other := range daysOfMonth(d) {
			if other.After(d) {
				after++
			}
		}
		return atoi(back) - 1 - after
	}
	return d.Day() - atoi(number)
}

// isWorkingDay reports whether no other Monday to Friday of the month is nearer to the day of the given number.
func isWorkingDay(d time.Time, number string) bool {
	nearest, exists := 0, false
	for other := range daysOfMonth(d) {
		exists = exists || other.Day() == atoi(number)
		if other.Weekday() == time.Saturday || other.Weekday() == time.Sunday {
			continue
		}
		if nearest == 0 || abs(other.Day()-atoi(number)) < abs(nearest-atoi(number)) {
			nearest = other.Day()
		}
	}
	return exists && d.Day() == nearest
}

// isDate compares dates as texts.
func isDate(d time.Time, entry string) bool {
	first, last, isRange := strings.Cut(entry, "..")
	if !isRange {
		last = first
	}
	text := d.Format("2006-01-02")
	return first <= text && text <= last
}

// have reports whether the calendar of that name has the day.
func (l dateLists) have(d time.Time, name string) bool {
	return slices.ContainsFunc(l[name], func(entry string) bool { return isDate(d, entry) })
}

func atoi(number string) int {
	n, err := strconv.Atoi(number)
	if err != nil {
		panic(err)
	}
	return n
}

func abs(n int) int {
	return max(n, -n)
}

// ends is when the window that starts at the given wall clock ends: when the clock shows the wanted time for the next time.
func (w written) ends(from int64) int64 {
	weekday, clock, ok := strings.Cut(w.to, " ")
	if !ok {
		weekday, clock = "", w.to
	}
	minute := minuteOf(clock) % day
	for wall := from + 1; ; wall++ {
		if wall%day == minute && (weekday == "" || shownOn(wall, clock) == strings.ToLower(weekday)) {
			return wall
		}
	}
}

// shownOn is the weekday of a wall clock. At 24:00 it is the weekday of the minute before.
func shownOn(wall int64, clock string) string {
	if clock == "24:00" {
		wall--
	}
	return strings.ToLower(midnight(wall / day).Format("Mon"))
}

func minuteOf(clock string) int64 {
	return int64(atoi(clock[len(clock)-5:len(clock)-3])*60 + atoi(clock[len(clock)-2:]))
}

// midnight is the begin, in UTC, of the day of that number.
func midnight(number int64) time.Time {
	return time.Unix(number*day*60, 0).UTC()
}

// wallOf is what a clock in t's zone shows, in minutes since some midnight.
func wallOf(t time.Time) int64 {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), 0, 0, time.UTC).Unix() / 60
}

// timeline is the naive schedule: every minute of some days, and the periods that it belongs to. It looks at nothing but
// what a wall clock shows, minute by minute: a window starts or ends when the clock first shows its time or a later one.
type timeline struct {
	start  time.Time
	names  []string // of the periods
	shown  []int64  // of each minute: the wall clock
	latest []int64  // of each minute: the latest wall clock shown so far
	around []uint8  // of each minute: the periods that have a window around it, bit 0 for the first
	dated  []bool   // of each minute: whether a window with listed dates starts or ends
}

// newTimeline paints the given number of days from start, which is a whole minute, with all windows that start on one of
// them or up to ten days before.
func newTimeline(periods []written, calendars dateLists, loc *time.Location, start time.Time, days int) timeline {
	minutes := days * day
	l := timeline{
		start: start, shown: make([]int64, minutes), latest: make([]int64, minutes),
		around: make([]uint8, minutes), dated: make([]bool, minutes),
	}
	for i := range minutes {
		l.shown[i] = wallOf(l.at(i).In(loc))
		l.latest[i] = l.shown[i]
		if i > 0 {
			l.latest[i] = max(l.latest[i], l.latest[i-1])
		}
	}
	for index, w := range periods {
		l.names = append(l.names, w.name)
		for number := l.latest[0]/day - 10; number <= l.latest[minutes-1]/day+1; number++ {
			if w.starts(midnight(number), calendars) {
				l.paint(w, index, number)
			}
		}
	}
	return l
}

// paint enters the window that starts on the day of that number.
func (l timeline) paint(w written, index int, number int64) {
	from := number*day + minuteOf(w.from)
	start, end := l.first(from), l.first(w.ends(from))
	for i := start; i < end; i++ {
		l.around[i] |= 1 << index
	}
	if len(w.dates) > 0 || len(w.only) > 0 {
		for _, edge := range []int{start, end} {
			if edge < len(l.dated) {
				l.dated[edge] = true
			}
		}
	}
}

// first is the first minute at which the wall clock shows the given time or a later one.
func (l timeline) first(wall int64) int {
	return sort.Search(len(l.latest), func(i int) bool { return l.latest[i] >= wall })
}

// minute is the index of an instant.
func (l timeline) minute(t time.Time) int {
	return int(t.Sub(l.start) / time.Minute)
}

// at is the instant of an index, which may be one after the last.
func (l timeline) at(i int) time.Time {
	return l.start.Add(time.Duration(i) * time.Minute)
}

// period returns the name of the active period: the first one around the minute; empty if there is none.
func (l timeline) period(i int) string {
	for index, name := range l.names {
		if l.around[i]&(1<<index) != 0 {
			return name
		}
	}
	return ""
}

// changes reports whether another period is active in minute i than in the one before.
func (l timeline) changes(i int) bool {
	return l.period(i) != l.period(i-1)
}

// settled is the first minute of a timeline before which the clocks may have been put back without its knowledge.
const settled = day

// unchanged is the stretch of minutes around minute i, from since to before until, in which nothing changes. It goes no
// further than from the settled minute to the end.
func (l timeline) unchanged(i int) (since, until int) {
	since, until = i, i+1
	for since > settled && !l.changes(since) {
		since--
	}
	for until < len(l.around) && !l.changes(until) {
		until++
	}
	return since, until
}
