package schedule

import (
	"fmt"
	"strings"
	"time"
)

// Explanation explains whether a period applies at an instant.
type Explanation struct {
	Period  string
	Profile string
	// Applies: the instant lies in a window of the period. Wins: no earlier period applies as well. A conditional period does not win
	// here, and no other period loses to it.
	Applies, Wins bool
	// When is the condition of a conditional period; otherwise nil.
	When   *Condition
	Reason string
}

// Explain explains each period at t.
func (s *Schedule) Explain(t time.Time) []Explanation {
	l := readingAt(t, s.loc)
	all := make([]Explanation, len(s.rules))
	winner := -1
	for i := range s.rules {
		r := &s.rules[i]
		e := Explanation{Period: r.Name, Profile: r.Profile, When: r.When}
		switch start, applies := r.around(l, true); {
		case !applies:
			e.Reason = r.whyNot(l)
		case winner < 0 && r.When != nil:
			e.Applies = true
			e.Reason = "in its window " + r.windowText(start) + r.admitting(start) + ", but only while " + r.When.String()
		case winner < 0:
			e.Applies, e.Wins, winner = true, true, i
			e.Reason = "in its window " + r.windowText(start) + r.admitting(start)
		default:
			e.Applies = true
			e.Reason = "superseded by " + s.rules[winner].Name
		}
		all[i] = e
	}
	return all
}

// windowText names the window that starts on d.
func (r *rule) windowText(d Date) string {
	const day = "Mon 2006-01-02"
	from := d.midnight().Format(day) + " " + r.From.At.String()
	if r.days == 0 {
		return from + " to " + r.To.At.String()
	}
	return from + " to " + (d + Date(r.days)).midnight().Format(day) + " " + r.To.At.String()
}

// whyNot returns why the period does not apply at t.
func (r *rule) whyNot(l reading) string {
	if d, inside := r.around(l, false); inside {
		return d.midnight().Format("Mon 2006-01-02") + " " + r.blocking(d)
	}
	for d := l.today - Date(r.days); d <= l.today; d++ {
		if r.startsOn(d) && l.shows(r, d) {
			return fmt.Sprintf("its window, %s to %s, ended before the clock went back", r.From, r.To)
		}
	}
	return fmt.Sprintf("%s is outside its window, %s to %s", l.t.In(l.loc).Format("Mon 15:04"), r.From, r.To)
}

// blocking names the first filter that d does not match.
func (r *rule) blocking(d Date) string {
	t := d.midnight()
	switch {
	case !r.Days.Has(d):
		return "is not in days " + strings.Join(r.Days.Names(), ", ")
	case !r.Months.Has(t.Month()):
		return "is not in months " + strings.Join(r.Months.Names(), ", ")
	case !r.pattern(d):
		return "is not in monthDays " + joined(r.MonthDays)
	case len(r.Dates) > 0 && !r.dates.has(d):
		return "is not in dates " + joined(r.Dates)
	case len(r.Calendars.Only) > 0 && !r.only.has(d):
		return "is not in calendar " + strings.Join(r.Calendars.Only, " or ")
	default:
		return r.excepting(d)
	}
}

// admitting names the holiday that lets a window start on d; empty without calendars.
func (r *rule) admitting(d Date) string {
	for _, name := range r.Calendars.Only {
		if found, text := r.calendars[name].describe(name, d); found {
			return "; in " + text
		}
	}
	return ""
}

// excepting names the calendar that excludes d.
func (r *rule) excepting(d Date) string {
	for _, name := range r.Calendars.Except {
		if found, text := r.calendars[name].describe(name, d); found {
			return "is in " + text
		}
	}
	return "is an exception"
}

// joined lists entries of a filter, the first few if there are many.
func joined[T fmt.Stringer](entries []T) string {
	const maxListed = 5
	var texts []string
	for i, entry := range entries {
		if i == maxListed {
			texts = append(texts, fmt.Sprintf("and %d more", len(entries)-maxListed))
			break
		}
		texts = append(texts, entry.String())
	}
	return strings.Join(texts, ", ")
}
