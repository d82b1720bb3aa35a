package inventory

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
)

func readSettings(i Item) (config.Settings, error) {
	settings, err := config.ParseSettings(i.Spec)
	return settings, cmp.Or(config.CheckFormat(i.Format), err)
}

// readOverride reads an override. Its key must have the names that its spec has: a run finds overrides by their keys.
func readOverride(i Item, known map[string]config.Cluster) (scaling.Override, error) {
	o, err := config.ParseOverride(i.Spec, known)
	named := textIn(i.Spec, "cluster")
	switch {
	case named != "" && named != i.Cluster:
		err = fmt.Errorf("invalid key %q: use CLUSTER/NAME with the cluster of the spec, %q", strings.TrimPrefix(i.Cluster+"/"+i.Name, "/"), named)
	case err == nil && o.Name != i.Name:
		err = otherName(o.Name)
	}
	return o, err
}

func otherName(found string) error {
	return fmt.Errorf("name: %q differs from the name in the key", found)
}

// explainMissingCalendars adds to the error of a cluster why the calendars that it misses cannot be used.
func explainMissingCalendars(err error, unusable map[string]error) error {
	missing := config.MissingCalendars(err)
	for _, name := range slices.Sorted(maps.Keys(unusable)) {
		if slices.Contains(missing, name) {
			err = fmt.Errorf("%w; calendar/%s: %w", err, name, unusable[name])
		}
	}
	return err
}

// endedBy reports whether an override has ended, even if it is invalid in other ways. A time without an offset is in zone.
func endedBy(spec []byte, zone *time.Location, now time.Time) bool {
	until, err := schedule.ParseInstant(textIn(spec, "until"), zone)
	return err == nil && !until.After(now)
}
