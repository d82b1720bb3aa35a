package policy_test

import (
	"fmt"
	"testing"

	"eks-scaling-automation/integration/aws/policy"
)

func TestConditions(t *testing.T) {
	t.Parallel()
	one := func(value string) map[string][]string { return map[string][]string{"aws:K": {value}} }
	for _, row := range []struct {
		name, condition string
		context         map[string][]string
		want            bool
	}{
		{"an ARN's wildcard ends with its part", `"ArnLike": {"aws:K": "arn:aws:iam::1:*"}`, one("arn:aws:iam::1:role/a"), true},
		{"and does not reach over it", `"ArnLike": {"aws:K": "arn:*:role/a"}`, one("arn:aws:iam::1:role/a"), false},
		{"a star is every ARN", `"ArnLike": {"aws:K": "*"}`, one("arn:aws:iam::1:role/a"), true},
		{"fewer parts are no ARN", `"ArnLike": {"aws:K": "arn:*"}`, one("arn:aws:iam::1:role/a"), false},
		{"a text's wildcard has no parts", `"StringLike": {"aws:K": "arn:*:role/a"}`, one("arn:aws:iam::1:role/a"), true},
		{"if it exists: there is no key", `"StringEqualsIfExists": {"aws:K": "a"}`, nil, true},
		{"if it exists: another value", `"StringEqualsIfExists": {"aws:K": "a"}`, one("b"), false},
		{"null: there is no key", `"Null": {"aws:K": "true"}`, nil, true},
		{"null: there is one", `"Null": {"aws:K": "true"}`, one("a"), false},
		{"not null: there is one", `"Null": {"aws:K": "false"}`, one("a"), true},
		{"all values match", `"ForAllValues:StringEquals": {"aws:K": ["a", "b"]}`, map[string][]string{"aws:K": {"a", "b"}}, true},
		{"one of all does not", `"ForAllValues:StringEquals": {"aws:K": ["a", "b"]}`, map[string][]string{"aws:K": {"a", "c"}}, false},
		{"all of none match", `"ForAllValues:StringEquals": {"aws:K": "a"}`, nil, true},
		{"any of none does not", `"ForAnyValue:StringEquals": {"aws:K": "a"}`, nil, false},
		{"any value matches", `"ForAnyValue:StringEquals": {"aws:K": "a"}`, map[string][]string{"aws:K": {"b", "a"}}, true},
		{"a variable has its value", `"StringEquals": {"aws:K": "x-${aws:PrincipalTag/team}"}`, map[string][]string{"aws:K": {"x-a"}, "aws:PrincipalTag/team": {"a"}}, true},
		{"a variable without a value matches nothing", `"StringLike": {"aws:K": "*${aws:PrincipalTag/team}"}`, one("a"), false},
	} {
		p, err := policy.Parse("p", fmt.Appendf(nil, `{"Statement": [{"Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {%s}}]}`, row.condition))
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Allows(policy.Request{Action: "a:b", Resource: "r", Context: row.context}); got != row.want {
			t.Errorf("%s: found %t", row.name, got)
		}
	}
}

func TestAResourceMayHaveVariables(t *testing.T) {
	t.Parallel()
	p, err := policy.Parse("p", []byte(`{"Statement": [{"Effect": "Allow", "Action": "a:b", "Resource": "cluster/${aws:PrincipalTag/cluster}"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	tagged := map[string][]string{"aws:PrincipalTag/cluster": {"shop"}}
	for resource, want := range map[string]bool{"cluster/shop": true, "cluster/web": false, "cluster/${aws:PrincipalTag/cluster}": false} {
		if p.Allows(policy.Request{Action: "a:b", Resource: resource, Context: tagged}) != want {
			t.Errorf("%s: found %t", resource, !want)
		}
	}
	if p.Allows(policy.Request{Action: "a:b", Resource: "cluster/"}) {
		t.Error("a variable without a value matches nothing")
	}
}
