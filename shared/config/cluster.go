package config

import (
	"cmp"

	"eks-scaling-automation/shared/account"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
)

// Cluster is one EKS cluster: which node groups, which sizes, when. It has either Profiles and Schedule, or Schedules.
type Cluster struct {
	Name     string `json:"name"`
	Region   string `json:"region"`
	Timezone string `json:"timezone,omitempty"` // empty: the settings'
	Paused   bool   `json:"paused"`
	// ClusterName is the name of the cluster in EKS if it is not Name.
	ClusterName string `json:"clusterName,omitempty"`
	// Account is the cluster's account if it is not the stack's. Its spoke's role is assumed, unless there is a RoleARN.
	Account string `json:"account,omitempty"`
	RoleARN string `json:"roleArn,omitempty"`
	// ExternalID replaces the one of the settings.
	ExternalID string          `json:"externalId,omitempty"`
	Enforce    scaling.Enforce `json:"enforce"`
	// WaitTimeout limits how long a node group may take to become ACTIVE.
	WaitTimeout Duration `json:"waitTimeout"`
	// RampUp holds for each of the cluster's units.
	RampUp RampUp `json:"rampUp,omitzero"`
	// Concurrency is how many node groups of a unit are scaled at a time.
	Concurrency int `json:"concurrency"`
	// Notifications adds to those of the settings.
	Notifications Notifications `json:"notifications,omitzero"`

	Nodegroups map[string]Nodegroup                 `json:"nodegroups"`
	Profiles   map[string]map[string]scaling.Target `json:"profiles,omitempty"`
	Schedule   Schedule                             `json:"schedule,omitzero"`
	Schedules  []NamedSchedule                      `json:"schedules,omitempty"`

	role  account.Role
	units []Unit
}

// Schedule defines which profile is active when.
type Schedule struct {
	Ahead   Ahead             `json:"ahead,omitzero"`
	Default string            `json:"default"`
	Periods []schedule.Period `json:"periods,omitempty"`
}

// NamedSchedule is one of several schedules of a cluster. It scales the node groups that its profiles name.
type NamedSchedule struct {
	Name     string `json:"name"`
	Timezone string `json:"timezone,omitempty"` // empty: the cluster's
	Paused   bool   `json:"paused"`
	// Enforce, WaitTimeout and RampUp replace the cluster's; their zero values keep those.
	Enforce     scaling.Enforce                      `json:"enforce,omitempty"`
	WaitTimeout Duration                             `json:"waitTimeout,omitempty"`
	RampUp      RampUp                               `json:"rampUp,omitzero"`
	Profiles    map[string]map[string]scaling.Target `json:"profiles"`
	Schedule
}

// IsZero reports whether the cluster has named schedules instead.
func (s Schedule) IsZero() bool { return s.Default == "" && len(s.Periods) == 0 }

// EKSName returns the name of the cluster in EKS.
func (c Cluster) EKSName() string { return cmp.Or(c.ClusterName, c.Name) }

// Role returns the role that is assumed to reach the cluster; the zero value in the stack's account.
func (c Cluster) Role() account.Role { return c.role }

// Units returns the units of the cluster: one for each of its schedules.
func (c Cluster) Units() []Unit { return c.units }

// Unit returns the unit with the given schedule. Without a name, it is the cluster's only unit.
func (c Cluster) Unit(named string) (unit Unit, ok bool) {
	for _, u := range c.units {
		if _, own := scaling.SplitUnit(u.Name); own == named || named == "" && len(c.units) == 1 {
			return u, true
		}
	}
	return Unit{}, false
}

// UnitNames returns the names of the cluster's units.
func (c Cluster) UnitNames() (names []string) {
	for _, u := range c.units {
		names = append(names, u.Name)
	}
	return names
}

// WithOverrides returns the cluster with its own among the given overrides.
func (c Cluster) WithOverrides(overrides []scaling.Override) Cluster {
	units := make([]Unit, len(c.units))
	for i, u := range c.units {
		units[i] = u.WithOverrides(overrides)
	}
	c.units = units
	return c
}
