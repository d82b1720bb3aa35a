package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"

	"eks-scaling-automation/shared/config"
)

// permission allows actions on resources, given by their ARNs.
type permission struct {
	actions    []string
	resources  []string
	conditions map[string]any // nil: whatever the circumstances
}

func allow(resource string, actions ...string) permission {
	return permission{actions: actions, resources: []string{resource}}
}

// when is the permission under conditions, in the form of a policy.
func (p permission) when(conditions map[string]any) permission {
	p.conditions = conditions
	return p
}

// statement is the permission as a role's policy has it.
func (p permission) statement() awsiam.PolicyStatement {
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Actions: jsii.Strings(p.actions...), Resources: jsii.Strings(p.resources...), Conditions: &p.conditions,
	})
}

// givenTo is the permission as a resource's own policy has it, for a service.
func (p permission) givenTo(service, sid string) awsiam.PolicyStatement {
	s := p.statement()
	s.SetSid(&sid)
	s.AddPrincipals(awsiam.NewServicePrincipal(&service, nil))
	return s
}

// newRole makes a role that the service may assume under the conditions, and which may do what is allowed, no more.
func newRole(stack awscdk.Stack, id, service, description string, conditions map[string]any, allowed ...permission) awsiam.Role {
	role := awsiam.NewRole(stack, &id, &awsiam.RoleProps{
		AssumedBy:   awsiam.NewServicePrincipal(&service, &awsiam.ServicePrincipalOpts{Conditions: &conditions}),
		Description: &description,
	})
	for _, p := range allowed {
		role.AddToPolicy(p.statement())
	}
	return role
}

// only is the condition under which a service acts for these sources in this account, and not for somebody else's.
func only(stack awscdk.Stack, sourceARNs ...string) map[string]any {
	return map[string]any{
		"StringEquals": map[string]any{"aws:SourceAccount": stack.Account()},
		"ArnLike":      map[string]any{"aws:SourceArn": sourceARNs},
	}
}

// arn names a resource of this account.
func arn(stack awscdk.Stack, service, region, resource string) string {
	return *stack.FormatArn(&awscdk.ArnComponents{
		Service: &service, Region: &region, Resource: &resource, ArnFormat: awscdk.ArnFormat_NO_RESOURCE_NAME,
	})
}

// onNodegroups allows EKS actions on the configured node groups, a cluster at a time: a role's policy is split between
// statements when it grows too long for IAM, never inside one. A cluster that has a role of its own is reached through
// that role, and what it may do there is the business of the cluster's account.
func onNodegroups(stack awscdk.Stack, clusters []config.Cluster, actions ...string) []permission {
	var allowed []permission
	var roles []string
	for _, c := range clusters {
		switch {
		case c.RoleARN == "":
			allowed = append(allowed, permission{actions: actions, resources: nodegroupARNs(stack, c)})
		case !slices.Contains(roles, c.RoleARN):
			roles = append(roles, c.RoleARN)
			allowed = append(allowed, allow(c.RoleARN, "sts:AssumeRole"))
		}
	}
	return allowed
}

// onClusters allows EKS actions on the configured clusters themselves. An update belongs to a cluster and to a node group, and
// EKS asks for both.
func onClusters(stack awscdk.Stack, clusters []config.Cluster, actions ...string) []permission {
	var allowed []permission
	for _, c := range clusters {
		if c.RoleARN == "" {
			allowed = append(allowed, allow(arn(stack, "eks", c.Region, "cluster/"+c.Name), actions...))
		}
	}
	return allowed
}

// nodegroupARNs name the node groups of a cluster. The last part is an id that EKS makes up.
func nodegroupARNs(stack awscdk.Stack, c config.Cluster) []string {
	var arns []string
	for _, nodegroup := range slices.Sorted(maps.Keys(c.Nodegroups)) {
		arns = append(arns, arn(stack, "eks", c.Region, fmt.Sprintf("nodegroup/%s/%s/*", c.Name, nodegroup)))
	}
	return arns
}
