package main

import (
	"cmp"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"

	"eks-scaling-automation/shared/account"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
	grants "eks-scaling-automation/shared/permissions"
)

// anyRegion lets the functions scale clusters of every region.
const anyRegion = "*"

// grant reads for which clusters the functions have permissions. The released template has no configuration unless it is asked for, as it
// fits every installation.
func (r *contextReader) grant(release bool) grants.Grant {
	otherwise := grants.Configured
	if release {
		otherwise = grants.All
	}
	g, err := grants.Parse(r.text(permissionsKey, string(otherwise)))
	if err != nil {
		r.fail(permissionsKey, "%v", err)
	}
	g.Region, g.SpokeRole = r.text(clustersRegionKey, anyRegion), account.DefaultRole
	if name, given := r.given[spokeRoleKey].(string); given {
		g.SpokeRole = name
	}
	for _, key := range []string{clustersRegionKey, spokeRoleKey} {
		if _, given := r.given[key]; given && g.Mode == grants.Configured {
			r.fail(key, "has no effect, as the permissions are for exactly the node groups of the configuration: remove it, or add -c %s=%s",
				permissionsKey, grants.All)
		}
	}
	return g
}

// access says for which clusters the functions have permissions: a known grant, or the parameters of the released template.
type access struct {
	stack    awscdk.Stack
	clusters []config.Cluster
	grant    grants.Grant // with references instead of the parameters' values

	all, tagged, spokes choice
	spokeRole           string // the name of the role in other accounts, for people
}

func newAccess(p *parameters, o options, own choice) access {
	a := access{stack: p.stack, clusters: o.clusters(p.stack), grant: o.grant, spokeRole: cmp.Or(o.config.Accounts.Role, account.DefaultRole)}
	if a.grant.Mode == grants.Configured {
		return a
	}
	region := p.setting(o.grant.Region, parameter{
		name: "ClustersRegion", group: groupClusters, label: "Region of the clusters", maxLength: 32,
		description: "The region whose clusters the functions may scale, or * for every region. With scope own, it is the stack's region.",
		pattern:     `^\*$|^[a-z]{2,4}(-[a-z0-9]+)+$`,
		constraint:  "must be * or a region, such as eu-west-1",
	})
	spokeRole := p.setting(o.grant.SpokeRole, parameter{
		name: "SpokeRole", group: groupClusters, label: "Role in other accounts", maxLength: 57,
		description: "The role that the functions may assume in other accounts, which a spoke creates there. Empty: none.",
		pattern:     `^[A-Za-z0-9+=,.@_-]*$`,
		constraint:  "must be the name of a role without a path, or empty",
	})
	mode := p.setting(string(o.grant.Mode), parameter{
		name: "Permissions", group: groupClusters, label: "Permissions", allowed: []string{string(grants.All), string(grants.Tagged)},
		description: "The clusters that the functions may scale: all of the account, or those with a tag. Either way, they scale only what is configured.",
	})
	a.grant.Region, a.grant.SpokeRole = own.pick(*p.stack.Region(), region.text), spokeRole.text
	a.grant.TagKey, a.grant.TagValue = newTag(p, o.grant)
	a.all, a.tagged, a.spokes = mode.is(string(grants.All)), mode.is(string(grants.Tagged)), spokeRole.given()
	a.spokeRole = a.spokes.pick(spokeRole.text, account.DefaultRole)
	return a
}

// newTag returns the key and the value of the tag for [grants.Tagged].
func newTag(p *parameters, g grants.Grant) (key, value string) {
	const constraint = "must be letters, digits and any of _.:/+@-"
	if g.Mode != grants.Tagged {
		g.TagKey, g.TagValue = deployment.System, "true"
	}
	key = p.setting(g.TagKey, parameter{
		name: "PermissionsTagKey", group: groupClusters, label: "Key of the tag", maxLength: 128,
		description: "With permissions tag: the key of the tag that clusters and node groups must have.",
		pattern:     "^" + grants.TagPattern + "$", constraint: constraint,
	}).text
	value = p.setting(g.TagValue, parameter{
		name: "PermissionsTagValue", group: groupClusters, label: "Value of the tag", maxLength: 256,
		description: "With permissions tag: the value of that tag.",
		pattern:     "^" + grants.TagPattern + "$", constraint: constraint,
	}).text
	return key, value
}

// of returns the permissions of a function, except those that [access.attach] gives.
func (a access) of(function string) []permission {
	place := grants.Place{Partition: *a.stack.Partition(), Account: *a.stack.Account()}
	if a.tagged.condition == nil {
		return permissionsFrom(a.grant.Of(function, place, a.clusters))
	}
	byMode := a.grant
	byMode.Mode = grants.All
	return append(a.all.permits(permissionsFrom(byMode.OnEKS(function, place))...), a.spokes.permits(permissionsFrom(byMode.OnSpokes(function, place))...)...)
}

func permissionsFrom(statements []grants.Statement) []permission {
	var allowed []permission
	for _, s := range statements {
		p := permission{actions: s.Actions, resources: s.Resources}
		if s.Equals != nil {
			equals := map[string]any{}
			for key, value := range s.Equals {
				equals[key] = value
			}
			p.conditions = map[string]any{"StringEquals": equals}
		}
		allowed = append(allowed, p)
	}
	return allowed
}

// attach gives a function's role the permissions by a tag whose key is a parameter. CloudFormation fills in no keys of objects, so the policy
// is a text.
func (a access) attach(role awsiam.Role, function string) {
	if a.tagged.condition == nil || len(grants.OnNodegroups(function)) == 0 {
		return
	}
	byTag := grants.Grant{Mode: grants.Tagged, TagKey: "${PermissionsTagKey}", TagValue: "${PermissionsTagValue}", Region: "${Region}"}
	place := grants.Place{Partition: "${AWS::Partition}", Account: "${AWS::AccountId}"}
	text := grants.DocumentOf(byTag.OnEKS(function, place)).JSON()
	policy := awsiam.NewCfnManagedPolicy(a.stack, jsii.String(deployment.RoleID(function)+"IfPermissionsIsTag"), &awsiam.CfnManagedPolicyProps{
		Description:    jsii.String("Clusters and node groups with a tag."),
		PolicyDocument: awscdk.Fn_Sub(&text, textMap(map[string]string{"Region": a.grant.Region})),
		Roles:          &[]any{role.RoleName()},
	})
	a.tagged.limit(policy)
}

// output tells the choice, as [grants.Parse] reads it.
func (a access) output() string {
	if a.tagged.condition == nil {
		return a.grant.String()
	}
	return a.tagged.pick(strings.Join([]string{"tag:", a.grant.TagKey, "=", a.grant.TagValue}, ""), string(grants.All))
}
