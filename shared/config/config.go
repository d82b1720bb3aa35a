// Package config turns what operators write into types that cannot be wrong: parsing checks everything, and names the
// path, what was found and what would be right. The same form is read from a YAML file, from the config table and from
// the payload between two steps.
//
// The package reads no file and talks to no service.
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

// Settings hold for the whole system.
type Settings struct {
	// Paused stops all scaling: runs change nothing.
	Paused bool `json:"paused"`
	// Timezone is the IANA zone of every cluster that names none.
	Timezone string `json:"timezone"`
	Fleet    Fleet  `json:"fleet,omitzero"`
}

// Fleet says how a run goes about all units together.
type Fleet struct {
	// Units is how many units a run scales at a time.
	Units int `json:"units"`
}

// IsZero leaves the default out of the JSON form, so that a configuration without the field stays as it was written.
func (f Fleet) IsZero() bool {
	return f == Fleet{} || f == DefaultFleet()
}

// DefaultFleet is that of settings without the field.
func DefaultFleet() Fleet {
	return Fleet{Units: defaultUnits}
}

// MaxUnits is the most units that a run scales at a time: a Distributed Map takes more, the APIs of EKS do not.
const MaxUnits = 1000

// Cluster is one EKS cluster: which node groups, which sizes, when.
type Cluster struct {
	Name     string `json:"name"`
	Region   string `json:"region"`
	Timezone string `json:"timezone,omitempty"` // empty: the settings'
	Paused   bool   `json:"paused"`
	// RoleARN is assumed to reach the cluster, when it lies in another account.
	RoleARN string          `json:"roleArn,omitempty"`
	Enforce scaling.Enforce `json:"enforce"`
	// WaitTimeout is how long a node group may take to become active.
	WaitTimeout Duration `json:"waitTimeout"`
	// Concurrency is how many node groups are scaled at a time.
	Concurrency int                                  `json:"concurrency"`
	Nodegroups  map[string]scaling.Limits            `json:"nodegroups"`
	Profiles    map[string]map[string]scaling.Target `json:"profiles"`
	Schedule    Schedule                             `json:"schedule"`

	timetable *schedule.Schedule
	calendars map[string]Calendar // that its periods may name
	overrides []scaling.Override
}

// Schedule says which profile is in force when.
type Schedule struct {
	Default string            `json:"default"`
	Periods []schedule.Period `json:"periods,omitempty"`
}

// Timetable is the schedule in the cluster's zone.
func (c Cluster) Timetable() *schedule.Schedule {
	return c.timetable
}

// Timeline is everything that says what the cluster should be when.
func (c Cluster) Timeline() scaling.Timeline {
	return scaling.Timeline{Schedule: c.timetable, Nodegroups: c.Nodegroups, Profiles: c.Profiles, Overrides: c.overrides}
}

// WithOverrides is the cluster with those of the overrides that are for it.
func (c Cluster) WithOverrides(overrides []scaling.Override) Cluster {
	c.overrides = nil
	for _, o := range overrides {
		if o.Cluster == c.Name {
			c.overrides = append(c.overrides, o)
		}
	}
	return c
}

// Duration is a time span that configurations write as "20m".
type Duration time.Duration

// String returns such as "20m", "1h30m" or "1m30s", without units that are zero.
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

// MarshalJSON is the text form.
func (d Duration) MarshalJSON() ([]byte, error) {
	return json.Marshal(d.String())
}

// The defaults of what the settings and a cluster may leave out.
const (
	defaultUnits       = 200
	defaultWaitTimeout = Duration(20 * time.Minute)
	defaultConcurrency = 5
)
