package inventory

import (
	"encoding/json"
	"time"
)

// ConfigChange is one change of one item of the configuration, as the audit trail keeps it. It has no expiry: every
// version stays readable.
type ConfigChange struct {
	Kind string    `json:"kind"`
	Name string    `json:"name"` // as in the item's key; see [Item.Key]
	Time time.Time `json:"time"`
	// Version is that of the item afterwards; 0 when it was removed.
	Version int `json:"version"`
	// Format is that of After; see [config.CheckFormat].
	Format int `json:"format,omitempty"`
	// By and Reason say who changed it and why; empty when whoever did it has not said so.
	By     string `json:"by,omitempty"`
	Reason string `json:"reason,omitempty"`
	// Before and After are the specs; nil where there was none. Where both do not fit into an item Before is left out: it is
	// After of the change before.
	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`
}

// Item is how people are told of the item: by its kind and name, without the cluster in the key of an override.
func (c ConfigChange) Item() string {
	_, name := SplitKey(c.Kind, c.Name)
	return c.Kind + "/" + name
}
