package icalendar

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/teambition/rrule-go"
)

// rule is a checked RRULE of an all-day event.
type rule struct {
	*rrule.RRule
	interval int
	count    int       // how many occurrences, DTSTART included; 0 is no limit
	until    time.Time // no occurrence after it; zero is no limit
}

// Bounds of a rule: longer texts and intervals have no use, and cost the library much time or an overflow.
const (
	maxRule     = 500 // in bytes
	maxInterval = 9999
)

// lastDate is where the library's calendar ends.
var lastDate = time.Date(9999, time.December, 31, 0, 0, 0, 0, time.UTC)

// parseRule reads a rule for an event that starts on the given date.
func parseRule(text string, start time.Time) (rule, error) {
	if len(text) > maxRule {
		return rule{}, fmt.Errorf("%d bytes long: use at most %d", len(text), maxRule)
	}
	text = strings.ToUpper(strings.Trim(text, "; "))
	option, err := rrule.StrToROption(text)
	if err != nil {
		return rule{}, errors.New("invalid rule: use for example FREQ=YEARLY;UNTIL=20281231") // the library quotes the text
	}
	if err := checkRule(text, *option); err != nil {
		return rule{}, err
	}
	r := rule{interval: max(1, option.Interval), count: option.Count, until: option.Until}
	option.Dtstart = start
	// COUNT and UNTIL are applied here. The library does not count a DTSTART that does not match the rule, and it ends a rule
	// without UNTIL after 292 years. Address books start birthdays of unknown years in 1604.
	option.Count, option.Until = 0, lastDate
	// The standard requires ignoring these if DTSTART is a date.
	option.Byhour, option.Byminute, option.Bysecond = nil, nil, nil
	if r.RRule, err = rrule.NewRRule(*option); err != nil {
		return rule{}, fmt.Errorf("out of bounds: %w", err)
	}
	return r, nil
}

// checkRule refuses rules that the library misreads or cannot survive.
func checkRule(text string, option rrule.ROption) error {
	has := func(part string) bool { return strings.Contains(";"+text, ";"+part+"=") }
	switch {
	case option.Freq > rrule.DAILY:
		return fmt.Errorf("invalid FREQ=%v for an all-day event: use YEARLY, MONTHLY, WEEKLY or DAILY", option.Freq)
	case has("BYEASTER"):
		return errors.New("BYEASTER is not part of iCalendar: list the dates as RDATE")
	case has("COUNT") && option.Count < 1:
		return errors.New("invalid COUNT: use 1 or more")
	case has("INTERVAL") && (option.Interval < 1 || option.Interval > maxInterval):
		return fmt.Errorf("invalid INTERVAL: use 1 to %d", maxInterval)
	}
	most := maxWeekdayNumber(option)
	for _, day := range option.Byweekday {
		if n := day.N(); n < -most || n > most {
			return errors.New("invalid BYDAY: the number before the weekday may be -53 to 53 in a year, -5 to 5 in a month, and none otherwise")
		}
	}
	return nil
}

// maxWeekdayNumber limits the number before a weekday: 5 for the fifth Monday of a month.
func maxWeekdayNumber(option rrule.ROption) int {
	switch {
	case option.Freq > rrule.MONTHLY:
		return 0
	case option.Freq == rrule.MONTHLY || len(option.Bymonth) > 0:
		return 5
	default:
		return 53
	}
}

// last returns the last date of the rule, at most the given one.
func (r rule) last(date time.Time) time.Time {
	if !r.until.IsZero() && r.until.Before(date) {
		return r.until
	}
	return date
}

// expand adds the dates of an event in the window. The start is always the first, even if it does not match the rule.
func (c *collection) expand(r rule, start time.Time, add func(time.Time) error) error {
	last := r.last(c.until)
	if start.After(last) {
		return nil
	}
	next := r.Iterator()
	date, ok := next()
	if !ok {
		return errors.New("no date matches the rule: fix or remove it")
	}
	if err := add(start); err != nil {
		return err
	}
	previous := start
	for n := 1; ok && (r.count == 0 || n < r.count); date, ok = next() {
		if err := c.spend(workDate + daysBetween(previous, date)/r.interval); err != nil {
			return err
		}
		if date.After(last) {
			return nil
		}
		if date.After(start) {
			if err := add(date); err != nil {
				return err
			}
			n++
		}
		previous = date
	}
	return nil
}
