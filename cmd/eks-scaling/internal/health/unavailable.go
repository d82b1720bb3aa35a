package health

import (
	"fmt"
	"maps"
	"slices"

	"eks-scaling-automation/shared/config"
)

// BelowMaxUnavailable says which profile sets a maxSize that EKS refuses, because it is below the maxUnavailable of the node group's
// updates; empty if none does.
func BelowMaxUnavailable(u config.Unit, nodegroup string, maxUnavailable int32) string {
	smallest, by := maxUnavailable, ""
	for _, profile := range slices.Sorted(maps.Keys(u.Profiles)) {
		target, ok := u.Profiles[profile][nodegroup]
		most := u.Nodegroups[nodegroup].MaxSize
		if target.MaxSize != nil {
			most = *target.MaxSize
		}
		if ok && most < smallest {
			smallest, by = most, profile
		}
	}
	if by == "" {
		return ""
	}
	return fmt.Sprintf("profile %s sets maxSize %d, which EKS refuses: the node group's maxUnavailable is %d", by, smallest, maxUnavailable)
}
