package online

import (
	"fmt"

	"eks-scaling-automation/shared/account"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
)

// Misplaced returns an error for each cluster that the stack cannot reach, whatever the accounts allow: one whose account is the stack's
// own, where no role is assumed, and one in another partition.
func Misplaced(clusters []config.Cluster, s deployment.Stack) (findings []Finding) {
	for i, c := range clusters {
		add := func(field, message string) {
			path := fmt.Sprintf("clusters[%d].%s", i, field)
			findings = append(findings, Finding{Index: i, Cluster: c.Name, Path: path, Severity: config.Error, Message: message})
		}
		if partition := account.Partition(c.Region); partition != s.Partition {
			add("region", fmt.Sprintf("region %s is in partition %s, but the stack is in %s: use a stack in that partition", c.Region, partition, s.Partition))
		}
		if c.Account == s.Account && c.RoleARN == "" {
			add("account", "account "+c.Account+" is the stack's own: remove account")
		}
	}
	return findings
}

// NeedsStack reports whether [Misplaced] may find something: whether a cluster has an account, or is in another partition than a region.
func NeedsStack(clusters []config.Cluster, region string) bool {
	for _, c := range clusters {
		if c.Account != "" || account.Partition(c.Region) != account.Partition(region) {
			return true
		}
	}
	return false
}
