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

	// AWS's defaults: a day, and 185 attempts.
	defaultEventAge int32 = 86400
	defaultAttempts int32 = 185
)

// Schedule is a schedule with all its fields. Equal schedules are ==.
type Schedule struct {
	Name                     string
	Group                    string
	Expression               string // cron(...), at(...) or rate(...)
	Timezone                 string // an IANA name
	Description              string
	State                    string // ENABLED or DISABLED
	Input                    string // the target's input; empty if none was given
	TargetArn                string
	RoleArn                  string
	DeadLetterArn            string // empty for none
	DetailType, Source       string // of the event, if the target is an event bus
	MaximumEventAgeInSeconds int32
	MaximumRetryAttempts     int32
	ActionAfterCompletion    string // NONE or DELETE
	FlexibleMode             string // OFF or FLEXIBLE
	MaximumWindowInMinutes   int32  // of a flexible window; 0 if it is OFF
}

// stored is a stored schedule.
type stored struct {
	Schedule
	timing            timing
	created, modified time.Time
}

// CreateGroup creates a schedule group, unless it exists.
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

// DeleteGroup deletes a schedule group with its schedules, if it exists.
func (s *Server) DeleteGroup(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.groups[name] != nil {
		s.groups[name] = nil // known, and gone
	}
}

// SetPageSize limits the schedules on a page, from 1 to 100, even if more are requested.
func (s *Server) SetPageSize(n int) {
	if n < 1 || n > largestPage {
		panic(fmt.Sprintf("scheduler: a page of %d: want 1 to %d", n, largestPage))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pageSize = n
}

// Put stores a schedule without a call. If the name exists, it replaces that schedule like an edit by a person, dated at least a
// minute after the creation: lists reveal an edit by its date, and a test's clock may stand still. Group, Timezone, State,
// MaximumEventAgeInSeconds, ActionAfterCompletion and FlexibleMode default as on AWS. It panics where CreateSchedule would fail,
// but accepts an at() in the past.
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

// withDefaults replaces empty strings with AWS's defaults.
func (s Schedule) withDefaults() Schedule {
	s.Timezone = cmp.Or(s.Timezone, "UTC")
	s.State = cmp.Or(s.State, "ENABLED")
	s.ActionAfterCompletion = cmp.Or(s.ActionAfterCompletion, "NONE")
	s.FlexibleMode = cmp.Or(s.FlexibleMode, "OFF")
	return s
}

// Schedules returns the schedules of a group, by name.
func (s *Server) Schedules(group string) []Schedule {
	s.mu.Lock()
	defer s.mu.Unlock()
	schedules := make([]Schedule, 0, len(s.group(group)))
	for _, each := range byName(s.group(group)) {
		schedules = append(schedules, each.Schedule)
	}
	return schedules
}

// group returns a group that the caller has created; nil if it was deleted since.
func (s *Server) group(name string) map[string]stored {
	group, known := s.groups[name]
	if !known {
		panic(fmt.Sprintf("scheduler: there is no schedule group %q: CreateGroup first", name))
	}
	return group
}

func byName(group map[string]stored) []stored {
	return slices.SortedFunc(maps.Values(group), func(a, b stored) int { return strings.Compare(a.Name, b.Name) })
}
