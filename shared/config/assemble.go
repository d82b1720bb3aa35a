package config

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
)

// Part is one piece of a configuration as the config table has it, not yet checked.
type Part struct {
	Name   string
	Format int // see [CheckFormat]
	Spec   []byte
}

// Parts are the pieces of a configuration beside its settings.
type Parts struct {
	Calendars, Clusters, Overrides []Part
}

// Broken is a cluster that cannot be used, and why.
type Broken struct {
	Cluster string
	Err     error
}

// Assemble checks the parts and puts them together as of now. A part that is wrong breaks the clusters that it concerns
// and no others: an override that cannot be read may be what keeps a cluster up, so without it nothing is to be done there.
func (s Settings) Assemble(parts Parts, now time.Time) (clusters []Cluster, broken []Broken) {
	calendars, unusable := assembleCalendars(parts.Calendars)
	known, bad := map[string]Cluster{}, map[string]error{}
	for _, part := range parts.Clusters {
		cluster, err := ParseCluster(part.Spec, s.Timezone, calendars)
		err = cmp.Or(CheckFormat(part.Format), err)
		switch {
		case err != nil:
			bad[part.Name] = Blame(err, unusable)
		case cluster.Name != part.Name:
			bad[part.Name] = fmt.Errorf("spec.name: found %q under the key cluster/%s; want the same name in both", cluster.Name, part.Name)
		default:
			known[part.Name] = cluster
		}
	}
	overrides := assembleOverrides(parts.Overrides, known, bad, now)
	for _, part := range parts.Clusters {
		if bad[part.Name] == nil {
			clusters = append(clusters, known[part.Name].Under(overrides))
		}
	}
	for name, err := range bad {
		broken = append(broken, Broken{name, err})
	}
	slices.SortFunc(broken, func(a, b Broken) int { return strings.Compare(a.Cluster, b.Cluster) })
	return clusters, broken
}

func assembleCalendars(parts []Part) (calendars map[string]Calendar, unusable map[string]error) {
	calendars, unusable = map[string]Calendar{}, map[string]error{}
	for _, part := range parts {
		calendar, err := ParseCalendar(part.Spec)
		if err = cmp.Or(CheckFormat(part.Format), err); err != nil {
			unusable[part.Name] = err
			continue
		}
		calendars[part.Name] = calendar
	}
	return calendars, unusable
}

// Blame adds to the error of a cluster what is wrong with the calendars that it misses.
func Blame(err error, unusable map[string]error) error {
	for _, name := range slices.Sorted(maps.Keys(unusable)) {
		if strings.Contains(err.Error(), fmt.Sprintf("unknown calendar %q", name)) {
			err = fmt.Errorf("%w; calendar/%s: %w", err, name, unusable[name])
		}
	}
	return err
}

// assembleOverrides reads the overrides of the clusters that are known. One that is wrong breaks its cluster, unless it
// has ended.
func assembleOverrides(parts []Part, known map[string]Cluster, bad map[string]error, now time.Time) []scaling.Override {
	var overrides []scaling.Override
	for _, part := range parts {
		cluster, ended := peek(part.Spec, known, now)
		if _, isBad := bad[cluster]; isBad && cluster != "" {
			continue
		}
		o, err := ParseOverride(part.Spec, known)
		err = cmp.Or(CheckFormat(part.Format), err)
		if err == nil && o.Name != part.Name {
			err = fmt.Errorf("spec.name: found %q; want the same name as in the key", o.Name)
		}
		switch {
		case err == nil:
			overrides = append(overrides, o)
		case !ended:
			key := cmp.Or(cluster, "(unknown)")
			bad[key] = errors.Join(bad[key], fmt.Errorf("override/%s: %w", part.Name, err))
		}
	}
	return overrides
}

// peek finds an override's cluster, and whether it has ended, though it may be wrong in other ways.
func peek(spec []byte, known map[string]Cluster, now time.Time) (cluster string, ended bool) {
	var o struct {
		Cluster any `json:"cluster"`
		Until   any `json:"until"`
	}
	if err := json.Unmarshal(spec, &o); err != nil {
		return "", false
	}
	cluster, _ = o.Cluster.(string)
	text, _ := o.Until.(string)
	zone := time.UTC
	if c, ok := known[cluster]; ok {
		zone = c.Timetable().Location()
	}
	until, err := schedule.ParseInstant(text, zone)
	return cluster, err == nil && !until.After(now)
}
