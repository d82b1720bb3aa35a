package endpoint_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"eks-scaling-automation/integration/aws/endpoint"
	"eks-scaling-automation/integration/aws/endpoint/endpointtest"
	"eks-scaling-automation/integration/aws/template"
)

const operator = "arn:aws:iam::123456789012:user/operator"

// rolesOf are the roles of this product's stack.
func rolesOf(t *template.Template) *endpoint.Roles {
	roles := new(endpoint.Roles)
	for _, role := range t.Roles {
		roles.Put(role)
	}
	return roles
}

func TestIAMSimulatesTheStacksRolesAndUsers(t *testing.T) {
	t.Parallel()
	stack := deployed(t)
	scale, err := stack.RoleOf("eks-scaling-scale")
	if err != nil {
		t.Fatal(err)
	}
	sync, err := stack.RoleOf("eks-scaling-sync-triggers")
	if err != nil {
		t.Fatal(err)
	}
	roles := rolesOf(stack)
	roles.Deny(operator, "dynamodb:Put*")
	roles.Deny(scale.ARN, "eks:DescribeNodegroup")
	c := iam.NewFromConfig(endpointtest.At(t, region, "iam", roles))

	const big, other = "arn:aws:eks:sa-east-1:123456789012:nodegroup/production/big/1", "arn:aws:eks:sa-east-1:123456789012:nodegroup/production/other/1"
	passing := []types.ContextEntry{{
		ContextKeyName: aws.String("iam:PassedToService"), ContextKeyType: types.ContextKeyTypeEnumString,
		ContextKeyValues: []string{"scheduler.amazonaws.com"},
	}}
	for _, row := range []struct {
		name, who string
		actions   []string
		resources []string
		context   []types.ContextEntry
		want      string
	}{
		{
			"every action on every resource", scale.ARN,
			[]string{"eks:UpdateNodegroupConfig", "eks:DeleteNodegroup"},
			[]string{big, other},
			nil,
			"allowed implicitDeny implicitDeny implicitDeny",
		},
		{"what was denied", scale.ARN, []string{"eks:DescribeNodegroup"}, []string{big}, nil, "explicitDeny"},
		{"no resource is every resource", scale.ARN, []string{"eks:UpdateNodegroupConfig"}, nil, nil, "implicitDeny"},
		{"with what a condition wants", sync.ARN, []string{"iam:PassRole"}, []string{"arn:aws:iam::123456789012:role/EksScaling-SchedulerRole59E73443"}, passing, "allowed"},
		{"without it", sync.ARN, []string{"iam:PassRole"}, []string{"arn:aws:iam::123456789012:role/EksScaling-SchedulerRole59E73443"}, nil, "implicitDeny"},
		{"a user", "arn:aws:iam::123456789012:user/anybody", []string{"eks:DeleteCluster"}, nil, nil, "allowed"},
		{"a user who was denied", operator, []string{"dynamodb:GetItem", "dynamodb:PutItem"}, nil, nil, "allowed explicitDeny"},
	} {
		out, err := c.SimulatePrincipalPolicy(t.Context(), &iam.SimulatePrincipalPolicyInput{
			PolicySourceArn: &row.who, ActionNames: row.actions, ResourceArns: row.resources, ContextEntries: row.context,
		})
		if err != nil {
			t.Errorf("%s: %v", row.name, err)
			continue
		}
		var got []string
		for _, r := range out.EvaluationResults {
			got = append(got, string(r.EvalDecision))
		}
		endpointtest.Same(t, row.name, row.want, strings.Join(got, " "))
	}

	lacking, err := c.SimulatePrincipalPolicy(t.Context(), &iam.SimulatePrincipalPolicyInput{
		PolicySourceArn: &sync.ARN, ActionNames: []string{"iam:PassRole"}, ResourceArns: []string{"arn:aws:iam::123456789012:role/EksScaling-SchedulerRole59E73443"},
	})
	if err != nil {
		t.Fatal(err)
	}
	endpointtest.Same(t, "missing", []string{"iam:PassedToService"}, lacking.EvaluationResults[0].MissingContextValues)
	allowed, err := c.SimulatePrincipalPolicy(t.Context(), &iam.SimulatePrincipalPolicyInput{
		PolicySourceArn: &scale.ARN, ActionNames: []string{"eks:UpdateNodegroupConfig"}, ResourceArns: []string{big},
	})
	if err != nil {
		t.Fatal(err)
	}
	result := allowed.EvaluationResults[0]
	endpointtest.Same(t, "the evaluation", []string{"eks:UpdateNodegroupConfig", big}, []string{*result.EvalActionName, *result.EvalResourceName})
	if len(result.MatchedStatements) != 1 || !strings.HasPrefix(*result.MatchedStatements[0].SourcePolicyId, "ScaleFunctionRoleDefaultPolicy") {
		t.Errorf("found the statements %+v; want one of the role's policy", result.MatchedStatements)
	}
}

func TestIAMRefusesToSimulate(t *testing.T) {
	t.Parallel()
	c := iam.NewFromConfig(endpointtest.At(t, region, "iam", rolesOf(deployed(t))))
	for _, row := range []struct {
		name, who, action, want string
	}{
		{"a role that is not there", "arn:aws:iam::123456789012:role/none", "eks:ListClusters", "NoSuchEntity"},
		{"a session of a role", "arn:aws:sts::123456789012:assumed-role/admin/me", "eks:ListClusters", "InvalidInput"},
		{"nobody", "arn:aws:iam::123456789012:root", "eks:ListClusters", "InvalidInput"},
		{"no ARN", strings.Repeat("somebody", 3), "eks:ListClusters", "InvalidInput"},
		{"an action without a service", operator, "ListClusters", "InvalidInput"},
	} {
		_, err := c.SimulatePrincipalPolicy(t.Context(), &iam.SimulatePrincipalPolicyInput{PolicySourceArn: &row.who, ActionNames: []string{row.action}})
		endpointtest.MustCode(t, row.name, err, row.want)
	}
	_, err := c.SimulatePrincipalPolicy(t.Context(), &iam.SimulatePrincipalPolicyInput{PolicySourceArn: aws.String(operator), ActionNames: []string{}})
	endpointtest.MustCode(t, "no action", err, "ValidationError")
}

func TestIAMSimulatesInPages(t *testing.T) {
	t.Parallel()
	c := iam.NewFromConfig(endpointtest.At(t, region, "iam", new(endpoint.Roles)))
	actions := make([]string, 60)
	for i := range actions {
		actions[i] = "eks:ListClusters"
	}
	var sizes []int
	pages := iam.NewSimulatePrincipalPolicyPaginator(c, &iam.SimulatePrincipalPolicyInput{
		PolicySourceArn: aws.String(operator), ActionNames: actions, ResourceArns: []string{"arn:a", "arn:b"},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, len(page.EvaluationResults))
	}
	endpointtest.Same(t, "sizes of pages", []int{100, 20}, sizes)
}

func TestIAMTellsOfTheRolesOfTheCallersAccount(t *testing.T) {
	t.Parallel()
	roles := &endpoint.Roles{AccountOf: func(accessKeyID string) string { return map[string]string{"somebody": spokeAccount}[accessKeyID] }}
	for _, owner := range []string{account, spokeAccount} {
		roles.Put(template.Role{Name: "scaler", ARN: "arn:aws:iam::" + owner + ":role/scaler"})
	}
	roles.Put(template.Role{Name: "own", ARN: "arn:aws:iam::" + account + ":role/own"})
	c := iam.NewFromConfig(endpointtest.At(t, region, "iam", roles))
	out, err := c.GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String("scaler")})
	if err != nil || *out.Role.Arn != "arn:aws:iam::"+spokeAccount+":role/scaler" {
		t.Errorf("found %v, %v; want the role of the caller's account", out, err)
	}
	_, err = c.ListRolePolicies(t.Context(), &iam.ListRolePoliciesInput{RoleName: aws.String("own")})
	endpointtest.MustCode(t, "a role of another account", err, "NoSuchEntity")
}

func TestIAMTellsOfARole(t *testing.T) {
	t.Parallel()
	roles := rolesOf(deployed(t))
	roles.Put(template.Role{Name: "admin", ARN: "arn:aws:iam::123456789012:role/people/admin"})
	c := iam.NewFromConfig(endpointtest.At(t, region, "iam", roles))
	out, err := c.GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String("EksScaling-SchedulerRole59E73443")})
	if err != nil {
		t.Fatal(err)
	}
	endpointtest.Same(t, "the role", []string{"arn:aws:iam::123456789012:role/EksScaling-SchedulerRole59E73443", "/"}, []string{*out.Role.Arn, *out.Role.Path})
	trust, err := url.QueryUnescape(*out.Role.AssumeRolePolicyDocument)
	if err != nil || !json.Valid([]byte(trust)) || !strings.Contains(trust, "scheduler.amazonaws.com") {
		t.Errorf("found the trust policy %s, %v", trust, err)
	}
	admin, err := c.GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String("admin")})
	if err != nil || *admin.Role.Path != "/people/" {
		t.Errorf("found %v, %v; want the path /people/", admin, err)
	}
	_, err = c.GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String("none")})
	endpointtest.MustCode(t, "another role", err, "NoSuchEntity")
}
