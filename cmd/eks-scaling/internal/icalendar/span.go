package icalendar

import (
	"errors"
	"strings"
	"time"
)

// span is when an event first takes place.
type span struct {
	date    time.Time
	days    int // at least one
	allDay  bool
	place   *time.Location // whose clock counts for times in UTC; nil is UTC
	unknown bool           // the start is midnight in a zone of an unknown name
}

// readSpan reads the start and the length. An event is all-day if it is written with dates or from midnight to midnight, or if its
// writer says so.
func (f *file) readSpan(c component, start property) (span, error) {
	from, err := parseStamp(start.value)
	if err != nil {
		return span{}, fail(start, "DTSTART", err)
	}
	if strings.EqualFold(start.params["VALUE"], "DATE") {
		from = stamp{date: from.date}
	}
	s := spanFrom(from, start.params["TZID"])
	to, err := f.readEnd(c, from, s.place)
	if err != nil {
		return span{}, err
	}
	written := from
	if from.utc && !lastsDays(from, to) {
		s.place = f.zone
		from, to = from.in(f.zone), to.in(f.zone)
	}
	s.allDay = !from.timed || c.flagged || lastsDays(from, to)
	length := to.seconds() - from.seconds()
	s.date, s.days = from.date, max(1, (from.clock+length+secondsOfDay-1)/secondsOfDay)
	if c.flagged && from.clock != 0 {
		s.round(written, length)
	}
	return s, nil
}

// spanFrom returns a span with the clock of its start.
func spanFrom(from stamp, zone string) (s span) {
	if from.timed && !from.utc && zone != "" {
		s.place = location(zone)
		s.unknown = s.place == nil && from.clock == 0
	}
	return s
}

// round makes whole days of a span that does not begin at midnight, though its writer says that it is all-day. A start in UTC is midnight
// in a zone that the file does not name.
func (s *span) round(start stamp, length int) {
	s.days = max(1, (length+secondsOfDay/2)/secondsOfDay)
	if start.utc {
		s.date, s.place, s.unknown = start.nearest(), nil, true
	}
}

// lastsDays reports whether a span goes from midnight to midnight, or to the last minute before.
func lastsDays(from, to stamp) bool {
	return from.clock == 0 && (to.clock%secondsOfDay == 0 || to.clock >= secondsOfDay-60)
}

// readEnd reads the end. Some programs write one-day events with equal start and end.
func (f *file) readEnd(c component, from stamp, place *time.Location) (stamp, error) {
	end, duration := c.first("DTEND"), c.first("DURATION")
	switch {
	case end.line != 0:
		to, err := parseStamp(end.value)
		if err != nil {
			return stamp{}, fail(end, "DTEND", err)
		}
		to = f.alike(to, from, place)
		if to.seconds() < from.seconds() && (to.timed || !to.date.Equal(from.date)) {
			return stamp{}, fail(end, "DTEND", errors.New("is before DTSTART: use the day after the event's last"))
		}
		return to, nil
	case duration.line != 0:
		length, err := parseDuration(duration.value)
		if err != nil {
			return stamp{}, fail(duration, "DURATION", err)
		}
		return from.after(length), nil
	default:
		return from, nil
	}
}

// alike returns an end by the clock of its start. An end in UTC may be midnight in the file's zone.
func (f *file) alike(to, from stamp, place *time.Location) stamp {
	switch {
	case from.timed && !from.utc:
		return to.in(place)
	case !from.timed && to.utc && to.clock != 0:
		if local := to.in(f.zone); local.clock == 0 {
			return local
		}
	}
	return to
}

// day reads a date, or the date in a date-time, by the clock of the event.
func (s span) day(text string) (time.Time, error) {
	at, err := parseStamp(text)
	switch {
	case err != nil:
		return time.Time{}, err
	case s.unknown && at.utc:
		return at.nearest(), nil
	default:
		return at.in(s.place).date, nil
	}
}
