package scaling

import (
	"maps"
	"slices"
	"time"
)

// Override is a temporary exception to a schedule. It ends by itself.
type Override struct {
	Name    string `json:"name"`
	Cluster string `json:"cluster"`
	// Schedule is empty if the cluster has no named schedules.
	Schedule string `json:"schedule,omitempty"`
	// Nodegroups limits the override to these node groups. Empty means all, or with Sizes the ones that Sizes names.
	Nodegroups []string `json:"nodegroups,omitempty"`
	// Profile is applied, or else Sizes.
	Profile string            `json:"profile,omitempty"`
	Sizes   map[string]Target `json:"sizes,omitempty"` // by node group
	// The override is active while From <= t < Until.
	From      time.Time `json:"from"`
	Until     time.Time `json:"until"`
	Reason    string    `json:"reason"`
	CreatedBy string    `json:"createdBy,omitempty"`
	// CreatedAt ranks overrides that are active at the same time: the latest wins, and with equal times the one further down the
	// list. Zero means not stored yet, and counts as the latest.
	CreatedAt time.Time `json:"createdAt,omitzero"`
}

// Unit returns the name of the unit that the override is for.
func (o *Override) Unit() string { return UnitName(o.Cluster, o.Schedule) }

// activeAt reports whether the override is active at t.
func (o *Override) activeAt(t time.Time) bool {
	return !t.Before(o.From) && t.Before(o.Until)
}

// createdBefore reports whether the override was created before the other one.
func (o *Override) createdBefore(other *Override) bool {
	if o.CreatedAt.IsZero() || other.CreatedAt.IsZero() {
		return !o.CreatedAt.IsZero()
	}
	return o.CreatedAt.Before(other.CreatedAt)
}

// isFor reports whether the override affects a node group. With sizes it affects the node groups that it names, with a profile
// all: a node group that the profile omits is left alone.
func (o *Override) isFor(nodegroup string) bool {
	if len(o.Nodegroups) > 0 {
		return slices.Contains(o.Nodegroups, nodegroup)
	}
	_, sized := o.Sizes[nodegroup]
	return sized || o.Profile != ""
}

// nodegroups returns the node groups that the override names; none if it is for all.
func (o *Override) nodegroups() []string {
	if len(o.Nodegroups) > 0 {
		return o.Nodegroups
	}
	return slices.Sorted(maps.Keys(o.Sizes))
}
