package schedule

import (
	"fmt"
	"strings"
)

// Remark is a warning about a period, given its calendars and the present day.
type Remark struct {
	PeriodError
	// Never means that the period can never apply, rather than not within a year.
	Never bool
}

// year is the number of days within which a period is expected to apply.
const year = 366

// Review checks the periods as of today. It makes at most one remark on each.
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

// review returns the remark on a period. Each comparison reduces left, as in neverActive.
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
		if *left -= i; *left < 0 || !s.covered(i, d, (*rule).covers, covering) {
			return Remark{}, false
		}
	}
	if starts {
		return remark("", "period %q does not apply within a year from %s: it is covered by %s; move it up or remove it",
			r.Name, today, s.quoted(covering)), true
	}
	if skipped {
		return remark("", "period %q does not apply within a year from %s: the clock change in %s always skips its window", r.Name, today, s.loc), true
	}
	return r.absent(today), true
}

// covers reports whether a window that covers later periods starts on d. Those of conditional periods may stay without effect.
func (r *rule) covers(d Date) bool { return r.When == nil && r.startsOn(d) }

// absent returns why no window starts within a year.
func (r *rule) absent(today Date) Remark {
	names := strings.Join(r.Calendars.Only, " or ")
	switch {
	case len(r.Calendars.Only) > 0 && !r.only.any(func(d Date) bool { return r.startsOn(d) }) && len(r.only) > 0:
		never := remark("calendars.only", "period %[2]q never applies: no date of %[1]s passes its other filters; change the filters or the calendar", names, r.Name)
		never.Never = true
		return never
	case len(r.Calendars.Only) > 0 && !r.only.any(func(d Date) bool { return today <= d && d <= today+year }):
		return remark("calendars.only", "period %[3]q does not apply: no date of %[1]s is within a year from %[2]s; add dates, or import the calendar again", names, today, r.Name)
	case len(r.Dates) > 0 && r.dates[len(r.dates)-1].Last < today:
		return remark("dates", "period %[2]q no longer applies: all of its dates are before %[1]s; remove it or add dates", today, r.Name)
	default:
		return remark("", "period %q does not apply within a year from %s: no date passes its filters (%s); is this intended?",
			r.Name, today, strings.Join(r.filters(), ", "))
	}
}

func remark(field, format string, args ...any) Remark {
	return Remark{PeriodError: PeriodError{Field: field, Err: fmt.Errorf(format, args...)}}
}

// any reports whether a date of the set satisfies is.
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
