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
	// Version is the version of the item after the change. A removal has the next version; an item made by hand has none, which is 0.
	Version int `json:"version"`
	// Format is the format of After; see [config.CheckFormat].
	Format int `json:"format,omitempty"`
	// By and Reason record who changed it and why; empty if unknown.
	By     string `json:"by,omitempty"`
	Reason string `json:"reason,omitempty"`
	// Before and After are the specs; nil if there was none. If both do not fit into an item, Before is left out: it equals
	// After of the previous change.
	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`
}

// RemovedVersion returns the version of the last removal of an item that is not in the table, from its recorded changes, the
// newest first; 0 if it never existed. If the newest record is no removal, the removal is not recorded yet.
func RemovedVersion(changes []ConfigChange) (version int) {
	for _, c := range changes {
		version = max(version, c.Version)
	}
	if len(changes) > 0 && changes[0].After != nil {
		version++
	}
	return version
}

// Item names the item for people: its kind and name, without the cluster in the key of an override.
func (c ConfigChange) Item() string {
	_, name := SplitKey(c.Kind, c.Name)
	return c.Kind + "/" + name
}
