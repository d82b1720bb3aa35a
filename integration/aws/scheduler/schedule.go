package scheduler

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

const (
	defaultGroup = "default"
	largestPage  = 100

	// What AWS takes where a request does not say: a day, and 185 attempts.
	defaultEventAge int32 = 86400
	defaultAttempts int32 = 185
)

// Schedule is a schedule with all its fields; two are the same when they are ==.
type Schedule struct {
	Name                     string
	Group                    string
	Expression               string // cron(...), at(...) or rate(...)
	Timezone                 string // an IANA name
	Description              string
	State                    string // ENABLED or DISABLED
	Input                    string // what the target is sent; empty when nothing was said
	TargetArn                string
	RoleArn                  string
	DeadLetterArn            string // empty for none
	MaximumEventAgeInSeconds int32
	MaximumRetryAttempts     int32
	ActionAfterCompletion    string // NONE or DELETE
	FlexibleMode             string // OFF or FLEXIBLE
	MaximumWindowInMinutes   int32  // of a flexible window; 0 when it is OFF
}

// stored is a schedule as it is kept.
type stored struct {
	Schedule
	timing            timing
	created, modified time.Time
}

// CreateGroup makes a schedule group. One that exists stays as it is.
func (s *Server) CreateGroup(name string) {
	if !namePattern.MatchString(name) {
		panic(fmt.Sprintf("scheduler: no group can be called %q: want %s", name, namePattern))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.groups[name] == nil {
		s.groups[name] = map[string]stored{}
	}
}

// SetPageSize sets how many schedules a page of a list holds at most, from 1 to 100, even when more are asked for.
func (s *Server) SetPageSize(n int) {
	if n < 1 || n > largestPage {
		panic(fmt.Sprintf("scheduler: a page of %d: want 1 to %d", n, largestPage))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pageSize = n
}

// Put stores a schedule as if it had been created some other way. One of its name is replaced, as if a person had edited it a minute
// after its creation at the earliest: a list tells an edit by its date, and the clock of a test may stand still. Group, Timezone, State,
// MaximumEventAgeInSeconds, ActionAfterCompletion and FlexibleMode have AWS's defaults when they are zero; the rest counts as
// it is. It panics where CreateSchedule would refuse, except that an at() may be in the past.
func (s *Server) Put(schedule Schedule) {
	schedule.Group = cmp.Or(schedule.Group, defaultGroup)
	schedule.MaximumEventAgeInSeconds = cmp.Or(schedule.MaximumEventAgeInSeconds, defaultEventAge)
	schedule = schedule.withDefaults()
	now := s.now()
	timing, err := schedule.check()
	if err != nil {
		panic(fmt.Sprintf("scheduler: Put of the schedule %q: %v", schedule.Name, err))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	created, modified := now, now
	if found, exists := s.group(schedule.Group)[schedule.Name]; exists {
		created, modified = found.created, now
		if earliest := created.Add(time.Minute); modified.Before(earliest) {
			modified = earliest
		}
	}
	s.group(schedule.Group)[schedule.Name] = stored{schedule, timing, created, modified}
}

// withDefaults gives the words that are left out AWS's defaults.
func (s Schedule) withDefaults() Schedule {
	s.Timezone = cmp.Or(s.Timezone, "UTC")
	s.State = cmp.Or(s.State, "ENABLED")
	s.ActionAfterCompletion = cmp.Or(s.ActionAfterCompletion, "NONE")
	s.FlexibleMode = cmp.Or(s.FlexibleMode, "OFF")
	return s
}

// Schedules are the schedules of a group, by name.
func (s *Server) Schedules(group string) []Schedule {
	s.mu.Lock()
	defer s.mu.Unlock()
	schedules := make([]Schedule, 0, len(s.group(group)))
	for _, each := range byName(s.group(group)) {
		schedules = append(schedules, each.Schedule)
	}
	return schedules
}

// group is a group that the caller has made.
func (s *Server) group(name string) map[string]stored {
	group := s.groups[name]
	if group == nil {
		panic(fmt.Sprintf("scheduler: there is no schedule group %q: CreateGroup first", name))
	}
	return group
}

func byName(group map[string]stored) []stored {
	return slices.SortedFunc(maps.Values(group), func(a, b stored) int { return strings.Compare(a.Name, b.Name) })
}
