package doctorcmd

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"eks-scaling-automation/cmd/eks-scaling/internal/collect"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/checks"
	"eks-scaling-automation/shared/account"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/permissions"
)

// simulate asks IAM's simulator what each role may do, with a call for each required permission. The simulator tries every action on
// every resource of a call.
func (x *examination) simulate(ctx context.Context, usable []*health.ClusterFacts) {
	s := x.Stack
	if x.resources.Unread != nil {
		blocked := health.BecauseOf("the resources of the stack, and so its roles, could not be listed")
		for _, role := range checks.Roles() {
			x.permissions = append(x.permissions, checks.Permissions{Role: role, Refused: health.NotRead[[]checks.Refusal](blocked)})
		}
		return
	}
	deployed := checks.Deployment{
		Stack: s, StreamARN: x.configTable.Table.Value.StreamARN, KeyARN: checks.KeyOf(s, x.resources.Value), Signals: map[string]config.Signal{},
		VPC: x.network.Value.VPC,
	}
	for _, c := range usable {
		deployed.Clusters = append(deployed.Clusters, c.Config)
		maps.Copy(deployed.Signals, c.Config.Signals) // the same for all
	}
	roles, needs := checks.RolesOf(s, x.resources.Value), deployed.RequiredPermissions()
	found := make([]health.Fact[[]checks.Refusal], len(needs))
	atMost(simulationsAtOnce, len(needs), func(i int) {
		role, exists := roles[needs[i].Role]
		if !exists {
			found[i] = health.Missing[[]checks.Refusal]()
			return
		}
		refused, err := x.simulateTagged(ctx, x.simulator, role, account.Role{}, needs[i], needs[i].Targets())
		found[i] = collect.Fact(refused, err, "simulating the permissions", "iam:SimulatePrincipalPolicy", "NoSuchEntity")
	})
	for _, role := range checks.Roles() {
		p := checks.Permissions{Role: role, ARN: roles[role], Grant: permissions.OfStack(s.Permissions)}
		for i, need := range needs {
			if need.Role == role {
				p.Add(need, found[i])
			}
		}
		x.permissions = append(x.permissions, p)
	}
}

// simulate returns what a role may not do of a required permission, and the condition keys whose values the simulator lacked.
func simulate(
	ctx context.Context, api iam.SimulatePrincipalPolicyAPIClient, roleARN string, need checks.Permission,
) (refused []checks.Refusal, missing []string, err error) {
	in := &iam.SimulatePrincipalPolicyInput{PolicySourceArn: &roleARN, ActionNames: need.Actions, ResourceArns: need.Resources}
	for key, value := range need.Context {
		in.ContextEntries = append(in.ContextEntries, types.ContextEntry{
			ContextKeyName: aws.String(key), ContextKeyType: types.ContextKeyTypeEnumString, ContextKeyValues: []string{value},
		})
	}
	results, err := readPages(ctx, iam.NewSimulatePrincipalPolicyPaginator(api, in), func(page *iam.SimulatePrincipalPolicyOutput) []types.EvaluationResult {
		return page.EvaluationResults
	})
	for _, r := range results {
		refused, missing = append(refused, refusals(r, need.Resources)...), append(missing, r.MissingContextValues...)
		for _, each := range r.ResourceSpecificResults {
			missing = append(missing, each.MissingContextValues...)
		}
	}
	slices.Sort(missing)
	return refused, slices.Compact(missing), err
}

// refusals returns the refusals of an action. Several resources have a decision each, but the organization's is told once for all. The
// result for a single resource may name a form and not the resource that was asked for.
func refusals(r types.EvaluationResult, asked []string) (refused []checks.Refusal) {
	decisions := r.ResourceSpecificResults
	if len(decisions) == 0 {
		resource := r.EvalResourceName
		if len(asked) == 1 {
			resource = &asked[0]
		}
		decisions = []types.ResourceSpecificResult{{
			EvalResourceName: resource, EvalResourceDecision: r.EvalDecision, MatchedStatements: r.MatchedStatements,
			PermissionsBoundaryDecisionDetail: r.PermissionsBoundaryDecisionDetail,
		}}
	}
	for _, each := range decisions {
		if each.EvalResourceDecision != types.PolicyEvaluationDecisionTypeAllowed {
			refused = append(refused, refusalOf(r, each))
		}
	}
	return refused
}

// refusalOf says what refuses an action on a resource.
func refusalOf(r types.EvaluationResult, on types.ResourceSpecificResult) checks.Refusal {
	refused := checks.Refusal{
		Action: aws.ToString(r.EvalActionName), Resource: aws.ToString(on.EvalResourceName),
		Denied: on.EvalResourceDecision == types.PolicyEvaluationDecisionTypeExplicitDeny,
	}
	if refused.Denied { // then the matched statements are those that deny it
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
