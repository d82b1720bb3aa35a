package schedule

import (
	"fmt"
	"strings"
)

// Remark is something that is suspicious about a period, given its calendars and the day on which one looks.
type Remark struct {
	PeriodError
	// Never says that the period cannot be in force at all, and not only for now.
	Never bool
}

// year is how far ahead, in days, a period is expected to come up.
const year = 366

// Review looks at the periods as of today. At most one remark is made on each.
func (s *Schedule) Review(today Date) []Remark {
	var remarks []Remark
	left := maxCompared
	for i := range s.rules {
		if remark, ok := s.review(i, today, &left); ok {
			remark.Index = i
			remarks = append(remarks, remark)
		}
	}
	return remarks
}

// review makes the remark on a period. It takes what it compares off left, as neverInForce does.
func (s *Schedule) review(i int, today Date, left *int) (Remark, bool) {
	r := &s.rules[i]
	starts, skipped, covering := false, false, make([]bool, i)
	for d := today - Date(r.days); d <= today+year; d++ {
		if !r.startsOn(d) {
			continue
		}
		if from, to := r.window(d, s.loc); !from.Before(to) {
			skipped = true
			continue
		}
		starts = true
		if *left -= i; *left < 0 || !s.covered(i, d, (*rule).startsOn, covering) {
			return Remark{}, false
		}
	}
	if starts {
		return remark("", "%q is not in force within a year from %s: all of its time belongs to %s before it; move it up, or take it out",
			r.Name, today, s.quoted(covering)), true
	}
	if skipped {
		return remark("", "%q is not in force within a year from %s: the clock of %s jumps over its window each time", r.Name, today, s.loc), true
	}
	return r.absent(today), true
}

// absent says why no window starts within a year.
func (r *rule) absent(today Date) Remark {
	names := strings.Join(r.Calendars.Only, " or ")
	switch {
	case len(r.Calendars.Only) > 0 && !r.only.any(func(d Date) bool { return r.startsOn(d) }) && len(r.only) > 0:
		never := remark("calendars.only", "no date of %s passes the other filters, so %q can never be in force; change the filters or the calendar", names, r.Name)
		never.Never = true
		return never
	case len(r.Calendars.Only) > 0 && !r.only.any(func(d Date) bool { return today <= d && d <= today+year }):
		return remark("calendars.only", "no date of %s lies within a year from %s, so %q is not in force; add the coming dates, or read the calendar anew", names, today, r.Name)
	case len(r.Dates) > 0 && r.dates[len(r.dates)-1].Last < today:
		return remark("dates", "all dates are before %s, so %q will not be in force again; take it out, or add dates", today, r.Name)
	default:
		return remark("", "%q is not in force within a year from %s: no date passes its filters (%s); is it meant so?",
			r.Name, today, strings.Join(r.filters(), ", "))
	}
}

func remark(field, format string, args ...any) Remark {
	return Remark{PeriodError: PeriodError{Field: field, Err: fmt.Errorf(format, args...)}}
}

// any says whether a date of the set is as asked.
func (s dateSet) any(is func(Date) bool) bool {
	for _, r := range s {
		for d := r.First; d <= min(r.Last, r.First+cycle); d++ {
			if is(d) {
				return true
			}
		}
	}
	return false
}
