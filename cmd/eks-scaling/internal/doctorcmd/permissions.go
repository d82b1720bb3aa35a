package doctorcmd

import (
	"cmp"
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"eks-scaling-automation/cmd/eks-scaling/internal/collect"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/checks"
)

// simulate asks IAM's simulator what each role may do. Each need is a call of its own: the simulator tries every action on
// every resource that it is given.
func (x *examination) simulate(ctx context.Context, usable []*health.ClusterFacts) {
	s := x.Stack
	if x.resources.Unread != nil {
		blocked := health.BecauseOf("the resources of the stack, and so its roles, could not be listed")
		for _, role := range checks.Roles() {
			x.permissions = append(x.permissions, checks.Permissions{Role: role, Refused: health.NotRead[[]checks.Refusal](blocked)})
		}
		return
	}
	deployed := checks.Deployment{Stack: s, StreamARN: x.configTable.Table.Value.StreamARN, KeyARN: checks.KeyOf(s, x.resources.Value)}
	for _, c := range usable {
		deployed.Clusters = append(deployed.Clusters, c.Config)
	}
	roles, needs := checks.RolesOf(s, x.resources.Value), deployed.RequiredPermissions()
	found := make([]health.Fact[[]checks.Refusal], len(needs))
	atMost(simulationsAtOnce, len(needs), func(i int) {
		role, exists := roles[needs[i].Role]
		if !exists {
			found[i] = health.Missing[[]checks.Refusal]()
			return
		}
		refused, err := simulate(ctx, x.simulator, role, needs[i])
		found[i] = collect.Fact(refused, err, "simulating the permissions", "iam:SimulatePrincipalPolicy", "NoSuchEntity")
	})
	for _, role := range checks.Roles() {
		p := checks.Permissions{Role: role, ARN: roles[role]}
		for i, need := range needs {
			if need.Role == role {
				p.Add(need, found[i])
			}
		}
		x.permissions = append(x.permissions, p)
	}
}

// simulate is what a role may not do of what it needs.
func simulate(ctx context.Context, api iam.SimulatePrincipalPolicyAPIClient, roleARN string, need checks.Permission) ([]checks.Refusal, error) {
	in := &iam.SimulatePrincipalPolicyInput{PolicySourceArn: &roleARN, ActionNames: need.Actions, ResourceArns: need.Resources}
	for key, value := range need.Context {
		in.ContextEntries = append(in.ContextEntries, types.ContextEntry{
			ContextKeyName: aws.String(key), ContextKeyType: types.ContextKeyTypeEnumString, ContextKeyValues: []string{value},
		})
	}
	var refused []checks.Refusal
	pages := iam.NewSimulatePrincipalPolicyPaginator(api, in)
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, r := range page.EvaluationResults {
			refused = slices.Concat(refused, refusals(r, need.Resources))
		}
	}
	return refused, nil
}

// refusals are those of one action. With several resources, the decision for each stands by itself; only what the
// organization says of it is told once for all.
func refusals(r types.EvaluationResult, asked []string) []checks.Refusal {
	var refused []checks.Refusal
	for _, each := range decisions(r, asked) {
		if each.EvalResourceDecision != types.PolicyEvaluationDecisionTypeAllowed {
			refused = append(refused, refusalOf(r, each))
		}
	}
	return refused
}

// decisions are those for each resource.
func decisions(r types.EvaluationResult, asked []string) []types.ResourceSpecificResult {
	if len(r.ResourceSpecificResults) > 0 {
		return r.ResourceSpecificResults
	}
	// The result may name the form of a resource and not the one that was asked for.
	resource := r.EvalResourceName
	if len(asked) == 1 {
		resource = &asked[0]
	}
	return []types.ResourceSpecificResult{{
		EvalResourceName: resource, EvalResourceDecision: r.EvalDecision, MatchedStatements: r.MatchedStatements,
		PermissionsBoundaryDecisionDetail: r.PermissionsBoundaryDecisionDetail,
	}}
}

// refusalOf says what refuses an action on a resource.
func refusalOf(r types.EvaluationResult, on types.ResourceSpecificResult) checks.Refusal {
	refused := checks.Refusal{
		Action: aws.ToString(r.EvalActionName), Resource: aws.ToString(on.EvalResourceName),
		Denied: on.EvalResourceDecision == types.PolicyEvaluationDecisionTypeExplicitDeny,
	}
	if refused.Denied { // then the statements are those that deny it
		for _, s := range on.MatchedStatements {
			if id := aws.ToString(s.SourcePolicyId); id != "" && !slices.Contains(refused.Policies, id) {
				refused.Policies = append(refused.Policies, id)
			}
		}
	}
	boundary := cmp.Or(on.PermissionsBoundaryDecisionDetail, r.PermissionsBoundaryDecisionDetail)
	switch {
	case len(refused.Policies) > 0: // whatever else does not allow it
	case r.OrganizationsDecisionDetail != nil && !r.OrganizationsDecisionDetail.AllowedByOrganizations:
		refused.By = checks.Organization
	case boundary != nil && !boundary.AllowedByPermissionsBoundary:
		refused.By = checks.Boundary
	}
	return refused
}
