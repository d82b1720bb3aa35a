package limits

import (
	"fmt"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/english"
)

// Writing lists the clusters that cannot be written: a cluster and its overrides are one transaction.
func Writing(c config.Config) []Excess {
	overrides := map[string][]any{}
	for _, o := range c.Overrides {
		overrides[o.Cluster] = append(overrides[o.Cluster], o)
	}
	var all []Excess
	for i, cluster := range c.Clusters {
		n, size := 1+len(overrides[cluster.Name]), 0
		if n <= TransactionItems && n*ItemBytes <= TransactionBytes {
			continue // whatever they hold
		}
		for _, part := range append(overrides[cluster.Name], cluster) {
			size += StoredBytes(part)
		}
		if n > TransactionItems || size > TransactionBytes {
			found := fmt.Sprintf("the cluster and %s are %d items of %d bytes in one write, more than %d items or %d bytes",
				english.Count(n-1, "override"), n, size, TransactionItems, TransactionBytes)
			all = append(all, Excess{Kind: "cluster", Name: cluster.Name, Path: index("clusters", i), Found: found, Remedy: "remove overrides that have ended"})
		}
	}
	return all
}
