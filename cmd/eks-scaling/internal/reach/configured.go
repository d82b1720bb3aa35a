package reach

import (
	"cmp"
	"encoding/json"

	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
)

// Cluster identifies a cluster of EKS.
type Cluster struct{ Account, Region, Name string }

// Configured returns the clusters of the config table, also those with an invalid configuration.
func Configured(s deployment.Stack, held inventory.Checked) map[Cluster]bool {
	all := map[Cluster]bool{}
	for _, item := range held.Clusters {
		place, name := inventory.PlaceOf(item.Spec), item.Name
		_ = json.Unmarshal(item.Field("clusterName"), &name) // a missing one leaves the name
		all[Cluster{cmp.Or(place.Account, s.Account), place.Region, name}] = true
	}
	return all
}
