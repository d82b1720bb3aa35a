package scaling

import (
	"maps"
	"slices"
	"time"
)

// Override outranks the schedule of a cluster for some time, and ends by itself.
type Override struct {
	Name    string `json:"name"`
	Cluster string `json:"cluster"`
	// Nodegroups are those that it is for; none is all, or with Sizes those that Sizes names.
	Nodegroups []string `json:"nodegroups,omitempty"`
	// Profile is put in force, or else Sizes are.
	Profile string            `json:"profile,omitempty"`
	Sizes   map[string]Target `json:"sizes,omitempty"` // by node group
	// From and Until bound it: From <= t < Until.
	From      time.Time `json:"from"`
	Until     time.Time `json:"until"`
	Reason    string    `json:"reason"`
	CreatedBy string    `json:"createdBy,omitempty"`
	// CreatedAt ranks overrides that are in force at the same time: the one created last wins, and of those created at the
	// same time the one further down the list. Zero is not stored yet, and so counts as the last.
	CreatedAt time.Time `json:"createdAt,omitzero"`
}

// inForce says whether the override is in force at t.
func (o *Override) inForce(t time.Time) bool {
	return !t.Before(o.From) && t.Before(o.Until)
}

// createdBefore says whether the override was created before the other one.
func (o *Override) createdBefore(other *Override) bool {
	if o.CreatedAt.IsZero() || other.CreatedAt.IsZero() {
		return !o.CreatedAt.IsZero()
	}
	return o.CreatedAt.Before(other.CreatedAt)
}

// isFor says whether the override speaks for a node group. One that gives sizes speaks for those that it names, and one
// that gives a profile for all: what the profile leaves out is not touched.
func (o *Override) isFor(nodegroup string) bool {
	if len(o.Nodegroups) > 0 {
		return slices.Contains(o.Nodegroups, nodegroup)
	}
	_, sized := o.Sizes[nodegroup]
	return sized || o.Profile != ""
}

// nodegroups are those that the override names; none if it is for all.
func (o *Override) nodegroups() []string {
	if len(o.Nodegroups) > 0 {
		return o.Nodegroups
	}
	return slices.Sorted(maps.Keys(o.Sizes))
}
