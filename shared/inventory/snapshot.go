package inventory

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/run"
)

// Snapshot is the configuration as it was read: all of it, or the part that one unit needs. Its items are not checked.
type Snapshot struct {
	Settings                       *Item // nil when there are none
	Calendars, Clusters, Overrides []Item

	scope
	readings *readings // of the items, or of others like them; nil before a [Check]
}

// NotFoundError reports that the configuration has no item of a name.
type NotFoundError struct {
	What, Name string
	Known      []string
}

func (e *NotFoundError) Error() string {
	return fmt.Sprintf("unknown %s %q in the config table; known: %s%s", e.What, e.Name, english.OrNone(e.Known), english.DidYouMean(e.Name, e.Known))
}

// Items returns every item.
func (s Snapshot) Items() []Item {
	all := slices.Concat(s.Calendars, s.Clusters, s.Overrides)
	if s.Settings != nil {
		all = append(all, *s.Settings)
	}
	return all
}

// IsEmpty reports whether there is no item at all.
func (s Snapshot) IsEmpty() bool {
	return len(s.Items()) == 0
}

// IsPaused reports whether the settings pause all scaling.
func (s Snapshot) IsPaused() bool {
	return s.Settings != nil && s.Settings.PauseState() == Paused
}

// FindCluster returns the item of a cluster; the error is a [NotFoundError] or an [ElsewhereError].
func (s Snapshot) FindCluster(name string) (Item, error) {
	if err := s.Here(name); err != nil {
		return Item{}, err
	}
	return find(s.Clusters, KindCluster, name)
}

// FindOverride returns the item of an override; the error is a [NotFoundError].
func (s Snapshot) FindOverride(name string) (Item, error) {
	return find(s.Overrides, KindOverride, name)
}

func find(items []Item, what, name string) (Item, error) {
	missing := &NotFoundError{What: what, Name: name}
	for _, i := range items {
		if i.Name == name {
			return i, nil
		}
		missing.Known = append(missing.Known, i.Name)
	}
	return Item{}, missing
}

// Written returns when the first and the last of some items were written; zero if no item says it.
func Written(items []Item) (oldest, latest time.Time) {
	for _, i := range items {
		at := i.UpdatedAt
		if at.IsZero() {
			continue
		}
		if oldest.IsZero() || at.Before(oldest) {
			oldest = at
		}
		if at.After(latest) {
			latest = at
		}
	}
	return oldest, latest
}

// CheckedSettings returns the settings. Configured is false if there are neither settings nor clusters. The error is a
// [run.ConfigInvalidError].
func (s Snapshot) CheckedSettings() (settings config.Settings, configured bool, err error) {
	return s.checkedSettings(readSettings)
}

func (s Snapshot) checkedSettings(read func(Item) (config.Settings, error)) (settings config.Settings, configured bool, err error) {
	switch {
	case s.Settings == nil && len(s.Clusters) == 0:
		return settings, false, nil
	case s.Settings == nil:
		return settings, true, run.Errorf(run.ConfigInvalidError,
			"settings/global: missing; write it with: eks-scaling config apply FILE")
	}
	settings, err = read(*s.Settings)
	if err != nil {
		err = run.Errorf(run.ConfigInvalidError, "settings/global: %s", config.OneLine(err))
	}
	return settings, true, err
}

// basisBytes is the length of a basis before it is written in hexadecimal digits.
const basisBytes = 10

// Basis identifies the state of all items: it differs as soon as one is written, edited by hand, added or removed. It is the
// beginning of a hash over each item's kind, key, format, version and spec, in hexadecimal digits.
func (s Snapshot) Basis() string {
	all := s.Items()
	slices.SortFunc(all, func(a, b Item) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Key(), b.Key())) })
	hash := sha256.New()
	for _, i := range all {
		// The lengths tell apart pairs of texts that are equal when joined.
		_, _ = fmt.Fprintf(hash, "%d:%s%d:%s%d %d %d:%s", len(i.Kind), i.Kind, len(i.Key()), i.Key(), i.Format, i.Version, len(i.Spec), i.Spec)
	}
	return hex.EncodeToString(hash.Sum(nil)[:basisBytes])
}
