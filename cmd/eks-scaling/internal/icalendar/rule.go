package icalendar

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/teambition/rrule-go"
)

// rule is a checked RRULE.
type rule struct {
	dates    *rrule.RRule
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

// parseRule reads a rule for an event that first takes place in a span; false if the rule is empty.
func parseRule(text string, s span) (rule, bool, error) {
	r := rule{interval: 1}
	parts, err := r.readParts(text, s)
	if err != nil || parts == "" {
		return rule{}, false, err
	}
	option, err := rrule.StrToROption(parts)
	if err != nil {
		return rule{}, false, errors.New("invalid rule: use for example FREQ=YEARLY;UNTIL=20281231") // the library quotes the text
	}
	if err := checkRule(parts, *option); err != nil {
		return rule{}, false, err
	}
	// COUNT and UNTIL are applied here. The library does not count a DTSTART that does not match the rule, and it ends a rule
	// without UNTIL after 292 years. Address books start birthdays of unknown years in 1604.
	option.Dtstart, option.Until, option.Interval = s.date, lastDate, r.interval
	if r.dates, err = rrule.NewRRule(*option); err != nil {
		return rule{}, false, fmt.Errorf("out of bounds: %w", err)
	}
	return r, true, nil
}

var spaces = strings.NewReplacer(" ", "", "\t", "", `"`, "", `\`, "")

// readParts reads the limits of a rule, and returns its other parts. It ignores parts without a value, and those about hours: the
// event counts by its dates.
func (r *rule) readParts(text string, s span) (others string, err error) {
	text = strings.TrimPrefix(strings.ToUpper(spaces.Replace(text)), "RRULE:")
	if len(text) > maxRule {
		return "", fmt.Errorf("%d bytes long: use at most %d", len(text), maxRule)
	}
	var kept []string
	for part := range strings.SplitSeq(text, ";") {
		key, value, isPair := strings.Cut(part, "=")
		value = strings.Trim(value, ",")
		switch {
		case value == "" && (isPair || key == ""), strings.HasPrefix(key, "X-"):
		case slices.Contains([]string{"BYHOUR", "BYMINUTE", "BYSECOND"}, key):
		case slices.Contains([]string{"COUNT", "INTERVAL", "UNTIL"}, key):
			if err := r.limit(key, value, s); err != nil {
				return "", err
			}
		default:
			kept = append(kept, key+"="+value)
		}
	}
	if len(kept) == 0 && r.isLimited() {
		return "", errors.New("invalid rule: FREQ is missing: use for example FREQ=YEARLY;UNTIL=20281231")
	}
	return strings.Join(kept, ";"), nil
}

// isLimited reports whether a limit other than one occurrence was read.
func (r *rule) isLimited() bool {
	return r.count > 1 || !r.until.IsZero() || r.interval > 1
}

// limit reads one limit of a rule. An interval of zero is none.
func (r *rule) limit(key, value string, s span) (err error) {
	switch key {
	case "COUNT":
		if r.count, err = parseCount(value); err != nil || r.count < 1 {
			return errors.New("invalid COUNT: use 1 or more")
		}
	case "INTERVAL":
		if r.interval, err = parseCount(value); err != nil || r.interval > maxInterval {
			return fmt.Errorf("invalid INTERVAL: use 1 to %d", maxInterval)
		}
		r.interval = max(1, r.interval)
	default:
		if r.until, err = s.day(value); err != nil {
			return fmt.Errorf("UNTIL: %w", err)
		}
	}
	return nil
}

var countForm = regexp.MustCompile(`^\+?(\d{1,9})(?:\.0*)?$`)

// parseCount reads a whole number, such as 5, +05 or 5.0.
func parseCount(text string) (int, error) {
	m := countForm.FindStringSubmatch(text)
	if m == nil {
		return 0, errors.New("not a whole number")
	}
	return strconv.Atoi(m[1])
}

// checkRule refuses rules that the library misreads or cannot survive.
func checkRule(text string, option rrule.ROption) error {
	switch {
	case option.Freq > rrule.DAILY:
		return fmt.Errorf("invalid FREQ=%v: use YEARLY, MONTHLY, WEEKLY or DAILY", option.Freq)
	case strings.Contains(";"+text, ";BYEASTER="):
		return errors.New("BYEASTER is not part of iCalendar: list the dates as RDATE")
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

// perYear is about how often the rule repeats in a year.
func (r rule) perYear() int {
	return map[rrule.Frequency]int{rrule.YEARLY: 1, rrule.MONTHLY: 12, rrule.WEEKLY: 52, rrule.DAILY: 365}[r.dates.OrigOptions.Freq]
}
