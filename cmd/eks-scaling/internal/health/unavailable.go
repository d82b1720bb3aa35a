package health

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
)

// BelowMaxUnavailable says which profile or override sets a maxSize that EKS refuses, because it is below the maxUnavailable of the
// node group's updates; empty if none does.
func BelowMaxUnavailable(c config.Cluster, nodegroup string, maxUnavailable int32) string {
	smallest, by := maxUnavailable, ""
	consider := func(name string, sizes map[string]scaling.Target) {
		if target, ok := sizes[nodegroup]; ok {
			most := c.Nodegroups[nodegroup].MaxSize
			if target.MaxSize != nil {
				most = *target.MaxSize
			}
			if most < smallest {
				smallest, by = most, name
			}
		}
	}
	for _, profile := range slices.Sorted(maps.Keys(c.Profiles)) {
		consider("profile "+profile, c.Profiles[profile])
	}
	for _, o := range c.Timeline().Overrides {
		consider("override "+cmp.Or(o.Name, o.Reason), o.Sizes)
	}
	if by == "" {
		return ""
	}
	return fmt.Sprintf("%s sets maxSize %d, which EKS refuses: the node group's maxUnavailable is %d", by, smallest, maxUnavailable)
}
