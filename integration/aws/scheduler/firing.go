package scheduler

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"
)

// Firing is one firing of a schedule.
type Firing struct {
	At       time.Time // in UTC
	Schedule Schedule
}

// Firings returns all firings of the group's enabled schedules in [from, until), by time and then by name. It uses the present
// schedules, even for times before their creation; a group that was deleted has none. A rate counts from its schedule's creation, and a flexible window counts as
// its beginning.
func (s *Server) Firings(group string, from, until time.Time) []Firing {
	s.mu.Lock()
	defer s.mu.Unlock()
	var firings []Firing
	for _, each := range s.group(group) {
		if each.State != "ENABLED" {
			continue
		}
		for _, t := range each.timing.expression.times(each.timing.zone, each.created, from, until) {
			firings = append(firings, Firing{t, each.Schedule})
		}
	}
	slices.SortFunc(firings, func(a, b Firing) int {
		return cmp.Or(a.At.Compare(b.At), strings.Compare(a.Schedule.Name, b.Schedule.Name))
	})
	return firings
}

// Fire completes a firing: it deletes a one-time schedule with ActionAfterCompletion DELETE, unless its time was changed since.
// AWS deletes shortly after the firing; here the caller decides when.
func (s *Server) Fire(f Firing) {
	s.mu.Lock()
	defer s.mu.Unlock()
	group := s.group(f.Schedule.Group)
	current := group[f.Schedule.Name]
	_, once := current.timing.expression.(at)
	if once && current.ActionAfterCompletion == "DELETE" &&
		current.Expression == f.Schedule.Expression && current.Timezone == f.Schedule.Timezone {
		delete(group, f.Schedule.Name)
	}
}

// Times returns the instants in [from, until), in UTC and in order, at which an expression fires in a zone (an IANA name).
//
// A cron is evaluated in local time: a time that a forward jump skips does not fire that day, and a time that a backward jump
// repeats fires once, the first time. An at() fires once: at the end of a gap, and the first time if its time repeats.
//
// An error describes the invalid expression or zone. A rate() is an error too, because its times depend on its schedule's
// creation.
func Times(expression, timezone string, from, until time.Time) ([]time.Time, error) {
	timing, err := compile(expression, timezone)
	if err != nil {
		return nil, err
	}
	if _, ok := timing.expression.(rate); ok {
		return nil, errors.New("the times of " + expression + " depend on its schedule: ask Server.Firings")
	}
	return timing.expression.times(timing.zone, time.Time{}, from, until), nil
}
