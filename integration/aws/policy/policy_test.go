package policy_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"eks-scaling-automation/integration/aws/policy"
)

const document = `{"Version": "2012-10-17", "Statement": [
	{"Sid": "Read", "Effect": "Allow", "Action": ["eks:Describe*", "eks:List?"], "Resource": "arn:aws:eks:*:123456789012:cluster/*"},
	{"Effect": "Deny", "Action": "eks:DescribeSecret", "Resource": "*"},
	{"Effect": "Allow", "Action": "iam:PassRole", "Resource": ["arn:role"],
	 "Condition": {"StringEquals": {"iam:PassedToService": ["scheduler.amazonaws.com", "lambda.amazonaws.com"]}, "ArnLike": {"aws:SourceArn": "arn:*:x"}}}
]}`

func TestDecide(t *testing.T) {
	t.Parallel()
	p, err := policy.Parse("test", []byte(document))
	if err != nil {
		t.Fatal(err)
	}
	const cluster = "arn:aws:eks:sa-east-1:123456789012:cluster/production"
	passing := map[string][]string{"IAM:passedToService": {"lambda.amazonaws.com"}, "aws:SourceArn": {"arn:aws:x"}}
	for _, row := range []struct {
		name             string
		action, resource string
		context          map[string][]string
		want             policy.Decision
		missing          []string
	}{
		{"a star is any text", "eks:DescribeCluster", cluster, nil, policy.Allowed, nil},
		{"a star is no text too", "eks:Describe", cluster, nil, policy.Allowed, nil},
		{"a question mark is one character", "eks:ListX", cluster, nil, policy.Allowed, nil},
		{"a question mark is not none", "eks:List", cluster, nil, policy.ImplicitDeny, nil},
		{"actions have no case", "EKS:describecluster", cluster, nil, policy.Allowed, nil},
		{"resources have one", "eks:DescribeCluster", strings.ToUpper(cluster), nil, policy.ImplicitDeny, nil},
		{"another account", "eks:DescribeCluster", strings.Replace(cluster, "123456789012", "1", 1), nil, policy.ImplicitDeny, nil},
		{"another action", "eks:UpdateCluster", cluster, nil, policy.ImplicitDeny, nil},
		{"a denial wins", "eks:DescribeSecret", cluster, nil, policy.ExplicitDeny, nil},
		{"all conditions hold", "iam:PassRole", "arn:role", passing, policy.Allowed, nil},
		{
			"one condition does not hold", "iam:PassRole", "arn:role",
			map[string][]string{"iam:PassedToService": {"ec2"}, "aws:SourceArn": {"arn:aws:x"}},
			policy.ImplicitDeny, nil,
		},
		{
			"a condition without its key does not hold", "iam:PassRole", "arn:role", nil, policy.ImplicitDeny,
			[]string{"aws:SourceArn", "iam:PassedToService"},
		},
	} {
		got := p.Decide(policy.Request{Action: row.action, Resource: row.resource, Context: row.context})
		if got.Decision != row.want || !cmp.Equal(got.Missing, row.missing) {
			t.Errorf("%s: found %s, missing %v; want %s, missing %v", row.name, got.Decision, got.Missing, row.want, row.missing)
		}
		if decided := got.Decision != policy.ImplicitDeny; decided != (len(got.Matched) == 1 && got.Matched[0].Source == "test") {
			t.Errorf("%s: found %s by %v", row.name, got.Decision, got.Matched)
		}
	}
}

func TestWhatIsNotUnderstoodIsAnError(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, statement, want string }{
		{"no JSON", `{`, "policy p: "},
		{"another effect", `{"Effect": "Maybe", "Action": "a:b", "Resource": "*"}`, `statement 0: found the effect "Maybe"; want Allow or Deny`},
		{"no action", `{"Effect": "Allow", "Resource": "*"}`, "found 0 actions on 1 resources"},
		{"no resource", `{"Effect": "Allow", "Action": "a:b"}`, "found 1 actions on 0 resources"},
		{"NotResource", `{"Effect": "Allow", "Action": "a:b", "Resource": "*", "NotResource": "x"}`, "found NotAction, NotResource"},
		{"Principal", `{"Effect": "Allow", "Action": "a:b", "Resource": "*", "Principal": "*"}`, "only Action, Resource and Condition"},
		{
			"another condition", `{"Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "::1"}}}`,
			"condition IpAddress is not understood; want one of ArnEquals, ArnLike, Bool, StringEquals, StringEqualsIgnoreCase, StringLike, Null",
		},
	} {
		_, err := policy.Parse("p", []byte(`{"Statement": [`+row.statement+`]}`))
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: found the error %v; want %q in it", row.name, err, row.want)
		}
	}
}

// TestMatchIsWhatARegularExpressionSays holds the matching against another one, on texts that are likely to fit.
func TestMatchIsWhatARegularExpressionSays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		pattern := rapid.StringMatching(`[ab*?.]{0,8}`).Draw(t, "pattern")
		text := rapid.StringMatching(`[ab.]{0,8}`).Draw(t, "text")
		quoted := strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(regexp.QuoteMeta(pattern))
		if want := regexp.MustCompile(`^` + quoted + `$`).MatchString(text); policy.Match(pattern, text) != want {
			t.Errorf("%q on %q: found %v; want %v", pattern, text, !want, want)
		}
	})
}
