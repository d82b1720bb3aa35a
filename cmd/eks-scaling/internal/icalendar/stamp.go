package icalendar

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

const secondsOfDay = 24 * 60 * 60

// stamp is a date as written, perhaps with a time of day.
type stamp struct {
	date  time.Time // midnight UTC, as all dates here
	timed bool
	clock int // seconds since midnight
	utc   bool
}

// stampForm accepts the standard's form, ISO 8601, and what lies between: 20261225T000000Z, 2026-12-25 00:00, 2026/12/25.
var stampForm = regexp.MustCompile(`^(\d{4})(?:(\d{2})(\d{2})|[-/.](\d{1,2})[-/.](\d{1,2}))` +
	`(?:[T ]+(\d{2})(?::?(\d{2})(?::?(\d{2}))?)?(?:[.,]\d+)?)?T?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?$`)

// firstYear is the first of the Gregorian calendar.
const firstYear = 1583

var errDate = errors.New("invalid date: use one that exists, for example 20261225")

// parseStamp reads a date or a date-time.
func parseStamp(text string) (stamp, error) {
	m := stampForm.FindStringSubmatch(strings.ToUpper(strings.Trim(text, `"'; `)))
	if m == nil {
		return stamp{}, errDate
	}
	year, month, day := number(m[1]), number(m[2]+m[4]), number(m[3]+m[5])
	hour, minute, second := number(m[6]), number(m[7]), number(m[8])
	s := stamp{
		date:  time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC),
		timed: m[6] != "", utc: m[6] != "" && isUTC(m[9]), clock: hour*60*60 + minute*60 + second,
	}
	exists := s.date.Day() == day && int(s.date.Month()) == month
	if !exists || year < firstYear || s.clock > secondsOfDay || minute > 59 || second > 60 {
		return stamp{}, errDate
	}
	return s, nil
}

// isUTC reports whether the end of a date-time means UTC.
func isUTC(zone string) bool {
	return slices.Contains([]string{"Z", "UTC", "GMT", "+00:00", "+0000", "-00:00", "-0000"}, zone)
}

func number(digits string) int {
	n, _ := strconv.Atoi(digits) // only digits, and few; empty is 0
	return n
}

// seconds counts from 1970, by the stamp's own clock.
func (s stamp) seconds() int { return int(s.date.Unix()) + s.clock }

// in returns a UTC stamp by the clock of a place.
func (s stamp) in(place *time.Location) stamp {
	if !s.utc || place == nil {
		return s
	}
	local := time.Unix(int64(s.seconds()), 0).In(place)
	hour, minute, second := local.Clock()
	return stamp{date: midnight(local), timed: true, clock: hour*60*60 + minute*60 + second}
}

// after returns the stamp some seconds later by the same clock.
func (s stamp) after(seconds int) stamp {
	s.clock += seconds
	s.date = s.date.AddDate(0, 0, s.clock/secondsOfDay)
	s.clock %= secondsOfDay
	return s
}

// nearest returns the date that begins nearest to the stamp. A last second of a day belongs to it.
func (s stamp) nearest() time.Time {
	const last, half = 59, secondsOfDay / 2
	if s.clock%60 == last {
		return s.date.AddDate(0, 0, (s.clock+1+half)/secondsOfDay-1)
	}
	return s.date.AddDate(0, 0, (s.clock+half)/secondsOfDay)
}

var durationForm = regexp.MustCompile(`^\+?P?(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,6})D)?(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?$`)

// parseDuration reads a duration, in seconds.
func parseDuration(text string) (int, error) {
	m := durationForm.FindStringSubmatch(strings.ToUpper(strings.Trim(text, `"'; `)))
	if m == nil {
		return 0, errors.New("invalid duration: use for example P2D, P1W or PT24H")
	}
	days := 7*number(m[1]) + number(m[2]) + number(m[3])
	return days*secondsOfDay + number(m[4])*60*60 + number(m[5])*60 + number(m[6]), nil
}

// location finds a zone by its IANA name, which may follow a prefix of the writer's own; nil if there is none.
func location(name string) *time.Location {
	parts := strings.Split(strings.Trim(name, "/"), "/")
	for _, from := range []int{0, len(parts) - 3, len(parts) - 2} {
		if from < 0 {
			continue
		}
		name := strings.Join(parts[from:], "/")
		if place, err := time.LoadLocation(name); err == nil && name != "" && name != "Local" {
			return place
		}
	}
	return nil
}

func midnight(t time.Time) time.Time {
	year, month, day := t.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// daysBetween counts the days from one midnight UTC to another.
func daysBetween(from, to time.Time) int {
	return int((to.Unix() - from.Unix()) / secondsOfDay)
}
