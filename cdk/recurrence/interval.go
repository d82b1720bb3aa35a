package recurrence

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The limits of an alarm on a missing metric. CloudWatch evaluates at most seven days, in periods of up to a day. With periods
// under five minutes, the alarm would fire during a long run.
const (
	maxLookBack      = 7 * 24 * time.Hour
	maxPeriod        = 24 * time.Hour
	minPeriod        = 5 * time.Minute
	toleratedMisses  = 2
	maxReconcileGap  = maxLookBack / toleratedMisses
	surveyedYears    = 5 // with a leap year in them
	surveyedFromYear = 2024
)

// Silence is the longest gap in a metric before its alarm fires: a number of periods in a row.
type Silence struct {
	Period  time.Duration
	Periods int
}

// SilenceOf returns a silence of twice the longest gap between two firings of an expression, in UTC.
func SilenceOf(expression string) (Silence, error) {
	if err := check(expression); err != nil {
		return Silence{}, err
	}
	gap, err := longestGap(expression)
	return silenceAfter(gap), err
}

// silenceAfter returns a silence of twice the longest gap.
func silenceAfter(gap time.Duration) Silence {
	gap = max(gap, minPeriod)
	if gap <= maxPeriod {
		return Silence{gap, toleratedMisses}
	}
	days := (toleratedMisses*gap + maxPeriod - 1) / maxPeriod
	return Silence{maxPeriod, int(days)}
}

// longestGap returns the longest time between two firings of an expression that [check] accepted, in UTC.
func longestGap(expression string) (time.Duration, error) {
	gap, err := gapOf(expression)
	if err != nil {
		return 0, fmt.Errorf("invalid expression %q: %w, but the alarm on missing reconcile runs needs a fixed interval: use one such as %s",
			expression, err, Default)
	}
	if gap > maxReconcileGap {
		return 0, fmt.Errorf("invalid expression %q: it leaves up to %s without a run: run at least every %s, so that the alarm can notice two missing runs",
			expression, hours(gap), hours(maxReconcileGap))
	}
	return gap, nil
}

func hours(d time.Duration) string {
	return fmt.Sprintf("%g hours", d.Hours())
}

func gapOf(expression string) (time.Duration, error) {
	inside := expression[strings.Index(expression, "(")+1 : len(expression)-1]
	fields := strings.Fields(inside)
	if strings.HasPrefix(expression, "rate") {
		n, err := strconv.Atoi(fields[0])
		unit := map[byte]time.Duration{'m': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}[fields[1][0]]
		if err == nil && time.Duration(n) > maxLookBack/unit { // a number that would not fit into a duration
			return maxLookBack, nil
		}
		return time.Duration(n) * unit, err
	}
	if fields[5] != "*" {
		return 0, fmt.Errorf("its year %q ends or leaves out runs", fields[5])
	}
	var sets [5]map[int]bool
	for i := range sets {
		set, err := cronFields[i].values(fields[i])
		if err != nil {
			return 0, err
		}
		sets[i] = set
	}
	return surveyedGap(sets[0], sets[1], func(day time.Time) bool {
		return sets[2][day.Day()] && sets[3][int(day.Month())] && sets[4][int(day.Weekday())+1]
	}), nil
}

// surveyedGap searches the firings of some years, day by day.
func surveyedGap(minutes, onHours map[int]bool, fires func(day time.Time) bool) time.Duration {
	var times []time.Duration
	for hour := range 24 {
		for minute := range 60 {
			if onHours[hour] && minutes[minute] {
				times = append(times, time.Duration(hour)*time.Hour+time.Duration(minute)*time.Minute)
			}
		}
	}
	begin := time.Date(surveyedFromYear, time.January, 1, 0, 0, 0, 0, time.UTC)
	end := begin.AddDate(surveyedYears, 0, 0)
	last, longest := begin, time.Duration(0)
	seen := false
	for day := begin; day.Before(end); day = day.AddDate(0, 0, 1) {
		if !fires(day) {
			continue
		}
		for _, t := range times {
			if at := day.Add(t); seen {
				longest, last = max(longest, at.Sub(last)), at
			} else {
				last, seen = at, true
			}
		}
	}
	return max(longest, end.Sub(last)-maxPeriod) // fires seldom, or never
}

// values returns the numbers that a field matches. Values that depend on the month, such as its last day, are an error.
func (f cronField) values(text string) (map[int]bool, error) {
	set := map[int]bool{}
	for item := range strings.SplitSeq(strings.ToUpper(text), ",") {
		from, to, by, err := f.bounds(item)
		if err != nil || by < 1 || to < from {
			return nil, fmt.Errorf("its %s %q is not a plain list of values", f.name, text)
		}
		for n := from; n <= to; n += by {
			set[n] = true
		}
	}
	return set, nil
}

// bounds returns the first and last value of an item, such as 8-18/2, and its step.
func (f cronField) bounds(item string) (from, to, by int, err error) {
	values, step, stepped := strings.Cut(item, "/")
	low, high, isRange := strings.Cut(values, "-")
	switch {
	case values == "*" || values == "?":
		low, high = strconv.Itoa(f.low), strconv.Itoa(f.high)
	case stepped && !isRange:
		high = strconv.Itoa(f.high)
	case !isRange:
		high = low
	}
	by = 1
	var errs [3]error
	if stepped {
		by, errs[0] = strconv.Atoi(step)
	}
	from, errs[1] = f.number(low)
	to, errs[2] = f.number(high)
	return from, to, by, errors.Join(errs[:]...)
}

// number reads a value of the field: a number, or a name such as JAN.
func (f cronField) number(text string) (int, error) {
	if i := slices.Index(strings.Split(f.names, "|"), text); i >= 0 && text != "" {
		return f.low + i, nil
	}
	return strconv.Atoi(text)
}
