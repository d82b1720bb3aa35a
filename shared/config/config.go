// Package config parses the operators' configuration into checked types. An error names the path, the invalid value and what is
// valid. YAML files, the config table and the payloads between steps have the same form.
//
// The package reads no file and calls no service.
package config

import (
	"encoding/json"
	"strings"
	"time"

	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
)

// Config is the whole document.
type Config struct {
	Settings
	Calendars map[string]Calendar `json:"calendars,omitempty"`
	Clusters  []Cluster           `json:"clusters"`
	Overrides []scaling.Override  `json:"overrides,omitempty"`
}

// Settings applies to the whole system.
type Settings struct {
	// Paused stops all scaling: runs change nothing.
	Paused bool `json:"paused"`
	// Timezone is the default IANA zone of clusters.
	Timezone string `json:"timezone"`
	Fleet    Fleet  `json:"fleet,omitzero"`
}

// Fleet controls how a run processes its units.
type Fleet struct {
	// Units is how many units a run scales at a time.
	Units int `json:"units"`
}

// IsZero omits the default from the JSON form, so that a configuration without the field stays as it was written.
func (f Fleet) IsZero() bool {
	return f == Fleet{} || f == DefaultFleet()
}

// DefaultFleet returns the default for settings without the field.
func DefaultFleet() Fleet {
	return Fleet{Units: defaultUnits}
}

// MaxUnits limits how many units a run scales at a time: a Distributed Map allows more, but EKS would throttle.
const MaxUnits = 1000

// Cluster is one EKS cluster: which node groups, which sizes, when.
type Cluster struct {
	Name     string `json:"name"`
	Region   string `json:"region"`
	Timezone string `json:"timezone,omitempty"` // empty: the settings'
	Paused   bool   `json:"paused"`
	// RoleARN is assumed to reach a cluster in another account.
	RoleARN string          `json:"roleArn,omitempty"`
	Enforce scaling.Enforce `json:"enforce"`
	// WaitTimeout limits how long a node group may take to become ACTIVE.
	WaitTimeout Duration `json:"waitTimeout"`
	// Concurrency is how many node groups are scaled at a time.
	Concurrency int                                  `json:"concurrency"`
	Nodegroups  map[string]scaling.Limits            `json:"nodegroups"`
	Profiles    map[string]map[string]scaling.Target `json:"profiles"`
	Schedule    Schedule                             `json:"schedule"`

	timetable *schedule.Schedule
	calendars map[string]Calendar // the calendars that its periods may name
	overrides []scaling.Override
}

// Schedule defines which profile is active when.
type Schedule struct {
	Default string            `json:"default"`
	Periods []schedule.Period `json:"periods,omitempty"`
}

// Timetable returns the schedule in the cluster's zone.
func (c Cluster) Timetable() *schedule.Schedule {
	return c.timetable
}

// Timeline returns the cluster's schedule, profiles and overrides.
func (c Cluster) Timeline() scaling.Timeline {
	return scaling.Timeline{Schedule: c.timetable, Nodegroups: c.Nodegroups, Profiles: c.Profiles, Overrides: c.overrides}
}

// WithOverrides returns the cluster with its own among the given overrides.
func (c Cluster) WithOverrides(overrides []scaling.Override) Cluster {
	c.overrides = nil
	for _, o := range overrides {
		if o.Cluster == c.Name {
			c.overrides = append(c.overrides, o)
		}
	}
	return c
}

// Duration is a time span, written as "20m" in configurations.
type Duration time.Duration

// String returns text such as "20m", "1h30m" or "1m30s", without zero units.
func (d Duration) String() string {
	text := time.Duration(d).String()
	if short, whole := strings.CutSuffix(text, "m0s"); whole {
		text = short + "m"
	}
	if short, whole := strings.CutSuffix(text, "h0m"); whole {
		text = short + "h"
	}
	return text
}

// MarshalJSON returns the text form.
func (d Duration) MarshalJSON() ([]byte, error) {
	return json.Marshal(d.String())
}

// The defaults of optional fields.
const (
	defaultUnits       = 200
	defaultWaitTimeout = Duration(20 * time.Minute)
	defaultConcurrency = 5
)
