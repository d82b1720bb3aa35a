// Package inventory judges the items of the config table: which of them are valid, which clusters a run can scale, and what a change
// does to that. [Check] reads every item once; all commands and functions use its verdicts.
package inventory

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"eks-scaling-automation/shared/config"
)

// ErrConflict reports that somebody else has written the item since it was read.
var ErrConflict = errors.New("somebody else has changed it since it was read")

// The kinds of items, and the name of the one settings item.
const (
	KindSettings   = "settings"
	KindCalendar   = "calendar"
	KindCluster    = "cluster"
	KindOverride   = "override"
	GlobalSettings = "global"
)

// Item is one item of the configuration.
type Item struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
	// Cluster is the cluster in the key of an override, so that a query finds only the overrides of one cluster. It is
	// empty for all other kinds, and for an override with a hand-written key that names no cluster.
	Cluster string          `json:"-"`
	Spec    json.RawMessage `json:"spec"` // not yet checked
	// Format is the format of the spec; see [config.CheckFormat]. Writes set the format of this version.
	Format int `json:"format"`
	// KeepsFormat makes a write keep the format, even of a newer version. It requires that the spec differs from the one that
	// was read only in a field that every version knows.
	KeepsFormat bool `json:"-"`
	// Version counts the writes, from 1; 0 is an item that is not in the table.
	Version int `json:"version"`
	// Removed is the version of the last removal of this key, which a new item continues; 0 if there was none. A removal is a version.
	Removed   int       `json:"-"`
	UpdatedAt time.Time `json:"updatedAt"`
	UpdatedBy string    `json:"updatedBy"`
	// Reason explains the write; it may be empty.
	Reason string `json:"reason,omitempty"`
	// ExpiresAt is when DynamoDB may remove the item, in seconds since 1970; 0 is never.
	ExpiresAt int64 `json:"expiresAt,omitempty"`
	// Hold is in the settings while scaling is paused for a write in several steps; nil otherwise.
	Hold *Hold `json:"hold,omitempty"`

	// Revision is the stored spec, set by a read and compared by the next write, because editing an item by hand does not
	// change its version. It is nil for an item that was never read.
	Revision any `json:"-"`
}

// Key returns the name in the item's key: "production/launch" for the override launch of the cluster production, and the name for all
// else.
func (i Item) Key() string {
	if i.Cluster == "" {
		return i.Name
	}
	return i.Cluster + KeySeparator + i.Name
}

// DisplayKey names an item for people: its kind and name.
func DisplayKey(i Item) string {
	return i.Kind + "/" + i.Name
}

// ItemKey identifies an item. Overrides of two clusters may have the same name.
func ItemKey(i Item) string {
	return i.Kind + "/" + i.Key()
}

// KeySeparator separates the cluster and the name in the key of an override. Neither can contain it.
const KeySeparator = "/"

// SplitKey returns the cluster and the name in a key; see [Item.Key].
func SplitKey(kind, key string) (cluster, name string) {
	cluster, name, found := strings.Cut(key, KeySeparator)
	if kind != KindOverride || !found || cluster == "" {
		return "", key
	}
	return cluster, name
}

// Over returns the item as it is written over one that was read, on the condition that nobody has written that meanwhile.
func (i Item) Over(read Item) Item {
	i.Version, i.Format, i.Revision = read.Version, read.Format, read.Revision
	return i
}

// Equal reports whether two items are the same, whichever table they are from.
func (i Item) Equal(other Item) bool {
	sameTime := i.UpdatedAt.Equal(other.UpdatedAt)
	i.Revision, other.Revision, i.UpdatedAt, other.UpdatedAt = nil, nil, time.Time{}, time.Time{}
	i.Removed, other.Removed = 0, 0
	return sameTime && reflect.DeepEqual(i, other)
}

// Next returns the item with its next version. An item that a newer version has written is refused with [config.ErrNewer]: this version
// does not know what it would lose.
func (i Item) Next() (Item, error) {
	if err := i.CheckFormat(); errors.Is(err, config.ErrNewer) && !i.KeepsFormat {
		return i, err
	}
	if !i.KeepsFormat {
		i.Format = config.Format
	}
	i.Version = i.NextVersion()
	return i, nil
}

// NextVersion returns the version that the next write gives the item. Versions go on after a removal.
func (i Item) NextVersion() int { return max(i.Version, i.Removed) + 1 }

// CheckFormat refuses an item that this version cannot read; see [config.CheckFormat].
func (i Item) CheckFormat() error {
	if err := config.CheckFormat(i.Format); err != nil {
		return fmt.Errorf("%s/%s: %w", i.Kind, i.Name, err)
	}
	return nil
}
