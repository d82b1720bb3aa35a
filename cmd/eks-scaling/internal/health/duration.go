package health

import (
	"maps"
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

// DurationsInWords returns text such as "big usually needs 4 minutes, small 90 seconds"; empty if nothing is on record.
func DurationsInWords(took map[string]time.Duration) string {
	var parts []string
	for _, nodegroup := range slices.Sorted(maps.Keys(took)) {
		verb := " "
		if len(parts) == 0 {
			verb = " usually needs "
		}
		parts = append(parts, nodegroup+verb+english.Minutes(took[nodegroup]))
	}
	return strings.Join(parts, ", ")
}
