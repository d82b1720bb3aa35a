package schedule

import (
	"fmt"
	"slices"
	"strings"
)

// The years in which to search whether something ever happens: in the 20th and 21st century, any 28 years in a row have every
// combination of date, weekday and leap year.
var (
	firstSample = newDate(2001, 1, 1)
	lastSample  = newDate(2028, 12, 31)
)

// cycle is the number of days in 400 years, after which the calendar repeats, including weekdays.
const cycle = 146_097

// maxCompared limits the compared pairs of periods to about a second's work, enough for thirty periods that all cover each other.
// Every decision of a run makes this check, which would take hours for thousands of periods.
const maxCompared = 5_000_000

// neverActive returns why period i can never apply: no date matches its filters, or earlier periods cover all of its time.
// Calendars may match any date, because their dates change. Listed dates cover only listed dates, because they end. Each
// comparison reduces left; at 0 the check ends without a result.
func (s *Schedule) neverActive(i int, left *int) error {
	r := &s.rules[i]
	starts, covering := false, make([]bool, i)
	lasting := func(earlier *rule, d Date) bool {
		return earlier.When == nil && earlier.Calendars.IsZero() && (len(earlier.Dates) == 0 || len(r.Dates) > 0) && earlier.startsOn(d)
	}
	for d := range r.sample {
		if !r.pattern(d) {
			continue
		}
		starts = true
		if *left -= i; *left < 0 || !s.covered(i, d, lasting, covering) {
			return nil
		}
	}
	switch {
	case !starts:
		return &PeriodError{Err: fmt.Errorf("period %q never applies: no date passes all of its filters (%s)", r.Name, strings.Join(r.filters(), ", "))}
	case slices.ContainsFunc(r.dates, func(dates DateRange) bool { return dates.Last-dates.First > cycle }):
		return nil // not everything was compared
	default:
		return &PeriodError{
			Err: fmt.Errorf("period %q never applies: it is covered by %s; move it up or remove it", r.Name, s.quoted(covering)), Covered: true,
		}
	}
}

// sample yields dates that represent all dates on which the rule may start.
func (r *rule) sample(yield func(Date) bool) {
	ranges := r.dates
	if len(ranges) == 0 {
		ranges = dateSet{{firstSample, lastSample}}
	}
	for _, dates := range ranges {
		for d := dates.First; d <= min(dates.Last, dates.First+cycle); d++ {
			if !yield(d) {
				return
			}
		}
	}
}

// filters lists the period's filters by their names in configurations.
func (r *rule) filters() []string {
	var names []string
	for name, given := range map[string]bool{
		"days": !r.Days.IsZero(), "monthDays": len(r.MonthDays) > 0, "months": r.Months != 0, "dates": len(r.Dates) > 0,
		"calendars": !r.Calendars.IsZero(), "from": r.From.Day != 0,
	} {
		if given {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// covered reports whether windows of earlier rules cover rule i's window on d by the wall clock, and marks these rules. A rule with a
// condition covers nothing, because its condition may be off.
func (s *Schedule) covered(i int, d Date, starts func(*rule, Date) bool, covering []bool) bool {
	type stretch struct{ from, to, owner int } // in minutes since 1970
	window := func(r *rule, d Date) (from, to int) {
		from = int(d)*int(EndOfDay) + int(r.From.At)
		return from, from + r.length()
	}
	from, to := window(&s.rules[i], d)
	var stretches []stretch
	for j := range s.rules[:i] {
		earlier := &s.rules[j]
		if earlier.When != nil {
			continue
		}
		for start := d - Date(earlier.days) - 1; start <= d+Date(s.rules[i].days)+1; start++ {
			if f, t := window(earlier, start); f < to && t > from && starts(earlier, start) {
				stretches = append(stretches, stretch{f, t, j})
			}
		}
	}
	slices.SortFunc(stretches, func(a, b stretch) int { return a.from - b.from })
	for _, c := range stretches {
		if c.from > from {
			return false
		}
		if c.to > from {
			from, covering[c.owner] = c.to, true
		}
	}
	return from >= to
}

// quoted lists the names of the periods whose index is marked.
func (s *Schedule) quoted(marked []bool) string {
	var names []string
	for i, mark := range marked {
		if mark {
			names = append(names, fmt.Sprintf("%q", s.rules[i].Name))
		}
	}
	return strings.Join(names, " and ")
}
