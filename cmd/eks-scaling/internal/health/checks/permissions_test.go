package checks_test

import (
	"testing"
	_ "time/tzdata"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/checks"
)

func TestPermissions(t *testing.T) {
	t.Parallel()
	need := checks.Permission{Actions: []string{"eks:DescribeNodegroup", "eks:UpdateNodegroupConfig"}, Resources: []string{"a", "b"}}
	of := func(found ...health.Fact[[]checks.Refusal]) []checks.Check {
		p := checks.Permissions{Role: "scale", ARN: "arn:aws:iam::123456789012:role/EksScaling-Scale"}
		for _, f := range found {
			p.Add(need, f)
		}
		return []checks.Check{p.Check()}
	}
	refused := func(action string) health.Fact[[]checks.Refusal] {
		return health.Known([]checks.Refusal{{Action: action, Resource: "arn:x"}})
	}
	by := func(refuser checks.Refuser, denied bool, policies ...string) health.Fact[[]checks.Refusal] {
		return health.Known([]checks.Refusal{{Action: "eks:UpdateNodegroupConfig", Resource: "arn:x", By: refuser, Denied: denied, Policies: policies}})
	}
	const noHelp = "; to deploy the stack anew does not help against that"
	allowed, unread := health.Known([]checks.Refusal(nil)), health.NotRead[[]checks.Refusal](denied)
	judged(t, []row{
		{"allowed", of(allowed, allowed), "scale", checks.OK, "8 permissions, simulated", ""},
		{"a node group is not allowed", of(allowed, refused("eks:UpdateNodegroupConfig")), "scale", checks.Failed, "eks:UpdateNodegroupConfig on arn:x (no policy allows it)", "config export > my.yaml"},
		{"a role is not allowed", of(refused("sts:AssumeRole")), "scale", checks.Failed, "sts:AssumeRole on arn:x", "config export > my.yaml"},
		{"something of the stack is not", of(refused("logs:PutLogEvents")), "scale", checks.Failed, "logs:PutLogEvents", "make deploy"},
		{
			"a Deny statement of a policy", of(allowed, by(checks.OwnPolicies, true, "night-freeze")), "scale", checks.Failed,
			"arn:x (policy night-freeze denies it explicitly)", "take the Deny statement out of policy night-freeze, which role EksScaling-Scale has" + noHelp,
		},
		{
			"a Deny statement of who knows which", of(by(checks.OwnPolicies, true)), "scale", checks.Failed,
			"(a policy denies it explicitly)", "aws iam list-attached-role-policies --role-name EksScaling-Scale)" + noHelp,
		},
		{
			"a deny of the organization", of(by(checks.Organization, true)), "scale", checks.Failed,
			"(a policy of the organization (SCP) denies it explicitly)", "take the deny out of its SCP" + noHelp,
		},
		{
			"nothing of the organization's allows it", of(by(checks.Organization, false)), "scale", checks.Failed,
			"(the policies of the organization (SCP) do not allow it)", "allow it in its SCPs" + noHelp,
		},
		{
			"a deny of the boundary", of(by(checks.Boundary, true)), "scale", checks.Failed,
			"permissions boundary denies it explicitly", "take the deny out of the permissions boundary of role EksScaling-Scale (see which: aws iam get-role",
		},
		{
			"the boundary does not allow it", of(by(checks.Boundary, false)), "scale", checks.Failed,
			"permissions boundary does not allow it", "allow it in the permissions boundary of role EksScaling-Scale",
		},
		{
			"one is denied, and another missing", of(by(checks.OwnPolicies, true, "p"), by(checks.OwnPolicies, true, "p"), refused("logs:PutLogEvents")), "scale", checks.Failed,
			"eks:UpdateNodegroupConfig", "take the Deny statement out of policy p, which role EksScaling-Scale has" + noHelp + ". For what no policy allows: make deploy",
		},
		{
			"what is denied is named, whatever else is missing",
			of(refused("a:1"), refused("a:2"), refused("a:3"), refused("a:4"), refused("a:5"), by(checks.OwnPolicies, true, "p")), "scale", checks.Failed,
			"not allowed: eks:UpdateNodegroupConfig on arn:x (policy p denies it explicitly), a:1 on arn:x", "take the Deny statement out of policy p",
		},
		{"not to be simulated", of(allowed, unread), "scale", checks.Unknown, "allow", "permission"},
		{"what is refused counts, whatever else is not known", of(unread, refused("sqs:SendMessage"), unread), "scale", checks.Failed, "sqs:SendMessage", "make deploy"},
		{"no role", of(health.Missing[[]checks.Refusal]()), "scale", checks.Failed, "no such role", "make deploy"},
	})
}
