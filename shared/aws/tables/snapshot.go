package tables

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/statemachine"
)

// Snapshot is the configuration as it was read: all of it, or what one unit needs.
type Snapshot struct {
	Settings                       *Entity // nil when there are none
	Calendars, Clusters, Overrides []Entity
}

// CheckedSettings are the settings, checked. Where nothing at all is configured they are not, which is no error: then the
// second result is false. What is wrong is a [statemachine.ConfigInvalidError].
func (s Snapshot) CheckedSettings() (settings config.Settings, configured bool, err error) {
	switch {
	case s.Settings == nil && len(s.Clusters) == 0:
		return settings, false, nil
	case s.Settings == nil:
		return settings, true, statemachine.Errorf(statemachine.ConfigInvalidError,
			"settings/global: missing; write it with: eks-scaling config apply FILE")
	}
	settings, err = config.ParseSettings(s.Settings.Spec)
	if err = cmp.Or(config.CheckFormat(s.Settings.Format), err); err != nil {
		err = statemachine.Errorf(statemachine.ConfigInvalidError, "settings/global: %s", config.OneLine(err))
	}
	return settings, true, err
}

// Parts is the configuration beside its settings, ready to be checked.
func (s Snapshot) Parts() config.Parts {
	return config.Parts{Calendars: parts(s.Calendars), Clusters: parts(s.Clusters), Overrides: parts(s.Overrides)}
}

func parts(entities []Entity) []config.Part {
	var all []config.Part
	for _, e := range entities {
		all = append(all, e.Part())
	}
	return all
}

// basisBytes is how much of a hash tells one state of a few items from all others.
const basisBytes = 10

// Basis stands for the items of the snapshot: it differs as soon as one of them was written, edited by hand, added or removed. It
// is the beginning of a hash over the kind, key, format, version and spec of each, in hexadecimal digits.
func (s Snapshot) Basis() string {
	all := slices.Concat(s.Calendars, s.Clusters, s.Overrides)
	if s.Settings != nil {
		all = append(all, *s.Settings)
	}
	slices.SortFunc(all, func(a, b Entity) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Key(), b.Key())) })
	hash := sha256.New()
	for _, e := range all {
		// The lengths keep two texts apart that make the same one together.
		_, _ = fmt.Fprintf(hash, "%d:%s%d:%s%d %d %d:%s", len(e.Kind), e.Kind, len(e.Key()), e.Key(), e.Format, e.Version, len(e.Spec), e.Spec)
	}
	return hex.EncodeToString(hash.Sum(nil)[:basisBytes])
}
