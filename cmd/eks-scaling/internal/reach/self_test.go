package reach

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/go-cmp/cmp"
)

// simulator is IAM, where a principal may assume the given roles. Without any it refuses to simulate.
type simulator struct {
	arn string
	may map[string]map[string]bool // roles by principal
}

func (s simulator) GetCallerIdentity(context.Context, *sts.GetCallerIdentityInput, ...func(*sts.Options)) (*sts.GetCallerIdentityOutput, error) {
	return &sts.GetCallerIdentityOutput{Arn: &s.arn}, nil
}

// SimulatePrincipalPolicy answers as IAM does: for several resources it has a decision for each, and for one a form of it.
func (s simulator) SimulatePrincipalPolicy(_ context.Context, in *iam.SimulatePrincipalPolicyInput, _ ...func(*iam.Options)) (*iam.SimulatePrincipalPolicyOutput, error) {
	roles, known := s.may[*in.PolicySourceArn]
	if !known {
		return nil, errors.New("not you")
	}
	decide := func(role string) types.PolicyEvaluationDecisionType {
		if roles[role] {
			return types.PolicyEvaluationDecisionTypeAllowed
		}
		return types.PolicyEvaluationDecisionTypeImplicitDeny
	}
	r := types.EvaluationResult{EvalActionName: aws.String("sts:AssumeRole"), EvalResourceName: aws.String("arn:${Partition}:form"), EvalDecision: decide(in.ResourceArns[0])}
	if len(in.ResourceArns) > 1 {
		for _, role := range in.ResourceArns {
			r.ResourceSpecificResults = append(r.ResourceSpecificResults, types.ResourceSpecificResult{EvalResourceName: &role, EvalResourceDecision: decide(role)})
		}
	}
	return &iam.SimulatePrincipalPolicyOutput{EvaluationResults: []types.EvaluationResult{r}}, nil
}

func TestTheCallersOwnPermission(t *testing.T) {
	t.Parallel()
	may := map[string]map[string]bool{"arn:aws:iam::1:user/ana": {"a": true}, "arn:aws:iam::1:role/admin": {"a": true}}
	for _, row := range []struct {
		rule, arn string
		roles     []string
		want      map[string]Own
	}{
		{"of a user, for each role", "arn:aws:iam::1:user/ana", []string{"a", "b"}, map[string]Own{"a": Allowed, "b": Denied}},
		{"for one role", "arn:aws:iam::1:user/ana", []string{"b"}, map[string]Own{"b": Denied}},
		{"of a session's role", "arn:aws:sts::1:assumed-role/admin/session", []string{"a"}, map[string]Own{"a": Allowed}},
		{"unknown without a permission for that", "arn:aws:iam::1:user/rui", []string{"a"}, map[string]Own{}},
		{"of no role", "arn:aws:iam::1:user/ana", nil, map[string]Own{}},
	} {
		s := simulator{row.arn, may}
		if diff := cmp.Diff(row.want, self{s, s}.mayAssume(t.Context(), row.roles)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.rule, diff)
		}
	}
}
