package scheduler

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"
)

// Firing is one time that a schedule fires.
type Firing struct {
	At       time.Time // in UTC
	Schedule Schedule
}

// Firings are all firings of the group's enabled schedules in [from, until), in order of time, then of name. They are those
// of the schedules as they are now, also where a schedule did not exist yet; a rate counts from its schedule's creation,
// and a flexible window counts as its beginning.
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

// Fire takes note that a firing took place: it deletes a one-time schedule whose ActionAfterCompletion is DELETE, unless it
// was given another time since. AWS deletes shortly after the firing; when is up to the caller.
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

// Times are the instants in [from, until), in UTC and in order, at which an expression fires in a zone (an IANA name).
//
// A cron is evaluated on the zone's wall clock: a time that a forward jump of the clock skips does not fire that day, and one
// that a backward jump repeats fires once, the first time. An at() fires once: in a gap at its end, and where its time
// comes twice, the first time.
//
// An error says what is wrong with the expression or the zone. A rate() is an error too, as its times depend on when its
// schedule was created.
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
