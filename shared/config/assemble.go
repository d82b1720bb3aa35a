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
	Name string
	// Cluster is the one under which an override's key has it: "production" in "production/launch". A key without one is wrong.
	Cluster string
	Format  int // see [CheckFormat]
	Spec    []byte
}

// Override reads and checks an override. The key must have the names that the spec has: by its key a run finds the overrides of its
// cluster.
func (p Part) Override(known map[string]Cluster) (scaling.Override, error) {
	o, err := ParseOverride(p.Spec, known)
	named, _ := textIn(p.Spec, "cluster")
	switch {
	case named != "" && named != p.Cluster:
		err = fmt.Errorf("name: found the key %q; want CLUSTER/NAME with the cluster of the spec, %q", strings.TrimPrefix(p.Cluster+"/"+p.Name, "/"), named)
	case err == nil && o.Name != p.Name:
		err = fmt.Errorf("spec.name: found %q; want the same name as in the key", o.Name)
	}
	return o, cmp.Or(CheckFormat(p.Format), err)
}

// Parts are the pieces of a configuration beside its settings.
type Parts struct {
	Calendars, Clusters, Overrides []Part
}

// UnknownCluster stands in [Broken] for the cluster of an override whose key names none.
const UnknownCluster = "(unknown)"

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

// assembleOverrides reads the overrides of the clusters that are known. One that is wrong breaks the cluster of its key, unless it
// has ended.
func assembleOverrides(parts []Part, known map[string]Cluster, bad map[string]error, now time.Time) []scaling.Override {
	var overrides []scaling.Override
	for _, part := range parts {
		if _, isBad := bad[part.Cluster]; isBad && part.Cluster != "" {
			continue
		}
		o, err := part.Override(known)
		switch {
		case err == nil:
			overrides = append(overrides, o)
		case !hasEnded(part, known, now):
			key := cmp.Or(part.Cluster, UnknownCluster)
			bad[key] = errors.Join(bad[key], fmt.Errorf("override/%s: %w", part.Name, err))
		}
	}
	return overrides
}

// hasEnded says whether an override is over, though it may be wrong in other ways.
func hasEnded(part Part, known map[string]Cluster, now time.Time) bool {
	text, _ := textIn(part.Spec, "until")
	zone := time.UTC
	if c, ok := known[part.Cluster]; ok {
		zone = c.Timetable().Location()
	}
	until, err := schedule.ParseInstant(text, zone)
	return err == nil && !until.After(now)
}

// textIn is a field of a spec that is a text, by its exact name.
func textIn(spec []byte, name string) (text string, found bool) { //nolint:unparam // a caller that must know can
	var fields map[string]json.RawMessage
	if json.Unmarshal(spec, &fields) != nil {
		return "", false
	}
	found = json.Unmarshal(fields[name], &text) == nil
	return text, found
}
