package reach

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// self is the caller, and IAM's simulation of what it may do.
type self struct {
	caller interface {
		GetCallerIdentity(context.Context, *sts.GetCallerIdentityInput, ...func(*sts.Options)) (*sts.GetCallerIdentityOutput, error)
	}
	simulator iam.SimulatePrincipalPolicyAPIClient
}

// maxSimulated is how many roles one simulation has.
const maxSimulated = 100

// mayAssume simulates the caller's own policies. Without the permission for that, it knows nothing.
func (s self) mayAssume(ctx context.Context, roles []string) map[string]Own {
	own := map[string]Own{}
	if len(roles) == 0 {
		return own
	}
	who, err := s.caller.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return own
	}
	for part := range slices.Chunk(roles, maxSimulated) {
		out, err := s.simulator.SimulatePrincipalPolicy(ctx, &iam.SimulatePrincipalPolicyInput{
			PolicySourceArn: aws.String(principal(aws.ToString(who.Arn))), ActionNames: []string{"sts:AssumeRole"}, ResourceArns: part,
		})
		if err != nil {
			return own
		}
		for _, r := range out.EvaluationResults {
			note(own, r, part)
		}
	}
	return own
}

// note keeps the decisions of a result. One about a single role may not name it.
func note(own map[string]Own, r types.EvaluationResult, roles []string) {
	set := func(role string, d types.PolicyEvaluationDecisionType) {
		own[role] = Denied
		if d == types.PolicyEvaluationDecisionTypeAllowed {
			own[role] = Allowed
		}
	}
	for _, each := range r.ResourceSpecificResults {
		set(aws.ToString(each.EvalResourceName), each.EvalResourceDecision)
	}
	switch name := aws.ToString(r.EvalResourceName); {
	case len(r.ResourceSpecificResults) > 0:
	case len(roles) == 1:
		set(roles[0], r.EvalDecision)
	default:
		set(name, r.EvalDecision)
	}
}

// principal returns the user, or the role of a session. A path of the role is not in the session's ARN.
func principal(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return arn
	}
	session, isSession := strings.CutPrefix(parts[5], "assumed-role/")
	if !isSession {
		return arn
	}
	role, _, _ := strings.Cut(session, "/")
	return "arn:" + parts[1] + ":iam::" + parts[4] + ":role/" + role
}
