package spoke

import "eks-scaling-automation/shared/config"

// Of returns the template for the clusters of a configuration that are reached through spokes.
func Of(c config.Config) Template {
	t := Template{Role: c.Accounts.Role, Defaults: Parameters{ExternalID: c.Accounts.ExternalID}}
	for _, cluster := range c.Clusters {
		if role := cluster.Role(); role.Spoke {
			t.Clusters = append(t.Clusters, Cluster{role.Account(), cluster.Region, cluster.EKSName()})
		}
	}
	return t
}
