package health

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/english"
)

// DurationsOf returns how long the last scale-up of each node group took.
func DurationsOf(applied tables.Applied) map[string]time.Duration {
	took := map[string]time.Duration{}
	for nodegroup, seconds := range applied.Took {
		took[nodegroup] = time.Duration(seconds) * time.Second
	}
	return took
}

// ScaleUp is the duration of a node group's last scale-up.
type ScaleUp struct {
	Nodegroup string  `json:"nodegroup"`
	Seconds   float64 `json:"seconds"`
}

// ScaleUpsInWords returns text such as "big usually needs 4 minutes, small 90 seconds", by name; empty if there are none.
func ScaleUpsInWords(all []ScaleUp) string {
	all = slices.SortedFunc(slices.Values(all), func(a, b ScaleUp) int { return cmp.Compare(a.Nodegroup, b.Nodegroup) })
	parts := make([]string, len(all))
	for i, up := range all {
		verb := " "
		if i == 0 {
			verb = " usually needs "
		}
		parts[i] = up.Nodegroup + verb + english.Minutes(time.Duration(up.Seconds*float64(time.Second)))
	}
	return strings.Join(parts, ", ")
}
