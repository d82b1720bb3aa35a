package doctorcmd

import (
	"slices"
	"strings"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/collect/collecttest"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/checks"
)

// functionRoles are the roles that spokes let in.
var functionRoles = []string{"arn:aws:iam::123456789012:role/decide", "arn:aws:iam::123456789012:role/scale"}

// trustsHub is the trust policy of a spoke, as its template writes it.
const trustsHub = `{"Version": "2012-10-17", "Statement": [
	{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "sts:AssumeRole", "Condition": {
		"ArnEquals": {"aws:PrincipalArn": ["arn:aws:iam::123456789012:role/decide", "arn:aws:iam::123456789012:role/scale"]}, "StringEquals": {"sts:ExternalId": "hub"}}},
	{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "sts:TagSession", "Condition": {
		"ForAllValues:StringEquals": {"aws:TagKeys": ["eks-scaling:cluster", "eks-scaling:run"]}}}]}`

// withSpokes has production and berlin in accounts of their own.
func withSpokes(t *testing.T) *patient {
	t.Helper()
	p := healthy(t)
	p.Stack.FunctionRoles = functionRoles
	p.set(t, "settings/global", "accounts", map[string]any{"externalId": "hub"})
	p.set(t, "cluster/berlin", "account", "210987654321")
	p.set(t, "cluster/production", "account", "310987654321")
	p.trust = map[string]string{"eks-scaling-spoke": trustsHub}
	return p
}

func accountChecks(d diagnosis) (found []checks.Check) {
	return slices.DeleteFunc(slices.Clone(d.Checks), func(c checks.Check) bool { return !strings.HasPrefix(c.Group, "account ") })
}

func TestDoctorLooksAtEachSpokeOnce(t *testing.T) {
	t.Parallel()
	p := withSpokes(t)
	d := p.examined(t)
	for _, c := range accountChecks(d) {
		if c.Outcome != checks.OK {
			t.Errorf("found %+v; want all ok", c)
		}
	}
	if n := len(accountChecks(d)); n != 12 {
		t.Errorf("found %d checks; want 6 for each of 2 accounts", n)
	}
	clitest.Says(t, d.inWords(t), "\naccounts\n", "2 accounts", "all checks ok")
	if text := d.inWords(t); strings.Contains(text, "can be assumed") {
		t.Errorf("found\n%s\nwant one line for equal accounts", text)
	}
	if !slices.Contains(p.Calls(), "AssumeRole arn:aws:iam::210987654321:role/eks-scaling-spoke-viewer sa-east-1") {
		t.Errorf("found the calls %v; want that the viewer role was assumed", p.Calls())
	}
}

func TestDoctorJudgesASpoke(t *testing.T) {
	t.Parallel()
	const deploy = "with credentials of account 210987654321: aws cloudformation deploy --stack-name EksScalingSpoke"
	for _, row := range []struct {
		rule   string
		change func(p *patient)
		name   string
		found  checks.Outcome
		parts  []string
	}{
		{"the viewer role is refused", func(p *patient) {
			p.Failing["AssumeRole"] = collecttest.Refusal("STS", "AssumeRole", "AccessDenied", "not you")
		}, "viewer role", checks.Unknown, []string{"cannot assume arn:aws:iam::210987654321:role/eks-scaling-spoke-viewer", "eks-scaling accounts template"}},
		{"then nothing else is known", func(p *patient) {
			p.Failing["AssumeRole"] = collecttest.Refusal("STS", "AssumeRole", "AccessDenied", "not you")
		}, "trust", checks.Unknown, []string{"because the viewer role could not be assumed"}},
		{"there is no role", func(p *patient) { p.trust = nil }, "role", checks.Failed, []string{"there is no role eks-scaling-spoke", deploy}},
		{"you may not look at it", func(p *patient) {
			p.Failing["GetRole"] = collecttest.Refusal("IAM", "GetRole", "AccessDenied", "not you")
		}, "trust", checks.Unknown, []string{"access denied", "iam:GetRole on arn:aws:iam::210987654321:role/eks-scaling-spoke"}},
		{"a function's role is new", func(p *patient) {
			p.Stack.FunctionRoles = append(functionRoles[:2:2], "arn:aws:iam::123456789012:role/wait")
		}, "trust", checks.Failed, []string{
			"does not let in arn:aws:iam::123456789012:role/wait", deploy, "--parameter-overrides HubAccount=123456789012 FunctionRoles=arn:aws:iam::123456789012:role/decide,",
		}},
		{"others are let in", func(p *patient) { p.Stack.FunctionRoles = functionRoles[:1] }, "trust", checks.Warning, []string{"also lets in arn:aws:iam::123456789012:role/scale"}},
		{"but the functions of hubs in other regions may be", func(p *patient) {
			p.Stack.FunctionRoles, p.Stack.OnlyRegion = functionRoles[:1], "eu-central-1"
		}, "trust", checks.OK, []string{"1 role of the stack"}},
		{"another hub", func(p *patient) {
			p.trust["eks-scaling-spoke"] = strings.ReplaceAll(trustsHub, "123456789012", "999999999999")
		}, "trust", checks.Failed, []string{
			"trusts account 999999999999", "the stack is in 123456789012",
		}},
		{"the stack is too old", func(p *patient) { p.Stack.FunctionRoles = nil }, "trust", checks.Unknown, []string{"no output FunctionRoleArns", "make deploy"}},
		{"another external id", func(p *patient) { p.trust["eks-scaling-spoke"] = strings.ReplaceAll(trustsHub, `"hub"`, `"other"`) }, "external id", checks.Failed, []string{
			"not the one of the configuration", "--parameter-overrides ExternalId=ID", "eks-scaling config edit",
		}},
		{"no external id", func(p *patient) {
			p.trust["eks-scaling-spoke"] = strings.ReplaceAll(trustsHub, "sts:ExternalId", "aws:x")
		}, "external id", checks.Warning, []string{"none is required"}},
		{"no tags", func(p *patient) { p.trust["eks-scaling-spoke"] = strings.ReplaceAll(trustsHub, "eks-scaling:run", "x") }, "session tags", checks.Failed, []string{
			"does not allow sts:TagSession with eks-scaling:run", deploy,
		}},
		{"a trust policy that nobody can read", func(p *patient) { p.trust["eks-scaling-spoke"] = "{" }, "trust", checks.Unknown, []string{"cannot be read", "aws iam get-role"}},
		{"a node group that is not in the template", func(p *patient) { p.refused["eks:UpdateNodegroupConfig"] = "implicitDeny" }, "permissions", checks.Failed, []string{
			"eks:UpdateNodegroupConfig on arn:aws:eks:eu-central-1:210987654321:nodegroup/berlin/web/* (no policy allows it)", deploy,
		}},
		{"a policy that denies it", func(p *patient) { p.refused["eks:UpdateNodegroupConfig"] = "explicitDeny" }, "permissions", checks.Failed, []string{
			"in account 210987654321: remove the Deny statement from the policies of role eks-scaling-spoke",
		}},
		{"a simulation that you may not make", func(p *patient) {
			p.Failing["SimulatePrincipalPolicy"] = collecttest.Refusal("IAM", "SimulatePrincipalPolicy", "AccessDenied", "not you")
		}, "permissions", checks.Unknown, []string{"access denied", "iam:SimulatePrincipalPolicy"}},
		{"what has the tag may be scaled", func(p *patient) { p.selected, p.tags = "team=web", map[string]string{"team": "web", "x": "y"} }, "permissions", checks.OK, []string{"6 permissions"}},
		{"what lacks the tag may not", func(p *patient) { p.selected, p.tags = "team=web", map[string]string{"team": "db"} }, "permissions", checks.Failed, []string{
			"eks:DescribeNodegroup on arn:aws:eks:eu-central-1:210987654321:nodegroup/berlin/web/*",
		}},
	} {
		p := withSpokes(t)
		row.change(p)
		i := slices.IndexFunc(p.examined(t, "berlin").Checks, func(c checks.Check) bool { return c.Group == "account 210987654321" && c.Name == row.name })
		if i < 0 {
			t.Fatalf("%s: found no check %s", row.rule, row.name)
		}
		c := p.examined(t, "berlin").Checks[i]
		if c.Outcome != row.found {
			t.Errorf("%s: found %+v; want %s", row.rule, c, row.found)
		}
		clitest.Says(t, c.Found+"; "+c.Remedy, row.parts...)
	}
}

func TestDoctorMergesEqualFindingsOfAccounts(t *testing.T) {
	t.Parallel()
	p := withSpokes(t)
	p.set(t, "cluster/paused", "account", "123456789012")
	p.trust["eks-scaling-spoke"] = strings.ReplaceAll(trustsHub, "eks-scaling:run", "x")
	text := p.examined(t).inWords(t)
	clitest.Says(t, text, "3 accounts (123456789012, 210987654321, 310987654321): the trust policy does not allow sts:TagSession", "with credentials of account ACCOUNT: ",
		"account 123456789012 is the stack's own: remove account")
	if n := strings.Count(text, "sts:TagSession"); n != 1 {
		t.Errorf("found it %d times; want it once", n)
	}
}
