package schedule

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"eks-scaling-automation/shared/english"
)

// Period applies a profile during windows of time. Filters restrict the dates on which a window starts, and all of them must
// match. A missing filter matches every date.
type Period struct {
	Name    string `json:"name"`
	Profile string `json:"profile"`

	Days      Weekdays       `json:"days,omitzero"`
	MonthDays []MonthDays    `json:"monthDays,omitempty"`
	Months    Months         `json:"months,omitempty"`
	Dates     []DateRange    `json:"dates,omitempty"`
	Calendars CalendarFilter `json:"calendars,omitzero"`

	// From and To bound the window, half-open: From <= t < To. Without weekdays, a To that is not after From lies on the next
	// day. With weekdays, the window ends at the next To, within a week.
	From Edge `json:"from"`
	To   Edge `json:"to"`

	// Ahead is how long before the period scale-ups begin. The schedule itself does not use it: transitions stay where they are.
	Ahead Duration `json:"ahead,omitzero"`

	// When makes the period depend on a signal, too. Such a period may only raise sizes, unless MayReduce is set.
	When      *Condition `json:"when,omitempty"`
	MayReduce bool       `json:"mayReduce,omitempty"`
}

// dated reports whether windows start on listed dates, rather than by the week, month or year.
func (p Period) dated() bool {
	return len(p.Dates) > 0 || len(p.Calendars.Only) > 0
}

// span returns how many days after its start a window ends.
func (p Period) span() int {
	switch {
	case p.From.Day == 0:
		if p.To.At <= p.From.At {
			return 1
		}
		return 0
	case p.From.Day == p.To.Day && p.To.At <= p.From.At:
		return 7
	default:
		return int(p.To.Day.first()-p.From.Day.first()+7) % 7
	}
}

// length returns a window's length by the wall clock, in minutes.
func (p Period) length() int {
	return p.span()*int(EndOfDay) + int(p.To.At-p.From.At)
}

// WindowLength returns a window's length by the wall clock. It is zero for whole days, whose windows may touch.
func (p Period) WindowLength() time.Duration {
	if p.From.Day == 0 && p.length() >= int(EndOfDay) {
		return 0
	}
	return time.Duration(p.length()) * time.Minute
}

// check validates one period by itself.
func (p Period) check() (field string, err error) {
	switch {
	case p.From.At < 0 || p.From.At >= EndOfDay:
		return "from", fmt.Errorf(`invalid start %q: use "00:00" to "23:59"`, p.From.At)
	case p.From == p.To:
		return "to", p.withoutLength()
	case p.To.At < 0 || p.To.At > EndOfDay:
		return "to", fmt.Errorf(`invalid end %q: use "00:00" to "24:00"`, p.To.At)
	case (p.From.Day == 0) != (p.To.Day == 0):
		return "to", fmt.Errorf(`%q to %q has one weekday: use a weekday in both, for example "fri 20:00" and "mon 08:00", or in neither`, p.From, p.To)
	case p.From.Day != 0 && !p.Days.IsZero():
		return "days", fmt.Errorf("remove days: from %q already sets the weekday", p.From)
	case p.length() >= 7*int(EndOfDay):
		return "to", fmt.Errorf("%q to %q is a week or more: use a window shorter than a week", p.From, p.To)
	}
	return "", nil
}

func (p Period) withoutLength() error {
	advice := `for a whole day, leave out both, or use "00:00" and "24:00"`
	if p.From.Day != 0 {
		advice = `use a window shorter than a week, for example "fri 20:00" to "mon 08:00"`
	}
	return fmt.Errorf("from and to are both %q: %s", p.To, advice)
}

// rule is a period compiled for evaluation.
type rule struct {
	Period
	index        int // in the schedule
	days         int // from the start of a window to its end
	dates        dateSet
	only, except dateSet
	calendars    map[string]Calendar // for names; the sets are quicker
}

func newRule(p Period, calendars map[string]Calendar) (rule, error) {
	for _, filter := range []struct {
		field string
		names []string
	}{{"calendars.only", p.Calendars.Only}, {"calendars.except", p.Calendars.Except}} {
		for i, name := range filter.names {
			if _, known := calendars[name]; !known {
				return rule{}, &PeriodError{Field: fmt.Sprintf("%s[%d]", filter.field, i), Err: errors.New(
					english.Unknown("calendar", name, slices.Sorted(maps.Keys(calendars))))}
			}
		}
	}
	if field, err := p.check(); err != nil {
		return rule{}, &PeriodError{Field: field, Err: err}
	}
	return rule{
		Period: p, days: p.span(), dates: newDateSet(p.Dates),
		only: allOf(p.Calendars.Only, calendars), except: allOf(p.Calendars.Except, calendars),
		calendars: calendars,
	}, nil
}

// startsOn reports whether a window starts on d.
func (r *rule) startsOn(d Date) bool {
	return r.pattern(d) && (len(r.Dates) == 0 || r.dates.has(d)) &&
		(len(r.Calendars.Only) == 0 || r.only.has(d)) && !r.except.has(d)
}

// pattern reports whether d matches the filters that repeat every year.
func (r *rule) pattern(d Date) bool {
	if r.From.Day != 0 && !r.From.Day.Has(d.Weekday()) || !r.Days.Has(d) {
		return false
	}
	if r.Months == 0 && len(r.MonthDays) == 0 {
		return true
	}
	t := d.midnight()
	return r.Months.Has(t.Month()) &&
		(len(r.MonthDays) == 0 || slices.ContainsFunc(r.MonthDays, func(m MonthDays) bool { return m.has(t) }))
}

// window returns the interval that starts on d; it is empty if both ends fall into one gap.
func (r *rule) window(d Date, loc *time.Location) (from, to time.Time) {
	return instant(d, r.From.At, loc), instant(d+Date(r.days), r.To.At, loc)
}

// always reports whether the windows cover all of the time.
func (r *rule) always() bool {
	return r.everyWeek() && r.startDays() == EveryDay && r.From.At == 0 && Clock(r.days)*24*60+r.To.At == 24*60
}

// lookAhead is how many days after an instant's date a window around it may have started: the clock may go back across midnight,
// as in St. John's at 00:01.
const lookAhead = 1

// around finds the date on which a window around the instant started. It applies the filters only if filtered is set.
func (r *rule) around(l reading, filtered bool) (Date, bool) {
	for d := l.today + lookAhead; d >= l.today-Date(r.days); d-- {
		if !l.mayBeIn(r, d) || filtered && !r.startsOn(d) || r.From.Day != 0 && !r.From.Day.Has(d.Weekday()) {
			continue
		}
		if l.steady {
			return d, true
		}
		if from, to := r.window(d, l.loc); !l.t.Before(from) && l.t.Before(to) {
			return d, true
		}
	}
	return 0, false
}

// PeriodError names the invalid period, the field (empty for the period as a whole) and the reason.
type PeriodError struct {
	Index int
	Field string // such as "to", or "calendars.only[0]"
	Err   error
	// Covered reports that the period never applies because earlier ones cover all of its time.
	Covered bool
}

// Error includes the period's place in the list.
func (e *PeriodError) Error() string {
	if e.Field == "" {
		return fmt.Sprintf("periods[%d]: %v", e.Index, e.Err)
	}
	return fmt.Sprintf("periods[%d].%s: %v", e.Index, e.Field, e.Err)
}

// Unwrap returns the reason without the place.
func (e *PeriodError) Unwrap() error {
	return e.Err
}

// PeriodErrors returns the period errors in an error of [New], in the order of the periods.
func PeriodErrors(err error) []*PeriodError {
	var all []*PeriodError
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, one := range joined.Unwrap() {
			if wrong, ok := errors.AsType[*PeriodError](one); ok {
				all = append(all, wrong)
			}
		}
	}
	return all
}

// at adds the period's index to an error.
func at(index int, err error) error {
	if wrong, ok := errors.AsType[*PeriodError](err); ok {
		wrong.Index = index
	}
	return err
}
