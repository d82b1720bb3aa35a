package config

import (
	"eks-scaling-automation/shared/account"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
)

// Unit holds the node groups that are scaled together, and when: a cluster, or one of its schedules.
type Unit struct {
	Name    string // such as "production" or "production:batch"; see [scaling.UnitName]
	Cluster string // under its name in the configuration
	EKSName string // of the cluster in EKS
	Region  string
	Role    account.Role // assumed to reach the cluster
	Paused  bool         // the unit or its cluster
	// Enforce, WaitTimeout, RampUp and Concurrency are the schedule's, or else the cluster's.
	Enforce     scaling.Enforce
	WaitTimeout Duration
	RampUp      RampUp
	Concurrency int
	Nodegroups  map[string]scaling.Limits // that it may scale
	Baselines   map[string]int32          // of node groups of its cluster that declare one
	Profiles    map[string]map[string]scaling.Target
	Schedule    Schedule
	Signals     map[string]Signal // that its periods may use

	timetable *schedule.Schedule
	calendars map[string]Calendar // the calendars that its periods may name
	overrides []scaling.Override
	ahead     scaling.Ahead
	shares    bool // its cluster has other units
}

// ClusterName returns the name of the unit's cluster in EKS; empty if it is the configuration's, as in a document.
func (u Unit) ClusterName() string {
	if u.EKSName == u.Cluster {
		return ""
	}
	return u.EKSName
}

// Timetable returns the schedule in the unit's zone.
func (u Unit) Timetable() *schedule.Schedule {
	return u.timetable
}

// Timeline returns the unit's schedule, profiles and overrides, and how long ahead its scale-ups begin.
func (u Unit) Timeline() scaling.Timeline {
	return scaling.Timeline{Schedule: u.timetable, Nodegroups: u.Nodegroups, Profiles: u.Profiles, Overrides: u.overrides, Ahead: u.ahead}
}

// WithOverrides returns the unit with its own among the given overrides.
func (u Unit) WithOverrides(overrides []scaling.Override) Unit {
	u.overrides = nil
	for _, o := range overrides {
		if o.Unit() == u.Name {
			u.overrides = append(u.overrides, o)
		}
	}
	return u
}
