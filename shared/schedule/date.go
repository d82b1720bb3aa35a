package schedule

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"
)

// Date is a calendar day without time or zone: the number of days since 1970-01-01. Adding n gives the date n days later.
type Date int

const secondsOfDay = 24 * 60 * 60

// DateOf returns the date at t, in t's zone.
func DateOf(t time.Time) Date {
	year, month, day := t.Date()
	return newDate(year, month, day)
}

func newDate(year int, month time.Month, day int) Date {
	return Date(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / secondsOfDay)
}

// ParseDate reads "YYYY-MM-DD". A date that does not exist is an error.
func ParseDate(text string) (Date, error) {
	if !dateForm().MatchString(text) || strings.HasPrefix(text, "0000") {
		return 0, fmt.Errorf(`invalid date %q: use YYYY-MM-DD, for example "2026-12-24"`, text)
	}
	if t, err := time.Parse(time.DateOnly, text); err == nil {
		return DateOf(t), nil
	}
	month, err := time.Parse("2006-01", text[:len("2006-01")])
	if err != nil {
		return 0, fmt.Errorf("date %q does not exist: use a month from 01 to 12", text)
	}
	return 0, fmt.Errorf("date %q does not exist: use %s to %s", text, DateOf(month), DateOf(month.AddDate(0, 1, -1)))
}

var dateForm = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)
})

// midnight returns the beginning of the date in UTC, where every day has 24 hours.
func (d Date) midnight() time.Time {
	return time.Unix(int64(d)*secondsOfDay, 0).UTC()
}

// Start returns the first instant of the date by the clocks of a zone.
func (d Date) Start(loc *time.Location) time.Time { return instant(d, 0, loc) }

// At returns when the clocks of a zone show a time on the date: after a gap if they skip it, the first time if they repeat it.
func (d Date) At(clock Clock, loc *time.Location) time.Time { return instant(d, clock, loc) }

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday {
	return time.Weekday(((int(d)+4)%7 + 7) % 7) // 1970-01-01 was a Thursday
}

// String returns the date as "2006-01-02".
func (d Date) String() string {
	return d.midnight().Format(time.DateOnly)
}

// MarshalText returns the form that configurations use.
func (d Date) MarshalText() ([]byte, error) {
	return []byte(d.String()), nil
}

// DateRange is one date or several in a row, including both ends.
type DateRange struct {
	First, Last Date
}

// ParseDateRange reads one date, or "first..last".
func ParseDateRange(text string) (r DateRange, err error) {
	first, last, isRange := strings.Cut(text, "..")
	if !isRange {
		last = first
	}
	if r.First, err = ParseDate(first); err != nil {
		return r, err
	}
	if r.Last, err = ParseDate(last); err != nil {
		return r, err
	}
	if r.Last < r.First {
		return r, fmt.Errorf("date range %q ends before it starts: use %s..%s", text, r.Last, r.First)
	}
	return r, nil
}

// Has reports whether the range contains d.
func (r DateRange) Has(d Date) bool {
	return r.First <= d && d <= r.Last
}

// String returns the range as "2026-12-30..2027-01-02", or as one date.
func (r DateRange) String() string {
	if r.First == r.Last {
		return r.First.String()
	}
	return r.First.String() + ".." + r.Last.String()
}

// MarshalText returns the form that configurations use.
func (r DateRange) MarshalText() ([]byte, error) {
	return []byte(r.String()), nil
}
