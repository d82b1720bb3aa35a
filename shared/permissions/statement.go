// Package permissions has the permissions that the functions need to scale clusters: on exactly the configured node groups, on what has a
// tag, or on all of an account. The CDK app, install and doctor take them from here. It calls nothing.
package permissions

import (
	"fmt"
	"maps"
	"slices"

	"eks-scaling-automation/shared/account"
	"eks-scaling-automation/shared/config"
)

// Statement allows actions on resources.
type Statement struct {
	Actions   []string
	Resources []string          // ARNs
	Equals    map[string]string // condition keys and their required values; nil: none
}

// Place is the account that the ARNs are about. Its parts may be references of CloudFormation.
type Place struct{ Partition, Account string }

func (p Place) arn(region, resource string) string {
	return "arn:" + p.Partition + ":eks:" + region + ":" + p.Account + ":" + resource
}

// Functions lists the functions that call EKS.
func Functions() []string { return []string{"decide", "scale", "wait-for-nodegroup-active"} }

// OnNodegroups returns the actions of a function on node groups.
func OnNodegroups(function string) []string {
	return map[string][]string{
		"decide":                    {"eks:DescribeNodegroup", "eks:DescribeUpdate", "eks:ListUpdates"},
		"scale":                     {"eks:DescribeNodegroup", "eks:UpdateNodegroupConfig"},
		"wait-for-nodegroup-active": {"eks:DescribeNodegroup", "eks:DescribeUpdate"},
	}[function]
}

// OnClusters returns the actions of a function on clusters. An update belongs to a cluster and a node group, and EKS checks the permission
// on both.
func OnClusters(function string) []string {
	return map[string][]string{
		"decide":                    {"eks:DescribeUpdate", "eks:ListUpdates"},
		"wait-for-nodegroup-active": {"eks:DescribeUpdate"},
	}[function]
}

// Of returns the statements of a function; none for one that does not call EKS. The clusters matter only for [Configured].
func (g Grant) Of(function string, p Place, clusters []config.Cluster) []Statement {
	if !slices.Contains(Functions(), function) {
		return nil
	}
	if g.Mode == Configured {
		return slices.Concat(onNodegroups(function, p, clusters), onClusters(function, p, clusters))
	}
	return slices.Concat(g.OnEKS(function, p), g.OnSpokes(function, p))
}

// OnEKS returns the statements of [Tagged] and [All] on the account's own clusters.
func (g Grant) OnEKS(function string, p Place) []Statement {
	var equals map[string]string
	if g.Mode == Tagged {
		equals = map[string]string{TagCondition(g.TagKey): g.TagValue}
	}
	var statements []Statement
	for _, on := range []struct {
		actions  []string
		resource string
	}{{OnNodegroups(function), "nodegroup/*"}, {OnClusters(function), "cluster/*"}} {
		if len(on.actions) > 0 {
			statements = append(statements, Statement{on.actions, []string{p.arn(g.Region, on.resource)}, equals})
		}
	}
	return statements
}

// TagCondition returns the condition key for a tag of a cluster or node group.
func TagCondition(key string) string { return "aws:ResourceTag/" + key }

// OnSpokes returns the permission to assume the roles of spokes. Which accounts have one is decided there: a spoke trusts its hub.
func (g Grant) OnSpokes(function string, p Place) []Statement {
	if g.SpokeRole == "" || OnNodegroups(function) == nil {
		return nil
	}
	return []Statement{{Actions: account.Role{Spoke: true}.Actions(), Resources: []string{"arn:" + p.Partition + ":iam::*:role/" + g.SpokeRole}}}
}

// onNodegroups returns one statement for each cluster: a policy that is too long for IAM is split between statements, never inside one. A
// cluster with its own role is reached through that role, whose permissions the cluster's account defines.
func onNodegroups(function string, p Place, clusters []config.Cluster) []Statement {
	var statements []Statement
	var roles []string
	for _, c := range clusters {
		role := c.Role()
		switch {
		case role.ARN == "":
			statements = append(statements, Statement{Actions: OnNodegroups(function), Resources: p.nodegroups(c)})
		case !slices.Contains(roles, role.ARN):
			roles = append(roles, role.ARN)
			statements = append(statements, Statement{Actions: role.Actions(), Resources: []string{role.ARN}})
		}
	}
	return statements
}

func onClusters(function string, p Place, clusters []config.Cluster) []Statement {
	actions := OnClusters(function)
	if len(actions) == 0 {
		return nil
	}
	var statements []Statement
	for _, c := range clusters {
		if c.Role().ARN == "" {
			statements = append(statements, Statement{Actions: actions, Resources: []string{p.arn(c.Region, "cluster/"+c.EKSName())}})
		}
	}
	return statements
}

// nodegroups returns the ARNs of a cluster's node groups. The last part is an ID that EKS generates.
func (p Place) nodegroups(c config.Cluster) []string {
	var arns []string
	for _, nodegroup := range slices.Sorted(maps.Keys(c.Nodegroups)) {
		arns = append(arns, p.arn(c.Region, fmt.Sprintf("nodegroup/%s/%s/*", c.EKSName(), nodegroup)))
	}
	return arns
}
