package scheduler

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// cron is cron(minutes hours day-of-month month day-of-week year), in local time.
type cron struct {
	clocks                             []time.Duration // the times of day, since midnight on the wall clock; in order
	dayOfMonth, month, dayOfWeek, year set
}

// set reports whether a value matches a field.
type set []bool

// field is one of cron's fields, with its valid values.
type field struct {
	name        string
	low, high   int
	names       []string // of the values from low on
	noSteps     bool
	unsupported string // valid on AWS, but not implemented here
}

var (
	monthNames   = []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}
	weekdayNames = []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}
)

var fields = []field{
	{name: "minutes", high: 59},
	{name: "hours", high: 23},
	{name: "day-of-month", low: 1, high: 31, unsupported: "LW"},
	{name: "month", low: 1, high: 12, names: monthNames},
	{name: "day-of-week", low: 1, high: 7, names: weekdayNames, noSteps: true, unsupported: "L#"},
	{name: "year", low: 1970, high: 2199},
}

func parseCron(text string) (expression, error) {
	texts := strings.Fields(text)
	if len(texts) != len(fields) {
		return nil, fmt.Errorf("found %d fields; want 6: minutes hours day-of-month month day-of-week year", len(texts))
	}
	if (texts[2] == "?") == (texts[4] == "?") {
		return nil, fmt.Errorf("found day-of-month %q and day-of-week %q; want exactly one of them to be ?", texts[2], texts[4])
	}
	if texts[2] == "?" {
		texts[2] = "*"
	} else {
		texts[4] = "*"
	}
	var sets [6]set
	for i, f := range fields {
		var err error
		if sets[i], err = f.parse(texts[i]); err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
	}
	return cron{clocks(sets[0], sets[1]), sets[2], sets[3], sets[4], sets[5]}, nil
}

func (f field) parse(text string) (set, error) {
	if strings.ContainsAny(text, f.unsupported) {
		wildcards := strings.Join(strings.Split(f.unsupported, ""), " and ")
		return nil, fmt.Errorf("found %q; this stand-in does not support %s", text, wildcards)
	}
	values, items := make(set, f.high+1), strings.Split(text, ",")
	for _, item := range items {
		if strings.HasPrefix(item, "*") && len(items) > 1 {
			return nil, fmt.Errorf("found %q; want no list with * in it", text)
		}
		first, last, step, err := f.item(item)
		if err != nil {
			return nil, err
		}
		for value := first; value <= last; value += step {
			values[value] = true
		}
	}
	return values, nil
}

// item reads one item of a list: *, A or A-B, and any of them with a step, as A/N.
func (f field) item(text string) (first, last, step int, err error) {
	span, steps, stepped := strings.Cut(text, "/")
	if first, last, err = f.span(span, stepped); err != nil || !stepped {
		return first, last, 1, err
	}
	if f.noSteps {
		return 0, 0, 0, fmt.Errorf("found %q; want no steps in this field", text)
	}
	n, err := strconv.ParseUint(steps, 10, 16)
	if err != nil || n < 1 || int(n) > f.high {
		return 0, 0, 0, fmt.Errorf("found the step %q; want a number from 1 to %d", steps, f.high)
	}
	return first, last, int(n), nil
}

// span reads the values of an item; a single value may start an open span.
func (f field) span(text string, open bool) (first, last int, err error) {
	if text == "*" {
		return f.low, f.high, nil
	}
	from, to, isRange := strings.Cut(text, "-")
	if first, err = f.value(from); err != nil {
		return 0, 0, err
	}
	switch last = first; {
	case isRange:
		last, err = f.value(to)
	case open:
		last = f.high
	}
	if err == nil && last < first {
		err = fmt.Errorf("found the range %q; want its first value not to be after its last", text)
	}
	return first, last, err
}

func (f field) value(text string) (int, error) {
	if i := slices.Index(f.names, text); i >= 0 {
		return f.low + i, nil
	}
	n, err := strconv.ParseUint(text, 10, 16)
	if err == nil && int(n) >= f.low && int(n) <= f.high {
		return int(n), nil
	}
	want := fmt.Sprintf("found %q; want a number from %d to %d", text, f.low, f.high)
	if f.names != nil {
		want += fmt.Sprintf(", or %s to %s", f.names[0], f.names[len(f.names)-1])
	}
	return 0, errors.New(want)
}

func clocks(minutes, hours set) []time.Duration {
	var clocks []time.Duration
	for hour, on := range hours {
		for minute := range minutes {
			if on && minutes[minute] {
				clocks = append(clocks, time.Duration(hour)*time.Hour+time.Duration(minute)*time.Minute)
			}
		}
	}
	return clocks
}

// times walks from one change of the zone's offset to the next. Times skipped by a forward jump do not fire; times repeated by a
// backward jump fire only once.
func (c cron) times(zone *time.Location, _, from, until time.Time) []time.Time {
	var times []time.Time
	for stretch := range stretches(zone, from, until) {
		for day := midnight(stretch.first); day.Before(stretch.end); day = day.AddDate(0, 0, 1) {
			if !c.on(day) {
				continue
			}
			for _, clock := range c.clocks {
				if wall := day.Add(clock); !wall.Before(stretch.first) && wall.Before(stretch.end) {
					times = append(times, wall.Add(-stretch.offset))
				}
			}
		}
	}
	return times
}

// on reports whether the expression fires on a day.
func (c cron) on(day time.Time) bool {
	year, month, date := day.Date()
	return year < len(c.year) && c.year[year] && c.month[month] && c.dayOfMonth[date] && c.dayOfWeek[day.Weekday()+1]
}
