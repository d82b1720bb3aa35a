package checks

import (
	"fmt"
	"slices"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/permissions"
)

// Permissions holds IAM's simulation of a role.
type Permissions struct {
	Role    string            // one of [Roles]
	ARN     string            // empty if there is none
	Grant   permissions.Grant // of the stack
	Asked   int               // how many pairs of an action and a resource were simulated
	Refused health.Fact[[]Refusal]
}

// Refusal is something that a role needs and may not do.
type Refusal struct {
	Action, Resource string
	By               Refuser
	Denied           bool     // explicitly, not just by default
	Policies         []string // the known ones that deny it
}

// Refuser is the policy level that refuses a permission.
type Refuser int

// The refusers.
const (
	OwnPolicies  Refuser = iota // of the role
	Boundary                    // the role's permissions boundary
	Organization                // the policies of the organization
)

// isStacks reports whether a deployment grants what is missing.
func (r Refusal) isStacks() bool {
	return r.By == OwnPolicies && !r.Denied
}

// rank sorts refusals that a deployment does not lift first.
func rank(r Refusal) int {
	if r.isStacks() {
		return 1
	}
	return 0
}

// why returns such as "no policy allows it".
func (r Refusal) why() string {
	switch {
	case r.By == Organization && r.Denied:
		return "a policy of the organization (SCP) denies it explicitly"
	case r.By == Organization:
		return "the policies of the organization (SCP) do not allow it"
	case r.By == Boundary && r.Denied:
		return "the role's permissions boundary denies it explicitly"
	case r.By == Boundary:
		return "the role's permissions boundary does not allow it"
	case !r.Denied:
		return "no policy allows it"
	case len(r.Policies) > 0:
		return "policy " + strings.Join(r.Policies, ", ") + " denies it explicitly"
	default:
		return "a policy denies it explicitly"
	}
}

// remedy returns what helps against a refusal that a deployment does not lift.
func (r Refusal) remedy(roleARN string) string {
	role := roleARN[strings.LastIndex(roleARN, "/")+1:]
	see := fmt.Sprintf("the permissions boundary of role %[1]s (see which: aws iam get-role --role-name %[1]s --query Role.PermissionsBoundary)", role)
	switch {
	case r.By == Organization && r.Denied:
		return "ask the administrators of the organization to remove the deny from its SCP"
	case r.By == Organization:
		return "ask the administrators of the organization to allow it in its SCPs"
	case r.By == Boundary && r.Denied:
		return "remove the deny from " + see
	case r.By == Boundary:
		return "allow it in " + see
	case len(r.Policies) > 0:
		return fmt.Sprintf("remove the Deny statement from policy %s of role %s", strings.Join(r.Policies, ", "), role)
	default:
		return fmt.Sprintf("remove the Deny statement from the policies of role %[1]s (see which: aws iam list-role-policies --role-name %[1]s; "+
			"aws iam list-attached-role-policies --role-name %[1]s)", role)
	}
}

// Check checks that the role may do what it needs.
func (p Permissions) Check() Check {
	s := subject{"permissions", p.Role}
	missing := s.failed("there is no such role in the stack", deploy)
	return check(p.Refused, s, missing, func(refused []Refusal) Check {
		if len(refused) == 0 {
			return s.ok("%s, simulated: all allowed", english.Count(p.Asked, "permission"))
		}
		slices.SortStableFunc(refused, func(a, b Refusal) int { return rank(a) - rank(b) })
		var words []string
		for _, r := range refused {
			words = append(words, fmt.Sprintf("%s on %s (%s)", r.Action, r.Resource, r.why()))
		}
		return s.failed("not allowed: "+firstFew(words), p.remedy(refused))
	})
}

// configured are the actions that a deployment allows on what its configuration names.
var configured = []string{"eks:", "sts:AssumeRole", "ssm:", "secretsmanager:", "cloudwatch:DescribeAlarms"}

// isConfigured reports whether a deployment grants what is missing on what its configuration names.
func (r Refusal) isConfigured() bool {
	return r.isStacks() && slices.ContainsFunc(configured, func(prefix string) bool { return strings.HasPrefix(r.Action, prefix) })
}

// remedy lists what to do: first what a deployment does not lift.
func (p Permissions) remedy(refused []Refusal) string {
	var steps []string
	for _, step := range []string{p.remedyByHand(refused), p.remedyByDeployment(refused)} {
		if step != "" {
			steps = append(steps, step)
		}
	}
	return strings.Join(steps, ". For what no policy allows: ")
}

// remedyByHand returns what helps against the refusals that a deployment does not lift; empty if there are none.
func (p Permissions) remedyByHand(refused []Refusal) string {
	var steps []string
	for _, r := range refused {
		if !r.isStacks() {
			steps = append(steps, r.remedy(p.ARN))
		}
	}
	if len(steps) == 0 {
		return ""
	}
	slices.Sort(steps)
	return strings.Join(slices.Compact(steps), "; ") + "; redeploying the stack does not fix that"
}

// remedyByDeployment returns what helps against the refusals that a deployment lifts; empty if there are none.
func (p Permissions) remedyByDeployment(refused []Refusal) string {
	ofConfig := slices.ContainsFunc(refused, Refusal.isConfigured)
	switch {
	case ofConfig && p.Grant.Mode == permissions.Tagged && onEKS(refused):
		return fmt.Sprintf("give the cluster and its node groups the tag: aws eks tag-resource --resource-arn ARN --tags %s=%s; if they have it, "+
			"deploy the stack with their region in clustersRegion", p.Grant.TagKey, p.Grant.TagValue)
	case ofConfig && p.Grant.Mode != permissions.Configured && p.Grant.Mode != "":
		return "deploy the stack with permissions that include the region of the clusters, the role in other accounts, and the sources of the " +
			"signals (clustersRegion, spokeRole, and config or the parameters of signals): " + deploy
	case ofConfig:
		return deployment.RedeployConfig
	case slices.ContainsFunc(refused, Refusal.isStacks):
		return deploy
	default:
		return ""
	}
}

// onEKS reports whether a refusal is about a cluster or a node group.
func onEKS(refused []Refusal) bool {
	return slices.ContainsFunc(refused, func(r Refusal) bool { return r.isStacks() && strings.HasPrefix(r.Action, "eks:") })
}

// Add adds what the simulator said of one permission. If it is unknown, all of the role is, unless something was refused.
func (p *Permissions) Add(n Permission, refused health.Fact[[]Refusal]) {
	p.Asked += len(n.Actions) * len(n.Resources)
	p.Refused.Value = append(p.Refused.Value, refused.Value...)
	p.Refused.Missing = p.Refused.Missing || refused.Missing
	if p.Refused.Unread == nil {
		p.Refused.Unread = refused.Unread
	}
	if len(p.Refused.Value) > 0 {
		p.Refused.Unread = nil
	}
}
