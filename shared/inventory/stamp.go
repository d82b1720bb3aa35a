package inventory

import (
	"cmp"
	"slices"
	"time"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/schedule"
)

// Stamp sets who created each override of a configuration and when, unless the configuration or the table says it. Later overrides
// of the file are created later.
func (s Snapshot) Stamp(wanted config.Config, by string, now time.Time) config.Config {
	known := map[string]Item{}
	for _, i := range s.Overrides {
		known[i.Name] = i
	}
	for _, i := range s.Overrides {
		known[i.Key()] = i
	}
	wanted.Overrides = slices.Clone(wanted.Overrides)
	for n := range wanted.Overrides {
		o := &wanted.Overrides[n]
		before, there := known[Item{Cluster: o.Cluster, Name: o.Name}.Key()]
		if !there { // it may move to another cluster
			before = known[o.Name]
		}
		created, _ := schedule.ParseInstant(textIn(before.Spec, "createdAt"), time.UTC) // zero if somebody has broken it by hand
		fresh := now.UTC().Truncate(time.Second).Add(time.Duration(n) * time.Millisecond)
		o.CreatedBy = cmp.Or(o.CreatedBy, textIn(before.Spec, "createdBy"), by)
		o.CreatedAt = cmp.Or(o.CreatedAt, created, fresh)
	}
	return wanted
}
