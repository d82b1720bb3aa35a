// Package config parses the operators' configuration into checked types. An error names the path, the invalid value and what is
// valid. YAML files, the config table and the payloads between steps have the same form.
//
// The package reads no file and calls no service.
package config

import (
	"time"

	"eks-scaling-automation/shared/blastradius"
	"eks-scaling-automation/shared/budget"
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

// Units returns the units of all clusters, in the document's order.
func (c Config) Units() (all []Unit) {
	for _, cluster := range c.Clusters {
		all = append(all, cluster.Units()...)
	}
	return all
}

// Settings applies to the whole system.
type Settings struct {
	// Paused stops all scaling: runs change nothing.
	Paused bool `json:"paused"`
	// Timezone is the default IANA zone of clusters.
	Timezone string `json:"timezone"`
	Fleet    Fleet  `json:"fleet,omitzero"`
	// Accounts says how clusters in other accounts are reached.
	Accounts Accounts `json:"accounts,omitzero"`
	// BlastRadius limits what one run takes down; zero is no limit.
	BlastRadius blastradius.Limit `json:"blastRadius,omitzero"`
	// Budget limits the calls of EKS in each account and region; zero is no limit.
	Budget budget.Budget `json:"budget,omitzero"`
	// Signals are what conditions of periods depend on, by name.
	Signals map[string]Signal `json:"signals,omitempty"`
	// Notifications adds to the events that are sent to chat.
	Notifications Notifications `json:"notifications,omitzero"`
	// Prices of nodes win over the price list of AWS.
	Prices Prices `json:"prices,omitzero"`
	// Weekly says when the weekly summary is sent; zero is never.
	Weekly Weekly `json:"weekly,omitzero"`
}

// Accounts holds what the spokes of all accounts have in common.
type Accounts struct {
	// ExternalID is the ExternalId of the spokes' stacks.
	ExternalID string `json:"externalId,omitempty"`
	// Role is the name of the spokes' role; empty means [account.DefaultRole].
	Role string `json:"role,omitempty"`
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

// Duration is a time span, written as "20m" in configurations.
type Duration = schedule.Duration

// The defaults of optional fields.
const (
	defaultUnits       = 200
	defaultWaitTimeout = Duration(20 * time.Minute)
	defaultConcurrency = 5
)
