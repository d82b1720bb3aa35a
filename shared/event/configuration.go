package event

import (
	"encoding/json"
	"time"

	"eks-scaling-automation/shared/scaling"
)

// Override is the detail of [OverrideStarted], [OverrideEnded] and [OverrideEndingSoon].
type Override struct {
	Header
	// Override is the override's name.
	Override string `json:"override"`
	// Cluster is the cluster's name in the configuration.
	Cluster string `json:"cluster"`
	// Schedule is the schedule, if the cluster has named schedules.
	Schedule string `json:"schedule,omitempty"`
	// Nodegroups lists the node groups of the override; missing if it is for all.
	Nodegroups []string `json:"nodegroups,omitempty"`
	// Profile is the override's profile; missing if it has custom sizes.
	Profile string `json:"profile,omitempty"`
	// Sizes has the override's custom sizes by node group: a desired size, or an object.
	Sizes map[string]scaling.Target `json:"sizes,omitempty"`
	// From is when the override starts.
	From time.Time `json:"from"`
	// Until is when the override ends.
	Until time.Time `json:"until"`
}

// Pause is the detail of [Paused] and [Resumed].
type Pause struct {
	Header
	// Cluster is the cluster; missing if all scaling was paused or resumed.
	Cluster string `json:"cluster,omitempty"`
	// Schedule is the schedule; missing if the whole cluster was paused or resumed.
	Schedule string `json:"schedule,omitempty"`
	// Before is whether it was paused before.
	Before bool `json:"before"`
	// After is whether it is paused now.
	After bool `json:"after"`
}

// Change is the detail of [ConfigurationChanged].
type Change struct {
	Header
	// Kind is the kind of the item: settings, calendar, cluster or override.
	Kind string `json:"kind"`
	// Name is the item's name.
	Name string `json:"name"`
	// Cluster is the cluster of an override.
	Cluster string `json:"cluster,omitempty"`
	// Version is the item's version after the change; 0 for an item that was made by hand.
	Version int `json:"version"`
	// Before is the item before the change; missing if there was none, or if it is too large for an event.
	Before json.RawMessage `json:"before,omitempty"`
	// After is the item after the change; missing if it was removed, or if it is too large for an event.
	After json.RawMessage `json:"after,omitempty"`
	// TooLarge is true if before or after were left out.
	TooLarge bool `json:"tooLarge,omitempty"`
}
